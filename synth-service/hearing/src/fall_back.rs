//! A recogniser with another one behind it. No word is lost when the first one fails: the frames of the current
//! utterance are kept, and the second one gets them.
//!
//! A call that has lost the first recogniser stays with the second. The next call tries the first again, except that a
//! failing one is left alone for a while: a call that waits for it each time answers late each time.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use tokio::time::{Instant, sleep_until, timeout};

use crate::{Engine, FRAME, Format, Heard, HearingError, Input, Recogniser, Session, session};

/// Longest utterance that is kept, in frames: 15 s.
const KEPT: usize = 750;

/// Frames that are kept behind a final text that came by itself: 400 ms. It comes at least so long after its words, so
/// these frames are silence, or already the next words.
const KEPT_BEHIND_FINAL: usize = (400 / FRAME.as_millis()) as usize;

/// Longest time for the first recogniser to open: the second still opens in time.
const OPEN_FIRST: Duration = Duration::from_millis(2_500);

/// Longest time for the second one to open, and to take the kept frames.
const SWITCH: Duration = Duration::from_secs(3);

/// Time for which a failing recogniser is left alone.
const LEFT_ALONE: Duration = Duration::from_secs(30);

/// A recogniser with another one behind it.
pub struct FallBack(Arc<Shared>);

struct Shared {
    first: Arc<dyn Recogniser>,
    second: Arc<dyn Recogniser>,
    patience: Duration,
    left_alone_until: Mutex<Option<Instant>>,
    fall_backs: AtomicU64,
}

impl FallBack {
    /// The first recogniser is given up when it has no final text this long after it was asked for one. That must be
    /// longer than it waits itself where nobody spoke, [`Patience::final_text`](crate::cloud::Patience::final_text).
    pub const PATIENCE: Duration = Duration::from_millis(1_200);

    /// The first recogniser, and the second behind it.
    pub fn new(first: Arc<dyn Recogniser>, second: Arc<dyn Recogniser>, patience: Duration) -> Self {
        let (left_alone_until, fall_backs) = (Mutex::new(None), AtomicU64::new(0));
        Self(Arc::new(Shared { first, second, patience, left_alone_until, fall_backs }))
    }

    /// The number of calls that had to take the second recogniser.
    pub fn fall_backs(&self) -> u64 {
        self.0.fall_backs.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Recogniser for FallBack {
    /// The first one's. A session has the name of the recogniser with which it begins.
    fn name(&self) -> &'static str {
        self.0.first.name()
    }

    async fn open(&self, format: Format) -> Result<Session, HearingError> {
        let Some(first) = self.0.open_first(&format).await else { return self.0.second.open(format).await };
        let relay = Relay { shared: self.0.clone(), format, kept: Kept::default() };
        Ok(session(first.recogniser(), |engine| relay.run(first, engine)))
    }

    async fn warm_up(&self) {
        tokio::join!(self.0.first.warm_up(), self.0.second.warm_up());
    }
}

impl Shared {
    async fn open_first(&self, format: &Format) -> Option<Session> {
        if self.is_left_alone() {
            self.fall_backs.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        let (recogniser, after) = (self.first.name(), OPEN_FIRST);
        let opened = timeout(after, self.first.open(format.clone())).await;
        let opened = opened.unwrap_or(Err(HearingError::TooSlow { recogniser, after }));
        opened.inspect_err(|error| self.failed(error)).ok()
    }

    fn is_left_alone(&self) -> bool {
        let until = *self.left_alone_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| Instant::now() < until)
    }

