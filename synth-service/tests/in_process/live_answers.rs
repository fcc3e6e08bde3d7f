//! Answers to callers on the line that can't be spoken.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

use std::time::Duration;

use chat::{ChatSettings, DemoSettings, ModelKind, ModelSettings};
use hearing::Line;
use live::{Answerer, Progress, Question, Voice};
use speech::Device;
use tokio::time::Instant;

use crate::support::{TestVoices, VOICE, test_voices};
use synth_service::{
    admission::{Admission, Demand, WaitLimits},
    live::{ServiceAnswerer, Speakers},
    phrases::Books,
    telemetry::Meters,
};

/// A model that takes minutes for its answer.
fn slow_model() -> chat::Writer {
    let demo = DemoSettings { tokens_per_second: 0.5, ..DemoSettings::default() };
    let model = ModelSettings { kind: ModelKind::Demo, demo, ..ModelSettings::default() };
    chat::open(&ChatSettings { model, ..ChatSettings::default() }).expect("a model")
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_a_voice_fails_while_its_model_still_writes() {
    let TestVoices { voices, lexicons, .. } = test_voices(false);
    let admission = Admission::new(WaitLimits { max_waiting: 0, patience: Duration::from_secs(10) });
    let (cost, sentences) = (1000.0, [0.001, 1000.0].into());
    let whole_host = Demand { voice: VOICE.into(), device: Device::Cpu, workers: 1.0, cost, sentences };
    let _taken = admission.admit(whole_host).expect("the host is idle");
    let books = Books::open(lexicons.path()).expect("phrases");
    let meters = Meters::new(Vec::new()).expect("meters");
    let speakers = Speakers { voices, admission, books, phrases: None, meters, log_text: false };
    let answerer = ServiceAnswerer::new(speakers, Some(slow_model()));
    let began = Instant::now();
    let mut answer = answerer.answer(Question {
        call: "call-1".into(),
        contact: None,
        turn: 0,
        text: "When do you open?".into(),
        turns: Vec::new(),
        voice: Voice { language: "en".into(), ..Voice::default() },
        line: Line::Telephone,
    });
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
