//! Whether a text in Speech Synthesis Markup Language can be spoken.

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
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

/// The fault of a document, and its remedy; `None` for a good one. Connect puts `<speak>` around a text without it.
pub(super) fn fault(ssml: &str) -> Option<(String, String)> {
    let ssml = ssml.trim();
    let is_whole = ssml.starts_with("<speak") || ssml.starts_with("<?xml");
    let whole = if is_whole { ssml.to_owned() } else { format!("<speak>{ssml}</speak>") };
    let mut reader = Reader::from_str(&whole);
    reader.config_mut().check_end_names = true;
    let mut open: Vec<String> = Vec::new();
    loop {
        let found = match reader.read_event() {
            Ok(Event::Start(tag)) => {
                open.push(name_of(&tag));
                of_tag(&tag)
            }
            Ok(Event::Empty(tag)) => of_tag(&tag),
            Ok(Event::End(_)) => {
                open.pop();
                None
            }
            Ok(Event::GeneralRef(entity)) => of_entity(&String::from_utf8_lossy(&entity)),
            Ok(Event::Eof) if open.is_empty() => return None,
            Ok(Event::Eof) => Some(unclosed(&open)),
            Ok(_) => None,
            Err(error) => Some(of_error(&error, &open)),
        };
        if found.is_some() {
            return found;
        }
    }
}

fn name_of(tag: &BytesStart<'_>) -> String {
    String::from_utf8_lossy(tag.name().as_ref()).into_owned()
}

fn of_entity(name: &str) -> Option<(String, String)> {
    let is_known = name.starts_with('#') || ENTITIES.contains(&name);
    (!is_known).then(|| (format!("the entity &{}; is unknown", plain(name)), "write &amp; for &".into()))
}

fn of_tag(tag: &BytesStart<'_>) -> Option<(String, String)> {
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

fn unclosed(open: &[String]) -> (String, String) {
    let name = open.last().map_or("speak", String::as_str);
    let remedy = match name {
        "break" | "mark" => format!("write <{name}/>"),
        _ => format!("write </{name}>"),
    };
    (format!("the tag <{name}> is not closed"), remedy)
}

fn of_error(error: &quick_xml::Error, open: &[String]) -> (String, String) {
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
        ] {
            let fault = fault(ssml);
            assert!(fault.as_ref().is_some_and(|(what, _)| what.contains(part)), "{ssml}: {fault:?}");
        }
    }
}