    fn failed(&self, error: &HearingError) {
        let (first, second) = (self.first.name(), self.second.name());
        tracing::warn!(recogniser = first, fall_back = second, %error, "a call takes the other recogniser");
        self.fall_backs.fetch_add(1, Ordering::Relaxed);
        // A recogniser that is full, or lacks this caller's language, works for other calls.
        if !matches!(error, HearingError::NoChannel { .. } | HearingError::UnknownLanguage { .. }) {
            let mut until = self.left_alone_until.lock().unwrap_or_else(PoisonError::into_inner);
            *until = Some(Instant::now() + LEFT_ALONE);
        }
    }
}

/// A call's session.
struct Relay {
    shared: Arc<Shared>,
    format: Format,
    kept: Kept,
}

impl Relay {
    async fn run(mut self, first: Session, mut engine: Engine) {
        let Err(error) = self.relay(first, &mut engine).await else { return };
        self.shared.failed(&error);
        let recogniser = self.shared.second.name();
        let late = |_| HearingError::TooSlow { recogniser, after: SWITCH };
        let second = timeout(SWITCH, self.open_second()).await.map_err(late).flatten();
        let ended = match second {
            Ok(second) => pass(second, &mut engine).await,
            Err(error) => Err(error),
        };
        if let Err(error) = ended {
            // Nobody may be left to hear of it.
            let _ = engine.heard.send(Err(error)).await;
        }
    }

    /// Passes everything to and fro until the call is over, or the first recogniser fails.
    async fn relay(&mut self, mut first: Session, engine: &mut Engine) -> Result<(), HearingError> {
        let after = self.shared.patience;
        let mut wishes: VecDeque<Instant> = VecDeque::new();
        loop {
            let deadline = wishes.front().map(|wish| *wish + after);
            tokio::select! {
                // As in a session's worker: time is up only once everything that came is read.
                biased;
                input = engine.input.recv() => {
                    let Some(input) = input else { return Ok(()) };
                    if input == Input::Finalise {
                        wishes.push_back(Instant::now());
                    }
                    self.kept.input(&input);
                    first.tell(input)?;
                }
                heard = first.next() => {
                    let heard = heard?;
                    self.kept.heard(&heard);
                    if matches!(heard, Heard::Final { asked: true, .. }) {
                        wishes.pop_front();
                    }
                    if engine.heard.send(Ok(heard)).await.is_err() {
                        return Ok(());
                    }
                }
                () = sleep_until(deadline.unwrap_or_else(Instant::now)), if deadline.is_some() => {
                    return Err(HearingError::TooSlow { recogniser: self.shared.first.name(), after });
                }
            }
        }
    }

    /// A session of the second recogniser that knows the current utterance.
    async fn open_second(&mut self) -> Result<Session, HearingError> {
        let second = self.shared.second.open(self.format.clone()).await?;
        for input in self.kept.inputs.drain(..) {
            second.give(input).await?;
        }
        Ok(second)
    }
}

/// Passes everything to and fro until the call is over, or the recogniser fails.
async fn pass(mut second: Session, engine: &mut Engine) -> Result<(), HearingError> {
    loop {
        tokio::select! {
            input = engine.input.recv() => match input {
                Some(input) => second.tell(input)?,
                None => return Ok(()),
            },
            heard = second.next() => {
                if engine.heard.send(Ok(heard?)).await.is_err() {
                    return Ok(());
                }
            }
        }
    }
}

/// The frames, and wishes for a final text, that have no final text yet.
#[derive(Default)]
struct Kept {
    inputs: VecDeque<Input>,
    frames: usize,
}

impl Kept {
    fn input(&mut self, input: &Input) {
        match input {
            Input::Pause { .. } => return,
            Input::Finalise => {}
            Input::Audio(_) => self.frames += 1,
        }
        self.inputs.push_back(input.clone());
        self.shorten(KEPT);
    }

    fn heard(&mut self, heard: &Heard) {
        match heard {
            Heard::Final { asked: true, .. } => {
                while let Some(input) = self.inputs.pop_front() {
                    match input {
                        Input::Finalise => break,
                        _ => self.frames -= 1,
                    }
                }
            }
            Heard::Final { asked: false, .. } => self.shorten(KEPT_BEHIND_FINAL),
            Heard::Partial(_) | Heard::SpeechEnded => {}
        }
    }

    /// Drops the oldest frames. Wishes stay: each gets its answer.
    fn shorten(&mut self, most: usize) {
        if self.frames <= most {
            return;
        }
        let mut surplus = self.frames - most;
        self.frames = most;
        self.inputs.retain(|input| {
            let is_dropped = surplus > 0 && matches!(input, Input::Audio(_));
            surplus -= usize::from(is_dropped);
            !is_dropped
        });
    }
}
