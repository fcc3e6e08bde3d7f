//! Polls for a batch: decides between clips and `wait`, and bounds the time. Independent of S3: the caller passes the
//! request to repeat.

use std::future::Future;

use contract::stream::Outcome;
use tokio::time::{Instant, sleep_until};

use crate::{
    clips::{Look, Part},
    patience::Patience,
};

/// The meaning of a look for the flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// There are clips to play.
    Play {
        /// The clips. The prompt of one that the look missed is not known.
        parts: Vec<Part>,
        /// The sentinel's reason, if no other clip follows.
        last: Option<String>,
    },
    /// The flow has played all parts of a complete stream.
    Done {
        /// The sentinel's reason: `none`, or why the answer is not whole.
        reason: String,
    },
    /// The stream was cancelled; its remaining parts are not played.
    Cancelled {
        /// The sentinel's reason.
        reason: String,
    },
    /// The stream failed, and the flow has played all its parts.
    Failed {
        /// The sentinel's reason.
        reason: String,
    },
    /// The flow asks for a part beyond the end of the stream.
    PastTheEnd {
        /// Number of parts of the stream.
        parts: usize,
    },
    /// There is no new clip yet.
    Nothing,
}

/// The meaning of `look` for a flow that has played `next` parts and takes up to `limit` more.
pub fn assess(look: &Look, next: usize, limit: usize) -> Finding {
    let parts = |count| {
        let mut parts = look.parts.clone();
        parts.resize(count, Part::default());
        parts
    };
    let Some(sentinel) = &look.sentinel else {
        return match look.parts.len().min(limit) {
            0 => Finding::Nothing,
            count => Finding::Play { parts: parts(count), last: None },
        };
    };
    if sentinel.outcome == Outcome::Cancelled {
        return Finding::Cancelled { reason: sentinel.reason.clone() };
    }
    let Some(remaining) = sentinel.parts.checked_sub(next) else {
        return Finding::PastTheEnd { parts: sentinel.parts };
    };
    let complete = sentinel.outcome == Outcome::Complete;
    // The sentinel is written after the last part, so its count is more recent than the look at the parts.
    match remaining.min(limit) {
        0 if complete => Finding::Done { reason: sentinel.reason.clone() },
        0 => Finding::Failed { reason: sentinel.reason.clone() },
        // After the last part of a failed stream the flow must ask again, to learn of the failure.
        count => {
            let last = (complete && count == remaining).then(|| sentinel.reason.clone());
            Finding::Play { parts: parts(count), last }
        }
    }
}

