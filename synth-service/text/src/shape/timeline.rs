//! The time of each word in a sentence, and the best places to cut the sentence.

use std::ops::Range;

use crate::Sentence;

use super::{
    OVER_LONG,
    duration::word_seconds,
    evidence::is_kept,
    words::{Joint, joint},
};

/// Words on each side of a cut among which the evidence for a number is sought.
const REACH: usize = 12;

/// Most cuts of a kind for which the evidence is checked.
const MOST_TRIED: usize = 8;

/// Most characters of a word; a longer one is cut anywhere.
const LONGEST_WORD: usize = 200;

/// Most characters of a word that takes longer to say than a part may last; a longer one is cut anywhere.
const LONGEST_SLOW_WORD: usize = 50;

/// One word, or a piece of an over-long word.
pub(super) struct Word {
    /// Index of the word's span, and the word's place in the span's text.
    pub(super) span: usize,
    pub(super) bytes: Range<usize>,
    /// Quality of a cut after this word.
    pub(super) joint: Joint,
    /// Whether a cut after it divides a word.
    pub(super) is_broken: bool,
    characters: usize,
    seconds: f32,
}

/// The words of a sentence. Positions are numbers of words.
pub(super) struct Timeline<'s> {
    language: &'s str,
    sentence: &'s Sentence,
    pub(super) words: Vec<Word>,
    /// Seconds before each position; the last entry is the total.
    seconds: Vec<f32>,
    characters: Vec<usize>,
}

impl<'s> Timeline<'s> {
    pub(super) fn new(language: &'s str, sentence: &'s Sentence) -> Self {
        let mut words: Vec<Word> = Vec::new();
        for (index, span) in sentence.spans.iter().enumerate() {
            let first = words.len();
            // A span with a pronunciation counts as one word.
            let own: Vec<&str> = match span.ipa {
                Some(_) => Some(span.text.trim()).filter(|text| !text.is_empty()).into_iter().collect(),
                None => span.text.split_whitespace().collect(),
            };
            for word in own {
                let begin = word.as_ptr().addr() - span.text.as_ptr().addr();
                let most = match span.ipa {
                    Some(_) => usize::MAX,
                    None if word_seconds(language, word) / span.rate.max(0.1) > OVER_LONG => {
                        LONGEST_SLOW_WORD
                    }
                    None => LONGEST_WORD,
                };
                for bytes in pieces(word, most) {
                    let piece = &word[bytes.clone()];
                    let is_broken = bytes.end < word.len();
                    words.push(Word {
                        span: index,
                        bytes: begin + bytes.start..begin + bytes.end,
                        joint: if is_broken { Joint::Loose } else { Joint::Tight },
                        is_broken,
                        characters: piece.chars().count() + 1,
                        seconds: piece.split_whitespace().map(|it| word_seconds(language, it)).sum::<f32>()
                            / span.rate.max(0.1),
                    });
                }
            }
            let pause = span.pause_ms;
            if let Some(last) = words.last_mut().filter(|_| pause > 0) {
                last.joint = Joint::Clause;
                last.seconds += f32::from(u16::try_from(pause).unwrap_or(u16::MAX)) / 1000.0;
            }
            set_joints(&mut words, first, sentence);
        }
        let mut timeline = Self { language, sentence, words, seconds: vec![0.0], characters: vec![0] };
        let (mut seconds, mut characters) = (0.0, 0);
        for word in &timeline.words {
            seconds += word.seconds;
            characters += word.characters;
            timeline.seconds.push(seconds);
            timeline.characters.push(characters);
        }
        timeline
    }

    /// The words as they are written.
    pub(super) fn texts(&self) -> Vec<&'s str> {
        let text = |word: &Word| &self.sentence.spans[word.span].text[word.bytes.clone()];
        self.words.iter().map(text).collect()
    }

    pub(super) fn seconds(&self, words: &Range<usize>) -> f32 {
        self.seconds[words.end] - self.seconds[words.start]
    }

    pub(super) fn characters(&self, words: &Range<usize>) -> usize {
        self.characters[words.end] - self.characters[words.start]
    }

    /// The position of a cut within `words`: among the joints of at least this kind whose time since the beginning of
    /// `words` is within `bounds`, the one nearest to `best`. A cut that takes a number from the words that tell how
    /// it is read is none.
    pub(super) fn cut(
        &self,
        words: &Range<usize>,
        least: Joint,
        best: f32,
        bounds: Range<f32>,
    ) -> Option<usize> {
        let possible = self.possible(words, least, best, bounds);
        possible.into_iter().take(MOST_TRIED).find(|&at| self.keeps_evidence(at))
    }

    /// The same without regard to evidence.
    pub(super) fn any_cut(
        &self,
        words: &Range<usize>,
        least: Joint,
        best: f32,
        bounds: Range<f32>,
    ) -> Option<usize> {
        self.possible(words, least, best, bounds).first().copied()
    }

    /// Positions of possible cuts, the one nearest to `best` first.
    fn possible(&self, words: &Range<usize>, least: Joint, best: f32, bounds: Range<f32>) -> Vec<usize> {
        let distance = |at: usize| (self.seconds(&(words.start..at)) - best).abs();
        let is_possible = |at: &usize| {
            self.words[at - 1].joint >= least && bounds.contains(&self.seconds(&(words.start..*at)))
        };
        let mut possible: Vec<usize> = (words.start + 1..words.end).filter(is_possible).collect();
        possible.sort_by(|&one, &other| distance(one).total_cmp(&distance(other)));
        possible
    }

    /// Whether the words on both sides of a cut are read as they are without it.
    pub(super) fn keeps_evidence(&self, at: usize) -> bool {
        let Word { span, bytes, is_broken, .. } = &self.words[at];
        let beside = self.words[at.saturating_sub(REACH)..at].iter().find(|word| word.span == *span);
        let Some(first) = beside.filter(|_| !is_broken) else { return true };
        let text = &self.sentence.spans[*span].text;
        let behind = self.words[at..].iter().take(REACH).take_while(|word| word.span == *span).last();
        let end = behind.map_or(text.len(), |word| word.bytes.end);
        is_kept(self.language, &text[first.bytes.start..bytes.start], &text[bytes.start..end])
    }
}

/// The pieces of a word, each of `most` characters.
fn pieces(word: &str, most: usize) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut begin = 0;
    while let Some((length, _)) = word[begin..].char_indices().nth(most) {
        pieces.push(begin..begin + length);
        begin += length;
    }
    pieces.push(begin..word.len());
    pieces
}

/// Sets the joints before the words from `first` on, which belong to one span.
fn set_joints(words: &mut [Word], first: usize, sentence: &Sentence) {
    for index in first.max(1)..words.len() {
        let (head, tail) = words.split_at_mut(index);
        let (Some(before), Some(after)) = (head.last_mut(), tail.first()) else { return };
        if before.is_broken || before.joint == Joint::Clause {
            continue;
        }
        let text = |word: &Word| &sentence.spans[word.span].text[word.bytes.clone()];
        // A word with a pronunciation may hold several written words.
        let last = text(before).split_whitespace().next_back().unwrap_or_default();
        let next = text(after).split_whitespace().next().unwrap_or_default();
        before.joint = joint(last, next);
    }
}
