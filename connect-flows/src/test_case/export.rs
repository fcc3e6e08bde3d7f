//! A scenario as a test case of Amazon Connect, as far as the testing language can say it.
//!
//! The language knows no moments, only events: the caller reacts to a message. So the scenario is played here first,
//! and each thing that its caller did is tied to the message that was heard last before it.

use serde_json::{Value, json};

use super::{
    Entry,
    write::{Writer, clip, message, started},
};
use crate::{
    runner::{Answer, EndReason, Hours, InvokeError, Reply, function_name},
    scenario::{
        CannedFunction, ClipSound, Ending, Expected, FunctionSource, Heard, Library, Played, Scenario,
        StageError, Words, heard, play,
    },
    timeline::{EventKind, HIDDEN_KEY},
};

/// A scenario in the testing language.
#[derive(Clone, Debug, PartialEq)]
pub struct Exported {
    /// The numbers, and the flow by its name: a scenario knows no id of an instance.
    pub entry: Entry,
    /// Contact attributes at the start of the call.
    pub attributes: Vec<(String, String)>,
    /// The content of the test case.
    pub content: Value,
    /// The parts of the scenario that the language can't say, one line each.
    pub left_out: Vec<String>,
}

/// Writes a scenario as a test case.
///
/// # Errors
/// [`StageError`] when the scenario can't be played here.
pub fn export(scenario: &Scenario, library: &Library) -> Result<Exported, StageError> {
    let played = play(scenario, library)?;
    let mut writer = Writer::default();
    world(scenario, &played, &mut writer);
    reactions(&played, &mut writer);
    for expectation in &scenario.expectations {
        expectation_in(&expectation.expected, &played, &mut writer);
    }
    unsayable(scenario, &mut writer);
    let (content, left_out) = writer.finish();
    let entry = Entry {
        // The flow in which the call begins comes first.
        flow: played.flows.first().map(|(_, flow)| flow.name.clone()),
        caller: scenario.caller_number.clone(),
        called: scenario.called_number.clone(),
    };
    let attributes = scenario.attributes.clone().into_iter().collect();
    Ok(Exported { entry, attributes, content, left_out })
}

/// The overrides, when the test begins.
fn world(scenario: &Scenario, played: &Played, writer: &mut Writer) {
    for function in &scenario.functions {
        match arn_of(&function.name, played) {
            Some(arn) => replies(function, &arn, writer),
            None => writer.leave_out(format!("function {}: the flow has no ARN of it", function.name)),
        }
    }
    for (id, hours) in &scenario.hours {
        let value = match hours {
            Hours::Open if id != "*" => "InHours",
            Hours::Closed if id != "*" => "OutOfHours",
            _ => {
                writer.leave_out(format!(
                    "hours {id}: only \"open\" and \"closed\" of named hours can be said"
                ));
                continue;
            }
        };
        let response = json!({ "Type": "ExecutionResult", "ExecutionResult": { "Value": value } });
        writer.replace("CheckHoursOfOperation", json!({ "HoursOfOperationId": id }), response);
    }
    for (id, _) in scenario.queues.iter().filter(|(_, queue)| queue.full) {
        let response = json!({ "Type": "Error", "Error": { "Value": "QueueAtCapacity" } });
        writer.replace("TransferContactToQueue", json!({ "QueueId": id }), response);
    }
}

fn replies(function: &CannedFunction, arn: &str, writer: &mut Writer) {
    let FunctionSource::Canned(list) = &function.source else {
        writer
            .leave_out(format!("function {}: a real function; the instance invokes its own", function.name));
        return;
    };
    for reply in list {
        writer.replace("InvokeLambdaFunction", json!({ "LambdaFunctionARN": arn }), response(reply));
    }
}

fn response(reply: &Reply) -> Value {
    let seconds = reply.after.as_secs_f64();
    match &reply.answer {
        Answer::Value(value) => json!({
            "Type": "ExecutionResult",
            "ExecutionResult": { "DelaySeconds": seconds, "LoadedData": value.to_string() },
        }),
        Answer::Never | Answer::Fails(InvokeError::TimedOut) => json!({
            "Type": "Error",
            "Error": { "DelaySeconds": seconds, "Value": "TimeLimitExceeded" },
        }),
        Answer::Fails(_) => json!({
            "Type": "Error",
            "Error": { "DelaySeconds": seconds, "Value": "NoMatchingError" },
        }),
    }
}

/// The ARN with which the flows invoke a function.
fn arn_of(name: &str, played: &Played) -> Option<String> {
    let actions = played.flows.iter().flat_map(|(_, flow)| &flow.flow.actions);
    let mut arns = actions.filter_map(|action| action.text("LambdaFunctionARN"));
    arns.find(|arn| function_name(arn) == function_name(name)).map(str::to_owned)
}

