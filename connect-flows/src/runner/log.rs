//! Lines of the flow log, in the shape in which Connect writes them to CloudWatch.
//!
//! The queries of URLs are removed here: with a presigned URL, anyone who reads the log could fetch the clip.

use serde::Serialize;
use serde_json::Value;
use time::{OffsetDateTime, UtcOffset, format_description::BorrowedFormatItem, macros::format_description};

use crate::{model::Action, redact::remove_queries};

const TIMESTAMP: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

/// One line of the flow log: an action's parameters and its result.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct FlowLogLine {
    /// Id of the contact. This and the next two fields come from [`CallSettings`](super::CallSettings).
    pub contact_id: String,
    /// Identifier of the flow.
    pub contact_flow_id: String,
    /// Name of the flow.
    pub contact_flow_name: String,
    /// The action's type, under the older name that the flow log uses.
    pub contact_flow_module_type: String,
    /// Time at which the action ended: UTC, to the millisecond.
    pub timestamp: String,
    /// The action's parameters with their references resolved.
    pub parameters: Value,
    /// The outcome of the action.
    pub results: Value,
    /// Whether Connect would write the line: the flow may switch its log off.
    #[serde(skip)]
    pub logged: bool,
}

impl FlowLogLine {
    /// The line as JSON, without a line break.
    pub fn to_json(&self) -> String {
        // Serialisation can't fail: the line has only strings and JSON values.
        serde_json::to_string(self).unwrap_or_default()
    }

    pub(super) fn without_secrets(mut self) -> Self {
        remove_queries(&mut self.parameters);
        remove_queries(&mut self.results);
        self
    }
}

/// Name of an action's type in the flow log.
pub(super) fn module_type(action: &Action) -> &str {
    match action.kind.as_str() {
        "Compare" => "CheckAttribute",
        "ConnectParticipantWithLexBot" => "GetUserInput",
        "DisconnectParticipant" => "Disconnect",
        "GetParticipantInput" if asks_to_choose(action) => "GetUserInput",
        "GetParticipantInput" => "StoreUserInput",
        "InvokeLambdaFunction" => "InvokeExternalResource",
        "MessageParticipant" => "PlayPrompt",
        "MessageParticipantIteratively" => "LoopPrompts",
        "TransferContactToQueue" => "Transfer",
        "UpdateContactAttributes" => "SetAttributes",
        "UpdateContactEventHooks" => "SetEventHook",
        "UpdateContactRecordingBehavior" => "SetRecordingBehavior",
        "UpdateContactTargetQueue" => "SetQueue",
        "UpdateContactTextToSpeechVoice" => "SetVoice",
        "UpdateFlowAttributes" => "SetFlowAttributes",
        "UpdateFlowLoggingBehavior" => "SetLoggingBehavior",
        other => other,
    }
}

/// Whether the block branches on one key, instead of storing several.
fn asks_to_choose(action: &Action) -> bool {
    action.text("StoreInput").is_some_and(|value| value.eq_ignore_ascii_case("false"))
}

/// The time in ISO 8601, UTC, to the millisecond.
pub(super) fn timestamp(time: OffsetDateTime) -> String {
    // Formatting fails only for years after 9999.
    time.to_offset(UtcOffset::UTC).format(TIMESTAMP).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use time::macros::datetime;

    use super::*;
    use crate::model::Transitions;

    #[test]
    fn a_line_has_the_keys_of_connect_and_no_presigned_query() {
        let action = Action::new("a", "MessageParticipant", json!({}), Transitions::default());
        let line = FlowLogLine {
            contact_id: "c".into(),
            contact_flow_id: "f".into(),
            contact_flow_name: "n".into(),
            contact_flow_module_type: module_type(&action).into(),
            timestamp: timestamp(datetime!(2026-03-01 01:02:03.0456 +01:00)),
            parameters: json!({"Media": {"Uri": "https://b/k.wav?X-Amz-Signature=s"}}),
            results: json!({"Url0": "https://b/k.wav?X-Amz-Signature=s"}),
            logged: true,
        };
        let expected = r#"{"ContactId":"c","ContactFlowId":"f","ContactFlowName":"n","ContactFlowModuleType":"PlayPrompt","Timestamp":"2026-03-01T00:02:03.045Z","Parameters":{"Media":{"Uri":"https://b/k.wav"}},"Results":{"Url0":"https://b/k.wav"}}"#;
        assert_eq!(line.without_secrets().to_json(), expected);
    }
}
