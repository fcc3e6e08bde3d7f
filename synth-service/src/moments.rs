//! The moments of one answer, recorded as they happen. Reads clocks, and computes no durations: those follow from the
//! [`Timeline`], which every log line and every answer about a stream is made of.
//!
//! The memory of a record is bounded: of a long text the first sentences are kept, and the latest.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use contract::timeline::{Moment, TimedMoment, TimedPart, Timeline, rounded};
use speech::{Clip, milliseconds};
use tokio::{
    sync::SetOnce,
    time::{Instant, timeout},
};

use crate::clock;

/// Sentences that are kept: the first half of them, and the latest half.
const KEPT: usize = 64;

/// Longest wait for the answer to the start, once the stream's end is certain.
const ANSWER_WAIT: Duration = Duration::from_millis(50);

/// The record of one answer. Cheap to clone; the clones share it.
#[derive(Clone)]
pub struct Moments(Arc<Shared>);

struct Shared {
    began: Instant,
    /// In milliseconds since the Unix epoch.
    began_at_ms: f64,
    record: Mutex<Record>,
    /// Set once the start was answered, with a clip or without.
    answered: SetOnce<()>,
}

#[derive(Default)]
struct Record {
    /// The moments that an answer has once.
    once: Vec<(Moment, Instant)>,
    /// The sentences whose turn has come, and the tombstone, in order.
    sentences: VecDeque<Times>,
    /// Sentences that were left out in the middle.
    omitted: usize,
}

/// The times of one sentence.
#[derive(Clone, Copy, Default)]
struct Times {
    /// `None` for a tombstone.
    sentence: Option<usize>,
    certain: Option<Instant>,
    work: Option<(Instant, Instant)>,
    stored: Option<(usize, Instant)>,
    /// Its part, which is stored or given to a listener.
    timed: Option<TimedPart>,
}

impl Moments {
    /// The record of a request whose head was received at this time.
    pub fn received(at: Instant) -> Self {
        Self::begin(Moment::RequestReceived, at, SetOnce::new())
    }

    /// The record of a stream that this host takes over now. Its start was answered by another host.
    pub fn taken_over() -> Self {
        Self::begin(Moment::TakenOver, Instant::now(), SetOnce::new_with(Some(())))
    }

    fn begin(moment: Moment, began: Instant, answered: SetOnce<()>) -> Self {
        let began_at_ms = clock::now_ms_exactly() - milliseconds(began.elapsed());
        let record = Mutex::new(Record { once: vec![(moment, began)], ..Record::default() });
        Self(Arc::new(Shared { began, began_at_ms, record, answered }))
    }

    /// Records a moment that an answer has once. Its first time counts; returns whether this is it.
    pub fn mark(&self, moment: Moment) -> bool {
        let now = Instant::now();
        let mut record = self.record();
        let is_first = record.once.iter().all(|(known, _)| *known != moment);
        if is_first {
            record.once.push((moment, now));
        }
        is_first
    }

    /// Records that the turn of a sentence has come, which was certain at this time.
    pub fn turn(&self, sentence: usize, certain: Option<Instant>) {
        self.record().add(Times { sentence: Some(sentence), certain, ..Times::default() });
    }

    /// Records that a sentence has a clip, which becomes `part`.
    pub fn spoken(&self, sentence: usize, part: usize, clip: &Clip) {
        let timing = clip.timing;
        self.record().change(sentence, |times| {
            times.work = timing.work.map(|(begun, made)| (Instant::from_std(begun), Instant::from_std(made)));
            times.timed = Some(TimedPart {
                part,
                sentence,
                audio_ms: milliseconds(clip.duration),
                queue_ms: timing.queue_ms,
                batch: timing.batch,
                phonemes_ms: timing.phonemes_ms,
                model_ms: timing.model_ms,
                vocoder_ms: timing.vocoder_ms,
                telephone_ms: timing.telephone_ms,
            });
        });
    }

    /// Records that the bucket has the part of a sentence, or a tombstone.
    pub fn stored(&self, part: usize, sentence: Option<usize>) {
        let stored = Some((part, Instant::now()));
        let mut record = self.record();
        match sentence {
            Some(sentence) => record.change(sentence, |times| times.stored = stored),
            None => record.add(Times { stored, ..Times::default() }),
        }
    }

    /// Records that the start was answered.
    pub fn answered(&self) {
        // A start is answered once.
        let _ = self.0.answered.set(());
    }

    /// Waits until the start was answered, but not for long: its client may be gone.
    pub async fn until_answered(&self) {
        let _ = timeout(ANSWER_WAIT, self.0.answered.wait()).await;
    }

