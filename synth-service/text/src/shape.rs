//! Shapes sentences to lengths that play well: a short first one, no very short ones, and none longer than a caller
//! should wait for. Never changes a word. A cut between words without a mark adds a comma, so that a voice does not let
//! its pitch fall there.

mod clause;
mod duration;
mod evidence;
mod first;
mod timeline;
mod words;

use std::ops::Range;

use crate::{Sentence, Span};

use super::{ends::without_closers, has_speech};
use clause::FirstClause;
pub use duration::estimated_seconds;
pub use first::FirstPart;
use timeline::Timeline;
use words::{Joint, is_marked};

/// Seconds below which a sentence is ultra-short: "Yes.", "OK.", "Hello."
const ULTRA_SHORT: f32 = 1.0;

/// Seconds and characters above which any part is cut.
const OVER_LONG: f32 = 15.0;
const MOST_CHARACTERS: usize = 400;

/// Turns sentences into parts, which become one clip each, while more sentences arrive.
///
/// The first sentence is returned at once, however short, and its first clause before its end where that is certain.
/// Later ultra-short sentences wait for the next one.
pub(crate) struct Shaper {
    language: String,
    first: FirstPart,
    opening: Opening,
    held: Option<Sentence>,
}

/// The state of a text's first sentence.
enum Opening {
    /// No clause of it is certain.
    Sought(FirstClause),
    /// This many words of it are returned.
    Begun(usize),
    /// All of it is returned.
    Over,
}

impl Shaper {
    /// `language` is a BCP 47 tag.
    pub(crate) fn new(language: &str, first: FirstPart) -> Self {
        Self::with(FirstClause::usual(), language, first)
    }

    /// The same for parts that follow each other without a gap.
    pub(crate) fn without_gaps(language: &str, first: FirstPart) -> Self {
        Self::with(FirstClause::soonest(), language, first)
    }

    fn with(sought: FirstClause, language: &str, first: FirstPart) -> Self {
        Self { language: language.to_owned(), first, opening: Opening::Sought(sought), held: None }
    }

    /// Takes the whole words with which the next sentence begins, as far as they are certain, and returns the first
    /// clause of a text's first sentence, once.
    pub(crate) fn begin(&mut self, beginning: &str) -> Vec<Sentence> {
        let Opening::Sought(sought) = &mut self.opening else { return Vec::new() };
        let Some((words, clause)) = sought.find(&self.language, beginning) else { return Vec::new() };
        self.opening = Opening::Begun(words);
        let is_long = seconds(&self.language, &clause) > first::LONGEST;
        split(&self.language, &clause, is_long.then_some(self.first))
    }

    /// Adds a sentence and returns the parts that can be made now.
    pub(crate) fn push(&mut self, sentence: &str) -> Vec<Sentence> {
        if !has_speech(sentence) {
            return Vec::new();
        }
        // A sentence that arrives at once has the parts of one that arrives in pieces.
        let mut parts = self.begin(sentence);
        parts.extend(match std::mem::replace(&mut self.opening, Opening::Over) {
            Opening::Sought(_) => {
                let sentence = Sentence::plain(sentence);
                let mut timeline = Timeline::new(&self.language, &sentence);
                clause::tighten(&mut timeline);
                cut(&sentence, &timeline, Some(self.first))
            }
            Opening::Begun(words) => {
                let rest: Vec<_> = sentence.split_whitespace().skip(words).collect();
                self.push_later(Sentence::plain(rest.join(" ")))
            }
            Opening::Over => self.push_later(Sentence::plain(sentence)),
        });
        parts
    }

    fn push_later(&mut self, sentence: Sentence) -> Vec<Sentence> {
        let sentence = match self.held.take() {
            Some(held) => join(held, sentence),
            None => sentence,
        };
        if is_ultra_short(&self.language, &sentence) {
            self.held = Some(sentence);
            return Vec::new();
        }
        split(&self.language, &sentence, None)
    }

    /// Returns the remaining parts, when no more sentences come.
    pub(crate) fn finish(self) -> Vec<Sentence> {
        self.held.into_iter().collect()
    }
}

/// The parts of a complete text. No sentence has to be returned early, so ultra-short sentences join the next one even
/// at the beginning, and an ultra-short last sentence joins the one before it.
///
/// ```
/// use text::{FirstPart, Sentence, shape};
///
/// let sentences = ["Yes.", "Your order has shipped."].map(Sentence::plain).into();
/// let parts = shape("en-US", sentences, FirstPart::Usual);
/// assert_eq!(parts[0].text(), "Yes. Your order has shipped.");
/// ```
pub fn shape(language: &str, sentences: Vec<Sentence>, first: FirstPart) -> Vec<Sentence> {
    let mut joined: Vec<Sentence> = Vec::with_capacity(sentences.len());
    for sentence in sentences.into_iter().filter(is_heard) {
        match joined.pop_if(|previous| is_ultra_short(language, previous)) {
            Some(previous) => joined.push(join(previous, sentence)),
            None => joined.push(sentence),
        }
    }
    if let Some(last) = joined.pop_if(|last| is_ultra_short(language, last)) {
        match joined.pop() {
            Some(previous) if seconds(language, &previous) + ULTRA_SHORT < OVER_LONG => {
                joined.push(join(previous, last))
            }
            previous => joined.extend(previous.into_iter().chain([last])),
        }
    }
    let parts = joined.into_iter().enumerate();
    parts.flat_map(|(index, sentence)| split(language, &sentence, (index == 0).then_some(first))).collect()
}

