//! A recogniser with another one behind it. No word is lost when the first one fails: the frames of the current
//! utterance are kept, and the second one gets them.
//!
//! A call that has lost the first recogniser stays with the second. The next call tries the first again, except that a
//! failing one is left alone for a while: a call that waits for it each time answers late each time.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::{
    Engine, FRAME, Format, Heard, HearingError, Input, Recogniser, Session, backlog::Backlog, kept::Kept,
    session,
};

/// Longest utterance that is kept, unless [`FallBack::keeping`] says otherwise.
const KEPT: Duration = Duration::from_secs(15);

/// Longest time for the first recogniser to open: the second still opens in time.
const OPEN_FIRST: Duration = Duration::from_millis(2_500);

/// Longest time for the second one to open, and to take the kept frames.
const SWITCH: Duration = Duration::from_secs(3);

/// Time for which a failing recogniser is left alone.
const LEFT_ALONE: Duration = Duration::from_secs(30);

/// Sessions in a row to which the first recogniser said nothing at all, until it counts as failing. To the music or the
/// coughs of one caller a healthy one has nothing to say.
const MUTE: u32 = 2;

/// A recogniser with another one behind it.
pub struct FallBack {
    shared: Arc<Shared>,
    kept: Duration,
}

struct Shared {
    first: Arc<dyn Recogniser>,
    second: Arc<dyn Recogniser>,
    patience: Duration,
    left_alone_until: Mutex<Option<Instant>>,
    /// Sessions that the first one was mute in since it heard words.
    mute: AtomicU32,
    taken_over: Box<dyn Fn() + Send + Sync>,
}

impl FallBack {
    /// The first recogniser is given up when it has no final text this long after it was asked for one. That must be
    /// longer than it waits itself where nobody spoke, [`Patience::final_text`](crate::cloud::Patience::final_text). For
    /// audio that comes faster than it was spoken a quarter of its length is added.
    pub const PATIENCE: Duration = Duration::from_millis(1_200);

    /// The first recogniser, and the second behind it. `taken_over` is called for each session that the second one takes
    /// over, at that moment.
    pub fn new(
        first: Arc<dyn Recogniser>,
        second: Arc<dyn Recogniser>,
        patience: Duration,
        taken_over: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        let (left_alone_until, mute) = (Mutex::new(None), AtomicU32::new(0));
        let taken_over = Box::new(taken_over);
        let shared = Shared { first, second, patience, left_alone_until, mute, taken_over };
        Self { shared: Arc::new(shared), kept: KEPT }
    }

    /// Keeps so much of an utterance for the second recogniser: the ears' own
    /// [`kept_audio`](crate::EarSettings::kept_audio).
    pub fn keeping(self, kept: Duration) -> Self {
        Self { kept, ..self }
    }
}

#[async_trait]
impl Recogniser for FallBack {
    /// The first one's. A session has the name of the one that hears now.
    fn name(&self) -> &'static str {
        self.shared.first.name()
    }

    async fn open(&self, format: Format) -> Result<Session, HearingError> {
        let Some(first) = self.shared.open_first(&format).await else {
            let second = self.shared.second.open(format).await?;
            (self.shared.taken_over)();
            return Ok(second);
        };
        let kept = Kept::new(self.kept, true);
        let (backlog, deadlines) = (Backlog::default(), VecDeque::new());
        let relay = Relay { shared: self.shared.clone(), format, kept, backlog, deadlines };
        Ok(session(first.recogniser(), |engine| relay.run(first, engine)))
    }

    async fn warm_up(&self) {
        tokio::join!(self.shared.first.warm_up(), self.shared.second.warm_up());
    }
}

