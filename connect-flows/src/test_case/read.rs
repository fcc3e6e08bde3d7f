//! A test case out of JSON: the content alone, an answer of `DescribeTestCase`, or a request of `CreateTestCase`.

use serde_json::Value;

use super::{
    EXPORTED_VERSION, Entry, Event, Likeness, Message, Observation, Sound, TestCase, VERSION, action,
    fault::{Unreadable, fault, text},
};
use crate::{
    json::{self, Node},
    language::nearest,
};

/// Whether a JSON text is a test case rather than a flow or anything else.
pub fn is_test_case(text: &str) -> bool {
    json::read(text)
        .is_ok_and(|root| content(&root).is_some_and(|(_, node, _)| node.get("Observations").is_some()))
}

/// Reads a test case.
///
/// # Errors
/// [`Unreadable`]: the first fault. Places within a `Content` that is a string are those of the whole string.
pub fn read(text: &str) -> Result<TestCase, Unreadable> {
    let root =
        json::read(text).map_err(|error| Unreadable { span: error.span.clone(), text: error.to_string() })?;
    let Some((around, content, inner)) = content(&root) else {
        return fault(&root, "this is no test case: it has no Observations");
    };
    let mut case = head(around)?;
    case.content = match inner {
        Some(inner) => inner.trim_start_matches('\u{feff}').to_owned(),
        None => text.get(content.span.clone()).unwrap_or_default().to_owned(),
    };
    let version = content.get("Version").and_then(Node::scalar).unwrap_or(VERSION);
    if version != VERSION && version != EXPORTED_VERSION {
        let text = format!("the version of the testing language must be {VERSION} or {EXPORTED_VERSION}");
        return fault(&content, text);
    }
    let read: Result<_, _> = observations(&content, &mut case);
    // Within a string there are no places of the file.
    if let (Err(error), true) = (&read, std::ptr::eq(around, &root) && root.get("Observations").is_none()) {
        return Err(Unreadable { span: content.span.clone(), text: error.text.clone() });
    }
    read.map(|()| case)
}

/// The object with name and entry point, the content, and its text where that is a string.
fn content(root: &Node) -> Option<(&Node, Node, Option<&str>)> {
    let around = root.get("TestCase").unwrap_or(root);
    let Some(content) = around.get("Content") else { return Some((root, root.clone(), None)) };
    let Some(text) = content.text() else { return Some((around, content.clone(), None)) };
    let mut inner = json::read(text).ok()?;
    inner.span = content.span.clone();
    Some((around, inner, Some(text)))
}

fn head(around: &Node) -> Result<TestCase, Unreadable> {
    let word = |path: &[&str]| around.at(path).and_then(Node::scalar).map(str::to_owned);
    let point = |key| word(&["EntryPoint", "VoiceCallEntryPointParameters", key]);
    if word(&["EntryPoint", "Type"]).is_some_and(|kind| kind == "CHAT") {
        return fault(around, "a test case of a chat can't run here: its EntryPoint must be a VOICE_CALL");
    }
    let entry = Entry {
        flow: point("FlowId").or_else(|| word(&["Metadata", "FlowId"])),
        caller: point("SourcePhoneNumber"),
        called: point("DestinationPhoneNumber"),
    };
    let data = word(&["InitializationData"]).unwrap_or_default();
    let data: Value = serde_json::from_str(&data).unwrap_or_default();
    let data = data.get("Attributes").unwrap_or(&data);
    let scalar = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let attributes = data.as_object().into_iter().flatten();
    let attributes = attributes.map(|(key, value)| (key.clone(), scalar(value))).collect();
    Ok(TestCase { name: word(&["Name"]), entry, attributes, ..TestCase::default() })
}

