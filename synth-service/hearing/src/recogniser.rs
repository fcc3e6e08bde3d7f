//! A recogniser that streams, and one call's use of it.
//!
//! A [`Recogniser`] is opened once for the service and keeps its token, connections and models. A [`Session`] is one
//! call's. It gets the frames of one utterance after the other, each closed by [`Input::Finalise`].

use std::{fmt, time::Duration};

use async_trait::async_trait;
use tokio::sync::{mpsc, watch};
use tokio_util::task::AbortOnDropHandle;

use crate::{Frame, HearingError, Line, event::Hidden};

/// Frames that may wait for a recogniser: 5 s. One that is further behind is given up.
const WAITING: usize = 250;

/// Results that may wait for their reader.
const RESULTS: usize = 64;

/// The audio of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Format {
    /// The format of its frames.
    pub line: Line,
    /// BCP 47 tag of the caller's language, such as `ko` or `en-US`.
    pub language: String,
}

/// One recogniser for all calls of the service.
#[async_trait]
pub trait Recogniser: Send + Sync {
    /// Its name in the log and in metrics.
    fn name(&self) -> &'static str;

    /// Opens a session for one call.
    ///
    /// # Errors
    /// [`HearingError`] where it can't be had now; it comes within 3 s.
    async fn open(&self, format: Format) -> Result<Session, HearingError>;

    /// Does in advance, at the start of the service, things that the first call would wait for. A failure is logged
    /// only: the first call meets it again.
    async fn warm_up(&self) {}
}

/// Something that a session is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The next frame of the utterance, in order.
    Audio(Frame),
    /// The caller pauses: this is a good moment for a partial text. May be ignored.
    Pause {
        /// The end of the last voiced frame: [`Frame::ends`]. All frames up to it have been told.
        voice_ends: Duration,
    },
    /// The utterance is over: its final text is wanted now. The next frame begins another one.
    Finalise,
}

/// A result. Its `Debug` hides the words.
#[derive(Clone, PartialEq, Eq)]
pub enum Heard {
    /// The text of the current utterance so far, behind its last final text. It may still change.
    Partial(String),
    /// A final text. Each [`Input::Finalise`] gets exactly one with `asked`, which may be empty; a recogniser that finds
    /// the end of an utterance by itself gives others before.
    Final {
        /// The text, behind the last final text.
        text: String,
        /// Whether it answers [`Input::Finalise`].
        asked: bool,
    },
    /// The recogniser takes the caller for finished.
    SpeechEnded,
}

impl fmt::Debug for Heard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Partial(text) => formatter.debug_tuple("Partial").field(&Hidden(text)).finish(),
            Self::Final { text, asked } => {
                formatter.debug_tuple("Final").field(&Hidden(text)).field(asked).finish()
            }
            Self::SpeechEnded => formatter.write_str("SpeechEnded"),
        }
    }
}

/// One call's use of a recogniser. Dropping it ends it.
pub struct Session {
    input: mpsc::Sender<Input>,
    heard: mpsc::Receiver<Result<Heard, HearingError>>,
    recogniser: watch::Receiver<&'static str>,
    _work: AbortOnDropHandle<()>,
}

/// The recogniser's end of a session. An error is its last result.
pub struct Engine {
    /// The inputs of the session. They end when the session is dropped.
    pub input: mpsc::Receiver<Input>,
    /// The results.
    pub heard: mpsc::Sender<Result<Heard, HearingError>>,
    /// The recogniser's name. It changes where another one goes on with the session.
    pub recogniser: watch::Sender<&'static str>,
}

/// A session whose work is done by a task.
pub fn session<W>(recogniser: &'static str, work: impl FnOnce(Engine) -> W) -> Session
where
    W: Future<Output = ()> + Send + 'static,
{
    let (input, waiting) = mpsc::channel(WAITING);
    let (results, heard) = mpsc::channel(RESULTS);
    let (name, recogniser) = watch::channel(recogniser);
    let work = tokio::spawn(work(Engine { input: waiting, heard: results, recogniser: name }));
    Session { input, heard, recogniser, _work: AbortOnDropHandle::new(work) }
}

impl Session {
    /// Tells the session something. Never waits.
    ///
    /// # Errors
    /// [`HearingError`] when the recogniser is gone or too far behind: the session is of no more use.
    pub fn tell(&self, input: Input) -> Result<(), HearingError> {
        let recogniser = self.recogniser();
        self.input.try_send(input).map_err(|error| {
            let reason = match error {
                mpsc::error::TrySendError::Full(_) => "it is too far behind",
                mpsc::error::TrySendError::Closed(_) => "it stopped",
            };
            HearingError::Ended { recogniser, reason: reason.into() }
        })
    }

    /// Tells the session something, and waits until there is room for it: for audio that is there already.
    ///
    /// # Errors
    /// [`HearingError`] when the recogniser is gone.
    pub async fn give(&self, input: Input) -> Result<(), HearingError> {
        let recogniser = self.recogniser();
        let gone = |_| HearingError::Ended { recogniser, reason: "it stopped".into() };
        self.input.send(input).await.map_err(gone)
    }

    /// The number of inputs that [`Self::tell`] takes before the recogniser has worked off some.
    pub fn room(&self) -> usize {
        self.input.capacity()
    }

    /// The next result. Safe to cancel.
    ///
    /// # Errors
    /// [`HearingError`] when the recogniser is gone: the session is of no more use.
    pub async fn next(&mut self) -> Result<Heard, HearingError> {
        let recogniser = self.recogniser();
        let gone = || HearingError::Ended { recogniser, reason: "it stopped".into() };
        self.heard.recv().await.ok_or_else(gone)?
    }

    /// The name of the recogniser that hears now.
    pub fn recogniser(&self) -> &'static str {
        *self.recogniser.borrow()
    }
}
