//! One-time tokens: a stream may begin if it shows the token that the instructions for its call had.

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
#[derive(Default)]
pub(super) struct OneTimeTokens(Mutex<HashMap<String, Issued>>);

struct Issued {
    until: Instant,
    /// The call that it is for, where that is known.
    call: Option<String>,
}

impl OneTimeTokens {
    /// A new token, for this call if one is named. `None` while too many are waiting.
    pub(super) fn issue(&self, call: Option<&str>) -> Option<String> {
        let now = Instant::now();
        let mut tokens = self.lock();
        tokens.retain(|_, issued| issued.until > now);
        if tokens.len() >= MOST {
            return None;
        }
        let token = uuid::Uuid::new_v4().simple().to_string();
        tokens.insert(token.clone(), Issued { until: now + LIFETIME, call: call.map(str::to_owned) });
        Some(token)
    }

    /// Whether a stream of this call may begin. The token is of no more use, whatever the answer.
    pub(super) fn take(&self, token: &str, call: Option<&str>) -> bool {
        let issued = self.lock().remove(token);
        issued.is_some_and(|issued| {
            issued.until > Instant::now() && issued.call.is_none_or(|bound| call == Some(bound.as_str()))
        })
    }

    /// No code panics while it holds the lock, so a poisoned one is still consistent.
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Issued>> {
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
        let issue = |call| tokens.issue(call).expect("room");
        let token = issue(Some("CA1"));
        assert!(tokens.take(&token, Some("CA1")));
        assert!(!tokens.take(&token, Some("CA1")), "taken");
        let token = issue(Some("CA1"));
        assert!(!tokens.take(&token, Some("CA2")) && !tokens.take(&token, Some("CA1")), "tried by another");
        assert!(!tokens.take(&issue(Some("CA1")), None));
        assert!(tokens.take(&issue(None), Some("CA3")), "for any call");
        let token = issue(None);
        advance(LIFETIME).await;
        assert!(!tokens.take(&token, None), "too late");
        assert!(!tokens.take("", None));
    }

    #[tokio::test(start_paused = true)]
    async fn the_number_of_tokens_is_bounded_and_old_ones_make_room() {
        let tokens = OneTimeTokens::default();
        assert!((0..MOST).all(|_| tokens.issue(None).is_some()));
        assert!(tokens.issue(None).is_none());
        advance(LIFETIME).await;
        assert!(tokens.issue(None).is_some());
    }
}
