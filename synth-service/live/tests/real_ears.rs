//! A call with the real ears: recorded speech goes in at the pace of real time, in paused time. Recogniser and answers
//! are scripted.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a helper of a test can only stop")]

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use contract::timeline::Moment;
use hearing::{FRAME, Format, Frame, Heard, HearingError, Input, Line, Recogniser, Session, session};
use live::{
    Answer, Answerer, CallEnd, Caller, Clip, EndReason, FromCaller, Live, LiveSettings, Observer, Outcome,
    Progress, Question, Saying, Step, ToCaller, TurnReport, Voice, answer,
};
use tokio::{
    sync::mpsc,
    task::JoinHandle,
    time::{Instant, sleep, sleep_until},
};

const BOOKING: &[u8] = include_bytes!("../../hearing/tests/sounds/booking.ulaw");
const NO: &[u8] = include_bytes!("../../hearing/tests/sounds/no.ulaw");
const MHM: &[u8] = include_bytes!("../../hearing/tests/sounds/mhm.ulaw");
/// The words of `booking.ulaw`, with the pause in it.
const WORDS: [&str; 2] = ["I would like to book a table for four people,", "please."];

/// Knows the words of each utterance, and gives as many of them as it has heard: one for each 200 ms.
struct Scripted(Vec<&'static str>);

#[async_trait]
impl Recogniser for Scripted {
    fn name(&self) -> &'static str {
        "scripted"
    }

    async fn open(&self, _format: Format) -> Result<Session, HearingError> {
        let mut texts = self.0.clone().into_iter();
        Ok(session("scripted", async move |mut engine| {
            let (mut text, mut frames) = (texts.next().unwrap_or_default(), 0);
            while let Some(input) = engine.input.recv().await {
                let heard = match input {
                    Input::Audio(_) => {
                        frames += 1;
                        if frames % 10 != 0 {
                            continue;
                        }
                        let words: Vec<&str> = text.split(' ').take(frames / 10).collect();
                        Heard::Partial(words.join(" "))
                    }
                    Input::Pause { .. } => Heard::Partial(text.into()),
                    Input::Finalise => {
                        frames = 0;
                        let text = std::mem::replace(&mut text, texts.next().unwrap_or_default());
                        Heard::Final { text: text.into(), asked: true }
                    }
                };
                if engine.heard.send(Ok(heard)).await.is_err() {
                    return;
                }
            }
        }))
    }
}

/// Answers with four seconds of speech, 400 ms after it is asked.
struct Answers;

fn steps(after: u64, seconds: usize) -> Answer {
    answer(async move |steps: mpsc::Sender<Step>| {
        sleep(Duration::from_millis(after)).await;
        let clip = Clip {
            text: "We have a table at eight on Friday.".into(),
            audio: vec![0x10; 8_000 * seconds].into(),
            begun: None,
        };
        for progress in [Progress::Asked, Progress::Clip(clip), Progress::Ended] {
            if steps.send(Step { at: Instant::now(), progress }).await.is_err() {
                return;
            }
        }
    })
}

impl Answerer for Answers {
    fn answer(&self, _question: Question) -> Answer {
        steps(400, 4)
    }

    fn say(&self, _saying: Saying, _voice: &Voice, _line: Line) -> Answer {
        steps(10, 1)
    }
}

#[derive(Default)]
struct Reports(Mutex<Vec<TurnReport>>);

impl Observer for Reports {
    fn call_began(&self, _call: &str) {}

    fn turn_ended(&self, report: &TurnReport) {
        self.0.lock().unwrap().push(report.clone());
    }

    fn call_ended(&self, _call: &str, _end: &CallEnd) {}
}

struct Call {
    from: mpsc::Sender<FromCaller>,
    frames: u64,
    begin: Instant,
    reports: Arc<Reports>,
    call: JoinHandle<CallEnd>,
    /// Times of the frames that the caller got.
    sent: Arc<Mutex<Vec<Instant>>>,
}