/// The caller's reactions, each after the message before it.
fn reactions(played: &Played, writer: &mut Writer) {
    let sounds = heard(played);
    let mut keys: Option<(f64, String)> = None;
    for event in played.call.timeline.events() {
        match &event.kind {
            EventKind::KeyPressed { key } => match &mut keys {
                Some((_, pressed)) => pressed.push(*key),
                None => keys = Some((event.t_ms, key.to_string())),
            },
            EventKind::CallerStart { text } => {
                press(&mut keys, &sounds, writer);
                let properties = json!({ "Text": text, "LanguageCode": played.settings.language });
                let instruction = json!({ "Type": "TextUtterance", "Properties": properties });
                react(event.t_ms, instruction, &format!("the words {text:?}"), &sounds, writer);
            }
            EventKind::PromptStart { .. } | EventKind::ClipStart { .. } | EventKind::ListenEnd { .. } => {
                press(&mut keys, &sounds, writer);
            }
            EventKind::CallEnd { .. } => {
                press(&mut keys, &sounds, writer);
                if played.call.end.reason == EndReason::HungUp {
                    react(event.t_ms, json!({ "Type": "Disconnect" }), "the hang-up", &sounds, writer);
                }
            }
            _ => {}
        }
    }
}

fn press(keys: &mut Option<(f64, String)>, sounds: &[Heard], writer: &mut Writer) {
    if let Some((t_ms, keys)) = keys.take() {
        if keys.contains(HIDDEN_KEY) {
            writer.leave_out("the keys of an encrypted entry: add them by hand".into());
            return;
        }
        let instruction = json!({ "Type": "DtmfInput", "Properties": { "Value": keys } });
        react(t_ms, instruction, &format!("the keys {keys:?}"), sounds, writer);
    }
}

fn react(t_ms: f64, instruction: Value, name: &str, sounds: &[Heard], writer: &mut Writer) {
    let before = sounds.iter().rev().find(|sound| sound.t_ms < t_ms);
    match before.and_then(|sound| heard_as(sound, "Similarity")) {
        Some(event) => writer.react(event, instruction),
        None => writer.leave_out(format!("{name}: nothing is heard before")),
    }
}

/// The event of a sound: a clip by its URL, any other sound by its words.
fn heard_as(sound: &Heard, criteria: &str) -> Option<Value> {
    let of_clip = sound.url.as_deref().map(clip);
    of_clip.or_else(|| sound.words.as_ref().map(|words| message(words, criteria)))
}

fn expectation_in(expected: &Expected, played: &Played, writer: &mut Writer) {
    match expected {
        Expected::Heard(all) => all.iter().for_each(|words| hears(words, played, writer)),
        Expected::Attribute { name, value: Words::Plain(value) } => {
            let namespace = format!("$.Attributes['{name}']");
            writer.assert_at_end(json!({ "Namespace": namespace, "Operator": "Equals", "Operand": value }));
        }
        Expected::Invoked { function, with, times } => match arn_of(function, played) {
            Some(arn) => {
                writer.expect(started("InvokeLambdaFunction", json!({ "LambdaFunctionARN": arn })));
                if !with.is_empty() || times.is_some_and(|times| times > 1) {
                    writer.leave_out(format!("{expected}: parameters and number"));
                }
            }
            None => writer.leave_out(expected.to_string()),
        },
        Expected::Ends { ending: Ending::Transferred, .. } => {
            let queue = played.queue_at(f64::MAX);
            let parameters = queue.map_or(json!({}), |queue| json!({ "QueueId": queue }));
            writer.expect(started("TransferContactToQueue", parameters));
        }
        _ => writer.leave_out(expected.to_string()),
    }
}

fn hears(words: &Words, played: &Played, writer: &mut Writer) {
    let sounds = heard(played);
    let url = sounds.iter().find(|sound| sound.has(words)).and_then(|sound| sound.url.as_deref());
    match (url, words) {
        (Some(url), _) => writer.expect(clip(url)),
        (None, Words::Plain(words)) => writer.expect(message(words, "Inclusion")),
        (None, Words::Pattern(_)) => writer.leave_out(format!("heard {words}")),
    }
}

/// Parts of a scenario for which the language has no words.
fn unsayable(scenario: &Scenario, writer: &mut Writer) {
    let parts = [
        (
            "caller_number, called_number: a test case has both or none",
            scenario.caller_number.is_some() != scenario.called_number.is_some(),
        ),
        ("language: the flow of the instance sets it", scenario.language.is_some()),
        ("seed: the instance has its own chance", scenario.seed != 0),
        ("[[lex]]: the instance's own bot hears the words", !scenario.lex.is_empty()),
        ("[metrics]", !scenario.metrics.is_empty()),
        ("[prompts]", !scenario.prompts.is_empty()),
        ("[clips]: the instance fetches the real ones", !scenario.clips.is_empty()),
        ("[branches]", !scenario.branches.is_empty()),
        ("[values]", !scenario.values.is_empty()),
        ("disconnect_flow: the instance has its own", scenario.disconnect_flow.is_some()),
        ("limit: a test in Amazon Connect has five minutes", scenario.limit.is_some()),
    ];
    for (part, _) in parts.iter().filter(|(_, is_there)| *is_there) {
        writer.leave_out((*part).to_owned());
    }
    for (url, _) in scenario.clips.iter().filter(|(_, sound)| **sound == ClipSound::Missing) {
        writer.leave_out(format!("clip {url}: a test case can't say that it is missing"));
    }
}
