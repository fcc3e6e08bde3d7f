//! One stream on this host: carries out the steps of its [`Protocol`] with the bucket and the voices.
//!
//! The stream is the sink of its sentences' clips: part N is stored before part N+1. A cancel takes effect
//! while a sentence waits or is spoken, and before each upload; an upload in progress is always finished, so that the
//! sentinel's count is right.

mod sink;

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use contract::{
    StreamId,
    metrics::{STREAMS_ENDED, UPLOAD},
    stream::{Manifest, Sentinel},
    timeline::{Moment, Stage, Timeline},
};
use futures::FutureExt;
use speech::{SpeechError, milliseconds, telephone};
use stream_store::StoreError;
use tokio::{
    sync::{oneshot, watch},
    time::Instant,
};
use tracing::Level;

use super::{
    contact::Claim,
    end::{End, EndCause},
    progress::Progress,
    protocol::{Protocol, Standing, Step},
    records::{NotStored, Records, TOMBSTONE},
    registry::Handle,
    retry::Failed,
};
use crate::{
    clock,
    phrases::SpokenClip,
    pipeline::{LineUp, deliver},
    script::Script,
    telemetry::AnswerKind,
};

/// One stream on this host, with the state of its protocol.
pub(super) struct Stream {
    manifest: Arc<Manifest>,
    records: Records,
    protocol: Protocol,
    /// The text's sentences; `None` for a stream that only ends.
    script: Option<Script>,
    handle: Handle,
    progress: watch::Sender<Progress>,
    /// Sends the stream that this one preempts, once that is known.
    preempts: Option<oneshot::Sender<StreamId>>,
    started: Instant,
    /// Total length of the parts that this host has stored.
    audio: Duration,
    /// Total length of the clips that this host has spoken, stored or not.
    spoken: Duration,
}

/// The reason to speak no more sentences of a stream.
pub(super) enum Stop {
    /// The protocol knows the reason already.
    Known,
    /// The stream must end this way.
    End(End),
}

impl Stream {
    pub(super) fn new(
        manifest: Arc<Manifest>,
        records: Records,
        protocol: Protocol,
        (handle, progress): (Handle, watch::Sender<Progress>),
        preempts: oneshot::Sender<StreamId>,
    ) -> Self {
        Self {
            manifest,
            records,
            protocol,
            script: None,
            handle,
            progress,
            preempts: Some(preempts),
            started: Instant::now(),
            audio: Duration::ZERO,
            spoken: Duration::ZERO,
        }
    }

    fn id(&self) -> &StreamId {
        &self.manifest.stream_id
    }

    /// Runs until the stream has its sentinel, or another host owns it. Without a line-up the stream only ends.
    pub(super) async fn run(mut self, line_up: Option<LineUp>) {
        let made = AssertUnwindSafe(self.make(line_up)).catch_unwind().await;
        if made.is_err() {
            self.protocol.unsettled();
            self.finish(End::fault());
            // The step that panicked is not repeated: from here on the stream only ends.
            if AssertUnwindSafe(self.conclude()).catch_unwind().await.is_err() {
                tracing::error!(stream = %self.id(), "the stream could not be ended");
                self.protocol.leave();
            }
        }
        let timeline = self.handle.moments.timeline();
        self.count(&timeline);
        self.log(&timeline);
        self.publish();
        self.progress.send_modify(|progress| progress.ended_at_ms = Some(clock::now_ms()));
    }

    async fn make(&mut self, line_up: Option<LineUp>) {
        if let Some(mut line_up) = line_up {
            self.script = Some(line_up.script().clone());
            let delivered = deliver(&mut line_up, self).await;
            self.spoken = line_up.audio();
            // Speech is over: the seat is released, the sentences ahead are withdrawn, and the writer stops.
            drop(line_up);
            self.script = None;
            if let Err(Stop::End(end)) = delivered {
                if end.cause == EndCause::Stopping && self.protocol.is_open() {
                    return self.hand_over().await;
                }
                self.finish(end);
            }
        } else {
            self.finish(End::fault());
        }
        self.conclude().await;
    }

    /// Publishes the protocol's state to the waiting clients.
    fn publish(&self) {
        self.progress.send_modify(|progress| progress.follow(&self.protocol));
    }

    /// Ends the stream, and reports the reason to a client that waits for the first part.
    fn finish(&mut self, end: End) {
        self.protocol.finish(end);
        self.publish();
    }

    /// The last steps, after the last sentence.
    async fn conclude(&mut self) {
        loop {
            self.publish();
            let done = match self.protocol.step(clock::now_ms()) {
                Step::Look => self.records.look_again().await.map(|standing| self.checked(standing)),
                Step::Tombstone { part, sentence } => {
                    self.place_tombstone(part, sentence).await;
                    Ok(())
                }
                Step::Decide { end } => self.decide(&end).await,
                Step::Seal { end } => self.seal(&end).await,
                Step::Over => return,
                Step::Open { .. } | Step::Speak { .. } | Step::Await { .. } | Step::Store { .. } => {
                    self.protocol.finish(End::fault());
                    Ok(())
                }
            };
            if let Err(error) = done {
                // Another host ends the stream, once a client asks for more.
                tracing::error!(stream = %self.id(), %error, "the stream's end could not be written");
                self.protocol.leave();
            }
        }
    }

