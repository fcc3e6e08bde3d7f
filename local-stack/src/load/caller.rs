//! One simulated caller: starts answers, follows their parts with a playback clock, and cancels, hangs up, barges in
//! and retries according to its script.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::Result;
use connect_flows::clip::{self, Clip, SAMPLE_RATE};
use contract::{
    ContactId, StreamId,
    http::{CancelEffect, CancelRequest, StartRequest, StartResponse},
    timeline::Moment,
};
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

use super::{
    bucket::Bucket,
    door::{Door, Started},
    integrity::Heard,
    playback::Playback,
    script::{Script, Whim},
    tally::{Cancel, Tally},
};

/// Pause between two answers, in which the caller speaks.
const SILENCE: Duration = Duration::from_secs(2);

/// A caller hangs up after this much silence in place of a part.
const PATIENCE: Duration = Duration::from_secs(30);

/// After this much silence, and again after as long, a caller asks another host to resume the stream. The functions ask
/// later, since they first look at the host's beat.
const SILENT: Duration = Duration::from_secs(3);

/// Largest number of attempts of a refused caller.
const TRIES: usize = 3;

/// State that all callers share.
pub(super) struct World {
    pub(super) door: Door,
    pub(super) bucket: Bucket,
    /// Names of the voices that callers use in turn; if empty, they use the service's default voice.
    pub(super) voices: Vec<String>,
    /// Whether callers ask for silent streams to be resumed, as the functions do.
    pub(super) asks_for_more: bool,
    /// A name that is new for each run, so that its contacts are new too.
    pub(super) run: String,
    /// Pause after a final refusal: about as long as an answer.
    pub(super) away: Duration,
}

pub(super) struct Caller {
    world: Arc<World>,
    script: Script,
    name: usize,
    calls: usize,
    tally: Tally,
    /// The answer to which the caller listens.
    open: Option<(StreamId, Playback)>,
}

/// Time at which the next answer begins.
#[derive(PartialEq)]
enum Next {
    /// Immediately, for the same contact.
    BargeIn,
    After(Duration),
}

impl Caller {
    pub(super) fn new(world: Arc<World>, script: Script, name: usize) -> Self {
        Self { world, script, name, calls: 0, tally: Tally::default(), open: None }
    }

    /// Starts one answer after the other from `arrives` on. After `until` only a first answer may still begin.
    pub(super) async fn run(mut self, arrives: Instant, until: Instant) -> Tally {
        sleep_until(arrives).await;
        loop {
            match self.answer().await {
                Next::BargeIn => {}
                Next::After(pause) => {
                    sleep_until(until.min(Instant::now() + pause)).await;
                    if Instant::now() >= until {
                        return self.tally;
                    }
                }
            }
        }
    }

    fn voice(&self) -> Option<&str> {
        let voices = &self.world.voices;
        voices.get(self.name % voices.len().max(1)).map(String::as_str)
    }

    /// The contact of the caller's current call.
    fn contact(&self) -> Option<ContactId> {
        format!("load-{}-{}-{}", self.world.run, self.name, self.calls).parse().ok()
    }

    async fn answer(&mut self) -> Next {
        let whim = self.script.whim();
        let begun = Instant::now();
        let Whim::HangUp { after } = whim else {
            return self.answer_to(whim, begun).await;
        };
        // Hanging up interrupts the answer at any point, even during a request.
        if let Ok(next) = timeout_at(begun + after, self.answer_to(whim, begun)).await {
            return next;
        }
        self.close(true, false);
        self.tally.hang_ups += 1;
        self.calls += 1;
        Next::After(SILENCE)
    }

    async fn answer_to(&mut self, whim: Whim, begun: Instant) -> Next {
        let Some(begun) = self.start(begun).await else {
            self.calls += 1;
            return Next::After(self.world.away);
        };
        let cut = match whim {
            Whim::Cancel { after, .. } | Whim::BargeIn { after } => Some(begun + after),
            Whim::Listen | Whim::HangUp { .. } => None,
        };
        let is_cut = match cut {
            Some(cut) => timeout_at(cut, self.listen()).await.is_err(),
            None => {
                self.listen().await;
                false
            }
        };
        match whim {
            Whim::Cancel { by_contact, .. } if is_cut => self.cancel(by_contact).await,
            Whim::BargeIn { .. } if is_cut => {
                self.tally.barge_ins += 1;
                self.close(true, false);
                return Next::BargeIn;
            }
            _ => self.close(false, true),
        }
        Next::After(SILENCE)
    }

    /// Starts an answer. Returns the time of the start, or `None` after a final refusal.
    async fn start(&mut self, mut begun: Instant) -> Option<Instant> {
        let request = StartRequest {
            text: self.script.text(),
            contact_id: self.contact(),
            voice: self.voice().map(str::to_owned),
            ..StartRequest::default()
        };
        for again in 0..TRIES {
            self.tally.starts += 1;
            let answer = self.world.door.start(&request).await;
            let answered = Instant::now();
            match answer {
                Ok(Started::Accepted(response)) => {
                    self.tally.taken_later += usize::from(again > 0);
                    self.open(response, begun, answered).await;
                    return Some(begun);
                }
                Ok(Started::Refused { code, retry_after }) => {
                    self.tally.refusals.push(answered - begun);
                    let with = format!("{code}, come back after {} s", retry_after.as_secs());
                    *self.tally.refused_with.entry(with).or_default() += 1;
                    if again + 1 == TRIES || !self.script.comes_back() {
                        return None;
                    }
                    sleep(retry_after).await;
                    self.tally.came_back += 1;
                }
                Err(error) => {
                    self.tally.wrong(error);
                    return None;
                }
            }
            begun = Instant::now();
        }
        None
    }

