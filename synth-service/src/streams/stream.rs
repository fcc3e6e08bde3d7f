//! One stream on this host: does what its [`Maker`] says, with the bucket and the voices.
//!
//! Part N is stored before part N+1 is finished, because the same task does one after the other. A cancel is seen
//! while a sentence is waited for and before each upload; an upload under way is always finished, so that the
//! sentinel's count is true.

use std::{panic::AssertUnwindSafe, time::Duration};

use contract::{
    StreamId,
    http::PartTiming,
    keys,
    stream::{Manifest, Outcome, Sentinel},
};
use futures::FutureExt;
use speech::{Band, Clip, SpeechError, milliseconds, telephone};
use tokio::{sync::watch, time::Instant};

use super::{
    Shared, Streams,
    ledger::{Claim, Ledger, claim, create_part},
    maker::{Finish, Maker, Spoken, Standing, Step},
    patience::Patience,
    progress::{Ending, Progress},
    registry::{CancelReason, Handle},
};
use crate::{
    admission::{Seat, Waiting},
    clock,
    store::{ObjectStore, StoreError},
    voices::Voices,
};

/// How long manifest and contact are tried for, when a stream begins and when it is handed over. A start waits for
/// that, and has a caller who waits for the start.
const OPEN_PATIENCE: Duration = Duration::from_secs(3);

/// How long a fence is tried for. A write that was under way when it began has come by then, or never will.
const FENCE_PATIENCE: Duration = Duration::from_secs(5);

/// How long the end is tried for. Beyond it nobody waits for this stream any more.
const END_PATIENCE: Duration = Duration::from_secs(60);

/// Length of a fence.
const FENCE_MS: u32 = 20;

/// Whether the host has taken on to speak it.
pub(super) enum Turn {
    Come(Seat),
    Waiting(Waiting),
    /// It only ends.
    None,
}

pub(super) struct Stream {
    ledger: Ledger,
    maker: Maker,
    handle: Handle,
    progress: watch::Sender<Progress>,
    turn: Turn,
    started: Instant,
    /// Length of all parts so far: what the caller can listen to before running dry.
    audio: Duration,
    /// What is to be stored next.
    clip: Option<Clip>,
    /// When the last object was written.
    last_write: Instant,
}

impl Stream {
    pub(super) fn new(
        ledger: Ledger,
        maker: Maker,
        handle: Handle,
        progress: watch::Sender<Progress>,
        turn: Turn,
    ) -> Self {
        let now = Instant::now();
        let (audio, clip) = (Duration::ZERO, None);
        Self { ledger, maker, handle, progress, turn, started: now, audio, clip, last_write: now }
    }

    pub(super) fn id(&self) -> &StreamId {
        &self.ledger.manifest.stream_id
    }

    /// Until the stream has its sentinel, or is another host's.
    pub(super) async fn run(mut self, streams: &Streams) {
        let made = AssertUnwindSafe(self.make(streams)).catch_unwind().await;
        if made.is_err() {
            self.maker.unsettled();
            self.end(Ending::Speech(SpeechError::Synthesis("a fault in the service".into())));
            // What it was doing when it panicked is not done again: from here on it only ends.
            let ended = AssertUnwindSafe(self.make(streams)).catch_unwind().await;
            if ended.is_err() {
                tracing::error!(stream = %self.id(), "the stream could not be ended");
                self.progress.send_modify(|progress| progress.ending = Some(Ending::TakenOver));
            }
        }
        self.log();
        self.progress.send_modify(|progress| progress.ended_at_ms = Some(clock::now_ms()));
    }

    async fn make(&mut self, streams: &Streams) {
        loop {
            let step = self.maker.step(clock::now_ms());
            if !matches!(step, Step::Open { .. } | Step::Speak { .. } | Step::Store { .. }) {
                // Nothing more is spoken: others may have its time.
                self.turn = Turn::None;
            }
            let ending = match step {
                Step::Open { sentence } => self.open(streams, sentence).await,
                Step::Speak { sentence } => self.speak_on(streams, sentence).await,
                Step::Store { part, sentence } => self.store(streams, part, sentence).await,
                Step::Look => {
                    self.look_again().await;
                    continue;
                }
                Step::Fence { part, sentence } => {
                    self.fence(streams, part, sentence).await;
                    continue;
                }
                Step::Decide { end } => {
                    self.decide(&end).await;
                    continue;
                }
                Step::Seal { end } => {
                    self.seal(&end).await;
                    continue;
                }
                Step::Over => return,
            };
            match ending {
                Ok(()) => {}
                Err(Ending::Cancelled(CancelReason::Stopping)) if self.is_open() => {
                    return self.hand_over().await;
                }
                Err(ending) => self.end(ending),
            }
        }
    }

