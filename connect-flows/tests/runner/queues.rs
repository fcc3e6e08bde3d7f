//! Tests queues: the transfer, a full queue, and the flow that runs while the caller waits.

use std::time::Duration;

use connect_flows::runner::{CallSettings, EndReason, Functions, Queue, Then};
use serde_json::{Value, json};

use crate::{
    caller::with,
    fakes::{action, flow, hangs_up, says, texts, try_out, way},
    passages::knows,
};

const QUEUE: &str = "arn:aws:connect:us-east-1:1:instance/i/queue/q1";

/// A flow that hands the caller over to the queue.
fn to_queue() -> Value {
    json!([
        action(
            "hook",
            "UpdateContactEventHooks",
            json!({"EventHooks": {"CustomerQueue": "music"}}),
            &[("next", "set")]
        ),
        action("set", "UpdateContactTargetQueue", json!({"QueueId": QUEUE}), &[("next", "go")]),
        action(
            "go",
            "TransferContactToQueue",
            json!({}),
            &[("QueueAtCapacity", "full"), ("NoMatchingError", "end")]
        ),
        says("full", "end"),
        hangs_up(),
    ])
}

fn with_queue(queue: Queue) -> CallSettings {
    let mut settings = with(Vec::new(), Then::StaySilent);
    settings.world.queues.insert("q1".into(), queue);
    settings
}

#[tokio::test(start_paused = true)]
async fn a_call_ends_with_the_transfer_unless_the_queue_is_full() {
    let call = try_out(flow("hook", to_queue()), with_queue(Queue::default()), Functions::default()).await;
    assert_eq!(call.end.reason, EndReason::Transferred { queue: QUEUE.into() });
    let full = with_queue(Queue { full: true, wait: None });
    let call = try_out(flow("hook", to_queue()), full, Functions::default()).await;
    assert_eq!((texts(&call), call.end.error()), (vec!["full".to_owned()], None));
    let unset =
        json!([action("go", "TransferContactToQueue", json!({}), &[("NoMatchingError", "end")]), hangs_up()]);
    let call = try_out(flow("go", unset), with_queue(Queue::default()), Functions::default()).await;
    assert!(call.end.error().unwrap().contains("there is no queue"));
}

#[tokio::test(start_paused = true)]
async fn prompts_go_round_in_the_queue_until_an_agent_takes_the_call() {
    let music = json!([
        action(
            "loop",
            "MessageParticipantIteratively",
            json!({"Messages": [{"Text": "la la"}, {"PromptId": "x/Soft_music.wav"}],
            "InterruptFrequencySeconds": "1"}),
            &[("MessagesInterrupted", "offer"), ("NoMatchingError", "end")]
        ),
        says("offer", "loop"),
        hangs_up(),
    ]);
    let waits = Queue { full: false, wait: Some(Duration::from_millis(2500)) };
    let world = knows(with_queue(waits.clone()), "music", "loop", music);
    let call = try_out(flow("hook", to_queue()), world, Functions::default()).await;
    assert_eq!(call.end.reason, EndReason::Transferred { queue: QUEUE.into() });
    assert_eq!(call.recording.duration(), Duration::from_millis(2500));
    let steps =
        ["loop MessagesInterrupted", "offer next", "loop MessagesInterrupted", "offer next", "loop end"];
    assert_eq!(way(&call)[3..], steps);
    assert_eq!(texts(&call)[..3], ["la la", "Soft_music.wav", "la la"]);
    // Without a flow for it, and after the end of that flow, the caller waits in silence.
    for music in [None, Some(json!([action("bye", "EndFlowExecution", json!({}), &[])]))] {
        let world = with_queue(waits.clone());
        let world = match music {
            Some(music) => knows(world, "music", "bye", music),
            None => world,
        };
        let call = try_out(flow("hook", to_queue()), world, Functions::default()).await;
        assert_eq!(call.recording.duration(), Duration::from_millis(2500));
    }
}

#[tokio::test(start_paused = true)]
async fn prompts_go_round_until_the_call_ends_and_none_without_a_sound() {
    let round = |messages: Value| {
        let branches = [("NoMatchingError", "end")];
        json!([
            action("loop", "MessageParticipantIteratively", json!({"Messages": messages}), &branches),
            hangs_up()
        ])
    };
    let mut settings = with_queue(Queue::default());
    settings.max_duration = Duration::from_secs(3);
    let call =
        try_out(flow("loop", round(json!([{"Text": "la"}]))), settings.clone(), Functions::default()).await;
    assert_eq!(call.end.reason, EndReason::TimeLimit { seconds: 3 });
    assert!(call.timeline.to_json().to_string().contains("until an agent takes the call"));
    let call = try_out(flow("loop", round(json!([]))), settings, Functions::default()).await;
    assert_eq!(way(&call), ["loop NoMatchingError", "end end"]);
}