    /// Stores the manifest and claims the contact, while the first sentence is made.
    async fn open(&mut self) -> Result<(), Stop> {
        let claim = self.records.open().await?;
        self.protocol.opened();
        match claim {
            Claim::Won { older } => {
                if let (Some(older), Some(preempts)) = (older, self.preempts.take()) {
                    // The receiver is dropped only when the host stops.
                    let _ = preempts.send(older);
                }
                // A waiting client gets its answer now, even if the sentence takes longer.
                self.publish();
                Ok(())
            }
            Claim::Lost => Err(Stop::End(EndCause::Preempted.into())),
        }
    }

    async fn store(&mut self, part: usize, sentence: usize, spoken: SpokenClip) -> Result<(), Stop> {
        let SpokenClip { clip, prompt } = spoken;
        self.handle.moments.spoken(sentence, part, &clip);
        let file = telephone::write_wav(&clip.audio).into();
        let begun = Instant::now();
        let stored = self.records.store_part(part, &file, sentence, prompt.as_deref()).await;
        self.handle.meters.observe(&UPLOAD, &[], begun.elapsed().as_secs_f64());
        let held = match stored {
            Ok(held) => held,
            Err(NotStored { failed, is_unsettled }) => {
                if is_unsettled {
                    self.protocol.unsettled();
                }
                return Err(failed.into());
            }
        };
        self.handle.moments.stored(part, Some(sentence));
        if part == 0 {
            self.progress.send_modify(|progress| progress.first_prompt = prompt);
        }
        self.stored(held, clip.duration);
        Ok(())
    }

    fn stored(&mut self, held: Option<usize>, duration: Duration) {
        self.protocol.stored(held);
        self.audio += duration;
        self.publish();
    }

    fn checked(&mut self, standing: Standing) {
        self.protocol.checked(standing);
        if self.protocol.elsewhere().is_some() {
            tracing::info!(stream = %self.id(), "another host owns this stream now");
        }
        self.publish();
    }

    async fn place_tombstone(&mut self, part: usize, sentence: Option<usize>) {
        match self.records.place_tombstone(part, sentence).await {
            Ok(held) => {
                self.handle.moments.stored(part, None);
                self.stored(held, TOMBSTONE);
            }
            Err(error) => {
                // The sentinel is more important: no reader asks for a part beyond its count.
                tracing::warn!(stream = %self.id(), %error, "ended without a tombstone");
                self.protocol.settled();
            }
        }
    }

    /// Decides on the end. The timeline is created meanwhile: before the sentinel, and without a wait of its own.
    async fn decide(&mut self, end: &Sentinel) -> Result<(), StoreError> {
        let moments = self.handle.moments.clone();
        let timeline = async move {
            moments.until_answered().await;
            moments.timeline()
        };
        let life = self.records.decide(end, timeline).await?;
        self.protocol.decided(life);
        Ok(())
    }

    async fn seal(&mut self, end: &Sentinel) -> Result<(), StoreError> {
        self.records.seal(end).await?;
        self.handle.moments.mark(Moment::Sentinel);
        self.protocol.sealed();
        Ok(())
    }

    /// Releases the stream to another host, because this one stops.
    async fn hand_over(&mut self) {
        if let Err(error) = self.records.hand_over().await {
            tracing::warn!(stream = %self.id(), %error, "not handed over: free once this host is gone");
        }
        self.protocol.leave();
    }

    /// Adds the stream to the metrics. One that another host goes on with has not ended.
    fn count(&self, timeline: &Timeline) {
        let meters = &self.handle.meters;
        let kind = if self.manifest.growing { AnswerKind::Talk } else { AnswerKind::Text };
        meters.answered(timeline, &self.manifest.voice, kind, self.protocol.skipped());
        if let Some(end) = self.protocol.end().filter(|_| self.protocol.elsewhere().is_none()) {
            meters.count(&STREAMS_ENDED, &[kind.name(), end.cause.label()], 1);
        }
    }

    fn log(&self, timeline: &Timeline) {
        let stage = |stage| timeline.stage_ms(stage);
        tracing::info!(
            stream = %self.id(),
            contact = self.manifest.contact_id.as_ref().map(tracing::field::display),
            voice = self.manifest.voice,
            outcome = self.protocol.end().map(|end| tracing::field::debug(end.outcome())),
            reason = self.protocol.end().map(tracing::field::display),
            elsewhere = self.protocol.elsewhere().is_some(),
            term = self.protocol.life().term,
            parts = self.protocol.parts(),
            skipped = self.protocol.skipped(),
            request_ms = stage(Stage::Request),
            model_ms = stage(Stage::Model),
            sentence_ms = stage(Stage::Sentence),
            queue_ms = stage(Stage::Queue),
            speech_ms = stage(Stage::Speech),
            store_ms = stage(Stage::Store),
            reply_ms = stage(Stage::Reply),
            first_part_ms = timeline.at_number(Moment::PartStored, 0),
            first_clip_ms = timeline.at(Moment::FirstClipHandedOut),
            sentinel_ms = timeline.at(Moment::Sentinel),
            audio_ms = milliseconds(self.audio),
            spoken_ms = milliseconds(self.spoken),
            cancel_ms = timeline.cancel_ms(),
            "stream ended"
        );
        if tracing::enabled!(Level::DEBUG) {
            // An event for each row, so that each line of the log has the ids.
            for row in timeline.waterfall().to_string().lines() {
                tracing::debug!(stream = %self.id(), "waterfall {row}");
            }
        }
    }
}

impl From<SpeechError> for Stop {
    fn from(error: SpeechError) -> Self {
        Self::End(End::from(&error))
    }
}

impl From<Failed> for Stop {
    fn from(failed: Failed) -> Self {
        Self::End(failed.into())
    }
}
