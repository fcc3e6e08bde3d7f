//! The silence that an action makes, and whether the caller hears it.

use std::time::Duration;

use super::Branch;
use crate::model::Action;

/// A function's time limit where the flow names none.
const INVOCATION: f64 = 3.0;

/// The caller's ears while an action runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ears {
    /// Silence, for at most this long.
    Silence(Duration),
    /// A sound, or the caller's own turn after one. Silence starts anew.
    Sound,
}

/// The effect of an action on the caller's ears.
pub(super) fn ears(action: &Action, branch: &Branch) -> Ears {
    let seconds = |key: &str| action.text(key).and_then(|text| text.trim().parse::<f64>().ok());
    let silence = |seconds: f64| {
        Ears::Silence(
            Duration::try_from_secs_f64(seconds).unwrap_or_default().min(Duration::from_secs(86_400)),
        )
    };
    let has_prompt =
        ["PromptId", "Text", "SSML", "Media"].iter().any(|key| action.parameters.get(key).is_some());
    let failed = matches!(branch, Branch::Error(_));
    // Other errors, such as a caller who says nothing, come after the prompt.
    let broke = matches!(branch, Branch::Error(kind) if kind == "NoMatchingError");
    match &*action.kind {
        "InvokeLambdaFunction" if action.text("InvocationType").is_some_and(asynchronous) => silence(0.0),
        "InvokeLambdaFunction" => silence(seconds("InvocationTimeLimitSeconds").unwrap_or(INVOCATION)),
        "Wait" if action.text("ContinueExecution").is_some_and(|text| text.eq_ignore_ascii_case("true")) => {
            // The flow goes on meanwhile; the end of the wait comes later, whatever was heard by then.
            if *branch == Branch::Condition(0) { silence(0.0) } else { Ears::Sound }
        }
        // A plain wait is refused on a voice contact.
        "Wait" if action.parameters.get("InterruptibleEvents").is_none() => silence(0.0),
        "Wait" if !failed => silence(seconds("TimeLimitSeconds").unwrap_or_default()),
        // A prompt that fails is not heard.
        "MessageParticipant" if failed => silence(0.0),
        "MessageParticipantIteratively" | "ConnectParticipantWithLexBot" if broke => silence(0.0),
        "GetParticipantInput" if broke && has_prompt => silence(0.0),
        "MessageParticipant" | "MessageParticipantIteratively" | "ConnectParticipantWithLexBot" => {
            Ears::Sound
        }
        "GetParticipantInput" if has_prompt => Ears::Sound,
        "GetParticipantInput" => silence(seconds("InputTimeLimitSeconds").unwrap_or_default()),
        // Other flows and people make their own sounds.
        "InvokeFlowModule" | "TransferParticipantToThirdParty" | "AuthenticateParticipant" | "ShowView" => {
            Ears::Sound
        }
        _ => silence(0.0),
    }
}

fn asynchronous(text: &str) -> bool {
    text.eq_ignore_ascii_case("ASYNCHRONOUS")
}
