//! The prompts that this host knows, and the clips that it wants prompts of: the state that callers and the task share.

use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use contract::{
    keys,
    prompts::{MOST_PROMPTS, Prompt},
};
use tokio::sync::Notify;

/// Attempts at one prompt. After them the clip must be used once more.
const MOST_ATTEMPTS: u32 = 5;

/// A clip that is to have a prompt.
struct Wanted {
    key: String,
    attempts: u32,
}

/// Known and wanted prompts.
#[derive(Default)]
pub(crate) struct Shared {
    state: Mutex<State>,
    wake: Notify,
}

#[derive(Default)]
struct State {
    known: HashMap<String, Arc<str>>,
    /// At most [`MOST_PROMPTS`] with the known ones, each key once. The one whose prompt is being made stays among them, so
    /// that it is not wanted a second time.
    wanted: VecDeque<Wanted>,
    /// Clips that Connect does not take. Not asked again while this host runs.
    refused: HashSet<String>,
}

impl State {
    fn is_full(&self) -> bool {
        self.known.len() + self.wanted.len() >= MOST_PROMPTS
    }

    /// Removes a clip from the wanted ones.
    fn take(&mut self, key: &str) -> Option<Wanted> {
        let place = self.wanted.iter().position(|wanted| wanted.key == key)?;
        self.wanted.remove(place)
    }

    /// Returns whether the clip was not wanted before.
    fn want(&mut self, key: &str) -> bool {
        let is_new = !self.known.contains_key(key)
            && !self.refused.contains(key)
            && self.wanted.iter().all(|wanted| wanted.key != key);
        if is_new && !self.is_full() {
            self.wanted.push_back(Wanted { key: key.to_owned(), attempts: 0 });
            return true;
        }
        false
    }
}

impl Shared {
    /// The ARN of a clip's prompt, if it is known; otherwise the clip is wanted from now on.
    pub(crate) fn of(&self, key: &str) -> Option<Arc<str>> {
        let mut state = self.lock();
        let known = state.known.get(key).cloned();
        if known.is_none() && state.want(key) {
            self.wake.notify_one();
        }
        known
    }

    /// Wants the prompt of the silence, which every call needs. Does nothing where it is known or refused.
    pub(crate) fn want_silence(&self) {
        // Wakes nobody: the task itself asks, at the beginning of a round.
        self.lock().want(&keys::silence());
    }

    /// Waits until a clip is wanted that was not before.
    pub(crate) async fn wanted(&self) {
        self.wake.notified().await;
    }

    /// Takes the prompts of a manifest over, in place of those known before. Returns whether the instance is full.
    pub(crate) fn learn(&self, prompts: &BTreeMap<String, Prompt>) -> bool {
        let mut state = self.lock();
        let arn = |(key, prompt): (&String, &Prompt)| (key.clone(), prompt.arn.as_str().into());
        state.known = prompts.iter().map(arn).collect();
        let State { known, wanted, .. } = &mut *state;
        wanted.retain(|wanted| !known.contains_key(&wanted.key));
        known.len() >= MOST_PROMPTS
    }

    /// Adds a prompt to the known ones.
    pub(crate) fn add(&self, key: &str, prompt: &Prompt) {
        let mut state = self.lock();
        state.take(key);
        state.known.insert(key.to_owned(), prompt.arn.as_str().into());
    }

    /// Whether clips are wanted.
    pub(crate) fn has_wanted(&self) -> bool {
        !self.lock().wanted.is_empty()
    }

    /// The clip that comes first. It stays wanted until one of the other methods tells of the outcome.
    pub(crate) fn next(&self) -> Option<String> {
        self.lock().wanted.front().map(|wanted| wanted.key.clone())
    }

    /// Puts a clip behind the others after a failure, unless it was tried too often.
    pub(crate) fn again(&self, key: &str) {
        let mut state = self.lock();
        let attempts = state.take(key).map_or(0, |wanted| wanted.attempts) + 1;
        if attempts < MOST_ATTEMPTS {
            state.wanted.push_back(Wanted { key: key.to_owned(), attempts });
        }
    }

    /// Leaves a clip out that Connect does not take.
    pub(crate) fn refuse(&self, key: &str) {
        let mut state = self.lock();
        state.take(key);
        if state.refused.len() < MOST_PROMPTS {
            state.refused.insert(key.to_owned());
        }
    }

    /// Wants nothing any more.
    pub(crate) fn clear(&self) {
        self.lock().wanted.clear();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(keys: impl IntoIterator<Item = usize>) -> BTreeMap<String, Prompt> {
        let prompt = |key: usize| Prompt { arn: format!("arn{key}"), id: String::new(), name: String::new() };
        keys.into_iter().map(|key| (key.to_string(), prompt(key))).collect()
    }

    #[test]
    fn a_clip_is_wanted_once_until_its_prompt_is_known() {
        let shared = Shared::default();
        for key in ["1", "1", "2"] {
            assert_eq!(shared.of(key), None);
        }
        assert!(!shared.learn(&manifest([1])));
        assert_eq!(shared.of("1").as_deref(), Some("arn1"));
        assert_eq!(shared.next().as_deref(), Some("2"));
        shared.of("2");
        shared.refuse("2");
        assert_eq!(shared.next(), None, "it was used while its prompt was being made");
        assert!(shared.of("2").is_none() && !shared.has_wanted(), "refused");
        shared.learn(&manifest([]));
        assert_eq!(shared.of("1"), None, "cleaned");
    }

    #[test]
    fn a_failing_clip_is_tried_five_times() {
        let shared = Shared::default();
        shared.of("1");
        let attempts = std::iter::from_fn(|| shared.next().map(|key| shared.again(&key))).count();
        assert_eq!(attempts, 5);
    }

    #[test]
    fn no_more_is_wanted_than_fits() {
        let shared = Shared::default();
        shared.learn(&manifest(0..MOST_PROMPTS - 1));
        for key in ["a", "b"] {
            shared.of(key);
        }
        shared.refuse(&shared.next().expect("the first one"));
        assert_eq!(shared.next(), None);
        assert!(shared.learn(&manifest(0..MOST_PROMPTS)));
    }
}
