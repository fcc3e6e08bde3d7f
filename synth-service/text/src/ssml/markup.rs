//! The effect of each element on the text inside it. Does not split sentences.

use std::mem;

use super::error::Fault;
use super::values;
use super::xml::{Document, Node, Tag};
use crate::{
    SayAs, Sentence,
    draft::{Block, Draft, LONGEST_PAUSE_MS},
    say_as,
};

/// Range of the product of the nested rates.
const RATES: (f32, f32) = (0.5, 2.0);

/// The sentences of a text that consists of one `speak` element.
pub(super) fn read(language: &str, text: &str) -> Result<Vec<Sentence>, Fault> {
    let mut document = Document::new(text);
    let mut markup = Markup { language, elements: Vec::new(), draft: Draft::new(language) };
    while let Some(node) = document.next()? {
        match node {
            Node::Open(tag) => {
                let element = markup.element(&tag)?;
                markup.elements.push(element);
            }
            Node::Close => markup.close(),
            Node::Text(text) => markup.text(&text),
        }
    }
    Ok(markup.draft.finish())
}

struct Markup<'a> {
    language: &'a str,
    /// The open elements, the innermost last.
    elements: Vec<Element>,
    draft: Draft<'a>,
}

struct Element {
    /// Product of the rates of the open elements.
    rate: f32,
    block: Option<Block>,
    hold: Option<Hold>,
}

/// An element that holds its text back until all of it is there.
struct Hold {
    reading: Reading,
    text: String,
    /// Total of the breaks inside, in milliseconds.
    pause_ms: u32,
}

enum Reading {
    SayAs(SayAs),
    Alias(String),
    Ipa(String),
    Silent,
}

impl Markup<'_> {
    fn element(&mut self, tag: &Tag) -> Result<Element, Fault> {
        let outer = self.elements.last().map_or(1.0, |element| element.rate);
        let mut element = Element { rate: outer, block: None, hold: None };
        let reading = match tag.name.as_str() {
            "say-as" => values::say_as(tag)?.map(Reading::SayAs),
            "sub" => Some(Reading::Alias(values::required(tag, "alias")?.to_owned())),
            "phoneme" => ipa(tag)?.map(Reading::Ipa),
            "desc" | "metadata" => Some(Reading::Silent),
            _ => None,
        };
        match tag.name.as_str() {
            "break" => self.pause(values::pause_ms(tag)?),
            "prosody" => element.rate *= values::rate(tag)?,
            "p" => element.block = Some(Block::Paragraph),
            "s" => element.block = Some(Block::Sentence),
            _ => {}
        }
        element.hold = reading.map(|reading| Hold { reading, text: String::new(), pause_ms: 0 });
        self.begin_or_end(element.block);
        Ok(element)
    }

    fn close(&mut self) {
        let Some(element) = self.elements.pop() else { return };
        if let Some(hold) = element.hold {
            self.release(hold.reading, &hold.text, element.rate);
            if hold.pause_ms > 0 {
                self.pause(hold.pause_ms);
            }
        }
        self.begin_or_end(element.block);
    }

    fn text(&mut self, text: &str) {
        let rate = self.rate();
        match self.hold() {
            Some(hold) => hold.text.push_str(text),
            None => self.draft.words(text, rate),
        }
    }

    fn pause(&mut self, pause_ms: u32) {
        let holds = self.elements.iter().filter(|element| element.hold.is_some()).count();
        let rate = self.rate();
        match self.hold() {
            None => self.draft.pause(pause_ms),
            // A code may have breaks inside: the text before each break is read separately.
            Some(Hold { reading: Reading::SayAs(kind), text, .. }) if holds == 1 => {
                let (kind, text) = (*kind, one_line(&mem::take(text)));
                self.draft.saying(&say_as(self.language, kind, &text), rate);
                self.draft.pause(pause_ms);
            }
            Some(hold) => hold.pause_ms = (hold.pause_ms + pause_ms).min(LONGEST_PAUSE_MS),
        }
    }

    /// Passes on held text in its spoken form: to the enclosing element if that element holds its text, else to the
    /// draft.
    fn release(&mut self, reading: Reading, text: &str, element_rate: f32) {
        let rate = bounded(element_rate);
        let text = one_line(text);
        let language = self.language;
        match (reading, self.hold()) {
            (Reading::Silent, _) => {}
            (Reading::Alias(alias), Some(outer)) => outer.text.push_str(&alias),
            (Reading::Alias(alias), None) => self.draft.words(&alias, rate),
            (Reading::SayAs(_) | Reading::Ipa(_), Some(outer)) => outer.text.push_str(&text),
            (Reading::SayAs(kind), None) => self.draft.saying(&say_as(language, kind, &text), rate),
            (Reading::Ipa(ipa), None) => self.draft.phonemes(&text, ipa, rate),
        }
    }

    fn begin_or_end(&mut self, block: Option<Block>) {
        if self.hold().is_none()
            && let Some(block) = block
        {
            self.draft.end_block(block);
        }
    }

    /// The innermost element that holds its text.
    fn hold(&mut self) -> Option<&mut Hold> {
        self.elements.iter_mut().rev().find_map(|element| element.hold.as_mut())
    }

    fn rate(&self) -> f32 {
        bounded(self.elements.last().map_or(1.0, |element| element.rate))
    }
}

fn bounded(rate: f32) -> f32 {
    rate.clamp(RATES.0, RATES.1)
}

/// The pronunciation in a `phoneme` element; `None` for an unknown alphabet.
fn ipa(tag: &Tag) -> Result<Option<String>, Fault> {
    if !tag.value("alphabet").unwrap_or("ipa").eq_ignore_ascii_case("ipa") {
        return Ok(None);
    }
    let ipa = values::required(tag, "ph")?;
    Ok(Some(one_line(ipa)))
}

/// The words with one space between them. Control characters separate words too: XML forbids them, but authors can't
/// see them.
fn one_line(text: &str) -> String {
    let words = text.split(|it: char| it.is_whitespace() || it.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
