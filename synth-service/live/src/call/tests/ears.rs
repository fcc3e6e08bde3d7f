//! Scripted ears.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use hearing::{Event, FRAME, Frame, FrameCounts, Hint};
use tokio::{sync::mpsc, time::Instant};

use crate::call::Listening;

/// Silence after which voice pauses.
const PAUSE: u32 = 4;

/// Ears that hear voice in frames whose first byte is 1, and words when a test says them.
pub(super) struct Ears {
    words: mpsc::UnboundedReceiver<Event>,
    events: mpsc::UnboundedSender<Event>,
    voiced: u32,
    silent: u32,
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
        Self { words, events, voiced: 0, silent: 0, last: Instant::now(), hints }
    }
}

impl Listening for Ears {
    fn hear(&mut self, frame: Frame) {
        let received = Instant::now();
        if frame.audio[0] == 1 {
            (self.silent, self.last) = (0, received);
            self.voiced += 1;
            if self.voiced == 1 {
                let _ = self.events.send(Event::VoiceBegan { at: frame.begins(), received });
            }
        } else {
            self.silent += 1;
            if self.silent == PAUSE && self.voiced > 0 {
                self.voiced = 0;
                let _ = self.events.send(Event::VoicePaused { at: frame.begins(), received: self.last });
            }
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
        FRAME * self.voiced
    }

    fn counts(&self) -> FrameCounts {
        FrameCounts::default()
    }
}
