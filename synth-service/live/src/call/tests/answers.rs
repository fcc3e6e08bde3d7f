//! Scripted answers. Each frame of their speech names its answer and its place in it.

use std::{
    future::pending,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use hearing::Line;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep},
};

use crate::answer::{Answer, Answerer, Clip, Progress, Question, Saying, Step, Voice, answer};

/// A step, and the milliseconds before it. Without an end the answer stops there for ever.
pub(super) type Plan = Vec<(u64, Progress)>;

/// Number of frames of each sentence.
pub(super) const FRAMES: u16 = 50;

/// Scripted answers, and everything that was asked for.
pub(super) struct Script {
    plan: Box<dyn Fn(&Question) -> Plan + Send + Sync>,
    pub(super) questions: Mutex<Vec<Question>>,
    pub(super) sayings: Mutex<Vec<Saying>>,
    /// One copy in each answer that goes on.
    pub(super) running: Arc<()>,
    /// Whether sentences of the service's own can be made.
    has_voice: bool,
    /// Whether they end.
    has_end: bool,
}

impl Script {
    pub(super) fn new(plan: impl Fn(&Question) -> Plan + Send + Sync + 'static) -> Self {
        Self {
            plan: Box::new(plan),
            questions: Mutex::default(),
            sayings: Mutex::default(),
            running: Arc::default(),
            has_voice: true,
            has_end: true,
        }
    }

    pub(super) fn without_voice(self) -> Self {
        Self { has_voice: false, ..self }
    }

    /// Sentences of the service's own have a clip, and then never end.
    pub(super) fn without_end(self) -> Self {
        Self { has_end: false, ..self }
    }

    /// Answers that go on now.
    pub(super) fn running(&self) -> usize {
        Arc::strong_count(&self.running) - 1
    }

    fn play(&self, plan: Plan) -> Answer {
        let running = self.running.clone();
        answer(async move |steps: mpsc::Sender<Step>| {
            let _running = running;
            for (ms, mut progress) in plan {
                sleep(Duration::from_millis(ms)).await;
                if let Progress::Clip(clip) = &mut progress {
                    clip.begun = Some(Instant::now());
                }
                let is_last = matches!(progress, Progress::Ended | Progress::Failed(_));
                if steps.send(Step { at: Instant::now(), progress }).await.is_err() || is_last {
                    return;
                }
            }
            pending().await
        })
    }
}

impl Answerer for Script {
    fn answer(&self, question: Question) -> Answer {
        let plan = (self.plan)(&question);
        self.questions.lock().unwrap().push(question);
        self.play(plan)
    }

    fn say(&self, saying: Saying, _voice: &Voice, _line: Line) -> Answer {
        let source = source_of(&saying);
        self.sayings.lock().unwrap().push(saying);
        if !self.has_voice {
            return self.play(vec![(10, Progress::Failed("no voice".into()))]);
        }
        let mut plan = vec![(10, Progress::Clip(clip(source, 0, ASIDE)))];
        plan.extend(self.has_end.then_some((0, Progress::Ended)));
        self.play(plan)
    }
}

/// A sentence of the service's own.
pub(super) const ASIDE: &str = "This is the service.";

/// The source in the frames of a sentence of the service's own: above those of turns.
pub(super) fn source_of(saying: &Saying) -> u8 {
    match saying {
        Saying::Greeting => 200,
        Saying::Acknowledgement(_) => 201,
        Saying::Apology => 202,
        Saying::SayAgain => 203,
        Saying::StillThere => 204,
        Saying::Goodbye => 205,
    }
}

/// A sentence of one second, whose frames are numbered through the answer.
pub(super) fn clip(source: u8, sentence: u16, text: &str) -> Clip {
    let frame = |number: u16| {
        let mut frame = vec![0x10; 160];
        frame[0] = source;
        frame[1..3].copy_from_slice(&(sentence * FRAMES + number).to_le_bytes());
        frame
    };
    let audio = Bytes::from_iter((0..FRAMES).flat_map(frame));
    Clip { text: text.into(), audio, begun: None }
}

/// An answer of these sentences: 300 ms to the first token, and 100 ms for each clip.
pub(super) fn spoken(source: u8, sentences: &[&str]) -> Plan {
    let mut plan = vec![(0, Progress::Asked), (300, Progress::FirstToken)];
    for (number, text) in sentences.iter().enumerate() {
        plan.push((100, Progress::Clip(clip(source, number as u16, text))));
    }
    plan.push((0, Progress::Ended));
    plan
}

/// Two sentences for each turn.
pub(super) fn usual(question: &Question) -> Plan {
    spoken(question.turn as u8, &["Yes of course.", "We open at nine."])
}
