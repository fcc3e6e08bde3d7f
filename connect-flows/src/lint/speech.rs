//! Rules about texts and clips that are played.

use super::{
    Rule, reads, ssml,
    subject::{Step, Subject},
};
use crate::{
    json::Node,
    language::{ActionType, FlowType, limits},
    ssml::chars_outside_tags,
};

/// Types of flows in which Connect plays no clips from S3.
const WHISPERS: [FlowType; 3] =
    [FlowType::AgentWhisper, FlowType::CustomerWhisper, FlowType::OutboundWhisper];

pub(super) fn check(subject: &mut Subject<'_>) {
    for step in subject.steps.clone() {
        check_messages(subject, step, &step.action.parameters);
        for message in step.action.parameters.get("Messages").map(Node::items).unwrap_or_default() {
            check_messages(subject, step, message);
        }
    }
}

fn check_messages(subject: &mut Subject<'_>, step: Step<'_>, message: &Node) {
    // Other types have parameters of the same names.
    if !step.kind.is_some_and(ActionType::speaks) {
        return;
    }
    for key in ["Text", "SSML"] {
        let Some(value) = message.get(key) else { continue };
        let Some(text) = value.text().filter(|text| !text.is_empty()) else { continue };
        // In a chat the text may be a message with buttons, in JSON.
        if !text.trim_start().starts_with('{') {
            check_length(subject, step, value, text);
        }
        if key == "SSML"
            && !is_reference(text)
            && let Some((what, remedy)) = ssml::fault(text)
        {
            subject.report(Rule::BadSsml, step, &value.span, what, remedy);
        }
    }
    if let Some(media) = message.member("Media").filter(|media| !media.value.is_null())
        && let Some(kind) = subject.kind.filter(|kind| WHISPERS.contains(kind))
    {
        let what = format!("a flow of the type {kind} can't play a clip from S3");
        subject.report(Rule::ClipInWhisper, step, &media.key_span, what, "use PromptId, Text or SSML");
    }
}

/// Whether the whole document comes from a reference.
fn is_reference(text: &str) -> bool {
    !text.contains('<') && reads::has_any(text)
}

fn check_length(subject: &mut Subject<'_>, step: Step<'_>, value: &Node, text: &str) {
    if let Some(what) = excess(text) {
        subject.report(Rule::TextTooLong, step, &value.span, what, "split it over several actions");
    }
}

/// The limit of Amazon Polly that a text exceeds.
pub(crate) fn excess(text: &str) -> Option<String> {
    let (all, spoken) = (text.chars().count(), chars_outside_tags(text));
    if all > limits::SPEECH_CHARS {
        Some(format!("the text has {all} characters; {} can be spoken", limits::SPEECH_CHARS))
    } else if spoken > limits::SPOKEN_CHARS {
        Some(format!("the text has {spoken} characters besides tags; {} can be spoken", limits::SPOKEN_CHARS))
    } else {
        None
    }
}
