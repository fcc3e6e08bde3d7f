//! Whether a text in Speech Synthesis Markup Language can be spoken.

use quick_xml::{
    Reader,
    events::{BytesRef, BytesStart, Event},
};

use crate::{
    language::nearest,
    line::{plain, quoted},
};

/// The tags that Amazon Polly knows; those with a prefix are taken as they are.
const TAGS: [&str; 12] =
    ["break", "emphasis", "lang", "mark", "p", "phoneme", "prosody", "s", "say-as", "speak", "sub", "w"];

/// The entities of XML.
const ENTITIES: [&str; 5] = ["amp", "apos", "gt", "lt", "quot"];

/// A fault and its remedy.
type Fault = (String, String);

/// The fault of a document; `None` for a good one. Connect puts `<speak>` around a text without it.
pub(crate) fn fault(ssml: &str) -> Option<Fault> {
    let ssml = ssml.trim();
    let is_whole = ssml.starts_with("<speak") || ssml.starts_with("<?xml");
    let whole = if is_whole { ssml.to_owned() } else { format!("<speak>{ssml}</speak>") };
    let mut reader = Reader::from_str(&whole);
    reader.config_mut().check_end_names = true;
    let mut document = Document { open: Vec::new(), has_root: false };
    loop {
        let found = match reader.read_event() {
            Ok(Event::Eof) if document.open.is_empty() => return None,
            Ok(Event::Eof) => Some(unclosed(&document.open)),
            Ok(event) => document.fault_of(&event),
            Err(error) => Some(of_error(&error, &document.open)),
        };
        if found.is_some() {
            return found;
        }
    }
}

/// A document as far as it was read.
struct Document {
    /// The tags that are open.
    open: Vec<String>,
    /// Whether the outermost tag was there.
    has_root: bool,
}

impl Document {
    fn fault_of(&mut self, event: &Event<'_>) -> Option<Fault> {
        let is_within = !self.has_root || !self.open.is_empty();
        match event {
            Event::Start(_) | Event::Empty(_) | Event::GeneralRef(_) if !is_within => Some(outside()),
            Event::Start(tag) => {
                let fault = self.fault_of_tag(tag);
                self.open.push(name_of(tag));
                fault
            }
            Event::Empty(tag) => self.fault_of_tag(tag),
            Event::End(_) => {
                self.open.pop();
                None
            }
            Event::GeneralRef(entity) => of_entity(entity),
            Event::Text(text) => of_text(&String::from_utf8_lossy(text), is_within),
            _ => None,
        }
    }

    fn fault_of_tag(&mut self, tag: &BytesStart<'_>) -> Option<Fault> {
        self.has_root = true;
        if name_of(tag) == "speak" && !self.open.is_empty() {
            return Some(("<speak> stands in another tag".into(), "remove the inner one".into()));
        }
        of_tag(tag)
    }
}

fn outside() -> Fault {
    ("something stands after </speak>".into(), "put all of it into one <speak>".into())
}

/// XML forbids most control characters, and the end of a part that is not open.
fn of_text(text: &str, is_within: bool) -> Option<Fault> {
    let is_bad = |letter: char| letter < ' ' && !letter.is_ascii_whitespace();
    if let Some(bad) = text.chars().find(|letter| is_bad(*letter)) {
        let what = format!("the control character {} can't stand in SSML", bad.escape_default());
        return Some((what, "remove it".into()));
    }
    if text.contains("]]>") {
        return Some(("]]> can't stand in SSML".into(), "write ]]&gt;".into()));
    }
    (!is_within && !text.trim().is_empty()).then(outside)
}

fn name_of(tag: &BytesStart<'_>) -> String {
    String::from_utf8_lossy(tag.name().as_ref()).into_owned()
}

fn of_entity(entity: &BytesRef<'_>) -> Option<Fault> {
    let name = String::from_utf8_lossy(entity);
    let is_known = match entity.resolve_char_ref() {
        Ok(Some(_)) => true,
        Ok(None) => ENTITIES.contains(&&*name),
        Err(_) => false,
    };
    (!is_known).then(|| (format!("the entity &{}; is unknown", plain(&name)), "write &amp; for &".into()))
}

