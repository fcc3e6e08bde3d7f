//! The supported subset of SSML, as users of Amazon Polly and Connect write it. Markup becomes spans of sentences, and
//! elements that replace their text (`sub`, `say-as`) become the words of the replacement.
//!
//! A text is SSML when it begins with `<speak`; white space, an XML declaration and comments may precede it. Any other
//! text is plain, with or without tags.
//!
//! | element | effect |
//! | --- | --- |
//! | `<speak>` | holds the whole text |
//! | `<break time="500ms"/>`, `<break time="1.5s"/>` | a pause, at most 10 s, also where several follow each other |
//! | `<break strength="weak"/>` | a pause of 0 (`none`, `x-weak`), 200 (`weak`), 300 (`medium`), 500 (`strong`) or 900 ms (`x-strong`); `medium` without attributes |
//! | `<p>`, `<s>` | a sentence ends at both ends; after `p` the pause is 400 ms longer, after either 250 ms longer where no mark ends the sentence |
//! | `<say-as interpret-as="…">` | `cardinal`, `number`, `ordinal`, `digits`, `characters`, `spell-out`, `telephone`, `date`, `time`, `currency`; any other is read as written |
//! | `<say-as interpret-as="date" format="mdy">` | `mdy`, `dmy`, `ymd`, `md`, `dm`; otherwise as is customary |
//! | `<sub alias="…">` | the alias is read instead |
//! | `<phoneme alphabet="ipa" ph="…">` | pronounced as given; with any other alphabet the text is read as written |
//! | `<prosody rate="…">` | `x-slow` (60 %), `slow` (80 %), `medium`, `fast` (125 %), `x-fast` (160 %), `80%`, `+10%`, `1.2`; nested rates multiply and stay between 50 and 200 %; volume and pitch are ignored |
//! | `<desc>`, `<metadata>` | not read |
//! | any other, such as `emphasis`, `lang`, `voice`, `w`, `mark`, `audio`, `amazon:effect` | its text is read as if the tags were not there |
//!
//! Breaks don't end a sentence. White space is that of prose: runs of it are one space. `&amp;`, `&lt;`, `&gt;`,
//! `&quot;`, `&apos;`, character numbers and CDATA are understood, a DOCTYPE with entities of its own is refused,
//! and prefixes need no declaration. Anything that is not well-formed is an [`SsmlError`] that says where.

mod error;
mod markup;
mod values;
mod xml;

use crate::Sentence;

pub use error::{SsmlCause, SsmlError};

/// Whether the text is SSML rather than plain text.
///
/// ```
/// assert!(text::ssml::is_ssml("<speak>Hello</speak>") && !text::ssml::is_ssml("Hello"));
/// ```
pub fn is_ssml(text: &str) -> bool {
    let mut rest = without_mark(text);
    loop {
        rest = rest.trim_start();
        let (opening, closing) = if rest.starts_with("<?") {
            ("<?", "?>")
        } else if rest.starts_with("<!--") {
            ("<!--", "-->")
        } else {
            break;
        };
        let Some((_, behind)) = rest[opening.len()..].split_once(closing) else { return false };
        rest = behind;
    }
    let root = rest.strip_prefix("<!DOCTYPE").map(str::trim_start).or_else(|| rest.strip_prefix('<'));
    let behind = root.and_then(|root| root.strip_prefix("speak"));
    behind.is_some_and(|behind| !behind.starts_with(is_name_character))
}

/// The sentences of an SSML text, not yet shaped: their spans carry the markup.
///
/// `language` is a BCP 47 tag such as `en-US`. Sentences without a letter, a digit or a pronunciation are left out.
///
/// # Errors
/// [`SsmlError`] with line and column.
///
/// ```
/// let sentences = text::ssml::sentences("en-US", "<speak>One moment.<break time=\"500ms\"/></speak>")?;
/// assert_eq!(sentences[0].spans[0].pause_ms, 500);
/// # Ok::<_, text::SsmlError>(())
/// ```
pub fn sentences(language: &str, text: &str) -> Result<Vec<Sentence>, SsmlError> {
    markup::read(language, without_mark(text)).map_err(|fault| SsmlError::new(without_mark(text), fault))
}

/// The text without its byte order mark.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn is_name_character(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '-' | '_' | '.' | ':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_text_that_begins_with_speak_is_ssml() {
        for text in [
            "<speak>Hello</speak>",
            " \n<speak version=\"1.1\">",
            "\u{feff}<speak/>",
            "<speak",
            "<?xml version=\"1.0\"?>\n<!-- greeting --><speak>",
            "<!DOCTYPE speak PUBLIC \"a\" \"b\"><speak>",
        ] {
            assert!(is_ssml(text), "{text:?}");
        }
        for text in [
            "",
            "Hello <speak>",
            "<speaker>Hi",
            "<p>Hi</p>",
            "<?xml version=\"1.0\"",
            "<!DOCTYPE html>",
            "<Speak>",
        ] {
            assert!(!is_ssml(text), "{text:?}");
        }
    }
}
