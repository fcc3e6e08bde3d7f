//! SSML as the runner's voice takes it: its words, or the length of its silence.

use std::time::Duration;

/// The length of a document without words: the sum of its breaks. `None` for one with words, or without breaks.
pub(super) fn only_silence(ssml: &str) -> Option<Duration> {
    if !without_tags(ssml).is_empty() {
        return None;
    }
    let times = ssml.split("time=\"").skip(1).filter_map(|rest| time(rest.split('"').next()?));
    let silence: Duration = times.sum();
    (!silence.is_zero()).then_some(silence)
}

/// `400ms` or `1.5s`.
fn time(text: &str) -> Option<Duration> {
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 0.001),
        None => (text.strip_suffix('s')?, 1.0),
    };
    Duration::try_from_secs_f64(number.trim().parse::<f64>().ok()? * unit).ok()
}

/// The text of an SSML document without its tags.
pub(super) fn without_tags(ssml: &str) -> String {
    let mut words = String::with_capacity(ssml.len());
    let mut in_tag = false;
    for character in ssml.chars() {
        match character {
            '<' => in_tag = true,
            // A tag separates words: a space takes its place.
            '>' if in_tag => {
                in_tag = false;
                words.push(' ');
            }
            _ if in_tag => {}
            _ => words.push(character),
        }
    }
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    entities.iter().fold(words, |words, (entity, character)| words.replace(entity, character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ssml_is_spoken_without_its_tags() {
        let cases = [
            ("<speak>Hello <break time=\"1s\"/>there</speak>", "Hello there"),
            ("<speak><p>One.</p><p>Two &amp; three &amp;lt;</p></speak>", "One. Two & three &lt;"),
            ("plain", "plain"),
            ("<speak></speak>", ""),
        ];
        for (ssml, words) in cases {
            assert_eq!(without_tags(ssml), words);
        }
    }

    #[test]
    fn a_document_without_words_is_as_silent_as_its_breaks() {
        let cases = [
            ("<speak><break time=\"400ms\"/></speak>", Some(400)),
            ("<speak><break time=\"1.5s\"/> <break time=\"50ms\"/></speak>", Some(1550)),
            ("<speak>Well <break time=\"1s\"/></speak>", None),
            ("<speak></speak>", None),
            ("<speak><break time=\"-1s\"/></speak>", None),
        ];
        for (ssml, ms) in cases {
            assert_eq!(only_silence(ssml), ms.map(Duration::from_millis), "{ssml}");
        }
    }
}
