//! Sentences of a length that plays well: no blips, nothing longer than a model takes at once.

use super::{cut, has_speech};

/// Letters and digits below which a sentence is a blip: "Yes.", "OK.", "Hello."
const ULTRA_SHORT: usize = 6;

/// Characters above which a sentence is split: about 25 seconds of speech. A caller should not wait for
/// that much to be made before hearing the beginning of it.
const OVER_LONG: usize = 400;

/// Where a text may be cut.
const CLAUSE_ENDS: [&str; 5] = [", ", "; ", ": ", " – ", " — "];

/// Joins each ultra-short sentence to the next one and splits over-long ones at a clause, else at a
/// space, else (a "word" of hundreds of letters) anywhere.
pub fn shape(sentences: Vec<String>) -> Vec<String> {
    join_ultra_short(sentences)
        .iter()
        .flat_map(|sentence| cut(sentence, OVER_LONG, &CLAUSE_ENDS))
        .filter(|piece| has_speech(piece))
        .map(str::to_owned)
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
