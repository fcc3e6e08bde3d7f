//! One call's use of the local ears.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use tokio::sync::OwnedSemaphorePermit;

use super::{
    model::{Model, Recognised, Utterance},
    sound::Sound,
    worker::{Job, Ticket, Workers},
};
use crate::{Engine, FRAME, Heard, HearingError, Input, Samples};

/// Shorter sound has no words, in frames: 100 ms.
const SHORTEST: usize = 5;

/// Parts of a call's sound that may wait for their final texts. The session takes no more input until one is done.
const BEHIND: usize = 4;

/// A session's settings and its share of the models.
pub(super) struct Ears {
    pub(super) model: Arc<dyn Model>,
    pub(super) workers: Arc<Workers>,
    pub(super) language: Arc<str>,
    pub(super) partials: bool,
    /// New sound for a partial text, in frames.
    pub(super) step: usize,
    /// Its place among the sessions of the service.
    pub(super) _place: OwnedSemaphorePermit,
}

struct Work {
    ears: Ears,
    samples: Samples,
    sound: Sound,
    /// The end of the newest frame in the call's audio.
    ends: Duration,
    /// Frames of the sound at the last attempt at a partial text.
    tried: usize,
    /// The last partial text of the sound.
    known: Option<Known>,
    /// The last tokens of the sound's begin: they make the next recognition quicker.
    draft: Vec<u32>,
    /// The recognition that goes on.
    current: Option<Current>,
    /// Parts whose final texts are wanted, in order.
    wanted: VecDeque<Part>,
}

/// A text of the first `frames` of the sound.
struct Known {
    frames: usize,
    text: String,
}

struct Current {
    ticket: Ticket,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Of the first `frames` of the sound.
    Partial {
        frames: usize,
    },
    Final {
        asked: bool,
    },
}

enum Part {
    Sound { samples: Vec<f32>, draft: Vec<u32>, asked: bool },
    Text(String),
}

/// Does a session's work.
pub(super) async fn work(ears: Ears, samples: Samples, mut engine: Engine) {
    let mut work = Work {
        ears,
        samples,
        sound: Sound::default(),
        ends: Duration::ZERO,
        tried: 0,
        known: None,
        draft: Vec::new(),
        current: None,
        wanted: VecDeque::new(),
    };
    loop {
        let heard = tokio::select! {
            input = engine.input.recv(), if work.wanted.len() < BEHIND => match input {
                Some(input) => work.take(input),
                None => return,
            },
            text = async { Some(work.current.as_mut()?.ticket.text().await) }, if work.current.is_some() => {
                text.map_or(Ok(Vec::new()), |text| work.finish(text))
            }
        };
        let (heard, is_over) = match heard {
            Ok(heard) => (heard.into_iter().map(Ok).collect(), false),
            Err(error) => (vec![Err(error)], true),
        };
        for result in heard {
            if engine.heard.send(result).await.is_err() {
                return;
            }
        }
        if is_over {
            return;
        }
    }
}

impl Work {
    /// Takes an input of the session, and returns the results that are known at once.
    fn take(&mut self, input: Input) -> Result<Vec<Heard>, HearingError> {
        match input {
            Input::Audio(frame) => {
                self.ends = frame.ends();
                let samples = self.samples.take(&frame);
                self.sound.add(&samples);
                if let Some(samples) = self.sound.cut() {
                    let draft = std::mem::take(&mut self.draft);
                    return self.want(Part::Sound { samples, draft, asked: false });
                }
                self.try_partial();
                Ok(Vec::new())
            }
            Input::Pause { voice_ends } => {
                self.pause(voice_ends);
                Ok(Vec::new())
            }
            Input::Finalise => self.finalise(),
        }
    }

    /// A partial text, if there is new voice and a thread is free.
    fn try_partial(&mut self) {
        let is_due = self.ears.partials && self.sound.frames() >= self.tried + self.ears.step;
        if self.current.is_none() && is_due && self.sound.is_voiced() && !self.is_known() {
            let ticket =
                self.ears.workers.offer(|| self.job(self.sound.samples().to_vec(), self.draft.clone()));
            self.begin_partial(ticket);
        }
    }

