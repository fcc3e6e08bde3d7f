//! Scripted ears.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use hearing::{Event, FRAME, Frame, FrameCounts, Hint};
use tokio::{sync::mpsc, time::Instant};

use crate::call::Listening;

/// Frames of voice with which it begins.
const BEGIN: u32 = 3;

/// Frames of silence after which voice pauses.
const PAUSE: u32 = 4;

/// Frames of silence over which voice is counted on. Such a gap counts as [`PAUSE`] frames of voice.
const BRIDGED: u32 = 10;

/// The levels of the voices that frames begin with the bytes 1 and 2 for.
pub(super) const LOUD: f32 = 0.1;
pub(super) const FAINT: f32 = 0.005;

/// Ears that hear voice in frames whose first byte is 1 or 2, and words when a test says them.
pub(super) struct Ears {
    words: mpsc::UnboundedReceiver<Event>,
    events: mpsc::UnboundedSender<Event>,
    voiced: u32,
    /// Frames that count from before the gap.
    bridged: u32,
    silent: u32,
    level: f32,
    began: (Duration, Instant),
    last: Instant,
    hints: Arc<Mutex<Vec<Hint>>>,
}

impl Ears {
    /// Ears that hear these words, report their own events among them, and keep their hints there.
    pub(super) fn new(
        words: mpsc::UnboundedReceiver<Event>,
        events: mpsc::UnboundedSender<Event>,
        hints: Arc<Mutex<Vec<Hint>>>,
    ) -> Self {
        let now = Instant::now();
        let began = (Duration::ZERO, now);
        Self { words, events, voiced: 0, bridged: 0, silent: 0, level: 0.0, began, last: now, hints }
    }
}

impl Listening for Ears {
    fn hear(&mut self, frame: Frame) {
        let received = Instant::now();
        if let level @ (1 | 2) = frame.audio[0] {
            self.level = if level == 1 { LOUD } else { FAINT };
            (self.silent, self.last) = (0, received);
            self.voiced += 1;
            if self.voiced == 1 {
                self.began = (frame.begins(), received);
            }
            if self.voiced == BEGIN {
                let (at, received) = self.began;
                let _ = self.events.send(Event::VoiceBegan { at, received });
            }
            return;
        }
        self.silent += 1;
        if self.silent == PAUSE && self.voiced > 0 {
            let voiced = std::mem::take(&mut self.voiced);
            if voiced >= BEGIN {
                self.bridged += voiced + PAUSE;
                let _ = self.events.send(Event::VoicePaused { at: frame.begins(), received: self.last });
            }
        }
        if self.silent == BRIDGED {
            self.bridged = 0;
        }
    }

    async fn next(&mut self) -> Event {
        match self.words.recv().await {
            Some(event) => event,
            None => std::future::pending().await,
        }
    }

    fn hint(&mut self, hint: Hint) {
        self.hints.lock().unwrap().push(hint);
    }

    fn voiced(&self) -> Duration {
        if self.voiced >= BEGIN { FRAME * (self.bridged + self.voiced) } else { Duration::ZERO }
    }

    fn level(&self) -> f32 {
        self.level
    }

    fn counts(&self) -> FrameCounts {
        FrameCounts::default()
    }
}
