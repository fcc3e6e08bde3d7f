//! The clips of phrases in the bucket. A failure costs a synthesis, and nothing else.

use std::time::Duration;

use contract::metrics::PHRASE_FAILURES;
use speech::{Clip, ClipTiming, telephone};
use stream_store::{Content, Expected, ObjectStore, StoreError};
use tokio::time::timeout;

use crate::telemetry::Meters;

/// Longest time for reading a clip. Its caller does not wait for it: the engine is asked meanwhile.
const FIND_TIMEOUT: Duration = Duration::from_secs(1);

/// Longest time for writing a clip, or for looking whether it is there.
const STORE_TIMEOUT: Duration = Duration::from_secs(5);

/// The kept clips. Cheap to clone.
#[derive(Clone)]
pub(super) struct Keep {
    store: ObjectStore,
    meters: Meters,
}

impl Keep {
    pub(super) fn new(store: ObjectStore, meters: Meters) -> Self {
        Self { store, meters }
    }

    /// A kept clip; `None` where there is none, or none that can be had in time.
    pub(super) async fn find(&self, key: &str) -> Option<Clip> {
        let read = timeout(FIND_TIMEOUT, self.store.read(key)).await;
        let file =
            self.checked(key, "read", read.unwrap_or_else(|_| Err(StoreError::timed_out("read"))))??.body;
        let audio = file.slice_ref(telephone::payload(&file));
        if audio.is_empty() || telephone::write_wav(&audio) != file {
            self.meters.count(&PHRASE_FAILURES, &[], 1);
            tracing::warn!(key, "the clip of a phrase is damaged: delete the object");
            return None;
        }
        let duration = telephone::duration_of_file(file.len());
        Some(Clip { audio, sample_rate: telephone::SAMPLE_RATE, duration, timing: ClipTiming::default() })
    }

    /// Whether there is such a clip; `None` when the bucket does not tell.
    pub(super) async fn has(&self, key: &str) -> Option<bool> {
        let head = timeout(STORE_TIMEOUT, self.store.head(key)).await;
        let head = head.unwrap_or_else(|_| Err(StoreError::timed_out("read")));
        self.checked(key, "read", head).map(|head| head.is_some())
    }

    /// Keeps a clip, unless another host was faster. Returns whether it is in the bucket.
    pub(super) async fn store(&self, key: &str, clip: &Clip) -> bool {
        let content = Content::clip(telephone::write_wav(&clip.audio).into());
        let write = timeout(STORE_TIMEOUT, self.store.write(key, content, Expected::Nothing)).await;
        let written = write.unwrap_or_else(|_| Err(StoreError::timed_out("write")));
        self.checked(key, "written", written).is_some()
    }

    fn checked<T>(&self, key: &str, done: &str, result: Result<T, StoreError>) -> Option<T> {
        result
            .inspect_err(|error| {
                self.meters.count(&PHRASE_FAILURES, &[], 1);
                tracing::warn!(key, %error, "the clip of a phrase was not {done}");
            })
            .ok()
    }
}