/// Repeats `look` until there is a finding for the flow, or the time is up.
///
/// # Errors
/// The last error of `look`, when it fails until the time is up.
pub async fn poll<E, F>(
    patience: Patience,
    next: usize,
    limit: usize,
    mut look: impl FnMut() -> F,
) -> Result<Finding, E>
where
    F: Future<Output = Result<Look, E>>,
{
    let started = Instant::now();
    loop {
        let next_look = Instant::now() + patience.step;
        let outcome = look().await.map(|look| assess(&look, next, limit));
        let deadline = started + if outcome.is_ok() { patience.budget } else { patience.trouble };
        let is_useful = matches!(&outcome, Ok(finding) if *finding != Finding::Nothing);
        if is_useful || next_look > deadline {
            return outcome;
        }
        sleep_until(next_look).await;
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, collections::VecDeque, time::Duration};

    use contract::stream::Sentinel;

    use super::*;
    use crate::patience::PATIENCE;

    fn sentinel(parts: usize, outcome: Outcome) -> Option<Sentinel> {
        Some(Sentinel { parts, outcome, reason: "why".into(), skipped: 0, ended_at_ms: 0 })
    }

    fn look(parts: usize, sentinel: Option<Sentinel>) -> Look {
        Look { parts: unprompted(parts), sentinel }
    }

    fn unprompted(parts: usize) -> Vec<Part> {
        vec![Part::default(); parts]
    }

    #[test]
    fn a_look_means_the_most_useful_thing() {
        use Outcome::{Cancelled, Complete, Failed};
        let why = || "why".to_owned();
        for (name, look, next, limit, expected) in [
            ("nothing yet", look(0, None), 0, 2, Finding::Nothing),
            ("one is there", look(1, None), 0, 2, Finding::Play { parts: unprompted(1), last: None }),
            ("more than the limit", look(2, None), 0, 1, Finding::Play { parts: unprompted(1), last: None }),
            (
                "the last ones",
                look(2, sentinel(4, Complete)),
                2,
                2,
                Finding::Play { parts: unprompted(2), last: Some("why".into()) },
            ),
            (
                "not the last ones",
                look(2, sentinel(5, Complete)),
                2,
                2,
                Finding::Play { parts: unprompted(2), last: None },
            ),
            (
                "parts came after the look",
                look(0, sentinel(1, Complete)),
                0,
                2,
                Finding::Play { parts: unprompted(1), last: Some("why".into()) },
            ),
            ("all played", look(0, sentinel(3, Complete)), 3, 2, Finding::Done { reason: "why".into() }),
            ("past the end", look(0, sentinel(3, Complete)), 4, 2, Finding::PastTheEnd { parts: 3 }),
            (
                "cancelled with parts left",
                look(2, sentinel(9, Cancelled)),
                2,
                2,
                Finding::Cancelled { reason: why() },
            ),
            (
                "failed with parts left",
                look(1, sentinel(1, Failed)),
                0,
                2,
                Finding::Play { parts: unprompted(1), last: None },
            ),
            ("failed and all played", look(0, sentinel(1, Failed)), 1, 2, Finding::Failed { reason: why() }),
        ] {
            assert_eq!(assess(&look, next, limit), expected, "{name}");
        }
    }

    /// Polls a list of looks; the last one repeats. Returns the outcome, the looks used and the time passed.
    async fn polled(
        looks: Vec<Result<Look, &'static str>>,
    ) -> (Result<Finding, &'static str>, usize, Duration) {
        let mut looks = VecDeque::from(looks);
        let used = Cell::new(0);
        let started = Instant::now();
        let outcome = poll(PATIENCE, 0, 2, || {
            used.set(used.get() + 1);
            let look = if looks.len() > 1 { looks.pop_front() } else { looks.front().cloned() };
            async move { look.unwrap_or(Err("no look")) }
        })
        .await;
        (outcome, used.get(), started.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn an_existing_clip_is_returned_at_once_and_no_batch_is_filled() {
        let (outcome, used, passed) = polled(vec![Ok(look(1, None))]).await;
        assert_eq!(
            (outcome, used, passed),
            (Ok(Finding::Play { parts: unprompted(1), last: None }), 1, Duration::ZERO)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn clips_that_come_within_the_budget_are_returned_at_the_next_step() {
        let nothing = || Ok(look(0, None));
        let (outcome, used, passed) = polled(vec![nothing(), nothing(), Ok(look(2, None))]).await;
        assert_eq!((outcome, used), (Ok(Finding::Play { parts: unprompted(2), last: None }), 3));
        assert_eq!(passed, 2 * PATIENCE.step);
    }

    #[tokio::test(start_paused = true)]
    async fn the_answer_is_nothing_when_the_budget_is_spent() {
        let (outcome, used, passed) = polled(vec![Ok(look(0, None))]).await;
        assert_eq!((outcome, used), (Ok(Finding::Nothing), 6));
        assert_eq!(passed, PATIENCE.budget);
    }

    #[tokio::test(start_paused = true)]
    async fn a_short_outage_of_the_store_is_survived_and_a_lasting_one_is_an_error() {
        let (outcome, _, _) = polled(vec![Err("503"), Err("503"), Ok(look(1, None))]).await;
        assert_eq!(outcome, Ok(Finding::Play { parts: unprompted(1), last: None }));
        let (outcome, _, passed) = polled(vec![Err("503")]).await;
        assert_eq!(outcome, Err("503"));
        assert!(passed <= PATIENCE.trouble && passed > PATIENCE.budget);
    }
}