impl Shared {
    async fn open_first(&self, format: &Format) -> Option<Session> {
        if self.is_left_alone() {
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
        let fails_others = match error {
            // It is full, or lacks this caller's language.
            HearingError::NoChannel { .. } | HearingError::UnknownLanguage { .. } => false,
            HearingError::Mute { .. } => self.mute.fetch_add(1, Ordering::Relaxed) + 1 >= MUTE,
            _ => true,
        };
        if fails_others {
            let mut until = self.left_alone_until.lock().unwrap_or_else(PoisonError::into_inner);
            *until = Some(Instant::now() + LEFT_ALONE);
        }
    }

    fn first_heard(&self, heard: &Heard) {
        if matches!(heard, Heard::Partial(text) | Heard::Final { text, .. } if !text.is_empty()) {
            self.mute.store(0, Ordering::Relaxed);
        }
    }
}

/// A call's session.
struct Relay {
    shared: Arc<Shared>,
    format: Format,
    kept: Kept,
    backlog: Backlog,
    /// When the final texts must be there that the first recogniser was asked for, oldest first.
    deadlines: VecDeque<Instant>,
}

impl Relay {
    async fn run(mut self, first: Session, mut engine: Engine) {
        let Err(error) = self.relay(first, &mut engine).await else { return };
        self.shared.failed(&error);
        let recogniser = self.shared.second.name();
        let late = |_| HearingError::TooSlow { recogniser, after: SWITCH };
        let second = timeout(SWITCH, self.open_second()).await.map_err(late).flatten();
        let ended = match second {
            Ok(second) => {
                engine.recogniser.send_replace(second.recogniser());
                (self.shared.taken_over)();
                pass(second, &mut engine).await
            }
            Err(error) => Err(error),
        };
        if let Err(error) = ended {
            // Nobody may be left to hear of it.
            let _ = engine.heard.send(Err(error)).await;
        }
    }

    /// Passes everything to and fro until the call is over, or the first recogniser fails.
    async fn relay(&mut self, mut first: Session, engine: &mut Engine) -> Result<(), HearingError> {
        loop {
            self.send(&first);
            let deadline = self.deadlines.front().copied();
            tokio::select! {
                // As in a session's worker: time is up only once everything that came is read.
                biased;
                input = engine.input.recv() => {
                    let Some(input) = input else { return Ok(()) };
                    self.take(input);
                }
                heard = first.next() => {
                    let heard = heard?;
                    self.note(&heard);
                    if engine.heard.send(Ok(heard)).await.is_err() {
                        return Ok(());
                    }
                }
                // The first one may have room for more.
                () = sleep(FRAME), if self.kept.waits() => {}
                () = sleep_until(deadline.unwrap_or_else(Instant::now)), if deadline.is_some() => {
                    let (recogniser, after) = (self.shared.first.name(), self.shared.patience);
                    return Err(HearingError::TooSlow { recogniser, after });
                }
            }
        }
    }

    fn send(&mut self, first: &Session) {
        while first.room() > 0
            && let Some(input) = self.kept.next()
        {
            if first.tell(input).is_err() {
                // The session's last results have the reason, and maybe words.
                return;
            }
        }
    }

    fn take(&mut self, input: Input) {
        match &input {
            Input::Audio(_) => self.backlog.add(FRAME),
            Input::Finalise => {
                self.deadlines.push_back(Instant::now() + self.shared.patience + self.backlog.left());
            }
            Input::Pause { .. } => {}
        }
        self.kept.push(input);
    }

    /// Takes note of a result of the first recogniser.
    fn note(&mut self, heard: &Heard) {
        self.shared.first_heard(heard);
        match heard {
            Heard::Final { asked: true, .. } => {
                self.deadlines.pop_front();
                self.kept.answered();
            }
            Heard::Final { asked: false, .. } => self.kept.covered(),
            Heard::Partial(_) | Heard::SpeechEnded => {}
        }
    }

    /// A session of the second recogniser that knows the current utterance.
    async fn open_second(&mut self) -> Result<Session, HearingError> {
        let second = self.shared.second.open(self.format.clone()).await?;
        self.kept.rewind();
        while let Some(input) = self.kept.next() {
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