fn observations(content: &Node, case: &mut TestCase) -> Result<(), Unreadable> {
    for node in content.get("Observations").map(Node::items).unwrap_or_default() {
        let one = observation(node)?;
        if case.observations.iter().any(|other| other.identifier == one.identifier) {
            return fault(node, format!("two observations are called {:?}", one.identifier));
        }
        case.observations.push(one);
    }
    let names: Vec<_> = case.observations.iter().map(|one| one.identifier.as_str()).collect();
    let nexts =
        case.observations.iter().flat_map(|one| one.next.iter().map(move |next| (one, next.as_str())));
    if let Some((one, next)) = nexts.into_iter().find(|(_, next)| !names.contains(next)) {
        let near = nearest(next, names.iter().copied());
        let advice = near.map_or(String::new(), |near| format!("; did you mean {near:?}?"));
        let text = format!("{:?} leads to {next:?}, which is no observation{advice}", one.identifier);
        return Err(Unreadable { span: one.span.clone(), text });
    }
    if case.observations.is_empty() {
        return fault(content, "the test case has no observation: it would test nothing");
    }
    Ok(())
}

fn observation(node: &Node) -> Result<Observation, Unreadable> {
    let next = node.at(&["Transitions", "NextObservations"]);
    let next = next.or_else(|| node.at(&["Transitions", "NextActions"])).map(Node::items).unwrap_or_default();
    let Some(event_node) = node.get("Event") else { return fault(node, "this observation has no Event") };
    Ok(Observation {
        identifier: text(node, "Identifier")?,
        event: event(event_node)?,
        actions: action::all(node.get("Actions").map(Node::items).unwrap_or_default())?,
        times: times(node)?,
        next: next.iter().filter_map(Node::scalar).map(str::to_owned).collect(),
        span: node.span.clone(),
    })
}

fn times(node: &Node) -> Result<Option<u32>, Unreadable> {
    let Some(usage) = node.get("Usage") else { return Ok(Some(1)) };
    match text(usage, "Type")?.to_uppercase().as_str() {
        "ANY" => Ok(None),
        "EXACTLY" => {
            let times = usage.get("Times").and_then(Node::scalar).map_or(Ok(1), str::parse);
            times.map(Some).or_else(|_| fault(usage, "Times must be a whole number"))
        }
        other => fault(usage, format!("Usage can be EXACTLY or ANY, not {other:?}")),
    }
}

fn event(node: &Node) -> Result<Event, Unreadable> {
    let empty = Node::object();
    let properties = node.get("Properties").unwrap_or(&empty);
    match text(node, "Type")?.as_str() {
        "TestInitiated" => Ok(Event::Initiated),
        "TestCompleted" => Ok(Event::Completed),
        "MessageReceived" => Ok(Event::Message(message(node, properties)?)),
        "FlowActionStarted" => {
            let kind = text(properties, "ActionType")?.trim().to_owned();
            let parameters = properties.get("ActionParameters").map_or(Value::Null, Node::to_value);
            Ok(Event::ActionStarted { kind, parameters })
        }
        other => {
            let known = ["TestInitiated", "TestCompleted", "MessageReceived", "FlowActionStarted"];
            let near = nearest(other, known).unwrap_or(known[2]);
            fault(node, format!("{other:?} is no event of the testing language; did you mean {near:?}?"))
        }
    }
}

fn message(event: &Node, properties: &Node) -> Result<Message, Unreadable> {
    let word = |key| properties.get(key).and_then(Node::scalar).map(str::to_owned);
    let media = properties.at(&["Media", "Uri"]).and_then(Node::scalar).map(str::to_owned);
    let sound = word("Text").map(Sound::Text).or_else(|| word("SSML").map(Sound::Ssml));
    let sound = sound.or_else(|| word("PromptId").map(Sound::Prompt)).or_else(|| media.map(Sound::Media));
    let Some(sound) = sound else {
        return fault(event, "a MessageReceived needs a Text, SSML, PromptId or Media in its Properties");
    };
    // The reference has the criteria in two places, as a string and as an object; the service reads the first.
    let criteria = properties.get("MatchingCriteria").or_else(|| event.get("MatchingCriteria"));
    let criteria =
        criteria.and_then(|node| node.scalar().or_else(|| node.get("Type").and_then(Node::scalar)));
    let likeness = match criteria {
        None | Some("Similarity") => Likeness::Similarity,
        Some("Inclusion") => Likeness::Inclusion,
        Some(other) => {
            return fault(event, format!("MatchingCriteria can be Similarity or Inclusion, not {other:?}"));
        }
    };
    Ok(Message { sound, likeness })
}
