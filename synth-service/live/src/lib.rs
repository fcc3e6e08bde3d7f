//! A live call: the caller is heard while speaking, answered within a second, and can interrupt. No ONNX Runtime, no AWS
//! SDK, no axum, no HTTP.
//!
//! | module | responsibility |
//! | --- | --- |
//! | [`Caller`], [`FromCaller`], [`ToCaller`] | a caller's line: audio both ways, marks, keys |
//! | [`Answerer`], [`Answer`], [`Step`] | an answer as clips in order, while it is being written |
//! | [`Live`], [`Continued`] | holds calls; a talk that goes on in one |
//! | `call` | one call, held by one task |
//! | `speculation` | when to ask the model before the turn is over |
//! | `interruption` | whether the caller interrupts |
//! | `mouth` | speech in 20 ms frames at the pace of real time, and how much of it was heard |
//! | [`TurnReport`], [`CallEnd`], [`Observer`] | reports of turns and calls |
//! | [`LiveSettings`] | a switch for each feature, and all numbers |
//!
//! No words of callers or answers reach the log at the default level.

mod answer;
mod asks;
mod call;
mod interruption;
mod keys;
mod line;
mod mouth;
mod report;
mod settings;
mod speculation;

use std::sync::Arc;

use chat::Talk;
use hearing::{Ears, Format, Recogniser};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use self::call::{Call, Shared};

pub use answer::{Answer, Answerer, Clip, Progress, Question, Saying, Step, Voice, answer};
pub use line::{Caller, FromCaller, News, ToCaller, output_frame_bytes};
pub use report::{CallEnd, EndReason, Interruption, Observer, Outcome, Speculated, TurnReport};
pub use settings::{InterruptionSettings, LiveSettings, MouthSettings, SpeculationSettings};

/// The talk of a call, as others see it.
#[derive(Debug, Default)]
pub struct Continued {
    /// The turns before the call. The call adds its own: when a turn begins, and when its answer was heard. Their ids are
    /// the call's with a number behind: `{call}-{n}`.
    pub talk: watch::Sender<Talk>,
    /// Ends the call: somebody else goes on with the caller.
    pub hand_over: CancellationToken,
    /// Cancelled when the host stops. The caller's line is closed then, and the call ends by that.
    pub stop: CancellationToken,
}

/// Live calls. Cheap to clone.
#[derive(Clone)]
pub struct Live {
    recogniser: Arc<dyn Recogniser>,
    shared: Shared,
}

impl Live {
    /// Calls that are heard by this recogniser and answered by this answerer.
    pub fn new(
        recogniser: Arc<dyn Recogniser>,
        answerer: Arc<dyn Answerer>,
        observer: Arc<dyn Observer>,
        settings: LiveSettings,
    ) -> Self {
        Self { recogniser, shared: Shared { answerer, observer, settings: Arc::new(settings) } }
    }

    /// Holds one call to its end: until the caller is gone, or the call is closed with a goodbye.
    pub async fn hold(&self, caller: Caller) -> CallEnd {
        self.hold_continued(caller, Continued::default()).await
    }

    /// The same for a call that continues a talk, and that others follow.
    pub async fn hold_continued(&self, caller: Caller, continued: Continued) -> CallEnd {
        let format = Format { line: caller.line, language: caller.voice.language.clone() };
        let ears = Ears::new(self.recogniser.clone(), format, self.shared.settings.ears.clone());
        Call::new(self.shared.clone(), caller, ears, continued).run().await
    }
}
