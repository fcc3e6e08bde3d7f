//! From a sentence to the input of a model: lines of words, with set pauses between them.

use text::{SPEEDS, Sentence, has_speech, normalise, pause_behind};

/// The pieces of one sentence, in order.
pub(crate) struct Script {
    pub(crate) steps: Vec<Step>,
}

/// A line, then a silence. Either may be missing.
pub(crate) struct Step {
    pub(crate) line: Option<Line>,
    pub(crate) pause_ms: u32,
}

/// Words that a model speaks in one run, with one delivery.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The words in the order in which they are heard.
    pub words: Vec<Words>,
    /// Speaker, speed and band.
    pub delivery: Delivery,
}

/// The way in which words are spoken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Delivery {
    /// Number of the speaker, counted from 0 in the order of `voice.toml`.
    pub speaker: usize,
    /// Factor on the voice's own pace, 0.5 to 2.0.
    pub speed: f32,
    /// The frequencies that the listener's line carries.
    pub band: Band,
}

impl Default for Delivery {
    /// The first speaker at the voice's own pace, for the telephone.
    fn default() -> Self {
        Self { speaker: 0, speed: 1.0, band: Band::Telephone }
    }
}

/// Words of a line, as text or as phonemes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Words {
    /// Text in spoken form: where the language has rules, it contains no digits or abbreviations.
    Written(String),
    /// Phonemes in the International Phonetic Alphabet.
    Ipa(String),
}

/// The frequencies that the listener's line carries. A voice may leave out higher ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Band {
    /// Up to 4 kHz.
    #[default]
    Telephone,
    /// All frequencies that the model produces.
    Wide,
}

impl Step {
    /// Whether words that follow belong to the same line.
    fn is_open(&self) -> bool {
        self.line.is_some() && self.pause_ms == 0
    }
}

impl Script {
    /// Builds the script of a sentence. `delivery` is the request's; the rates of the spans are factors on its speed.
    pub(crate) fn new(sentence: &Sentence, language: &str, delivery: Delivery) -> Self {
        let mut steps: Vec<Step> = Vec::new();
        for span in &sentence.spans {
            let words = span.ipa.clone().map(Words::Ipa).or_else(|| {
                let spoken = normalise(language, &span.text);
                // A mark alone shapes the line that it ends; on its own it is not spoken.
                let ends_line = !spoken.trim().is_empty() && steps.last().is_some_and(Step::is_open);
                (has_speech(&spoken) || ends_line).then_some(Words::Written(spoken))
            });
            let speed = (delivery.speed * span.rate).clamp(*SPEEDS.start(), *SPEEDS.end());
            match (words, steps.last_mut()) {
                (None, None) => steps.push(Step { line: None, pause_ms: span.pause_ms }),
                (None, Some(last)) => last.pause_ms += span.pause_ms,
                // The words continue the line: there is no pause and no change of speed between the two.
                (Some(words), Some(Step { line: Some(line), pause_ms }))
                    if *pause_ms == 0 && same(line.delivery.speed, speed) =>
                {
                    line.words.push(words);
                    *pause_ms = span.pause_ms;
                }
                (Some(words), _) => {
                    let line = Line { words: vec![words], delivery: Delivery { speed, ..delivery } };
                    steps.push(Step { line: Some(line), pause_ms: span.pause_ms });
                }
            }
        }
        if let Some(last) = steps.last_mut() {
            last.pause_ms += pause_behind(&sentence.text());
        }
        Self { steps }
    }

    pub(crate) fn lines(&self) -> impl Iterator<Item = &Line> {
        self.steps.iter().filter_map(|step| step.line.as_ref())
    }
}

fn same(one: f32, other: f32) -> bool {
    (one - other).abs() < 1e-3
}

#[cfg(test)]
mod tests {
    use text::Span;

    use super::*;

    fn span(text: &str, rate: f32, pause_ms: u32) -> Span {
        Span { rate, pause_ms, ..Span::plain(text) }
    }

    #[test]
    fn a_line_goes_on_until_speed_changes_or_a_pause_is_set() {
        let named = Span { ipa: Some("ˈwɪn".into()), ..Span::plain("Nguyen") };
        let spans =
            vec![span("", 1.0, 300), span("Ask", 1.0, 0), named, span("now", 0.8, 0), span("", 1.0, 500)];
        let script = Script::new(&Sentence { spans }, "en-US", Delivery::default());
        let words: Vec<_> = script.lines().map(|line| (line.words.len(), line.delivery.speed)).collect();
        assert_eq!(words, [(2, 1.0), (1, 0.8)]);
        let pauses: Vec<_> = script.steps.iter().map(|step| step.pause_ms).collect();
        assert_eq!(pauses, [300, 0, 500 + pause_behind("now")]);
    }

    #[test]
    fn rates_stay_within_what_voices_can_do() {
        let sentence = Sentence { spans: vec![span("slow", 0.5, 0), span("fast", 2.0, 0)] };
        let script = Script::new(&sentence, "en-US", Delivery { speed: 1.5, ..Delivery::default() });
        assert_eq!(script.lines().map(|line| line.delivery.speed).collect::<Vec<_>>(), [0.75, 2.0]);
    }
}