    fn is_open(&self) -> bool {
        self.progress.borrow().open
    }

    /// Nothing more is to be made: whoever waits for the first part learns why.
    fn end(&mut self, ending: Ending) {
        self.maker.finish(Finish { outcome: ending.outcome(), reason: ending.to_string() });
        self.progress.send_modify(|progress| {
            progress.ending.get_or_insert(ending);
        });
    }

    /// Manifest and contact, while the first sentence is made.
    async fn open(&mut self, streams: &Streams, sentence: usize) -> Result<(), Ending> {
        let (manifest, handle, started) = (self.ledger.manifest.clone(), self.handle.clone(), self.started);
        let Shared { store, voices, .. } = &*streams.shared;
        let (ledger, progress) = (&mut self.ledger, &self.progress);
        let claiming = async {
            match claim_contact(store, &manifest, &handle).await? {
                Claim::Won { older } => {
                    streams.preempt(older);
                    Ok(())
                }
                Claim::Lost => Err(Ending::Cancelled(CancelReason::Preempted)),
            }
        };
        let opening = async {
            tokio::try_join!(announce(ledger, &handle), claiming)?;
            // Whoever waits for the answer gets it, though the sentence may take longer.
            progress.send_modify(|progress| progress.open = true);
            Ok(())
        };
        let turn = &mut self.turn;
        let speaking = async {
            turn.come(&handle).await?;
            speak(&manifest, &handle, voices, sentence, (started.into_std(), Duration::ZERO)).await
        };
        let ((), spoken) = tokio::try_join!(opening, speaking)?;
        self.maker.opened();
        self.take(spoken);
        Ok(())
    }

    /// A sentence, while a look at the bucket shows whether it is still wanted.
    async fn speak_on(&mut self, streams: &Streams, sentence: usize) -> Result<(), Ending> {
        let (voices, patience) = (&streams.shared.voices, streams.shared.limits.part_patience);
        let (manifest, handle) = (self.ledger.manifest.clone(), self.handle.clone());
        let (started, audio) = (self.started.into_std(), self.audio);
        let (standing, spoken) = {
            let speaking = speak(&manifest, &handle, voices, sentence, (started, audio));
            let looking = look(&mut self.ledger, &handle, patience);
            tokio::pin!(speaking, looking);
            // A stream that is not wanted any more does not wait for its sentence.
            tokio::select! {
                standing = &mut looking => match standing? {
                    Standing::Held => (Standing::Held, Some(speaking.await)),
                    other => (other, None),
                },
                // One that is cancelled does not wait for the look.
                spoken = &mut speaking => {
                    let spoken = spoken?;
                    (looking.await?, Some(Ok(spoken)))
                }
            }
        };
        self.maker.checked(standing);
        match standing {
            Standing::Held => {}
            Standing::Preempted => return Err(Ending::Cancelled(CancelReason::Preempted)),
            Standing::Lost => self.lose(),
        }
        if let Some(spoken) = spoken {
            self.take(spoken?);
        }
        Ok(())
    }

    /// Another host has this stream, or has ended it. What counts is what that one does.
    fn lose(&self) {
        let life = &self.ledger.manifest.life;
        let ending = match (&life.end, &life.cancelled) {
            (Some(end), _) => Ending::Decided(end.clone()),
            (None, Some(_)) => Ending::Cancelled(CancelReason::Elsewhere),
            (None, None) => Ending::TakenOver,
        };
        tracing::info!(stream = %self.id(), %ending, "another host has this stream now");
        self.progress.send_modify(|progress| progress.ending = Some(ending));
    }

    fn take(&mut self, spoken: Result<Clip, SpeechError>) {
        let spoken = match spoken {
            Ok(clip) => {
                self.clip = Some(clip);
                Spoken::Clip
            }
            // Not this sentence's fault: the next one would be lost as well.
            Err(error @ (SpeechError::Overloaded | SpeechError::Stopped)) => {
                return self.end(Ending::Speech(error));
            }
            Err(error) => {
                tracing::warn!(stream = %self.id(), %error, "a sentence was skipped");
                let reason = error.to_string();
                self.turn.skipped();
                self.progress.send_modify(|progress| {
                    progress.skipped += 1;
                    progress.fault = Some(error);
                });
                Spoken::Skipped { reason }
            }
        };
        self.maker.spoken(spoken);
    }