fn of_tag(tag: &BytesStart<'_>) -> Option<Fault> {
    let name = name_of(tag);
    if name.is_empty() {
        return Some(("a lone < can't stand in SSML".into(), "write &lt;".into()));
    }
    if !TAGS.contains(&name.as_str()) && !name.contains(':') {
        let remedy = nearest(&name, TAGS).map_or("remove it".to_owned(), |near| format!("write <{near}>"));
        return Some((format!("the tag <{}> is unknown", plain(&name)), remedy));
    }
    let bad = tag.attributes().find_map(Result::err)?;
    Some((
        format!("the tag <{name}> has a bad attribute: {bad}"),
        "write attributes as name=\"value\"".into(),
    ))
}

fn unclosed(open: &[String]) -> Fault {
    let name = open.last().map_or("speak", String::as_str);
    let remedy = match name {
        "break" | "mark" => format!("write <{name}/>"),
        _ => format!("write </{name}>"),
    };
    (format!("the tag <{name}> is not closed"), remedy)
}

fn of_error(error: &quick_xml::Error, open: &[String]) -> Fault {
    use quick_xml::{Error, errors::IllFormedError};
    match error {
        Error::IllFormed(IllFormedError::MismatchedEndTag { .. } | IllFormedError::MissingEndTag(_)) => {
            unclosed(open)
        }
        Error::IllFormed(IllFormedError::UnmatchedEndTag(name)) => {
            (format!("</{name}> closes a tag that is not open"), "remove it".into())
        }
        Error::IllFormed(IllFormedError::UnclosedReference) => {
            ("a lone & can't stand in SSML".into(), "write &amp;".into())
        }
        other => (
            format!("it is no XML: {}", quoted(&other.to_string())),
            "write &lt; for < and &amp; for &".into(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::fault;

    #[test]
    fn good_documents_have_no_fault() {
        for ssml in [
            "<speak>Hello $.Attributes.name <break time=\"1s\"/></speak>",
            " <speak><prosody rate='$.Attributes.rate'>A &amp; b &#39;</prosody></speak>\n",
            "<speak><amazon:effect name=\"whispered\">Psst</amazon:effect></speak>",
            "<?xml version=\"1.0\"?><speak version=\"1.1\"><s>One.</s></speak>",
            "<speak></speak>",
            "Welcome",
            "<break time=\"1s\"/>",
        ] {
            assert_eq!(fault(ssml), None, "{ssml}");
        }
    }

    #[test]
    fn each_fault_is_named() {
        for (ssml, part) in [
            ("<speak>Fish & chips</speak>", "lone &"),
            ("<speak>Fish &chips; more</speak>", "&chips;"),
            ("<speak>Wait <break time=\"1s\"> now</speak>", "<break> is not closed"),
            ("<speak>Wait <prosody rate=\"slow\">now</speak>", "<prosody> is not closed"),
            ("<speak>Hello", "<speak> is not closed"),
            ("<speak>a < b</speak>", "lone <"),
            ("<speak>a</p></speak>", "<speak> is not closed"),
            ("<speak><brake time=\"1s\"/></speak>", "<brake> is unknown"),
            ("<speak><break time=1s/></speak>", "bad attribute"),
            ("Fish & chips", "lone &"),
            ("<p>Hello", "<p> is not closed"),
            ("<speak>a</speak>b", "after </speak>"),
            ("<speak>a</speak><speak>b</speak>", "after </speak>"),
            ("<speak>a</speak>&amp;", "after </speak>"),
            ("<speak>a <speak>b</speak></speak>", "in another tag"),
            ("a <speak>b</speak>", "in another tag"),
            ("&#x110000;", "&#x110000; is unknown"),
            ("a ]]> b", "]]>"),
            ("a\u{1}b", "control character"),
        ] {
            let fault = fault(ssml);
            assert!(fault.as_ref().is_some_and(|(what, _)| what.contains(part)), "{ssml}: {fault:?}");
        }
    }
}
