//! Tests words and keys while Lex listens, and keys that nothing collects.

use std::{sync::Arc, time::Duration};

use serde_json::json;

use crate::{
    fakes::{World, call_flow, chain},
    noticed, results,
    talk::{caller, presses, prompts, with},
};

#[tokio::test(start_paused = true)]
async fn keys_that_nothing_collects_are_lost() {
    let ask = ("ConnectParticipantWithLexBot", json!({"LexV2Bot": {"AliasArn": "a"}}));
    let say = ("MessageParticipant", json!({"Text": "0123456789", "SkipWhenDTMFBufferEnabled": "true"}));
    let stop = ("GetParticipantInput", json!({"EnableDTMFBuffer": "False", "StoreInput": "True"}));
    let tell = ("MessageParticipant", json!({"Text": "<$.StoredCustomerInput>"}));
    let start = ("GetParticipantInput", json!({"EnableDTMFBuffer": "True"}));
    let script = presses(presses(caller(&["Hello"]), 50, '1'), 250, '2');
    let flow = chain(&[say.clone(), stop.clone(), tell.clone(), start, say, ask, stop, tell]);
    let call = call_flow(&Arc::new(World::default()), flow, with(script)).await;
    // The first key is pressed before the buffer is on, the second one while the caller speaks to Lex.
    assert_eq!(prompts(&call), ["0123456789", "<>", "0123456789", "<>"]);
    assert_eq!(results(&call, "PlayPrompt"), ["Success", "Success", "Success", "Success"]);
}

#[tokio::test(start_paused = true)]
async fn a_long_speech_takes_no_longer_than_lex_listens() {
    let ask = ("ConnectParticipantWithLexBot", json!({"LexV2Bot": {"AliasArn": "a"}}));
    let words = "word ".repeat(2000);
    let flow = chain(&[ask]);
    let call = call_flow(&Arc::new(World::default()), flow, with(caller(&[&words]))).await;
    assert_eq!(call.recording.duration(), Duration::from_millis(12_600));
    assert_eq!(results(&call, "GetUserInput")[0]["InputTranscript"], words);
}

#[tokio::test(start_paused = true)]
async fn keys_during_lex_are_the_callers_words() {
    let ask = ("ConnectParticipantWithLexBot", json!({"Text": "0123456789", "LexV2Bot": {"AliasArn": "a"}}));
    let tell = ("MessageParticipant", json!({"Text": "<$.Lex.InputTranscript>"}));
    let script = presses(presses(presses(caller(&["Hello"]), 50, '4'), 2000, '2'), 4000, '#');
    let flow = chain(&[ask.clone(), tell.clone(), ask, tell]);
    let call = call_flow(&Arc::new(World::default()), flow, with(script)).await;
    assert_eq!(prompts(&call), ["0123456789", "<42>", "0123456789", "<Hello>"]);
    assert_eq!(noticed(&call)[2]["t_ms"], 50.0);
}