    /// All moments so far.
    pub fn timeline(&self) -> Timeline {
        let Shared { began, began_at_ms, .. } = *self.0;
        let since_began = |at: Instant| rounded(milliseconds(at.saturating_duration_since(began)));
        let record = self.record();
        let once = record.once.iter().map(|(moment, at)| (*moment, None, *at));
        let mut moments: Vec<_> = once.chain(record.sentences.iter().flat_map(Times::moments)).collect();
        moments.sort_by_key(|(_, _, at)| *at);
        let timed = |(moment, n, at)| TimedMoment { moment, n, ms: since_began(at) };
        Timeline {
            version: Timeline::VERSION,
            began_at_ms: rounded(began_at_ms),
            moments: moments.into_iter().map(timed).collect(),
            parts: record.sentences.iter().filter_map(|times| times.timed).collect(),
            omitted: record.omitted,
        }
    }

    /// No code panics while it holds the lock, so a poisoned one is still consistent.
    fn record(&self) -> MutexGuard<'_, Record> {
        self.0.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Record {
    fn add(&mut self, times: Times) {
        self.sentences.push_back(times);
        if self.sentences.len() > KEPT {
            self.sentences.remove(KEPT / 2);
            self.omitted += 1;
        }
    }

    fn change(&mut self, sentence: usize, change: impl FnOnce(&mut Times)) {
        if let Some(times) = self.sentences.iter_mut().rfind(|times| times.sentence == Some(sentence)) {
            change(times);
        }
    }
}

impl Times {
    fn moments(&self) -> impl Iterator<Item = (Moment, Option<usize>, Instant)> + use<> {
        let Self { sentence, certain, work, stored, .. } = *self;
        let of_sentence = move |moment, at: Option<Instant>| at.map(|at| (moment, sentence, at));
        [
            of_sentence(Moment::SentenceCertain, certain),
            of_sentence(Moment::TtsStart, work.map(|(begun, _)| begun)),
            of_sentence(Moment::TtsComplete, work.map(|(_, made)| made)),
            stored.map(|(part, at)| (Moment::PartStored, Some(part), at)),
        ]
        .into_iter()
        .flatten()
    }
}

impl fmt::Debug for Moments {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Moments")
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use speech::ClipTiming;
    use tokio::time::advance;

    use super::*;

    fn clip(work: Option<(Instant, Instant)>) -> Clip {
        Clip {
            audio: Bytes::new(),
            sample_rate: 8000,
            duration: Duration::from_secs(1),
            timing: ClipTiming {
                work: work.map(|(begun, made)| (begun.into_std(), made.into_std())),
                ..ClipTiming::default()
            },
        }
    }

    async fn after(ms: u64) -> Instant {
        advance(Duration::from_millis(ms)).await;
        Instant::now()
    }

    #[tokio::test(start_paused = true)]
    async fn every_moment_has_the_time_at_which_it_happened_and_the_first_one_counts() {
        let moments = Moments::received(Instant::now());
        let certain = after(10).await;
        let begun = after(5).await;
        moments.turn(0, Some(certain));
        let made = after(20).await;
        after(3).await;
        moments.spoken(0, 0, &clip(Some((begun, made))));
        after(2).await;
        moments.stored(0, Some(0));
        moments.mark(Moment::FirstClipHandedOut);
        after(9).await;
        moments.mark(Moment::FirstClipHandedOut);
        let timeline = moments.timeline();
        let times: Vec<_> = timeline.moments.iter().map(|timed| (timed.moment, timed.n, timed.ms)).collect();
        let expected = [
            (Moment::RequestReceived, None, 0.0),
            (Moment::SentenceCertain, Some(0), 10.0),
            (Moment::TtsStart, Some(0), 15.0),
            (Moment::TtsComplete, Some(0), 35.0),
            (Moment::FirstClipHandedOut, None, 40.0),
            (Moment::PartStored, Some(0), 40.0),
        ];
        assert_eq!(times, expected);
    }

    #[tokio::test(start_paused = true)]
    async fn of_a_long_text_the_first_sentences_are_kept_and_the_latest() {
        let moments = Moments::received(Instant::now());
        for sentence in 0..1000 {
            moments.turn(sentence, Some(Instant::now()));
            moments.spoken(sentence, sentence, &clip(None));
            moments.stored(sentence, Some(sentence));
        }
        let timeline = moments.timeline();
        let kept: Vec<_> = timeline.parts.iter().map(|part| part.part).collect();
        let expected: Vec<_> = (0..KEPT / 2).chain(1000 - KEPT / 2..1000).collect();
        assert_eq!((kept, timeline.omitted), (expected, 1000 - KEPT));
    }

    #[tokio::test(start_paused = true)]
    async fn a_timeline_waits_for_the_answer_to_the_start_but_not_for_long() {
        let moments = Moments::received(Instant::now());
        let begun = Instant::now();
        moments.until_answered().await;
        assert_eq!(begun.elapsed(), ANSWER_WAIT);
        moments.answered();
        moments.until_answered().await;
        Moments::taken_over().until_answered().await;
        assert_eq!(begun.elapsed(), ANSWER_WAIT);
    }
}
