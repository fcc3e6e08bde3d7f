//! The way to the recogniser: a session that is opened in the background, and once more when it fails.
//!
//! The frames of an utterance are kept until its final text is there, so that another session can be told all of it.

use std::{future, sync::Arc, time::Duration};

use tokio::time::{self, Instant};
use tokio_util::task::AbortOnDropHandle;

use crate::{
    EarSettings, FRAME, Format, Heard, HearingError, Input, Recogniser, Session, backlog, kept::Kept,
};

/// News from the recogniser.
pub(super) enum News {
    Heard(Heard),
    /// It is gone, the second session too.
    Gone(HearingError),
}

pub(super) struct Link {
    recogniser: Arc<dyn Recogniser>,
    format: Format,
    state: State,
    kept: Kept,
    /// When the final texts must be there that were asked for, oldest first.
    due: std::collections::VecDeque<Instant>,
    /// Whether a session of this turn has been replaced.
    replaced: bool,
    opened: Instant,
    /// When to look again whether a session has room, while inputs wait. A reader who gives up waiting can't move it.
    look: Instant,
    name: &'static str,
    open_patience: Duration,
    final_patience: Duration,
    retry_after: Duration,
}

enum State {
    Opening(AbortOnDropHandle<Result<Session, HearingError>>),
    Open(Session),
    Gone(HearingError),
}

enum Happened {
    Opened(Session),
    Heard(Heard),
    Failed(HearingError),
    /// The recogniser may have room for more.
    Room,
}

impl Link {
    /// Opens a session in the background. It needs a tokio runtime.
    pub(super) fn new(recogniser: Arc<dyn Recogniser>, format: Format, settings: &EarSettings) -> Self {
        Self {
            state: open(&recogniser, &format),
            name: recogniser.name(),
            recogniser,
            format,
            kept: Kept::new(settings.kept_audio(), settings.stream),
            due: std::collections::VecDeque::new(),
            replaced: false,
            opened: Instant::now(),
            look: Instant::now(),
            open_patience: settings.open_patience,
            final_patience: settings.final_patience,
            retry_after: settings.retry_after,
        }
    }

    /// The name of the recogniser in use.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// A turn begins: its session may be replaced once.
    pub(super) fn turn_begins(&mut self) {
        self.replaced = false;
    }

    /// Voice begins. A recogniser that is gone is tried again, but not all the time.
    ///
    /// # Errors
    /// Why it is gone.
    pub(super) fn voice_begins(&mut self) -> Result<(), HearingError> {
        if let State::Gone(error) = &self.state {
            if self.opened.elapsed() < self.retry_after {
                return Err(error.clone());
            }
            self.reopen();
        }
        Ok(())
    }

    /// Tells the session something, at once or when it can take it.
    pub(super) fn tell(&mut self, input: Input) {
        if matches!(self.state, State::Gone(_)) {
            return;
        }
        if input == Input::Finalise {
            self.due.push_back(self.due_at());
        }
        self.kept.push(input);
        self.send();
    }

    /// The turn is over, whatever is still to come.
    pub(super) fn forget(&mut self) {
        self.kept.clear();
        self.due.clear();
    }

    /// News of the recogniser. Safe to cancel.
    pub(super) async fn next(&mut self) -> News {
        loop {
            match self.happens().await {
                Happened::Opened(session) => self.begin(session),
                Happened::Heard(heard) => return News::Heard(self.hear(heard)),
                Happened::Room => {
                    self.look = Instant::now() + FRAME;
                    self.send();
                }
                Happened::Failed(error) => {
                    if let Some(gone) = self.fail(error) {
                        return News::Gone(gone);
                    }
                }
            }
        }
    }

    async fn happens(&mut self) -> Happened {
        let name = self.name;
        let late = |after| Happened::Failed(HearingError::TooSlow { recogniser: name, after });
        match &mut self.state {
            State::Opening(opening) => {
                match time::timeout_at(self.opened + self.open_patience, opening).await {
                    Ok(Ok(Ok(session))) => Happened::Opened(session),
                    Ok(Ok(Err(error))) => Happened::Failed(error),
                    Ok(Err(stopped)) => Happened::Failed(HearingError::Ended {
                        recogniser: name,
                        reason: stopped.to_string(),
                    }),
                    Err(_) => late(self.open_patience),
                }
            }
            State::Open(session) => tokio::select! {
                biased;
                heard = session.next() => heard.map_or_else(Happened::Failed, Happened::Heard),
                () = until(self.due.front().copied()) => late(self.final_patience),
                () = time::sleep_until(self.look), if self.kept.waits() => Happened::Room,
            },
            State::Gone(_) => future::pending().await,
        }
    }

    /// A new session gets everything that has no final text yet.
    fn begin(&mut self, session: Session) {
        self.name = session.recogniser();
        self.state = State::Open(session);
        self.kept.rewind();
        let due = self.due_at();
        self.due = std::iter::repeat_n(due, self.kept.finals()).collect();
        self.send();
    }

    fn send(&mut self) {
        let State::Open(session) = &self.state else { return };
        while session.room() > 0
            && let Some(input) = self.kept.next()
        {
            if session.tell(input).is_err() {
                // The session's own last result has the reason.
                return;
            }
        }
    }

    fn hear(&mut self, heard: Heard) -> Heard {
        if let State::Open(session) = &self.state {
            // Another one may have taken the session over.
            self.name = session.recogniser();
        }
        match heard {
            Heard::Final { text, asked } => {
                let asked = asked && self.due.pop_front().is_some();
                if asked {
                    self.kept.answered()
                } else {
                    self.kept.covered()
                }
                self.send();
                Heard::Final { text, asked }
            }
            other => other,
        }
    }

    /// Replaces the session, or gives up.
    fn fail(&mut self, error: HearingError) -> Option<HearingError> {
        if self.replaced {
            self.forget();
            self.state = State::Gone(error.clone());
            return Some(error);
        }
        self.reopen();
        None
    }

    fn reopen(&mut self) {
        self.replaced = true;
        self.opened = Instant::now();
        self.state = open(&self.recogniser, &self.format);
    }

    /// Audio that the recogniser gets all at once takes it a while.
    fn due_at(&self) -> Instant {
        Instant::now() + self.final_patience + backlog::time_for(self.kept.waiting())
    }
}

fn open(recogniser: &Arc<dyn Recogniser>, format: &Format) -> State {
    let (recogniser, format) = (Arc::clone(recogniser), format.clone());
    State::Opening(AbortOnDropHandle::new(tokio::spawn(async move { recogniser.open(format).await })))
}

/// Waits for this time; for ever without one.
pub(super) async fn until(at: Option<Instant>) {
    match at {
        Some(at) => time::sleep_until(at).await,
        None => future::pending().await,
    }
}
