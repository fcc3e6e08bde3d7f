//! Rules about `$.External`, the reply of the last invocation.

use serde_json::{Value, json};

use crate::{
    meaning::{action, codes, end, flow},
    place, told,
};

fn invoke(identifier: &str, function: &str, next: &str) -> Value {
    let arn = format!("arn:aws:lambda:eu-west-1:111122223333:function:{function}");
    let parameters = json!({"LambdaFunctionARN": arn, "InvocationTimeLimitSeconds": "8"});
    let mut invoke = action(identifier, "InvokeLambdaFunction", parameters, next);
    invoke["Transitions"]["Errors"] = json!([{"NextAction": "end", "ErrorType": "NoMatchingError"}]);
    invoke
}

#[test]
fn values_that_another_invocation_has_overwritten() {
    let reads = action("say", "MessageParticipant", json!({"Text": "Hello $.External.name"}), "end");
    let text = flow(&[
        invoke("who", "look_up", "next"),
        invoke("next", "get_next_batch", "say"),
        reads.clone(),
        end(),
    ]);
    assert_eq!(told(&text), [("FW063".to_owned(), place(&text, "\"Hello $"))]);
    let fine =
        flow(&[invoke("next", "get_next_batch", "who"), invoke("who", "look_up", "say"), reads, end()]);
    assert_eq!(codes(&fine), [] as [&str; 0]);
}

#[test]
fn values_of_ours_that_another_function_has_overwritten() {
    let say = |key: &str| {
        let media = json!({"Media": {"Uri": key, "SourceType": "S3", "MediaType": "Audio"}});
        action("say", "MessageParticipant", media, "end")
    };
    let chain = |first: &str, second: &str, key: &str| {
        flow(&[invoke("a", first, "b"), invoke("b", second, "say"), say(key), end()])
    };
    let text = chain("get_next_batch", "look_up", "$.External.Url0");
    let found: Vec<_> = codes(&text).into_iter().filter(|code| code == "FW063").collect();
    assert_eq!(found, ["FW063"], "{:?}", told(&text));
    assert!(!codes(&chain("get_next_batch", "look_up", "$.External.Status")).contains(&"FW063".to_owned()));
    assert!(!codes(&chain("look_up", "look_down", "$.External.Url0")).contains(&"FW063".to_owned()));
    assert!(!codes(&chain("look_up", "get_next_batch", "$.External.Url0")).contains(&"FW063".to_owned()));
    // Another way comes without the invocation in between, or the function is not known.
    let around = text.replacen(r#""NextAction": "end""#, r#""NextAction": "say""#, 1);
    assert_ne!(around, text);
    assert!(!codes(&around).contains(&"FW063".to_owned()));
    let unknown = text.replace("arn:aws:lambda:eu-west-1:111122223333:function:look_up", "$.Attributes.f");
    assert!(!codes(&unknown).contains(&"FW063".to_owned()));
}

#[test]
fn functions_of_a_deployed_stack_are_known_by_their_logical_names() {
    let reads = |key: &str| action("say", "MessageParticipant", json!({"Text": key}), "end");
    let one = |function: &str, key: &str| flow(&[invoke("a", function, "say"), reads(key), end()]);
    for name in ["StartStream", "GetNextBatch", "ChatAndStream", "SynthesizeStreamCancel", "LiveCall"] {
        let text = one(&format!("firstword-{name}-1A2BcD3eF4gH:live"), "Hi $.External.Url");
        assert_eq!(codes(&text), ["FW062"], "{name}");
    }
    for other in ["StartStreamer-x", "my-StartStreams-1A2B", "restart_stream"] {
        assert_eq!(codes(&one(other, "Hi $.External.Url")), [] as [&str; 0], "{other}");
    }
}