/// Whether the sentence has anything to say, or a pause.
fn is_heard(sentence: &Sentence) -> bool {
    let is_heard = |span: &Span| span.ipa.is_some() || has_speech(&span.text) || span.pause_ms > 0;
    sentence.spans.iter().any(is_heard)
}

fn seconds(language: &str, sentence: &Sentence) -> f32 {
    let timeline = Timeline::new(language, sentence);
    timeline.seconds(&(0..timeline.words.len()))
}

fn is_ultra_short(language: &str, sentence: &Sentence) -> bool {
    seconds(language, sentence) < ULTRA_SHORT
}

/// Joins two sentences. A heading gets a full stop, so that it stays separate from the second sentence.
fn join(mut first: Sentence, second: Sentence) -> Sentence {
    if let Some(last) = first.spans.last_mut().filter(|last| last.ipa.is_none() && last.pause_ms == 0) {
        last.text.truncate(last.text.trim_end().len());
        if ends_without_mark(&last.text) {
            last.text.push('.');
        }
    }
    match (first.spans.as_mut_slice(), second.spans.as_slice()) {
        ([one], [other]) if is_plain(one) && is_plain(other) => {
            one.text.push(' ');
            one.text.push_str(other.text.trim_start());
        }
        _ => first.spans.extend(second.spans),
    }
    first
}

/// Whether a text ends in a word, or in a bracket around words: "Eggs (12)".
fn ends_without_mark(text: &str) -> bool {
    text.trim_end_matches([')', ']', '%']).ends_with(char::is_alphanumeric)
}

fn is_plain(span: &Span) -> bool {
    *span == Span::plain(span.text.as_str())
}

/// The parts of one sentence; `first` is given where a text begins with the sentence.
fn split(language: &str, sentence: &Sentence, first: Option<FirstPart>) -> Vec<Sentence> {
    cut(sentence, &Timeline::new(language, sentence), first)
}

fn cut(sentence: &Sentence, timeline: &Timeline<'_>, first: Option<FirstPart>) -> Vec<Sentence> {
    let all = 0..timeline.words.len();
    let mut cuts = Vec::new();
    match first.and_then(|first| first.cut(timeline, &all)) {
        Some(first) => {
            cuts.push(first);
            halve(timeline, first..all.end, &mut cuts);
        }
        None => halve(timeline, all.clone(), &mut cuts),
    }
    if cuts.is_empty() {
        return vec![sentence.clone()];
    }
    cuts.push(all.end);
    let mut begin = 0;
    let mut parts = Vec::with_capacity(cuts.len());
    for end in cuts {
        parts.push(part(sentence, timeline, begin..end));
        begin = end;
    }
    parts.retain(is_heard);
    parts
}

/// Adds the cuts that divide an over-long range, near its middle, in order.
fn halve(timeline: &Timeline<'_>, words: Range<usize>, cuts: &mut Vec<usize>) {
    let total = timeline.seconds(&words);
    let is_over_long = total > OVER_LONG || timeline.characters(&words) > MOST_CHARACTERS + 1;
    if !is_over_long || words.len() < 2 {
        return;
    }
    let middle = total / 2.0;
    let within = || total * 0.25..total * 0.75;
    let at = |joint| timeline.cut(&words, joint, middle, within());
    // A sentence that is over-long is cut, whatever is lost by it.
    let anyhow = |joint| timeline.any_cut(&words, joint, middle, within());
    let cut = at(Joint::Clause)
        .or_else(|| at(Joint::Phrase))
        .or_else(|| at(Joint::Loose))
        .or_else(|| anyhow(Joint::Clause))
        .or_else(|| anyhow(Joint::Phrase))
        .or_else(|| anyhow(Joint::Loose))
        .or_else(|| timeline.any_cut(&words, Joint::Tight, middle, 0.0..f32::INFINITY));
    // No cut is possible in words that take no time.
    let Some(cut) = cut.filter(|&cut| cut > words.start && cut < words.end) else { return };
    halve(timeline, words.start..cut, cuts);
    cuts.push(cut);
    halve(timeline, cut..words.end, cuts);
}

