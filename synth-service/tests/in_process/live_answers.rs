//! Answers to callers on the line that can't be spoken.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

use std::time::Duration;

use chat::DemoSettings;
use live::{Answerer, Progress};
use speech::Device;
use synth_service::admission::{Admission, Demand, WaitLimits};
use tokio::time::Instant;

use crate::support::{
    VOICE,
    live::{answerer, question},
    test_voices,
};

#[tokio::test(start_paused = true)]
async fn an_answer_without_a_voice_fails_while_its_model_still_writes() {
    let voices = test_voices(false);
    let admission = Admission::new(WaitLimits { max_waiting: 0, patience: Duration::from_secs(10) });
    let (cost, sentences) = (1000.0, [0.001, 1000.0].into());
    let whole_host = Demand { voice: VOICE.into(), device: Device::Cpu, workers: 1.0, cost, sentences };
    let _taken = admission.admit(whole_host).expect("the host is idle");
    // A model that takes minutes for its answer.
    let slow = DemoSettings { tokens_per_second: 0.5, ..DemoSettings::default() };
    let answerer = answerer(&voices, admission, slow, false);
    let began = Instant::now();
    let mut answer = answerer.answer(question("When do you open?"));
    let reason = loop {
        match answer.next().await.expect("the answer ends with a reason").progress {
            Progress::Failed(reason) => break reason,
            Progress::Ended => panic!("nothing was spoken"),
            _ => {}
        }
    };
    assert!(reason.contains("try again"), "{reason}");
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
}
