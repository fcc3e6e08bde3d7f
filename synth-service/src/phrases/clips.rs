//! The clips of phrases in this host's memory.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use speech::{Clip, ClipTiming};

/// Most bytes of sound: half an hour. The least recently used clip is evicted.
const MOST_BYTES: usize = 16 * 1024 * 1024;

#[derive(Default)]
pub(super) struct Clips(Mutex<State>);

#[derive(Default)]
struct State {
    /// Each clip with the number of its last use.
    clips: HashMap<String, (Clip, u64)>,
    bytes: usize,
    uses: u64,
}

impl Clips {
    pub(super) fn get(&self, key: &str) -> Option<Clip> {
        let mut state = self.lock();
        state.uses += 1;
        let uses = state.uses;
        let (clip, last_use) = state.clips.get_mut(key)?;
        *last_use = uses;
        Some(clip.clone())
    }

    pub(super) fn insert(&self, key: String, clip: &Clip) {
        let mut state = self.lock();
        state.uses += 1;
        // It costs nothing the next time.
        let clip = Clip { timing: ClipTiming::default(), ..clip.clone() };
        state.bytes += clip.audio.len();
        let uses = state.uses;
        if let Some((replaced, _)) = state.clips.insert(key, (clip, uses)) {
            state.bytes -= replaced.audio.len();
        }
        while state.bytes > MOST_BYTES {
            let oldest = state.clips.iter().min_by_key(|(_, (_, last_use))| *last_use);
            let Some(oldest) = oldest.map(|(key, _)| key.clone()) else { return };
            if let Some((evicted, _)) = state.clips.remove(&oldest) {
                state.bytes -= evicted.audio.len();
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_least_recently_used_clip_makes_room() {
        let clip = Clip {
            audio: vec![0; MOST_BYTES / 2].into(),
            sample_rate: 8000,
            duration: Duration::ZERO,
            timing: ClipTiming::default(),
        };
        let clips = Clips::default();
        clips.insert("a".into(), &clip);
        clips.insert("b".into(), &clip);
        assert!(clips.get("a").is_some());
        clips.insert("c".into(), &clip);
        assert_eq!(["a", "b", "c"].map(|key| clips.get(key).is_some()), [true, false, true]);
    }
}