    /// A partial text of all sound so far, unless there is one or final texts wait for a thread.
    fn pause(&mut self, voice_ends: Duration) {
        let silent = self.ends.saturating_sub(voice_ends).as_millis() / FRAME.as_millis();
        self.sound.voiced_but_for(usize::try_from(silent).unwrap_or(usize::MAX));
        let (is_known, goes_on) = (self.is_known(), self.partial_of_all());
        let is_final = matches!(&self.current, Some(Current { kind: Kind::Final { .. }, .. }));
        if !self.ears.partials || is_known || goes_on || is_final || self.sound.frames() < SHORTEST {
            return;
        }
        self.current = None;
        let ticket =
            self.ears.workers.try_ask(|| self.job(self.sound.samples().to_vec(), self.draft.clone()));
        self.begin_partial(ticket);
    }

    fn begin_partial(&mut self, ticket: Option<Ticket>) {
        if let Some(ticket) = ticket {
            let frames = self.sound.frames();
            self.current = Some(Current { ticket, kind: Kind::Partial { frames } });
            self.tried = frames;
        }
    }

    /// The utterance is over.
    fn finalise(&mut self) -> Result<Vec<Heard>, HearingError> {
        let (is_known, goes_on) = (self.is_known(), self.partial_of_all());
        let sound = std::mem::take(&mut self.sound);
        let draft = std::mem::take(&mut self.draft);
        let known = self.known.take().filter(|_| is_known);
        self.tried = 0;
        if let Some(current) = self.current.as_mut().filter(|_| goes_on) {
            current.kind = Kind::Final { asked: true };
            current.ticket.make_final();
            return Ok(Vec::new());
        }
        let part = match known {
            Some(known) => Part::Text(known.text),
            None if sound.frames() < SHORTEST => Part::Text(String::new()),
            None => Part::Sound { samples: sound.samples().to_vec(), draft, asked: true },
        };
        self.want(part)
    }

    /// Whether the last partial text is of all voice so far.
    fn is_known(&self) -> bool {
        self.known.as_ref().is_some_and(|known| self.sound.is_quiet_from(known.frames))
    }

    /// Whether a partial text of all voice so far is on its way.
    fn partial_of_all(&self) -> bool {
        match self.current {
            Some(Current { kind: Kind::Partial { frames }, .. }) => self.sound.is_quiet_from(frames),
            _ => false,
        }
    }

    fn job(&self, samples: Vec<f32>, draft: Vec<u32>) -> Job {
        let language = Arc::clone(&self.ears.language);
        Job { model: Arc::clone(&self.ears.model), utterance: Utterance { samples, language, draft } }
    }

    /// A final text is wanted. A partial one is not any more.
    fn want(&mut self, part: Part) -> Result<Vec<Heard>, HearingError> {
        self.wanted.push_back(part);
        self.current.take_if(|current| matches!(current.kind, Kind::Partial { .. }));
        self.known = None;
        self.tried = 0;
        self.go_on()
    }

    /// Begins the next recognition of a wanted part.
    fn go_on(&mut self) -> Result<Vec<Heard>, HearingError> {
        let mut heard = Vec::new();
        while self.current.is_none() {
            match self.wanted.pop_front() {
                Some(Part::Text(text)) => heard.push(Heard::Final { text, asked: true }),
                Some(Part::Sound { samples, draft, asked }) => {
                    let ticket = self.ears.workers.ask(self.job(samples, draft))?;
                    self.current = Some(Current { ticket, kind: Kind::Final { asked } });
                }
                None => break,
            }
        }
        Ok(heard)
    }

    /// The recognition is done.
    fn finish(&mut self, done: Result<Recognised, HearingError>) -> Result<Vec<Heard>, HearingError> {
        let Recognised { text, tokens } = done?;
        let mut heard = match self.current.take().map(|current| current.kind) {
            Some(Kind::Partial { frames }) => {
                self.known = Some(Known { frames, text: text.clone() });
                self.draft = tokens;
                if text.is_empty() { Vec::new() } else { vec![Heard::Partial(text)] }
            }
            Some(Kind::Final { asked }) if asked || !text.is_empty() => vec![Heard::Final { text, asked }],
            _ => Vec::new(),
        };
        heard.extend(self.go_on()?);
        Ok(heard)
    }
}
