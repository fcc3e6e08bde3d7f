//! Collects words, pronunciations and pauses in order, and splits them into sentences. Independent of the notation in
//! which they are written.

use std::mem;
use std::ops::Range;

use crate::{Sentence, Span};

use crate::{clean::spoken_characters, ends, has_speech};

/// Longest pause that a text can request, in milliseconds.
pub(crate) const LONGEST_PAUSE_MS: u32 = 10_000;

/// Pause after a paragraph in addition to the pause between sentences, in milliseconds.
const PARAGRAPH_MS: u32 = 400;

/// Pause after a sentence that ends only with its element, in milliseconds: that of a full stop.
const UNMARKED_MS: u32 = 250;

/// Marks at which a voice pauses without a set pause.
const MARKS: [char; 11] = ['.', '!', '?', ':', ';', ',', '…', '。', '！', '？', '，'];

/// Characters that may follow such a mark.
const CLOSERS: [char; 7] = ['"', '\'', '”', '’', ')', ']', '»'];

/// An element at whose ends sentences end.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Block {
    Sentence,
    Paragraph,
}

pub(crate) struct Draft<'a> {
    language: &'a str,
    /// The pieces of the current block, as written.
    pieces: Vec<Span>,
    /// Whether the next word must be separated from the last one.
    is_apart: bool,
    sentences: Vec<Sentence>,
    /// The strongest block end since the last sentence.
    ended: Option<Block>,
    /// Pause before the first words, in milliseconds.
    lead_ms: u32,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(language: &'a str) -> Self {
        Self { language, pieces: Vec::new(), is_apart: false, sentences: Vec::new(), ended: None, lead_ms: 0 }
    }

    /// Adds text that is read as written.
    pub(crate) fn words(&mut self, text: &str, rate: f32) {
        let is_apart = mem::take(&mut self.is_apart);
        if is_apart && text.starts_with(|next: char| next.is_alphanumeric() && !is_hangul(next)) {
            self.append(" ", rate);
        }
        self.append(text, rate);
    }

    /// Adds words that replace written text. They don't merge with the words around them; Korean particles follow
    /// without a space.
    pub(crate) fn saying(&mut self, words: &str, rate: f32) {
        let last = self.pieces.last().and_then(|piece| piece.text.chars().next_back());
        if last.is_some_and(char::is_alphanumeric) {
            self.append(" ", rate);
        }
        self.append(words, rate);
        self.is_apart = true;
    }

    /// Adds words with their pronunciation. They are never split.
    pub(crate) fn phonemes(&mut self, text: &str, ipa: String, rate: f32) {
        self.is_apart = false;
        self.pieces.push(Span { text: text.to_owned(), ipa: Some(ipa), rate, pause_ms: 0 });
    }

    /// Adds a pause after the last addition, in milliseconds.
    pub(crate) fn pause(&mut self, pause_ms: u32) {
        if pause_ms == 0 {
            return;
        }
        self.is_apart = false;
        match self.pieces.last_mut() {
            Some(last) => lengthen(last, pause_ms),
            None => self.pieces.push(Span { pause_ms, ..Span::plain("") }),
        }
    }

    /// Ends the sentence.
    pub(crate) fn end_block(&mut self, block: Block) {
        self.settle();
        self.ended = self.ended.max(Some(block));
    }

    pub(crate) fn finish(mut self) -> Vec<Sentence> {
        self.settle();
        self.sentences
    }

    fn append(&mut self, text: &str, rate: f32) {
        match self.pieces.last_mut() {
            Some(last) if last.ipa.is_none() && last.rate == rate && last.pause_ms == 0 => {
                last.text.push_str(text);
            }
            _ => self.pieces.push(Span { rate, ..Span::plain(text) }),
        }
    }

    /// Splits the collected pieces.
    fn settle(&mut self) {
        self.is_apart = false;
        let pieces = mem::take(&mut self.pieces);
        let prose = Prose::new(&pieces);
        let mut start = 0;
        let mut parts = pieces.iter().zip(&prose.places).peekable();
        for end in prose.sentence_ends(self.language, &pieces) {
            let is_last = end == prose.text.len();
            let mut sentence = Sentence::default();
            while let Some(&(piece, place)) = parts.peek().filter(|(_, place)| place.start < end || is_last) {
                let text = &prose.text[place.start.max(start)..place.end.min(end)];
                if place.end > end {
                    self.take(&mut sentence, piece, text, 0);
                    break;
                }
                self.take(&mut sentence, piece, text, piece.pause_ms);
                parts.next();
            }
            start = end;
            self.accept(sentence);
        }
    }

    /// Adds a part of a piece to the sentence; a pause without words is added to the words before it.
    fn take(&mut self, sentence: &mut Sentence, piece: &Span, part: &str, pause_ms: u32) {
        // A pronunciation is never split; where it has no words, the prose has a stand-in for them.
        let text = if piece.ipa.is_some() { &piece.text } else { part.trim() };
        if text.is_empty() && piece.ipa.is_none() {
            return self.pause_behind_last(sentence, pause_ms);
        }
        sentence.spans.push(Span { text: text.to_owned(), pause_ms, ..piece.clone() });
    }

    fn pause_behind_last(&mut self, sentence: &mut Sentence, pause_ms: u32) {
        let before = self.sentences.last_mut().and_then(|sentence| sentence.spans.last_mut());
        match sentence.spans.last_mut().or(before) {
            Some(last) => lengthen(last, pause_ms),
            None => self.lead_ms = (self.lead_ms + pause_ms).min(LONGEST_PAUSE_MS),
        }
    }

    /// Keeps a sentence that can be spoken; of any other sentence, keeps only the pauses.
    fn accept(&mut self, mut sentence: Sentence) {
        if !sentence.spans.iter().any(|span| span.ipa.is_some() || has_speech(&span.text)) {
            for span in &sentence.spans {
                self.pause_behind_last(&mut Sentence::default(), span.pause_ms);
            }
            return;
        }
        let before = self.sentences.last_mut().and_then(|sentence| sentence.spans.last_mut());
        if let Some((last, block)) = before.zip(self.ended) {
            let unmarked = if last.text.trim_end_matches(CLOSERS).ends_with(MARKS) { 0 } else { UNMARKED_MS };
            let paragraph = if block == Block::Paragraph { PARAGRAPH_MS } else { 0 };
            lengthen(last, unmarked + paragraph);
        }
        self.ended = None;
        if self.lead_ms > 0 {
            let pause_ms = mem::take(&mut self.lead_ms);
            sentence.spans.insert(0, Span { pause_ms, ..Span::plain("") });
        }
        self.sentences.push(sentence);
    }
}

