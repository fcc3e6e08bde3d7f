//! One call in real time: the caller's frames on an absolute schedule, everything that comes back at its time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Result;
use connect_flows::recording::{duration_of, samples_in};
use tokio::time::{Instant, sleep_until};

use super::{
    caller::{Act, Caller, Ears, Item, Spoken},
    level,
    noise::Noise,
    sound,
    twilio::{Exchange, FRAME_BYTES, FromService, Line, Playout},
};

/// The length of a frame.
const FRAME: Duration = Duration::from_millis(20);

/// Times count from the start of the call.
#[derive(Clone, Debug, PartialEq)]
pub enum Happened {
    /// Audio came at a time, and was heard from another one on.
    Media {
        /// The arrival.
        at: Duration,
        /// The begin of its sound.
        heard: Duration,
        /// The end of its sound.
        until: Duration,
    },
    /// A mark was reached.
    Mark(Duration),
    /// The buffer was emptied.
    Clear(Duration),
    /// The service sent something about which Twilio would warn.
    Wrong(Duration, String),
}

/// A call that is over.
#[derive(Debug)]
pub struct Held {
    /// Id of the call at Twilio.
    pub call: String,
    /// Start of the call, in milliseconds since the Unix epoch.
    pub began_at_ms: f64,
    /// The samples that the service got from the caller, noise included.
    pub said: Vec<i16>,
    /// The samples that were played to the caller.
    pub heard: Vec<i16>,
    /// The sounds of the caller, in order.
    pub spoken: Vec<Spoken>,
    /// Everything that the service sent, in order.
    pub events: Vec<Happened>,
    /// The latest that a frame was sent behind its schedule.
    pub late: Duration,
    /// The reason why the call ended before the caller hung up.
    pub broken: Option<String>,
}

/// Holds a call: connects, plays the caller's part, hangs up.
///
/// A frame's sound lies in the recording before the moment at which it is sent: it is sent when its last sample is spoken.
///
/// # Errors
/// When the service does not take the call. A call that breaks later is returned as far as it came.
pub async fn hold(exchange: &Exchange, items: Vec<Item>, noise: Option<Noise>) -> Result<Held> {
    let line = Line::open(exchange).await?;
    let call = line.call().to_owned();
    let began_at_ms = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64() * 1e3;
    let mut phone = Phone {
        began: Instant::now(),
        line,
        playout: Playout::default(),
        caller: Caller::new(items),
        noise,
        said: Vec::new(),
        events: Vec::new(),
        late: Duration::ZERO,
    };
    let broken = phone.talk().await.err().map(|error| format!("{error:#}"));
    let until = phone.now();
    let Phone { line, playout, caller, said, events, late, .. } = phone;
    let broken = match broken {
        None => line.stop().await.err().map(|error| format!("{error:#}")),
        broken => broken,
    };
    let heard = playout.into_played(until);
    Ok(Held { call, began_at_ms, said, heard, spoken: caller.into_spoken(), events, late, broken })
}

struct Phone {
    began: Instant,
    line: Line,
    playout: Playout,
    caller: Caller,
    noise: Option<Noise>,
    said: Vec<i16>,
    events: Vec<Happened>,
    late: Duration,
}

impl Phone {
    fn now(&self) -> Duration {
        self.began.elapsed()
    }

    /// Talks until the caller hangs up.
    ///
    /// # Errors
    /// When the service closes the stream or takes no more.
    async fn talk(&mut self) -> Result<()> {
        loop {
            let due = self.began + duration_of(self.said.len()) + FRAME;
            let mark = self.playout.next_mark().map(|mark| self.began + mark);
            tokio::select! {
                message = self.line.next() => match message? {
                    Some((at, message)) => self.take(at.saturating_duration_since(self.began), message).await?,
                    None => anyhow::bail!("the service closed the media stream"),
                },
                () = sleep_until(mark.unwrap_or(due)), if mark.is_some() => self.reach_marks().await?,
                () = sleep_until(due) => {
                    self.late = self.late.max(due.elapsed());
                    if !self.send().await? {
                        return Ok(());
                    }
                }
            }
        }
    }

    async fn take(&mut self, at: Duration, message: FromService) -> Result<()> {
        match message {
            FromService::Media(mu_law) => {
                let heard = self.playout.media(at, &mu_law);
                self.events.push(Happened::Media { at, heard, until: self.playout.ends() });
            }
            FromService::Mark(name) => {
                let due = self.playout.mark(at, name);
                self.events.push(Happened::Mark(due));
                self.reach_marks().await?;
            }
            FromService::Clear => {
                self.events.push(Happened::Clear(at));
                for mark in self.playout.clear(at) {
                    self.line.send_mark(&mark).await?;
                }
            }
            FromService::Wrong(reason) => self.events.push(Happened::Wrong(at, reason)),
        }
        Ok(())
    }

    async fn reach_marks(&mut self) -> Result<()> {
        while let Some(mark) = self.playout.reached(self.now()) {
            self.line.send_mark(&mark).await?;
        }
        Ok(())
    }

    /// Sends the next frame. Returns whether the call goes on.
    async fn send(&mut self) -> Result<bool> {
        let begins = duration_of(self.said.len());
        let mut frame = match self.caller.next(begins, self.ears(), FRAME_BYTES) {
            Act::Say(samples) => samples,
            Act::Press(key) => {
                self.line.send_key(key).await?;
                Vec::new()
            }
            Act::Listen => Vec::new(),
            Act::HangUp => return Ok(false),
        };
        frame.resize(FRAME_BYTES, 0);
        if let Some(noise) = &self.noise {
            noise.add(self.said.len(), &mut frame);
        }
        let codes = sound::encoded(&frame);
        self.line.send_media(begins, &codes).await?;
        self.said.extend(sound::received(&codes));
        Ok(true)
    }

    fn ears(&self) -> Ears {
        let now = self.now();
        let heard = self.playout.samples();
        let until = samples_in(now).min(heard.len());
        let since = samples_in(now).saturating_sub(FRAME_BYTES).min(until);
        let is_pending = self.playout.ends() > now || self.playout.next_mark().is_some();
        Ears { is_sounding: level::is_audible(&heard[since..until]), is_pending }
    }
}