    async fn open(&mut self, response: StartResponse, begun: Instant, answered: Instant) {
        let StartResponse { stream_id, ready, .. } = response;
        let mut playback = Playback::new(begun);
        // Part 0 may be played from the moment of the answer that says so.
        if ready && !matches!(fetch(&self.world, &stream_id, &mut playback, Some(answered)).await, Ok(true)) {
            self.tally.wrong("the answer to a start named part 0, which can't be fetched");
        }
        self.open = Some((stream_id, playback));
    }

    /// Plays the answer until no part follows.
    async fn listen(&mut self) {
        let Self { world, tally, open: Some((stream, playback)), .. } = self else { return };
        let mut heard_of = Instant::now();
        loop {
            let mut has_looked = false;
            loop {
                sleep_until(playback.next_look(Instant::now(), has_looked)).await;
                has_looked = true;
                let sent = Instant::now();
                match look(world, stream, playback).await {
                    Ok(Look::Part) => {
                        heard_of = Instant::now();
                        break;
                    }
                    Ok(Look::End) => return sleep_until(playback.ends()).await,
                    Ok(Look::Nothing) => playback.nothing(sent),
                    Err(error) => tally.wrong(error),
                }
                if world.asks_for_more && sent > heard_of + SILENT {
                    heard_of = Instant::now();
                    match world.door.resume(stream).await {
                        Ok(effect) => *tally.resumes.entry(effect).or_default() += 1,
                        Err(error) => tally.wrong(error),
                    }
                }
                if sent > playback.ends() + PATIENCE {
                    return tally.wrong("nothing came of a stream any more");
                }
            }
        }
    }

    async fn cancel(&mut self, by_contact: bool) {
        let Some((stream, _)) = &self.open else { return };
        let request = match by_contact {
            true => CancelRequest { stream_id: None, contact_id: self.contact() },
            false => CancelRequest { stream_id: Some(stream.clone()), contact_id: None },
        };
        let (sent, sent_at_ms) = (Instant::now(), now_ms());
        match self.world.door.cancel(&request).await {
            Ok(response) if response.stream_id != *stream => {
                self.tally.wrong("a cancel by contact ended another stream");
            }
            Ok(response) => {
                let (effect, answered) = (response.effect, sent.elapsed());
                let last_part = match effect {
                    CancelEffect::AlreadyEnded => None,
                    _ => last_part(&self.world.door, stream).await,
                };
                let last_part =
                    last_part.map(|at_ms| Duration::from_secs_f64((at_ms - sent_at_ms).max(0.0) / 1e3));
                self.tally.cancels.push(Cancel { effect, answered, last_part });
            }
            Err(error) => self.tally.wrong(error),
        }
        self.close(true, false);
    }

    /// Ends the answer for this caller.
    fn close(&mut self, was_cut: bool, to_the_end: bool) {
        if let Some((stream, playback)) = self.open.take() {
            let voice = self.voice().unwrap_or_default().to_owned();
            self.tally.heard(&voice, &playback);
            let heard = Heard { parts: playback.parts, was_cut, to_the_end };
            self.tally.accepted.push((stream, heard));
        }
    }
}

/// The result of a look at the bucket.
enum Look {
    /// The next part has been played.
    Part,
    /// No further part follows.
    End,
    Nothing,
}

async fn look(world: &World, stream: &StreamId, playback: &mut Playback) -> Result<Look> {
    if fetch(world, stream, playback, None).await? {
        return Ok(Look::Part);
    }
    let sentinel = world.bucket.sentinel(stream).await?;
    // More parts may have been stored since the first look; the next look finds them.
    let is_over = sentinel.is_some_and(|sentinel| sentinel.parts <= playback.parts);
    Ok(if is_over { Look::End } else { Look::Nothing })
}

/// Plays the next part, if it exists: from `since`, or from the moment at which the part is found.
async fn fetch(
    world: &World,
    stream: &StreamId,
    playback: &mut Playback,
    since: Option<Instant>,
) -> Result<bool> {
    let Some(file) = world.bucket.part(stream, playback.parts).await? else { return Ok(false) };
    let ready = since.unwrap_or_else(Instant::now);
    let clip = Clip::parse(&file)?;
    let silence = clip::first_audible(clip.samples()).unwrap_or(clip.samples().len());
    playback.play(ready, samples(clip.samples().len()), samples(silence));
    Ok(true)
}

fn samples(samples: usize) -> Duration {
    Duration::from_secs_f64(samples as f64 / f64::from(SAMPLE_RATE))
}

/// The time at which a stream's last part was written, in milliseconds since the Unix epoch, as the host reports it.
async fn last_part(door: &Door, stream: &StreamId) -> Option<f64> {
    let status = door.status(stream).await.ok()?;
    let timeline = status.timeline?;
    match status.parts.checked_sub(1) {
        // The part is there only if this host has stored it.
        Some(last) => Some(timeline.began_at_ms + timeline.at_number(Moment::PartStored, last)?),
        None => Some(timeline.began_at_ms),
    }
}

fn now_ms() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64() * 1e3
}
