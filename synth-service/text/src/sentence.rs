//! A sentence, and the spans that it is made of.

use serde::{Deserialize, Serialize};

/// One sentence: its words as written, with the instructions of its markup.
///
/// In JSON a sentence without markup is a string, and any other sentence is a list of spans.
///
/// ```
/// use text::{Sentence, Span};
///
/// let mut sentence = Sentence::plain("One moment.");
/// sentence.spans.push(Span { pause_ms: 500, ..Span::plain("Thank you.") });
/// assert_eq!(sentence.text(), "One moment. Thank you.");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Form", into = "Form")]
pub struct Sentence {
    /// The spans in the order in which they are heard.
    pub spans: Vec<Span>,
}

/// Words that are spoken in the same way, and the silence after them.
///
/// ```
/// let span = text::Span { ipa: Some("ˈwɪn".into()), ..text::Span::plain("Nguyen") };
/// assert_eq!((span.rate, span.pause_ms), (1.0, 0));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// The words as written; may be empty when the span is only a pause.
    pub text: String,
    /// Pronunciation of the text in the International Phonetic Alphabet. When absent, the text is read as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ipa: Option<String>,
    /// Factor on the speed of the request.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub rate: f32,
    /// Silence after the words, in milliseconds, in addition to the pause of their punctuation.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub pause_ms: u32,
}

impl Sentence {
    /// A sentence without markup.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { spans: vec![Span::plain(text)] }
    }

    /// The text of all spans, in order.
    pub fn text(&self) -> String {
        let texts: Vec<_> =
            self.spans.iter().map(|span| span.text.trim()).filter(|text| !text.is_empty()).collect();
        texts.join(" ")
    }
}

impl Span {
    /// A span whose words are read as they are written.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), ipa: None, rate: 1.0, pause_ms: 0 }
    }

    fn is_plain(&self) -> bool {
        self.ipa.is_none() && is_one(&self.rate) && is_zero(&self.pause_ms)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Form {
    Plain(String),
    Marked(Vec<Span>),
}

impl From<Form> for Sentence {
    fn from(form: Form) -> Self {
        match form {
            Form::Plain(text) => Self::plain(text),
            Form::Marked(spans) => Self { spans },
        }
    }
}

impl From<Sentence> for Form {
    fn from(sentence: Sentence) -> Self {
        match sentence.spans.as_slice() {
            [span] if span.is_plain() => Self::Plain(span.text.clone()),
            _ => Self::Marked(sentence.spans),
        }
    }
}

fn one() -> f32 {
    1.0
}

fn is_one(rate: &f32) -> bool {
    (*rate - 1.0).abs() < f32::EPSILON
}

fn is_zero(milliseconds: &u32) -> bool {
    *milliseconds == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_sentence_is_a_string_and_a_marked_one_a_list() -> Result<(), serde_json::Error> {
        let plain = Sentence::plain("Hello there.");
        assert_eq!(serde_json::to_string(&plain)?, r#""Hello there.""#);
        let mut marked = plain.clone();
        marked.spans.push(Span { pause_ms: 500, ..Span::plain("") });
        let json = r#"[{"text":"Hello there."},{"text":"","pause_ms":500}]"#;
        assert_eq!(serde_json::to_string(&marked)?, json);
        for sentence in [plain, marked] {
            let json = serde_json::to_string(&sentence)?;
            assert_eq!(serde_json::from_str::<Sentence>(&json)?, sentence);
        }
        Ok(())
    }
}
