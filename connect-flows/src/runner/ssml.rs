//! SSML as the runner's voice takes it: words, and silence between them.

use std::time::Duration;

use super::tones::LONGEST;
pub(super) use crate::ssml::without_tags;

/// The longest silence of one break: Polly takes no longer one.
const LONGEST_BREAK: Duration = Duration::from_secs(10);

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Words(String),
    Silence(Duration),
}

/// The words and breaks of a document in their order. A document without either is an empty list: `<speak></speak>` is a
/// common way to ask without a prompt.
pub(super) fn pieces(ssml: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let (mut rest, mut left) = (ssml, LONGEST);
    while let Some((before, tag, after)) = next_break(rest) {
        add_words(&mut pieces, before);
        let silence = time(tag).unwrap_or_default().min(LONGEST_BREAK).min(left);
        left -= silence;
        if !silence.is_zero() {
            pieces.push(Piece::Silence(silence));
        }
        rest = after;
    }
    add_words(&mut pieces, rest);
    pieces
}

fn add_words(pieces: &mut Vec<Piece>, ssml: &str) {
    let words = without_tags(ssml);
    if !words.is_empty() {
        pieces.push(Piece::Words(words));
    }
}

/// The text before the next break, its tag, and the text after it.
fn next_break(ssml: &str) -> Option<(&str, &str, &str)> {
    let is_break = |(at, _): &(usize, &str)| !ssml[at + 6..].starts_with(|next: char| next.is_alphanumeric());
    let (start, _) = ssml.match_indices("<break").find(is_break)?;
    let end = start + ssml[start..].find('>')?;
    Some((&ssml[..start], &ssml[start..end], &ssml[end + 1..]))
}

/// The time of a tag: `400ms` or `1.5s`.
fn time(tag: &str) -> Option<Duration> {
    let (_, value) = tag.split_once("time=")?;
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let text = value[1..].split(quote).next()?;
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 0.001),
        None => (text.strip_suffix('s')?, 1.0),
    };
    Duration::try_from_secs_f64(number.trim().parse::<f64>().ok()? * unit).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_are_silence_between_the_words() {
        let words = |text: &str| Piece::Words(text.into());
        let silence = |ms| Piece::Silence(Duration::from_millis(ms));
        let cases = [
            ("<speak><break time=\"400ms\"/></speak>", vec![silence(400)]),
            ("<break time='1.5s'></break> <break time=\"50ms\"/>", vec![silence(1500), silence(50)]),
            ("Well <break time=\"1s\"/>then", vec![words("Well"), silence(1000), words("then")]),
            ("<speak> </speak>", vec![]),
            ("<break time=\"-1s\"/><break time=\"300\"/><break/>", vec![]),
            ("<break time=\"1e18s\"/>", vec![silence(10_000)]),
            ("a<breaks time=\"1s\"/>b <break time=\"1s\"", vec![words("a b")]),
        ];
        for (ssml, expected) in cases {
            assert_eq!(pieces(ssml), expected, "{ssml}");
        }
        let all: Duration = pieces(&"<break time=\"10s\"/>".repeat(1000))
            .iter()
            .map(|piece| if let Piece::Silence(time) = piece { *time } else { Duration::ZERO })
            .sum();
        assert_eq!(all, LONGEST);
    }
}
