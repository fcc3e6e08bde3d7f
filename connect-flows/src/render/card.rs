//! One action as a card: its name, its type, one short text.

use crate::{
    json::Node,
    language,
    model::{Action, Flow, is_made_up},
    ssml::without_tags,
};

use super::icon::Icon;

/// The words on a card.
#[derive(Clone, Debug)]
pub(super) struct Card {
    pub identifier: String,
    /// The designer's name, or the title of the type.
    pub name: String,
    /// The title of the type; empty if it is the name.
    pub kind: String,
    /// Its main parameter: the words that it says, the function, the compared value.
    pub text: String,
    pub icon: Icon,
    /// Whether the flow ends here.
    pub ends: bool,
}

/// The words on the card of an action.
pub(super) fn card(flow: &Flow, action: &Action) -> Card {
    let known = language::table().action(&action.kind);
    let title = known.map_or(&*action.kind, |known| known.title.split(',').next().unwrap_or(&known.title));
    let name = match &action.name {
        Some(name) => name,
        None if action.identifier.is_empty() || is_made_up(&action.identifier) => title,
        None => &*action.identifier,
    };
    let transitions = &action.transitions;
    Card {
        identifier: action.identifier.text.clone(),
        name: name.to_owned(),
        kind: if name == title { String::new() } else { title.to_owned() },
        text: text(flow, action),
        icon: Icon::of(&action.kind),
        ends: transitions.next_action.is_none() && transitions.conditions.is_empty(),
    }
}

fn text(flow: &Flow, action: &Action) -> String {
    let said = spoken(&action.parameters);
    match &*action.kind {
        "Loop" => match action.text("LoopCount") {
            Some(count) => format!("{count} times"),
            None => first(&action.parameters),
        },
        "Wait" => action.text("TimeLimitSeconds").map_or_else(String::new, |seconds| format!("{seconds} s")),
        "UpdateContactAttributes" => pairs(action.parameters.get("Attributes")),
        "UpdateFlowAttributes" => pairs(action.parameters.get("FlowAttributes")),
        "UpdateContactEventHooks" => pairs(action.parameters.get("EventHooks")),
        "MessageParticipantIteratively" => {
            let messages = action.parameters.get("Messages").map(Node::items).unwrap_or_default();
            messages.iter().filter_map(spoken).collect::<Vec<_>>().join(" · ")
        }
        "CheckMetricData" => action.text("MetricType").unwrap_or_default().to_owned(),
        "GetParticipantInput" => said.unwrap_or_else(|| "keys, without a prompt".to_owned()),
        _ => said.or_else(|| target(flow, action)).unwrap_or_else(|| first(&action.parameters)),
    }
}

/// The words that are spoken, or the clip that is played.
fn spoken(parameters: &Node) -> Option<String> {
    let text = |key| parameters.get(key).and_then(Node::scalar).filter(|text| !text.trim().is_empty());
    if let Some(text) = text("Text") {
        return Some(format!("“{}”", text.trim()));
    }
    if let Some(ssml) = text("SSML") {
        let plain = without_tags(ssml);
        return Some(if plain.is_empty() { "a pause".to_owned() } else { format!("“{plain}”") });
    }
    if let Some(prompt) = text("PromptId") {
        return Some(format!("♪ {}", tail(prompt)));
    }
    let clip = parameters.at(&["Media", "Uri"]).and_then(Node::scalar)?;
    Some(format!("♪ {}", tail(clip)))
}

/// The function, flow, queue or bot that is reached, by the name that the designer shows where it is known.
fn target(flow: &Flow, action: &Action) -> Option<String> {
    const KEYS: [&str; 7] = [
        "LambdaFunctionARN",
        "ContactFlowId",
        "FlowModuleId",
        "QueueId",
        "HoursOfOperationId",
        "LexV2Bot",
        "TextToSpeechVoice",
    ];
    let decoration =
        flow.metadata().and_then(|metadata| metadata.at(&["ActionMetadata", &*action.identifier]));
    KEYS.iter().find_map(|key| {
        let value = action.parameters.get(key)?;
        let value = value.scalar().or_else(|| value.get("AliasArn")?.scalar())?;
        let shown = decoration.and_then(|decoration| decoration.at(&["parameters", key, "displayName"]));
        Some(shown.and_then(Node::text).map_or_else(|| tail(value), str::to_owned))
    })
}

/// The last part of an ARN or URL; a reference or a template's word stays.
fn tail(value: &str) -> String {
    if value.starts_with("$.") || value.contains(['{', '$']) && !value.contains("://") {
        return value.to_owned();
    }
    value.rsplit(['/', ':']).find(|part| !part.is_empty()).unwrap_or(value).to_owned()
}

/// `name = value, …` of an object of scalars or of objects with a `Value`.
fn pairs(object: Option<&Node>) -> String {
    let members = object.map(Node::members).unwrap_or_default();
    let pair = |member: &crate::json::Member| {
        let value = member.value.scalar().or_else(|| member.value.get("Value")?.scalar()).unwrap_or("…");
        format!("{} = {value}", member.key)
    };
    members.iter().take(8).map(pair).collect::<Vec<_>>().join(", ")
}

/// The first value of the parameters.
fn first(parameters: &Node) -> String {
    let scalar = parameters.members().iter().find_map(|member| member.value.scalar());
    match scalar {
        Some(scalar) => tail(scalar),
        None => pairs(parameters.members().first().map(|member| &member.value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: &str, parameters: &str) -> Card {
        let flow = Flow::parse(&format!(
            r#"{{"Version": "2019-10-30", "StartAction": "a", "Actions": [
            {{"Identifier": "0f8fad5b-d9cb-469f-a165-70867728950e", "Type": "{kind}", "Parameters": {parameters}}}]}}"#
        ));
        let flow = flow.unwrap();
        card(&flow, &flow.actions[0])
    }

    #[test]
    fn a_card_says_the_thing_that_matters() {
        let cases = [
            ("MessageParticipant", r#"{"Text": "Hello "}"#, "“Hello”"),
            ("MessageParticipant", r#"{"SSML": "<speak>Hi <break/> you &amp; me</speak>"}"#, "“Hi you & me”"),
            ("MessageParticipant", r#"{"Media": {"Uri": "https://b/en/hi.wav"}}"#, "♪ hi.wav"),
            ("MessageParticipant", r#"{"Media": {"Uri": "$.External.Url0"}}"#, "♪ $.External.Url0"),
            (
                "InvokeLambdaFunction",
                r#"{"LambdaFunctionARN": "arn:aws:lambda:eu-west-1:1:function:ask"}"#,
                "ask",
            ),
            ("Compare", r#"{"ComparisonValue": "$.External.Status"}"#, "$.External.Status"),
            ("Loop", r#"{"LoopCount": 2}"#, "2 times"),
            ("UpdateFlowAttributes", r#"{"FlowAttributes": {"a": {"Value": "1"}}}"#, "a = 1"),
            ("Unheard", r#"{"X": "y"}"#, "y"),
        ];
        for (kind, parameters, text) in cases {
            assert_eq!(of(kind, parameters).text, text, "{kind} {parameters}");
        }
        assert_eq!((of("Unheard", "{}").name.as_str(), of("Unheard", "{}").kind.as_str()), ("Unheard", ""));
    }
}
