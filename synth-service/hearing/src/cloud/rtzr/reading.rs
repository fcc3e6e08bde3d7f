//! RTZR's messages.

use serde_json::Value;

use super::super::{
    fault::{self, Fault},
    protocol::{Answers, Said, Words},
};

/// The places of an error's code.
const CODES: [&str; 3] = ["/code", "/error/code", "/error"];

/// The meaning of a message.
pub(super) fn read(text: &str) -> Result<Said, Fault> {
    let message: Value = serde_json::from_str(text).map_err(|_| Fault::Protocol("a message is no JSON"))?;
    let fields = message.as_object().ok_or(Fault::Protocol("a message is no object"))?;
    let is_error = fields.get("type").is_some_and(|kind| kind == "error");
    if is_error || fields.get("error").is_some_and(|error| !error.is_null()) {
        return Err(Fault::Reported(fault::code_in(&message, &CODES)));
    }
    let Some(is_final) = fields.get("final") else { return Ok(Said::Nothing) };
    let is_final = is_final.as_bool().ok_or(Fault::Protocol("`final` is no boolean"))?;
    let words = Words::new(said(&message)?, seconds(&message["start_at"]), seconds(&message["duration"]));
    // An utterance of its greatest length is final too, in mid-speech.
    let answers = Answers::IfNear;
    Ok(if is_final { Said::Settled { words, ends: true, answers } } else { Said::Interim(words) })
}

/// The text of the first alternative. Where there is none, nothing was said.
fn said(message: &Value) -> Result<&str, Fault> {
    match &message["alternatives"] {
        Value::Null => Ok(""),
        Value::Array(alternatives) => match alternatives.first() {
            Some(first) => first["text"].as_str().ok_or(Fault::Protocol("an alternative has no text")),
            None => Ok(""),
        },
        _ => Err(Fault::Protocol("`alternatives` is no list")),
    }
}

fn seconds(milliseconds: &Value) -> Option<f64> {
    milliseconds.as_f64().map(|milliseconds| milliseconds / 1000.0)
}

/// The code of an error in a body, such as `H0002`, in brackets.
pub(super) fn code(body: &str) -> String {
    fault::code_in(&serde_json::from_str(body).unwrap_or_default(), &CODES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partial_and_final_texts_have_their_place() {
        let text = r#"{"seq":1,"start_at":500,"duration":1500,"final":true,
            "alternatives":[{"text":"안녕하세요.","confidence":0.9,"words":[]}]}"#;
        let words = Words::new("안녕하세요.", Some(0.5), Some(1.5));
        let settled = Said::Settled { words: words.clone(), ends: true, answers: Answers::IfNear };
        assert_eq!(read(text), Ok(settled));
        assert_eq!(read(&text.replace("true", "false")), Ok(Said::Interim(words)));
        assert_eq!(read("{}"), Ok(Said::Nothing));
        assert_eq!(read(r#"{"final":false,"alternatives":[]}"#), Ok(Said::Interim(Words::default())));
    }

    #[test]
    fn errors_show_their_code_alone() {
        let reported = |text| Err(Fault::Reported(String::from(text)));
        assert_eq!(read(r#"{"error":"H0002"}"#), reported(" (H0002)"));
        assert_eq!(read(r#"{"error":{"code":"E500","message":"secret"}}"#), reported(" (E500)"));
        assert_eq!(read(r#"{"type":"error","message":"my PIN is 1234"}"#), reported(""));
        assert_eq!(code(r#"{"code":"A0002","msg":"too many"}"#), " (A0002)");
        assert_eq!(code("<html>"), "");
    }

    #[test]
    fn garbage_is_no_protocol() {
        for text in ["", "garbage", "[]", "1", r#"{"final":1}"#, r#"{"final":true,"alternatives":{}}"#] {
            assert!(matches!(read(text), Err(Fault::Protocol(_))), "{text}");
        }
        assert!(matches!(read(r#"{"final":true,"alternatives":[{"text":7}]}"#), Err(Fault::Protocol(_))));
    }

    #[test]
    fn no_message_makes_it_panic() {
        let keys = ["final", "alternatives", "text", "start_at", "duration", "error", "type", "code"];
        crate::cloud::tests::try_messages(&keys, |text| drop((read(text), code(text))));
    }
}
