//! The stream as the sink of its sentences' clips, which asks for each sentence once it is certain.

use std::time::Duration;

use contract::stream::ScriptPage;
use speech::SpeechError;
use tokio::time::sleep;

use super::{Stop, Stream};
use crate::{
    clock,
    phrases::SpokenClip,
    pipeline::Sink,
    streams::{
        end::End,
        protocol::{Spoken, Standing, Step},
    },
};

/// While the text's next sentence is not certain, the bucket is checked this often: another host may have ended the
/// stream.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A stream whose text is still being written speaks no further ahead of its caller than this, so that its writer waits
/// and no words are paid for that nobody may hear.
const MOST_AHEAD: Duration = Duration::from_secs(60);

impl Sink for Stream {
    type Stop = Stop;

    async fn next(&mut self) -> Result<Option<usize>, Stop> {
        loop {
            self.grow();
            match self.protocol.step(clock::now_ms()) {
                Step::Open { sentence: Some(sentence) } => return Ok(Some(self.turn_of(sentence))),
                Step::Speak { sentence } if self.is_near() => return Ok(Some(self.turn_of(sentence))),
                Step::Open { sentence: None } => self.open().await?,
                Step::Await { .. } | Step::Speak { .. } => self.wait().await?,
                _ => return Ok(None),
            }
        }
    }

    async fn confirm(&mut self) -> Result<(), Stop> {
        if let Step::Open { .. } = self.protocol.step(clock::now_ms()) {
            return self.open().await;
        }
        let standing = match self.unrecorded() {
            Some((first, page)) => {
                let standing = self.records.look_and_record(&page).await?;
                self.protocol.recorded(first + page.sentences.len());
                standing
            }
            None => self.records.look().await?,
        };
        self.confirmed(standing)
    }

    async fn take(&mut self, _: usize, spoken: SpokenClip) -> Result<(), Stop> {
        self.protocol.spoken(Spoken::Clip);
        match self.protocol.step(clock::now_ms()) {
            Step::Store { part, sentence } => self.store(part, sentence, spoken).await,
            _ => Err(Stop::Known),
        }
    }

    fn skip(&mut self, _: usize, error: SpeechError) {
        tracing::warn!(stream = %self.id(), %error, "a sentence was skipped");
        self.protocol.spoken(Spoken::Skipped(End::from(&error)));
        self.publish();
    }

    fn stopped(&self) -> impl Future<Output = Stop> + Send + use<> {
        let handle = self.handle.clone();
        async move {
            let cause = handle.cancelled().await;
            // Writes that have begun are finished, also those of manifest and contact.
            let _ = handle.progress.clone().wait_for(|progress| progress.is_open).await;
            Stop::End(cause.into())
        }
    }
}

impl Stream {
    /// Learns how far the text has grown.
    fn grow(&mut self) {
        if let Some(script) = self.script.as_ref().filter(|_| self.protocol.is_growing()) {
            // The ending is read first: no sentence follows it.
            let ending = script.ending();
            self.protocol.grown(script.len(), ending.as_ref());
            self.publish();
        }
    }

    fn turn_of(&self, sentence: usize) -> usize {
        let certain = self.script.as_ref().and_then(|script| script.certain_at(sentence));
        self.handle.moments.turn(sentence, certain);
        sentence
    }

    /// Whether the caller will soon hear what is spoken next. A text that is whole is spoken without a break.
    fn is_near(&self) -> bool {
        !self.protocol.is_growing() || self.audio < self.started.elapsed() + MOST_AHEAD
    }

    /// Waits until the text has grown or the caller has come nearer, at most until the next look at the bucket.
    async fn wait(&mut self) -> Result<(), Stop> {
        let stopped = self.stopped();
        let known = self.protocol.sentences();
        let is_near = self.is_near();
        let mut script = self.script.clone();
        let grown = async {
            match &mut script {
                Some(script) if is_near => script.grown(known).await,
                _ => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            stop = stopped => return Err(stop),
            () = grown => return Ok(()),
            () = sleep(LOOK_EVERY) => {}
        }
        let standing = self.records.look().await?;
        self.confirmed(standing)
    }

    fn confirmed(&mut self, standing: Standing) -> Result<(), Stop> {
        let is_held = standing == Standing::Held;
        self.checked(standing);
        if is_held { Ok(()) } else { Err(Stop::Known) }
    }

    /// The sentences that are certain and not yet in the bucket, and the number of the first one.
    fn unrecorded(&self) -> Option<(usize, ScriptPage)> {
        let first = self.protocol.unrecorded()?;
        Some((first, self.script.as_ref()?.page(first)))
    }
}