/// The words of a range as a separate sentence.
fn part(sentence: &Sentence, timeline: &Timeline<'_>, range: Range<usize>) -> Sentence {
    let (words, rest) = (&timeline.words[range.clone()], &timeline.words[range.end..]);
    let first = if range.start == 0 { 0 } else { words.first().map_or(0, |word| word.span) };
    let last =
        if rest.is_empty() { sentence.spans.len() } else { rest.first().map_or(0, |word| word.span + 1) };
    let mut spans = Vec::new();
    for (index, span) in sentence.spans.iter().enumerate().take(last).skip(first) {
        let own: Vec<_> = words.iter().filter(|word| word.span == index).collect();
        let goes_on = rest.first().is_some_and(|word| word.span == index);
        let text = match (own.first(), own.last()) {
            (Some(first), Some(last)) => &span.text[first.bytes.start..last.bytes.end],
            _ if goes_on || !span.text.trim().is_empty() => continue,
            // The span is only a pause after a word of this part.
            _ => "",
        };
        let pause_ms = if goes_on { 0 } else { span.pause_ms };
        spans.push(Span { text: text.to_owned(), pause_ms, ..span.clone() });
    }
    let is_cut =
        words.last().is_some_and(|word| !rest.is_empty() && word.joint < Joint::Clause && !word.is_broken);
    if let Some(span) = spans.last_mut().filter(|span| is_cut && span.ipa.is_none()) {
        let last = span.text.split_whitespace().next_back().unwrap_or_default();
        if !is_marked(without_closers(last)) {
            span.text.push(',');
        }
    }
    Sentence { spans }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(parts: &[Sentence]) -> Vec<String> {
        parts.iter().map(Sentence::text).collect()
    }

    fn shaped(sentences: &[&str]) -> Vec<String> {
        texts(&shape(
            "en-US",
            sentences.iter().map(|&sentence| Sentence::plain(sentence)).collect(),
            FirstPart::Usual,
        ))
    }

    #[test]
    fn ultra_short_sentences_join_the_next_and_the_last_the_one_before() {
        assert_eq!(shaped(&["Yes.", "No.", "I can help you.", "Bye."]), ["Yes. No. I can help you. Bye."]);
    }

    #[test]
    fn the_first_part_never_waits_and_later_ultra_short_ones_do() {
        let mut shaper = Shaper::new("en-US", FirstPart::Usual);
        assert_eq!(texts(&shaper.push("Hi.")), ["Hi."]);
        assert_eq!(texts(&shaper.push("Yes.")), Vec::<String>::new());
        assert_eq!(texts(&shaper.push("I can help you.")), ["Yes. I can help you."]);
        assert_eq!(texts(&shaper.push("Bye.")), Vec::<String>::new());
        assert_eq!(texts(&shaper.finish()), ["Bye."]);
    }

    #[test]
    fn over_long_sentences_are_cut_at_a_clause_and_no_word_is_lost() {
        let clause = "and then we walked for a long while, ";
        let sentence = clause.repeat(20).trim_end_matches(", ").to_owned() + ".";
        let pieces = shaped(&[&sentence]);
        assert!(pieces.iter().all(|piece| piece.chars().count() <= MOST_CHARACTERS));
        assert!(pieces[..pieces.len() - 1].iter().all(|piece| piece.ends_with(',')), "{pieces:?}");
        assert_eq!(pieces.join(" "), sentence);
    }

    #[test]
    fn a_word_without_end_is_cut_anywhere() {
        let pieces = texts(&shape("ko-KR", vec![Sentence::plain("가".repeat(50_000))], FirstPart::Usual));
        assert_eq!(pieces.concat(), "가".repeat(50_000));
        assert!(pieces.iter().all(|piece| piece.chars().count() <= MOST_CHARACTERS));
    }

    #[test]
    fn a_run_of_letters_that_is_spelled_is_cut_before_it_is_over_long() {
        let parts = shape("en-US", vec![Sentence::plain("a".repeat(200))], FirstPart::Usual);
        assert_eq!(texts(&parts).concat(), "a".repeat(200));
        assert!(parts.iter().all(|part| seconds("en-US", part) <= OVER_LONG), "{parts:?}");
    }

    #[test]
    fn no_cut_takes_a_number_from_its_evidence() {
        let numbers = "Your order numbers are 40771, 88213, and 90125,";
        let parts = shaped(&[&format!("{numbers} which is all that I see.")]);
        assert!(parts[0].starts_with(numbers), "{parts:?}");
    }

    #[test]
    fn marked_words_stay_whole_and_keep_their_pauses() {
        let marked = Span { ipa: Some("x".to_owned()), ..Span::plain("one two, three four") };
        let pause = Span { pause_ms: 700, ..Span::plain("") };
        let long = "there are many words before the end of this";
        let spans =
            vec![Span::plain(long), marked.clone(), pause.clone(), Span::plain(long), Span::plain(long)];
        let parts = shape("en-US", vec![Sentence { spans }], FirstPart::Usual);
        assert!(parts.len() > 1, "{parts:?}");
        let spans: Vec<&Span> = parts.iter().flat_map(|part| &part.spans).collect();
        assert!(spans.contains(&&marked) && spans.contains(&&pause), "{spans:?}");
    }
}
