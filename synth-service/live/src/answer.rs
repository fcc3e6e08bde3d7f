//! An answer as clips in strict order, while a model writes it.
//!
//! The service implements [`Answerer`] with its models and voices; a call reads an [`Answer`] step by step. A speculative
//! answer is the same: its steps wait in the channel until the call wants them, and dropping it undoes it.

use bytes::Bytes;
use contract::ContactId;
use hearing::Line;
use tokio::{sync::mpsc, time::Instant};
use tokio_util::task::AbortOnDropHandle;

/// Steps that may wait for the call. With a clip in each the answer's makers wait.
const WAITING: usize = 8;

/// Makes answers.
pub trait Answerer: Send + Sync {
    /// Begins to answer a caller. Nothing of it is remembered: the call does that.
    fn answer(&self, question: Question) -> Answer;

    /// Begins to say something of the service's own accord.
    fn say(&self, saying: Saying, voice: &Voice, line: Line) -> Answer;
}

/// How answers are spoken, and in which language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Voice {
    /// `voice`, `voice/speaker` or a speaker; the host's default without one.
    pub name: Option<String>,
    /// BCP 47 tag of the caller's language, such as `ko` or `en-US`.
    pub language: String,
    /// Instructions to the model; the usual ones without them.
    pub system: Option<String>,
}

/// A caller's words, and the talk before them. `chat::Turn` shows no words in a log.
#[derive(Clone)]
pub struct Question {
    /// Id of the call.
    pub call: String,
    /// The contact of Amazon Connect that was transferred to the call, if any.
    pub contact: Option<ContactId>,
    /// Number of the turn, from 0.
    pub turn: usize,
    /// The caller's words.
    pub text: String,
    /// Earlier turns, oldest first, each answer as far as it was heard.
    pub turns: Vec<chat::Turn>,
    /// How the answer is spoken.
    pub voice: Voice,
    /// The format of its clips.
    pub line: Line,
}

/// A sentence of the service's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saying {
    /// The first words of a call.
    Greeting,
    /// The model takes long. The number chooses among several.
    Acknowledgement(usize),
    /// The model is gone.
    Apology,
    /// The caller was not understood, or the recogniser is gone: say it again.
    SayAgain,
    /// The caller has said nothing for a while.
    StillThere,
    /// The call is over: too long, or silent.
    Goodbye,
}

/// A step of an answer, with its time.
#[derive(Clone, Debug)]
pub struct Step {
    /// The time at which it happened.
    pub at: Instant,
    /// The step itself.
    pub progress: Progress,
}

/// The progress of an answer. The last one is [`Progress::Ended`] or [`Progress::Failed`].
#[derive(Clone, Debug)]
pub enum Progress {
    /// The model is asked.
    Asked,
    /// The first piece of its answer has come.
    FirstToken,
    /// A clip is made.
    Clip(Clip),
    /// The answer is complete.
    Ended,
    /// No more comes. The clips until now count. The reason has no words of the talk.
    Failed(String),
}

/// A sentence as sound.
#[derive(Clone)]
pub struct Clip {
    /// The sentence as the model wrote it, or as the service says it.
    pub text: String,
    /// The sound in the line's output format, see [`crate::output_frame_bytes`].
    pub audio: Bytes,
    /// When a worker began to speak it; `None` for a stored clip.
    pub begun: Option<Instant>,
}

/// An answer on its way. Dropping it closes the request to the model and withdraws the sentences that are not spoken.
pub struct Answer {
    steps: mpsc::Receiver<Step>,
    _work: AbortOnDropHandle<()>,
}

/// An answer that a task makes. The task ends after its last step.
pub fn answer<W>(work: impl FnOnce(mpsc::Sender<Step>) -> W) -> Answer
where
    W: Future<Output = ()> + Send + 'static,
{
    let (sender, steps) = mpsc::channel(WAITING);
    Answer { steps, _work: AbortOnDropHandle::new(tokio::spawn(work(sender))) }
}

impl Answer {
    /// The next step; `None` after the last one. Safe to cancel.
    pub async fn next(&mut self) -> Option<Step> {
        self.steps.recv().await
    }
}

impl std::fmt::Debug for Clip {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Clip({} bytes of text, {} of sound)", self.text.len(), self.audio.len())
    }
}