    /// Creates a part, with patience: an outage of seconds must not end a call.
    async fn store(&mut self, streams: &Streams, part: usize, sentence: usize) -> Result<(), Ending> {
        if let Some(reason) = self.handle.cancel_reason() {
            return Err(Ending::Cancelled(reason));
        }
        let Some(clip) = self.clip.take() else {
            return Err(Ending::Speech(SpeechError::Synthesis("a part without a clip".into())));
        };
        let begun = Instant::now();
        let key = keys::part(self.id(), part);
        let mut patience = Patience::of(streams.shared.limits.part_patience);
        let mut is_unsettled = false;
        let held = loop {
            match create_part(&streams.shared.store, &key, &clip.audio, Some(sentence)).await {
                Ok(held) => break held,
                Err(error) => {
                    is_unsettled |= !error.was_answered();
                    if let Err(ending) = patience.after(error, &self.handle).await {
                        if is_unsettled {
                            self.maker.unsettled();
                        }
                        return Err(ending);
                    }
                }
            }
        };
        self.stored(
            held,
            clip.duration,
            PartTiming {
                queue_ms: clip.timing.queue_ms,
                phonemes_ms: clip.timing.phonemes_ms,
                model_ms: clip.timing.model_ms,
                vocoder_ms: clip.timing.vocoder_ms,
                telephone_ms: clip.timing.telephone_ms,
                upload_ms: milliseconds(begun.elapsed()),
                ..PartTiming::default()
            },
        );
        Ok(())
    }

    /// Whether the stream, which is to end, is still this host's to end.
    async fn look_again(&mut self) {
        let mut patience = Patience::of(END_PATIENCE);
        loop {
            match self.ledger.look().await {
                Ok(standing) => {
                    self.maker.checked(standing);
                    if standing == Standing::Lost {
                        self.lose();
                    }
                    return;
                }
                Err(error) => {
                    if let Err(error) = patience.after_all(error).await {
                        return self.give_up(&error);
                    }
                }
            }
        }
    }

    /// Takes the place of the next part, so that nothing of it can come behind the sentinel.
    async fn fence(&mut self, streams: &Streams, part: usize, sentence: Option<usize>) {
        let (silence, key) = (telephone::silence(FENCE_MS).into(), keys::part(self.id(), part));
        let mut patience = Patience::of(FENCE_PATIENCE);
        loop {
            match create_part(&streams.shared.store, &key, &silence, sentence).await {
                Ok(held) => {
                    self.stored(held, Duration::from_millis(FENCE_MS.into()), PartTiming::default());
                    return;
                }
                Err(error) => {
                    if let Err(error) = patience.after_all(error).await {
                        // The sentinel counts for more: who reads it never asks for what comes behind it.
                        tracing::warn!(stream = %self.id(), %error, "ended without a fence");
                        return self.maker.settled();
                    }
                }
            }
        }
    }

    fn stored(&mut self, held: Option<usize>, duration: Duration, timing: PartTiming) {
        self.maker.stored(held);
        self.last_write = Instant::now();
        self.audio += duration;
        self.turn.made(duration);
        let timing = PartTiming {
            audio_ms: milliseconds(duration),
            stored_after_ms: milliseconds(self.started.elapsed()),
            ..timing
        };
        self.progress.send_modify(|progress| {
            progress.parts = self.maker.parts();
            progress.timings.push(timing);
        });
    }

    /// Decides on how the stream ends: once, whoever else may want to.
    async fn decide(&mut self, end: &Sentinel) {
        let mut patience = Patience::of(END_PATIENCE);
        loop {
            match self.ledger.decide(end).await {
                Ok(life) => {
                    self.maker.decided(life);
                    match self.maker.step(clock::now_ms()) {
                        Step::Seal { end } => self.decided(&end),
                        Step::Over => self.lose(),
                        _ => {}
                    }
                    return;
                }
                Err(error) => {
                    if let Err(error) = patience.after_all(error).await {
                        return self.give_up(&error);
                    }
                }
            }
        }
    }

    /// Whoever waits learns how the stream ends, unless it knows already.
    fn decided(&self, end: &Sentinel) {
        self.progress.send_modify(|progress| {
            let fault = progress.fault.clone().unwrap_or(SpeechError::Unpronounceable);
            progress.ending.get_or_insert(match end.outcome {
                Outcome::Complete => Ending::Complete,
                Outcome::Cancelled => Ending::Cancelled(CancelReason::of(&end.reason)),
                Outcome::Failed => Ending::Speech(fault),
            });
        });
    }

    /// Writes the sentinel, with patience: a stream without one leaves its caller waiting.
    async fn seal(&mut self, end: &Sentinel) {
        let mut patience = Patience::of(END_PATIENCE);
        while let Err(error) = self.ledger.seal(end).await {
            if let Err(error) = patience.after_all(error).await {
                return self.give_up(&error);
            }
        }
        self.last_write = Instant::now();
        self.maker.sealed();
    }

    /// Another host ends it, when somebody asks for it.
    fn give_up(&mut self, error: &StoreError) {
        tracing::error!(stream = %self.id(), %error, "the stream's end could not be written");
        self.maker.leave();
        self.progress.send_modify(|progress| progress.ending = Some(Ending::TakenOver));
    }

