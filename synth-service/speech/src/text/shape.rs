//! Sentences of a length that plays well: no blips, nothing longer than a model takes at once.

use super::has_speech;

/// Letters and digits below which a sentence is a blip: "Yes.", "OK.", "Hello."
const ULTRA_SHORT: usize = 6;

/// Characters above which a sentence is split: about 25 seconds of speech. A caller should not wait for
/// that much to be made before hearing the beginning of it.
const OVER_LONG: usize = 400;

/// Joins each ultra-short sentence to the next one and splits over-long ones at a clause, else at a
/// space, else (a "word" of hundreds of letters) anywhere.
pub fn shape(sentences: Vec<String>) -> Vec<String> {
    join_ultra_short(sentences)
        .into_iter()
        .flat_map(split_over_long)
        .filter(|piece| has_speech(piece))
        .collect()
}

fn join_ultra_short(sentences: Vec<String>) -> Vec<String> {
    let mut joined: Vec<String> = Vec::with_capacity(sentences.len());
    for sentence in sentences {
        match joined.last_mut() {
            Some(previous) if is_ultra_short(previous) => {
                previous.push(' ');
                previous.push_str(&sentence);
            }
            _ => joined.push(sentence),
        }
    }
    joined
}

fn is_ultra_short(sentence: &str) -> bool {
    sentence.chars().filter(|character| character.is_alphanumeric()).count() < ULTRA_SHORT
}

fn split_over_long(sentence: String) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = sentence.as_str();
    while let Some((limit, _)) = rest.char_indices().nth(OVER_LONG) {
        let (piece, remainder) = rest.split_at(best_cut(&rest[..limit]));
        pieces.push(piece.trim().to_owned());
        rest = remainder.trim_start();
    }
    if pieces.is_empty() {
        return vec![sentence];
    }
    if !rest.is_empty() {
        pieces.push(rest.to_owned());
    }
    pieces
}

/// The byte at which `head` is best cut: after its last clause in the second half, else after its last
/// space, else at its end.
fn best_cut(head: &str) -> usize {
    let clause = [", ", "; ", ": ", " – ", " — "]
        .iter()
        .filter_map(|mark| head.rfind(mark).map(|at| at + mark.len()))
        .filter(|&at| at > head.len() / 2)
        .max();
    clause.or_else(|| head.rfind(' ').map(|at| at + 1)).unwrap_or(head.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shaped(sentences: &[&str]) -> Vec<String> {
        shape(sentences.iter().map(|&sentence| sentence.to_owned()).collect())
    }

    #[test]
    fn ultra_short_sentences_join_the_next_and_the_last_stays() {
        assert_eq!(shaped(&["Yes.", "No.", "I can help you.", "Bye."]), ["Yes. No. I can help you.", "Bye."]);
    }

    #[test]
    fn over_long_sentences_are_cut_at_a_clause_and_no_word_is_lost() {
        let clause = "and then we walked for a long while, ";
        let sentence = clause.repeat(20).trim_end_matches(", ").to_owned() + ".";
        let pieces = shape(vec![sentence.clone()]);
        assert!(pieces.iter().all(|piece| piece.chars().count() <= OVER_LONG));
        assert!(pieces[..pieces.len() - 1].iter().all(|piece| piece.ends_with(',')), "{pieces:?}");
        assert_eq!(pieces.join(" "), sentence);
    }

    #[test]
    fn a_word_without_end_is_cut_anywhere() {
        let pieces = shape(vec!["가".repeat(1000)]);
        assert_eq!(pieces.concat(), "가".repeat(1000));
        assert_eq!(pieces.len(), 3);
    }
}