impl Call {
    fn new(texts: &[&'static str], settings: LiveSettings) -> Self {
        let (from, from_caller) = mpsc::channel(64);
        let (to, mut to_caller) = mpsc::channel(64);
        let (reports, sent) = (Arc::new(Reports::default()), Arc::<Mutex<Vec<_>>>::default());
        let recogniser = Scripted(texts.to_vec());
        let live = Live::new(Arc::new(recogniser), Arc::new(Answers), reports.clone(), settings);
        let caller = Caller {
            id: "call".into(),
            contact: None,
            line: Line::Telephone,
            voice: Voice { language: "en".into(), ..Voice::default() },
            from: from_caller,
            to,
        };
        let times = sent.clone();
        tokio::spawn(async move {
            while let Some(message) = to_caller.recv().await {
                if let ToCaller::Audio(_) = message {
                    times.lock().unwrap().push(Instant::now());
                }
            }
        });
        let call = tokio::spawn(async move { live.hold(caller).await });
        Self { from, frames: 0, begin: Instant::now(), reports, call, sent }
    }

    /// The caller's sound, at the pace of real time.
    async fn sound(&mut self, audio: &[u8]) {
        for part in audio.chunks(160) {
            let mut audio = part.to_vec();
            audio.resize(160, 0xff);
            let frame = Frame { line: Line::Telephone, number: self.frames, audio: Bytes::from(audio) };
            self.frames += 1;
            self.from.send(FromCaller::Frame(frame)).await.expect("a call");
            let next = FRAME * u32::try_from(self.frames).expect("a short call");
            sleep_until(self.begin + next).await;
        }
    }

    async fn silence(&mut self, ms: usize) {
        self.sound(&vec![0xff; ms * 8]).await;
    }

    async fn hang_up(self) -> (CallEnd, Vec<TurnReport>) {
        drop(self.from);
        let end = self.call.await.expect("no panic");
        (end, std::mem::take(&mut *self.reports.0.lock().unwrap()))
    }
}

fn settings() -> LiveSettings {
    LiveSettings { greeting: false, ..LiveSettings::default() }
}

/// From the end of the caller's speech to the first audible sample, in milliseconds.
async fn answered_after(settings: LiveSettings) -> f64 {
    let mut call = Call::new(&WORDS, settings);
    call.silence(500).await;
    call.sound(BOOKING).await;
    call.silence(6_000).await;
    let (end, reports) = call.hang_up().await;
    assert_eq!((end.reason, end.turns, &reports[0].outcome), (EndReason::CallerGone, 1, &Outcome::Answered));
    let at = |moment| reports[0].timeline.at(moment).expect("recorded");
    at(Moment::FirstAudioSent) - at(Moment::SpeechEnd)
}

#[tokio::test(start_paused = true)]
async fn speculation_hides_the_model_behind_the_silence_at_the_end_of_a_turn() {
    let plain = answered_after(LiveSettings { speculation: false, ..settings() }).await;
    let early = answered_after(settings()).await;
    assert!(early <= 450.0 && early + 350.0 <= plain, "{early} ms, {plain} ms without");
}

#[tokio::test(start_paused = true)]
async fn speech_silences_the_answer_within_350_ms() {
    let mut call = Call::new(&[WORDS, WORDS].concat(), settings());
    call.silence(500).await;
    call.sound(BOOKING).await;
    call.silence(2_000).await;
    call.sound(BOOKING).await;
    call.silence(6_000).await;
    let (end, reports) = call.hang_up().await;
    assert_eq!((end.turns, &reports[0].outcome), (2, &Outcome::Interrupted));
    let interruption = reports[0].interruptions[0];
    assert!(interruption.confirmed);
    assert!(interruption.voice_to_last_frame <= Duration::from_millis(350), "{interruption:?}");
    assert!(interruption.own <= Duration::from_millis(60), "{interruption:?}");
    let first = end.talk.turns().next().map(|turn| turn.answer.clone()).expect("a turn");
    assert!("We have a table at eight".starts_with(&first) && first.starts_with("We have"), "{first:?}");
}

#[tokio::test(start_paused = true)]
async fn a_hum_costs_the_caller_nothing_of_the_answer() {
    let mut call = Call::new(&[&WORDS[..], &["Mhm."]].concat(), settings());
    call.silence(500).await;
    call.sound(BOOKING).await;
    call.silence(2_000).await;
    call.sound(MHM).await;
    call.silence(8_000).await;
    let sent = call.sent.lock().unwrap().len();
    assert!((200..=225).contains(&sent), "{sent} frames of 200");
    let (end, reports) = call.hang_up().await;
    let outcome = reports.iter().find(|report| report.turn == 0).map(|report| &report.outcome);
    assert_eq!(outcome, Some(&Outcome::Answered));
    assert_eq!(end.talk.turns().count(), 1);
}

#[tokio::test(start_paused = true)]
async fn one_clear_word_is_an_interruption() {
    let mut call = Call::new(&[&WORDS[..], &["No."]].concat(), settings());
    call.silence(500).await;
    call.sound(BOOKING).await;
    call.silence(2_000).await;
    call.sound(NO).await;
    call.silence(6_000).await;
    let (end, reports) = call.hang_up().await;
    assert_eq!((end.turns, &reports[0].outcome), (2, &Outcome::Interrupted));
    assert_eq!(reports[1].outcome, Outcome::Answered);
}

/// A second of silence with three bursts of noise of 160 ms, as a cough is.
fn cough() -> Vec<u8> {
    let mut state = 1_u32;
    let mut noise = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        // Mu-law of both signs, from loud to half of it.
        ((state >> 24) as u8 & 0x8f) | 0x10
    };
    let burst = |at: usize| at % 2_400 < 1_280;
    (0..8_000).map(|at| if burst(at) { noise() } else { 0xff }).collect()
}

#[tokio::test(start_paused = true)]
async fn coughs_cost_the_caller_nothing_of_the_answer() {
    let mut call = Call::new(&WORDS, settings());
    call.silence(500).await;
    call.sound(BOOKING).await;
    call.silence(1_500).await;
    call.sound(&cough()).await;
    call.silence(8_000).await;
    let (end, reports) = call.hang_up().await;
    assert_eq!((end.turns, &reports[0].outcome), (1, &Outcome::Answered));
    assert!(reports[0].interruptions.len() <= 1, "one pause at most");
}