    /// This host stops: another one goes on.
    async fn hand_over(&mut self) {
        let mut patience = Patience::of(OPEN_PATIENCE);
        while let Err(error) = self.ledger.hand_over().await {
            if let Err(error) = patience.after_all(error).await {
                tracing::warn!(stream = %self.id(), %error, "not handed over: another host has to find out");
                break;
            }
        }
        self.maker.leave();
        self.progress.send_modify(|progress| {
            progress.ending.get_or_insert(Ending::TakenOver);
        });
    }

    fn log(&self) {
        let progress = self.progress.borrow();
        let ending = progress.ending.as_ref();
        tracing::info!(
            stream = %self.id(),
            contact = self.ledger.manifest.contact_id.as_ref().map(tracing::field::display),
            voice = self.ledger.manifest.voice,
            outcome = ending.map(|ending| tracing::field::debug(ending.outcome())),
            reason = ending.map(tracing::field::display),
            parts = progress.parts,
            skipped = progress.skipped,
            first_part_ms = progress.timings.first().map(|timing| timing.stored_after_ms),
            audio_ms = milliseconds(self.audio),
            cancel_ms = self.handle.cancelled_at().map(|at| milliseconds(self.last_write.saturating_duration_since(at))),
            "stream ended"
        );
    }
}

impl Turn {
    async fn come(&mut self, handle: &Handle) -> Result<(), Ending> {
        *self = match std::mem::replace(self, Self::None) {
            Self::Waiting(waiting) => {
                let seat = tokio::select! {
                    biased;
                    reason = handle.cancelled() => return Err(Ending::Cancelled(reason)),
                    seat = waiting.seat() => seat,
                };
                Self::Come(seat.map_err(|_| Ending::Speech(SpeechError::Overloaded))?)
            }
            other => other,
        };
        Ok(())
    }

    fn made(&self, audio: Duration) {
        if let Self::Come(seat) = self {
            seat.made(audio);
        }
    }

    fn skipped(&self) {
        if let Self::Come(seat) = self {
            seat.skipped();
        }
    }
}

async fn announce(ledger: &mut Ledger, handle: &Handle) -> Result<(), Ending> {
    let mut patience = Patience::of(OPEN_PATIENCE);
    while let Err(error) = ledger.announce().await {
        patience.after(error, handle).await?;
    }
    Ok(())
}

/// Claims the contact, where there is one.
async fn claim_contact(store: &ObjectStore, manifest: &Manifest, handle: &Handle) -> Result<Claim, Ending> {
    let Some(contact) = &manifest.contact_id else { return Ok(Claim::Won { older: None }) };
    let mut patience = Patience::of(OPEN_PATIENCE);
    loop {
        match claim(store, contact, &manifest.stream_id).await {
            Ok(claim) => return Ok(claim),
            Err(error) => patience.after(error, handle).await?,
        }
    }
}

async fn look(ledger: &mut Ledger, handle: &Handle, patience: Duration) -> Result<Standing, Ending> {
    let mut patience = Patience::of(patience);
    loop {
        match ledger.look().await {
            Ok(standing) => return Ok(standing),
            Err(error) => patience.after(error, handle).await?,
        }
    }
}

/// The clip of one sentence. The outer error is a cancel, the inner one concerns this sentence alone.
async fn speak(
    manifest: &Manifest,
    handle: &Handle,
    voices: &Voices,
    sentence: usize,
    (started, audio): (std::time::Instant, Duration),
) -> Result<Result<Clip, SpeechError>, Ending> {
    if let Some(reason) = handle.cancel_reason() {
        return Err(Ending::Cancelled(reason));
    }
    let Some(sentence) = manifest.sentences.get(sentence).cloned() else {
        return Ok(Err(SpeechError::Unpronounceable));
    };
    // Looked up anew, since a lexicon may have changed. A host that took the stream over may lack its voice.
    let chosen = voices.find(Some(&manifest.voice), manifest.tenant.as_ref()).map_err(|error| {
        Ending::Speech(SpeechError::Voice { voice: manifest.voice.clone(), cause: error.to_string() })
    })?;
    let job = chosen.job(sentence, manifest.speed, Band::Telephone, started, audio);
    let answer = match chosen.voice.engine.submit(job) {
        Ok(answer) => answer,
        Err(error) => return Ok(Err(error)),
    };
    // On a cancel the receiver is dropped, and what is being made of the sentence is given up.
    tokio::select! {
        biased;
        reason = handle.cancelled() => Err(Ending::Cancelled(reason)),
        clip = answer => Ok(clip.unwrap_or(Err(SpeechError::Stopped))),
    }
}
