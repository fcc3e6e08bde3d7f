//! A clip that is not in memory: from the bucket or from the engine, whichever has it first. All who want the same clip
//! at the same time share one fetch.

use std::{
    collections::HashMap,
    pin::pin,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use futures::{
    FutureExt,
    future::{BoxFuture, Either, Shared, WeakShared, select},
};
use speech::{Clip, Job, SpeechError};
use tokio::time::timeout;

/// The time for which only the bucket is asked. A small object usually comes within it, and no synthesis is wasted. A
/// slower bucket delays the clip by this time at most, which is about that of the shortest synthesis.
const HEAD_START: Duration = Duration::from_millis(20);

/// The origin of a clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Memory,
    Bucket,
    Synthesis,
}

impl Origin {
    /// The value of the metric's label.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Bucket => "bucket",
            Self::Synthesis => "synthesis",
        }
    }
}

pub(super) type Fetched = Result<(Clip, Origin), SpeechError>;

/// The fetches that are under way, by the keys of their clips.
#[derive(Default)]
pub(super) struct Fetches(Mutex<HashMap<String, Fetch>>);

struct Fetch {
    opening: bool,
    deadline: Instant,
    clip: WeakShared<BoxFuture<'static, Fetched>>,
}

impl Fetches {
    /// Joins the fetch of this clip if its job is no less urgent than this one, else begins another. A fetch is dropped
    /// with the last of those who have joined it.
    pub(super) fn join(
        &self,
        key: &str,
        job: &Job,
        begin: impl FnOnce() -> BoxFuture<'static, Fetched>,
    ) -> Shared<BoxFuture<'static, Fetched>> {
        let mut fetches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(clip) = fetches.get(key).and_then(|fetch| fetch.in_time_for(job)) {
            return clip;
        }
        fetches.retain(|_, fetch| fetch.under_way().is_some());
        let clip = begin().shared();
        if let Some(weak) = clip.downgrade() {
            let fetch = Fetch { opening: job.opening, deadline: job.deadline, clip: weak };
            fetches.insert(key.to_owned(), fetch);
        }
        clip
    }
}

impl Fetch {
    fn in_time_for(&self, job: &Job) -> Option<Shared<BoxFuture<'static, Fetched>>> {
        let is_urgent = (self.opening || !job.opening) && self.deadline <= job.deadline;
        if is_urgent { self.under_way() } else { None }
    }

    fn under_way(&self) -> Option<Shared<BoxFuture<'static, Fetched>>> {
        self.clip.upgrade().filter(|clip| clip.peek().is_none())
    }
}

/// The first of two clips: the bucket's, or one that is made once the bucket has had its head start. The other is
/// dropped.
pub(super) async fn sooner(
    find: impl Future<Output = Option<Clip>>,
    make: impl Future<Output = Result<Clip, SpeechError>>,
) -> Fetched {
    let made = |clip| (clip, Origin::Synthesis);
    let mut find = pin!(find);
    match timeout(HEAD_START, find.as_mut()).await {
        Ok(Some(clip)) => return Ok((clip, Origin::Bucket)),
        Ok(None) => return make.await.map(made),
        Err(_) => {}
    }
    match select(find, pin!(make)).await {
        Either::Left((Some(clip), _)) => Ok((clip, Origin::Bucket)),
        Either::Left((None, make)) => make.await.map(made),
        Either::Right((Ok(clip), _)) => Ok(made(clip)),
        // The engine may be full: the bucket may still have the clip.
        Either::Right((Err(error), find)) => find.await.map(|clip| (clip, Origin::Bucket)).ok_or(error),
    }
}

#[cfg(test)]
mod tests {
    use futures::future::{pending, ready};
    use speech::ClipTiming;
    use text::Sentence;
    use tokio::time::{Instant, sleep};

    use super::*;

    fn clip() -> Clip {
        let timing = ClipTiming::default();
        Clip { audio: vec![0].into(), sample_rate: 8000, duration: Duration::ZERO, timing }
    }

    async fn after<T>(ms: u64, value: T) -> T {
        sleep(Duration::from_millis(ms)).await;
        value
    }

    #[tokio::test(start_paused = true)]
    async fn the_engine_is_asked_once_the_bucket_has_had_its_head_start() {
        let overloaded = || Err(SpeechError::Overloaded);
        let never = 1_000_000;
        for (found_after, found, made_after, made, expected, expected_after) in [
            // Nothing is made while the bucket may still answer within its head start.
            (19, Some(clip()), 0, Ok(clip()), Ok(Origin::Bucket), 19),
            (5, None, 30, Ok(clip()), Ok(Origin::Synthesis), 35),
            (never, None, 30, Ok(clip()), Ok(Origin::Synthesis), 50),
            (40, Some(clip()), 30, Ok(clip()), Ok(Origin::Bucket), 40),
            (40, None, 30, Ok(clip()), Ok(Origin::Synthesis), 50),
            (90, Some(clip()), 0, overloaded(), Ok(Origin::Bucket), 90),
            (90, None, 0, overloaded(), Err(SpeechError::Overloaded), 90),
            (5, None, 0, overloaded(), Err(SpeechError::Overloaded), 5),
        ] {
            let began = Instant::now();
            let (find, make) = (after(found_after, found), after(made_after, made));
            let fetched = sooner(find, make).await;
            assert_eq!(fetched.map(|(_, origin)| origin), expected);
            assert_eq!(began.elapsed().as_millis(), expected_after);
        }
    }

    #[test]
    fn a_fetch_is_joined_while_it_is_under_way_and_urgent_enough() {
        let now = std::time::Instant::now();
        let later = now + Duration::from_secs(1);
        let job = |opening, deadline| Job { opening, ..Job::new(Sentence::plain("Hello."), deadline) };
        for (first, second, is_joined) in [
            (job(true, now), job(true, later), true),
            (job(true, now), job(false, later), true),
            (job(false, now), job(false, now), true),
            (job(false, later), job(false, now), false),
            (job(false, now), job(true, later), false),
        ] {
            let fetches = Fetches::default();
            let _first = fetches.join("key", &first, || Box::pin(pending()));
            let mut has_begun = false;
            let _second = fetches.join("key", &second, || {
                has_begun = true;
                Box::pin(pending())
            });
            assert_eq!(has_begun, !is_joined, "{first:?} {second:?}");
        }
        // A failed fetch and a dropped one are not joined.
        let fetches = Fetches::default();
        let failed = fetches.join("key", &job(true, now), || Box::pin(ready(Err(SpeechError::Overloaded))));
        assert!(failed.clone().now_or_never().is_some_and(|fetched| fetched.is_err()));
        drop(fetches.join("key", &job(true, now), || Box::pin(pending())));
        let last = fetches.join("key", &job(true, now), || Box::pin(ready(Ok((clip(), Origin::Bucket)))));
        assert!(last.now_or_never().is_some_and(|fetched| fetched.is_ok()));
    }
}
