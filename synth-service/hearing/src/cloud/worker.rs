//! One session: frames go out as they come, results come back, and no wait is without an end.
//!
//! A recogniser may be silent because nobody spoke, or because it is broken. A ping follows each wish for a final text:
//! a server that answers neither is gone, [`HearingError::TooSlow`]. One that answers pings alone is given up after
//! [`Patience::mute_audio`], [`HearingError::Mute`], and one whose final texts are late again and again between two
//! utterances, [`HearingError::TooSlow`]: those texts are heard all the same.

use std::time::Duration;

use bytes::Bytes;
use tokio::{
    sync::OwnedSemaphorePermit,
    time::{Instant, sleep_until},
};

use super::{
    protocol::{Note, Protocol},
    settings::Patience,
    socket::{Received, Socket},
    transcript::Transcript,
};
use crate::{FRAME, Heard, HearingError, Input, Line, backlog::Backlog, recogniser::Engine};

pub(super) struct Worker {
    protocol: Protocol,
    patience: Patience,
    line: Line,
    socket: Socket,
    transcript: Transcript,
    backlog: Backlog,
    /// Bytes of audio that were sent, silence that keeps the session included.
    sent: u64,
    /// Bytes of the caller's audio that were sent since the last message came.
    unanswered: u64,
    /// Whether all audio that was sent belongs to a wish.
    is_between: bool,
    /// When something was sent last.
    last_sent: Instant,
    /// When something was received last.
    last_received: Instant,
    /// Held until the socket is closed.
    _channel: OwnedSemaphorePermit,
}

impl Worker {
    pub(super) fn new(
        protocol: Protocol,
        patience: Patience,
        line: Line,
        socket: Socket,
        channel: OwnedSemaphorePermit,
    ) -> Self {
        Self {
            protocol,
            patience,
            line,
            socket,
            transcript: Transcript::default(),
            backlog: Backlog::default(),
            sent: 0,
            unanswered: 0,
            is_between: true,
            last_sent: Instant::now(),
            last_received: Instant::now(),
            _channel: channel,
        }
    }

    /// Works until the session is dropped, or the recogniser fails.
    pub(super) async fn run(mut self, mut engine: Engine) {
        loop {
            match self.step(&mut engine).await {
                Ok(Some(heard)) => {
                    for heard in heard {
                        if engine.heard.send(Ok(heard)).await.is_err() {
                            break;
                        }
                    }
                }
                Ok(None) => return self.socket.close(self.protocol.farewell).await,
                Err(error) => {
                    // Nobody may be left to hear of it.
                    let _ = engine.heard.send(Err(error)).await;
                    return;
                }
            }
        }
    }

    /// Waits for one thing and does it. `None` once the session is dropped.
    async fn step(&mut self, engine: &mut Engine) -> Result<Option<Vec<Heard>>, HearingError> {
        if self.is_between && self.transcript.is_late() {
            return Err(self.too_slow());
        }
        let keep_alive = self.last_sent + self.patience.keep_alive;
        let deadline = self.transcript.deadline(&self.patience);
        let mut heard = Vec::new();
        tokio::select! {
            // Time is up only once everything that came is read: a busy host is not the server's fault.
            biased;
            input = engine.input.recv() => match input {
                Some(input) => self.take(input).await?,
                None => return Ok(None),
            },
            received = self.socket.next() => self.receive(received?, &mut heard)?,
            () = sleep_until(deadline.unwrap_or(keep_alive)), if deadline.is_some() => {
                heard.extend(self.give_up()?);
            }
            () = sleep_until(keep_alive) => self.send((self.protocol.keep_alive)(self.line)).await?,
        }
        Ok(Some(heard))
    }

    async fn take(&mut self, input: Input) -> Result<(), HearingError> {
        match input {
            Input::Audio(frame) => {
                self.is_between = false;
                self.backlog.add(FRAME);
                self.unanswered += frame.audio.len() as u64;
                self.send(Note::Audio(frame.audio)).await?;
            }
            // Partial texts come by themselves.
            Input::Pause { .. } => {}
            Input::Finalise => {
                self.send(Note::Text(self.protocol.finalise)).await?;
                self.transcript.wish(self.audio(self.sent), self.backlog.left());
                self.is_between = true;
                self.socket.ping().await?;
            }
        }
        Ok(())
    }

    async fn send(&mut self, note: Note) -> Result<(), HearingError> {
        if let Note::Audio(audio) = &note {
            self.sent += audio.len() as u64;
        }
        self.last_sent = Instant::now();
        self.socket.send(note).await
    }

    fn receive(&mut self, received: Received, heard: &mut Vec<Heard>) -> Result<(), HearingError> {
        self.last_received = Instant::now();
        if let Received::Text(text) = received {
            self.unanswered = 0;
            let said = (self.protocol.read)(&text).map_err(|fault| fault.error(self.protocol.name))?;
            self.transcript.hear(said, self.audio(self.sent), heard);
        }
        Ok(())
    }

    fn give_up(&mut self) -> Result<Option<Heard>, HearingError> {
        if self.transcript.wished_at().is_some_and(|at| self.last_received < at) {
            return Err(self.too_slow());
        }
        let after = self.audio(self.unanswered);
        if after >= self.patience.mute_audio {
            return Err(HearingError::Mute { recogniser: self.protocol.name, after });
        }
        Ok(self.transcript.give_up())
    }

    fn too_slow(&self) -> HearingError {
        HearingError::TooSlow { recogniser: self.protocol.name, after: self.patience.final_text }
    }

    /// The length of this many bytes of audio.
    fn audio(&self, bytes: u64) -> Duration {
        let frame = self.line.frame_bytes() as u64;
        let micros = FRAME.as_micros().saturating_mul(u128::from(bytes)) / u128::from(frame);
        Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
    }
}

/// 100 ms of silence.
pub(super) fn silence(line: Line) -> Note {
    let byte = match line {
        Line::Telephone => 0xFF,
        Line::Wide => 0,
    };
    Note::Audio(Bytes::from(vec![byte; 5 * line.frame_bytes()]))
}
