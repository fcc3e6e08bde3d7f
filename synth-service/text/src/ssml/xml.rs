//! Well-formed XML, one event after the other. Independent of SSML, apart from the depth limit.
//!
//! `quick-xml` finds tags, references and comments. This module checks that they fit together, because it knows the
//! place of the first error.

use quick_xml::errors::{Error, IllFormedError, SyntaxError};
use quick_xml::escape::unescape;
use quick_xml::events::attributes::AttrError;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::error::{Fault, SsmlCause};
use super::is_name_character;

/// Most levels of nested elements.
const DEEPEST: usize = 64;

pub(super) enum Node {
    Open(Tag),
    /// Closes the innermost open element.
    Close,
    Text(String),
}

/// The tag that opens an element.
pub(super) struct Tag {
    /// Name with its prefix.
    pub(super) name: String,
    /// Offset of the tag's first byte in the text.
    pub(super) at: usize,
    attributes: Vec<(String, String)>,
}

impl Tag {
    /// The attribute's value without white space around it. A blank one counts as absent.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        let (_, value) = self.attributes.iter().find(|(attribute, _)| attribute == name)?;
        Some(value.trim()).filter(|value| !value.is_empty())
    }
}

pub(super) struct Document<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    /// Names of the open elements, and the bytes at which their tags begin.
    open: Vec<(String, usize)>,
    has_ended: bool,
}

impl<'a> Document<'a> {
    /// A reader of a text that must consist of one element.
    pub(super) fn new(text: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        Self { text, reader, open: Vec::new(), has_ended: false }
    }

    /// The next event, `None` after the last one.
    pub(super) fn next(&mut self) -> Result<Option<Node>, Fault> {
        loop {
            let at = self.position();
            let event = self.reader.read_event().map_err(|error| self.syntax_fault(at, &error))?;
            let raw = self.text.get(at..self.position()).unwrap_or_default();
            let node = match event {
                Event::Eof => return self.end(),
                Event::DocType(_) => return Err(Fault { at, cause: SsmlCause::Doctype }),
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => continue,
                Event::Start(tag) | Event::Empty(tag) => self.open_element(&tag, raw, at)?,
                Event::End(_) => self.close_element(raw, at)?,
                Event::Text(_) => Node::Text(raw.to_owned()),
                Event::CData(_) => Node::Text(cdata(raw).to_owned()),
                Event::GeneralRef(_) => Node::Text(resolved(raw, at)?),
            };
            match &node {
                Node::Text(_) if self.open.is_empty() => refuse_outside(raw, at)?,
                _ => return Ok(Some(node)),
            }
        }
    }

    fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(self.text.len())
    }

    fn end(&self) -> Result<Option<Node>, Fault> {
        match self.open.last() {
            Some((name, at)) => Err(Fault { at: *at, cause: SsmlCause::NeverClosed(name.clone()) }),
            None => Ok(None),
        }
    }

    fn open_element(&mut self, tag: &BytesStart<'_>, raw: &str, at: usize) -> Result<Node, Fault> {
        let name = String::from_utf8_lossy(tag.name().as_ref()).into_owned();
        let fault = |cause| Err(Fault { at, cause });
        if let Some((outer, _)) = raw.get(1..).unwrap_or_default().split_once('<') {
            let outer = outer.split(char::is_whitespace).next().unwrap_or_default();
            return fault(if is_name(outer) {
                SsmlCause::TagInTag(outer.to_owned())
            } else {
                SsmlCause::NoTag
            });
        }
        if !is_name(&name) {
            return fault(SsmlCause::NoTag);
        }
        if self.has_ended {
            return fault(SsmlCause::Trailing);
        }
        if self.open.len() == DEEPEST {
            return fault(SsmlCause::TooDeep(DEEPEST));
        }
        let attributes = attributes(tag, &name, raw, at)?;
        self.open.push((name.clone(), at));
        Ok(Node::Open(Tag { name, at, attributes }))
    }

    /// Closes the innermost element. `raw` is empty after a tag such as `<break/>`, which closes itself.
    fn close_element(&mut self, raw: &str, at: usize) -> Result<Node, Fault> {
        let name = raw.trim_start_matches("</").trim_end_matches('>').trim_end();
        let fault = |cause| Err(Fault { at, cause });
        if name.contains('<') {
            return fault(SsmlCause::UnclosedTag);
        }
        let open = self.open.pop();
        if let Some((open, _)) = open.filter(|(open, _)| !raw.is_empty() && open != name) {
            return fault(if self.open.iter().any(|(outer, _)| outer == name) {
                SsmlCause::Mismatch { open, closed_by: name.to_owned() }
            } else {
                SsmlCause::NotOpen(name.to_owned())
            });
        }
        if self.has_ended {
            return fault(SsmlCause::Trailing);
        }
        self.has_ended = self.open.is_empty();
        Ok(Node::Close)
    }

    fn syntax_fault(&self, at: usize, error: &Error) -> Fault {
        let unclosed = |what, end| SsmlCause::Unclosed { what, end };
        let cause = match error {
            Error::Syntax(SyntaxError::UnclosedComment) => unclosed("comment", "-->"),
            Error::Syntax(SyntaxError::UnclosedCData) => unclosed("CDATA section", "]]>"),
            Error::Syntax(SyntaxError::UnclosedPI | SyntaxError::UnclosedXmlDecl) => {
                unclosed("instruction", "?>")
            }
            Error::Syntax(SyntaxError::UnclosedDoctype)
            | Error::IllFormed(IllFormedError::MissingDoctypeName) => SsmlCause::Doctype,
            Error::Syntax(
                SyntaxError::UnclosedSingleQuotedAttributeValue
                | SyntaxError::UnclosedDoubleQuotedAttributeValue,
            ) => SsmlCause::UnclosedQuote,
            Error::IllFormed(IllFormedError::UnclosedReference) => SsmlCause::LoneAmpersand,
            Error::Syntax(SyntaxError::InvalidBangMarkup) => SsmlCause::NoTag,
            _ => SsmlCause::UnclosedTag,
        };
        let met = usize::try_from(self.reader.error_position()).unwrap_or(at);
        Fault { at: if met >= self.text.len() { at } else { met }, cause }
    }
}