fn lengthen(span: &mut Span, pause_ms: u32) {
    span.pause_ms = (span.pause_ms + pause_ms).min(LONGEST_PAUSE_MS);
}

/// The pieces as one cleaned text with collapsed white space, and the place of each piece in it.
struct Prose {
    text: String,
    places: Vec<Range<usize>>,
}

impl Prose {
    fn new(pieces: &[Span]) -> Self {
        let mut prose = Self { text: String::new(), places: Vec::with_capacity(pieces.len()) };
        for piece in pieces {
            let start = prose.text.len();
            match &piece.ipa {
                // A pronunciation without words needs a stand-in.
                Some(ipa) if piece.text.is_empty() => prose.text.push_str(ipa),
                Some(_) => prose.text.push_str(&piece.text),
                None => prose.push(&spoken_characters(&piece.text)),
            }
            if piece.pause_ms > 0 {
                prose.push(" ");
            }
            prose.places.push(start..prose.text.len());
        }
        prose
    }

    fn push(&mut self, text: &str) {
        let text = if self.text.is_empty() || self.text.ends_with(' ') { text.trim_start() } else { text };
        self.text.push_str(text);
    }

    /// The ends of sentences, none of them inside a pronunciation.
    fn sentence_ends(&self, language: &str, pieces: &[Span]) -> Vec<usize> {
        if self.text.is_empty() && !pieces.is_empty() {
            return vec![0];
        }
        let language = language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let mut whole = self.places.iter().zip(pieces).filter(|(_, piece)| piece.ipa.is_some()).peekable();
        let mut ends = ends::sentence_ends(&language, &self.text);
        ends.retain(|&end| {
            while whole.next_if(|(place, _)| place.end <= end).is_some() {}
            whole.peek().is_none_or(|(place, _)| place.start >= end)
        });
        ends
    }
}

fn is_hangul(character: char) -> bool {
    matches!(character, '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7af}')
}
