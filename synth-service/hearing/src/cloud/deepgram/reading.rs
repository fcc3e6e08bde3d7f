//! Deepgram's messages. Several `Results` that are final make one utterance, up to the one with `speech_final` or
//! `from_finalize`.

use serde_json::Value;

use super::super::{
    fault::{self, Fault},
    protocol::{Answers, Said, Words},
};

/// The places of an error's code.
const CODES: [&str; 3] = ["/err_code", "/code", "/variant"];

/// The meaning of a message.
pub(super) fn read(text: &str) -> Result<Said, Fault> {
    let message: Value = serde_json::from_str(text).map_err(|_| Fault::Protocol("a message is no JSON"))?;
    let kind = message.as_object().and_then(|fields| fields.get("type")).and_then(Value::as_str);
    match kind.ok_or(Fault::Protocol("a message has no type"))? {
        "Results" => results(&message),
        "UtteranceEnd" => Ok(Said::SpeechEnded),
        "Error" | "error" => Err(Fault::Reported(fault::code_in(&message, &CODES))),
        // `SpeechStarted`: our own ears know it sooner. `Metadata`: at the end. Others may be new.
        _ => Ok(Said::Nothing),
    }
}

fn results(message: &Value) -> Result<Said, Fault> {
    let alternatives = message["channel"]["alternatives"].as_array();
    let first = alternatives.ok_or(Fault::Protocol("results have no alternatives"))?.first();
    let text = match first {
        Some(first) => first["transcript"].as_str().ok_or(Fault::Protocol("results have no transcript"))?,
        None => "",
    };
    let words = Words::new(text, message["start"].as_f64(), message["duration"].as_f64());
    let is_final = message["is_final"].as_bool().ok_or(Fault::Protocol("`is_final` is no boolean"))?;
    if !is_final {
        return Ok(Said::Interim(words));
    }
    let has = |flag: &str| message[flag].as_bool().unwrap_or_default();
    let (is_asked, is_end) = (has("from_finalize"), has("speech_final"));
    let answers = match (is_asked, is_end) {
        (true, _) => Answers::Yes,
        // An end of speech without words may be that of an earlier silence.
        (false, true) if !words.text.is_empty() => Answers::IfNear,
        _ => Answers::No,
    };
    Ok(Said::Settled { words, ends: is_end || is_asked, answers })
}

/// The code of an error in a body, such as `INVALID_AUTH`, in brackets.
pub(super) fn code(body: &str) -> String {
    fault::code_in(&serde_json::from_str(body).unwrap_or_default(), &CODES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(text: &str, flags: &str) -> Result<Said, Fault> {
        read(&format!(
            r#"{{"type":"Results","channel_index":[0,1],"start":1.5,"duration":2.0,{flags},
                "channel":{{"alternatives":[{{"transcript":"{text}","confidence":0.9,"words":[]}}]}}}}"#
        ))
    }

    #[test]
    fn flags_of_results_tell_their_meaning() {
        let words = Words::new("Hello.", Some(1.5), Some(2.0));
        let settled = |ends, answers| Ok(Said::Settled { words: words.clone(), ends, answers });
        assert_eq!(results("Hello.", r#""is_final":false"#), Ok(Said::Interim(words.clone())));
        assert_eq!(results("Hello.", r#""is_final":true,"speech_final":false"#), settled(false, Answers::No));
        assert_eq!(
            results("Hello.", r#""is_final":true,"speech_final":true"#),
            settled(true, Answers::IfNear)
        );
        assert_eq!(results("Hello.", r#""is_final":true,"from_finalize":true"#), settled(true, Answers::Yes));
        let silence = results("", r#""is_final":true,"speech_final":true"#);
        assert!(matches!(silence, Ok(Said::Settled { ends: true, answers: Answers::No, .. })), "{silence:?}");
    }

    #[test]
    fn other_messages_have_theirs() {
        let end = r#"{"type":"UtteranceEnd","channel":[0,1],"last_word_end":2.3}"#;
        assert_eq!(read(end), Ok(Said::SpeechEnded));
        for kind in ["SpeechStarted", "Metadata", "New"] {
            assert_eq!(read(&format!(r#"{{"type":"{kind}"}}"#)), Ok(Said::Nothing));
        }
        let error = r#"{"type":"Error","variant":"NET-0001","description":"my PIN is 1234"}"#;
        assert_eq!(read(error), Err(Fault::Reported(" (NET-0001)".into())));
        assert_eq!(code(r#"{"err_code":"INVALID_AUTH","err_msg":"sk-secret"}"#), " (INVALID_AUTH)");
    }

    #[test]
    fn garbage_is_no_protocol() {
        for text in ["", "garbage", "[]", "{}", r#"{"type":1}"#, r#"{"type":"Results"}"#] {
            assert!(matches!(read(text), Err(Fault::Protocol(_))), "{text}");
        }
        assert!(matches!(results("Hello.", r#""is_final":1"#), Err(Fault::Protocol(_))));
    }

    #[test]
    fn no_message_makes_it_panic() {
        let keys = ["type", "channel", "alternatives", "transcript", "start", "duration", "is_final", "code"];
        crate::cloud::tests::try_messages(&keys, |text| drop((read(text), code(text))));
    }
}
