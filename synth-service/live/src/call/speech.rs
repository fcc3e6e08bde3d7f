//! The speech of a call: an answer to a turn with the sentences around it, or a sentence of the service's own.

use std::future::pending;

use contract::timeline::Moment;
use hearing::{TurnEnd, Utterance};
use tokio::time::Instant;

use crate::{
    answer::{Answer, Clip, Saying, Step},
    report::{EndReason, Interruption, Moments, Speculated},
};

/// A turn that is being answered.
pub(super) struct Turn {
    pub(super) number: usize,
    pub(super) id: String,
    pub(super) moments: Moments,
    pub(super) recogniser: &'static str,
    pub(super) end: TurnEnd,
    pub(super) speculated: Speculated,
    pub(super) interruptions: Vec<Interruption>,
    /// When the caller's words were complete.
    pub(super) over: Instant,
}

impl Turn {
    pub(super) fn new(id: String, number: usize, heard: &Utterance, speculated: Speculated) -> Self {
        let mut moments = Moments::new(heard.began_received);
        moments.mark(Moment::SpeechEnd, heard.ended_received);
        if let Some(at) = heard.first_partial {
            moments.mark(Moment::SttFirstPartial, at);
        }
        moments.mark(Moment::SttComplete, heard.complete);
        Self {
            number,
            id,
            moments,
            recogniser: heard.recogniser,
            end: heard.reason,
            speculated,
            interruptions: Vec::new(),
            over: Instant::now(),
        }
    }
}

/// A sentence of the service's own: before an answer, behind it, or alone.
pub(super) struct Aside {
    pub(super) saying: Saying,
    pub(super) answer: Answer,
    /// When it is given up.
    pub(super) until: Instant,
}

/// The speech of a call.
pub(super) struct Speech {
    /// The turn that it answers.
    pub(super) turn: Option<Turn>,
    /// The model's answer, while more of it may come.
    pub(super) main: Option<Answer>,
    pub(super) aside: Option<Aside>,
    /// Whether a clip of the model's answer has come in which something is to be heard.
    pub(super) has_clip: bool,
    /// Whether the mouth has got something to be heard.
    pub(super) has_sound: bool,
    pub(super) is_acknowledged: bool,
    /// Clips that wait for the end of the answer, where it is not streamed.
    pub(super) collected: Vec<Clip>,
    /// The reason why the answer failed.
    pub(super) failure: Option<String>,
    /// The last sentence of the answer.
    pub(super) last_text: String,
    /// When the answer last made progress.
    pub(super) last_step: Instant,
    /// Whether "yes" answers it.
    pub(super) is_question: bool,
    /// The call ends behind it.
    pub(super) ends_call: Option<EndReason>,
}

/// The source of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Main,
    Aside,
}

impl Speech {
    pub(super) fn new(turn: Option<Turn>, main: Option<Answer>, aside: Option<Aside>) -> Self {
        Self {
            turn,
            main,
            aside,
            has_clip: false,
            has_sound: false,
            is_acknowledged: false,
            collected: Vec::new(),
            failure: None,
            last_text: String::new(),
            last_step: Instant::now(),
            is_question: false,
            ends_call: None,
        }
    }

    /// Whether nothing more comes.
    pub(super) fn is_complete(&self) -> bool {
        self.main.is_none() && self.aside.is_none()
    }
}

/// The next step of a speech. Those of the model's answer are left where they are while there is no room; they never wait
/// for a sentence before it. Safe to cancel.
pub(super) async fn next_step(speech: Option<&mut Speech>, has_room: bool) -> (Source, Option<Step>) {
    let Some(Speech { main, aside, .. }) = speech else { return pending().await };
    tokio::select! {
        biased;
        step = step_of(main.as_mut()), if has_room => (Source::Main, step),
        step = step_of(aside.as_mut().map(|aside| &mut aside.answer)) => (Source::Aside, step),
    }
}

async fn step_of(answer: Option<&mut Answer>) -> Option<Step> {
    match answer {
        Some(answer) => answer.next().await,
        None => pending().await,
    }
}
