//! One-time tokens: a stream may begin if it shows the token that the instructions for its call had. Each keeps something
//! for its stream for a while: the place of its call.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// Time within which a stream begins after its instructions.
const LIFETIME: Duration = Duration::from_secs(60);

/// Tokens that have not been used yet.
const MOST: usize = 1024;

/// The tokens that streams may still show.
pub(super) struct OneTimeTokens<K>(Mutex<HashMap<String, Issued<K>>>);

struct Issued<K> {
    until: Instant,
    /// The call that it is for, where that is known.
    call: Option<String>,
    kept: Option<K>,
}

/// A token that was valid.
pub(super) struct Taken<K> {
    /// `None` where it was kept for long enough.
    pub(super) kept: Option<K>,
}

impl<K> Default for OneTimeTokens<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K> OneTimeTokens<K> {
    /// A new token, for this call if one is named. `None` while too many are waiting.
    pub(super) fn issue(&self, call: Option<&str>, kept: K) -> Option<String> {
        let now = Instant::now();
        let mut tokens = self.lock();
        tokens.retain(|_, issued| issued.until > now);
        if tokens.len() >= MOST {
            return None;
        }
        let token = uuid::Uuid::new_v4().simple().to_string();
        let (until, call) = (now + LIFETIME, call.map(str::to_owned));
        tokens.insert(token.clone(), Issued { until, call, kept: Some(kept) });
        Some(token)
    }

    /// The token of a stream of this call; `None` if it is not valid. It is of no more use, whatever the answer.
    pub(super) fn take(&self, token: &str, call: Option<&str>) -> Option<Taken<K>> {
        let Issued { until, call: bound, kept } = self.lock().remove(token)?;
        let is_valid = until > Instant::now() && bound.is_none_or(|bound| call == Some(bound.as_str()));
        is_valid.then_some(Taken { kept })
    }

    /// Keeps nothing more for a token, which is still valid.
    pub(super) fn release(&self, token: &str) {
        let kept = self.lock().get_mut(token).and_then(|issued| issued.kept.take());
        drop(kept);
    }

    /// No code panics while it holds the lock, so a poisoned one is still consistent.
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Issued<K>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_token_is_taken_once_in_time_and_by_its_own_call() {
        let tokens = OneTimeTokens::default();
        let issue = |call| tokens.issue(call, ()).expect("room");
        let is_taken = |token: &str, call| tokens.take(token, call).is_some();
        let token = issue(Some("CA1"));
        assert!(is_taken(&token, Some("CA1")));
        assert!(!is_taken(&token, Some("CA1")), "taken");
        let token = issue(Some("CA1"));
        assert!(!is_taken(&token, Some("CA2")) && !is_taken(&token, Some("CA1")), "tried by another");
        assert!(!is_taken(&issue(Some("CA1")), None));
        assert!(is_taken(&issue(None), Some("CA3")), "for any call");
        let token = issue(None);
        advance(LIFETIME).await;
        assert!(!is_taken(&token, None), "too late");
        assert!(!is_taken("", None));
    }

    #[test]
    fn a_token_outlives_the_place_that_it_keeps() {
        let (tokens, place) = (OneTimeTokens::default(), std::sync::Arc::new(()));
        let issue = || tokens.issue(None, place.clone()).expect("room");
        let (one, other) = (issue(), issue());
        tokens.release(&one);
        tokens.release("unknown");
        assert_eq!(std::sync::Arc::strong_count(&place), 2);
        let kept = |token: &str| tokens.take(token, None).map(|taken| taken.kept.is_some());
        assert_eq!((kept(&one), kept(&other)), (Some(false), Some(true)));
    }

    #[tokio::test(start_paused = true)]
    async fn the_number_of_tokens_is_bounded_and_old_ones_make_room() {
        let tokens = OneTimeTokens::default();
        assert!((0..MOST).all(|_| tokens.issue(None, ()).is_some()));
        assert!(tokens.issue(None, ()).is_none());
        advance(LIFETIME).await;
        assert!(tokens.issue(None, ()).is_some());
    }
}