/// Refuses anything but white space outside the root.
fn refuse_outside(raw: &str, at: usize) -> Result<(), Fault> {
    let words = raw.trim_start();
    if words.is_empty() {
        return Ok(());
    }
    Err(Fault { at: at + raw.len() - words.len(), cause: SsmlCause::Trailing })
}

fn is_name(name: &str) -> bool {
    let has_start = name.starts_with(|first: char| first.is_alphabetic() || first == '_');
    has_start && name.chars().all(is_name_character)
}

/// The text inside `<![CDATA[…]]>`.
fn cdata(raw: &str) -> &str {
    let inside = raw.strip_prefix("<![CDATA[").unwrap_or(raw);
    inside.strip_suffix("]]>").unwrap_or(inside)
}

/// The character that a reference such as `&amp;` stands for.
fn resolved(raw: &str, at: usize) -> Result<String, Fault> {
    match unescape(raw) {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err(Fault { at, cause: SsmlCause::UnknownReference(raw.to_owned()) }),
    }
}

/// The attributes' names and values. Each reference is checked separately first, so that an error has its exact place.
fn attributes(
    tag: &BytesStart<'_>,
    name: &str,
    raw: &str,
    at: usize,
) -> Result<Vec<(String, String)>, Fault> {
    let mut attributes = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| attribute_fault(&error, name, raw, at))?;
        let key = String::from_utf8_lossy(attribute.key.as_ref()).into_owned();
        let value = String::from_utf8_lossy(&attribute.value).into_owned();
        attributes.push((key, value));
    }
    for (ampersand, _) in raw.match_indices('&') {
        let reference = raw[ampersand..].split_inclusive(';').next().unwrap_or_default();
        let at = at + ampersand;
        if !reference.ends_with(';')
            || reference.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '\''))
        {
            return Err(Fault { at, cause: SsmlCause::LoneAmpersand });
        }
        resolved(reference, at)?;
    }
    for (_, value) in &mut attributes {
        *value = resolved(value, at)?;
    }
    Ok(attributes)
}

fn attribute_fault(error: &AttrError, name: &str, raw: &str, at: usize) -> Fault {
    let (inside, problem) = match *error {
        AttrError::ExpectedEq(inside) => (inside, "an attribute without a value"),
        AttrError::ExpectedValue(inside) => (inside, "an attribute without a value"),
        AttrError::UnquotedValue(inside) => (inside, "a value without quotes"),
        AttrError::ExpectedQuote(inside, _) => (inside, "a value without a closing quote"),
        AttrError::Duplicated(inside, _) => (inside, "the same attribute twice"),
    };
    // The parser counts from the byte after the `<`.
    let inside = (inside + 1).min(raw.len().saturating_sub(1));
    Fault { at: at + inside, cause: SsmlCause::Attribute { element: name.to_owned(), problem } }
}
