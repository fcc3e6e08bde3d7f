//! The prompts of one host: a handle for those who use clips. Nobody waits here for Connect or the bucket.

use std::sync::Arc;

use stream_store::ObjectStore;
use tokio::task::AbortHandle;

use crate::{connect::Connect, maker::Maker, shared::Shared};

/// The prompts of one host, or none. Cheap to clone.
#[derive(Clone, Default)]
pub struct Prompts(Option<Arc<Running>>);

struct Running {
    shared: Arc<Shared>,
    task: AbortHandle,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Prompts {
    /// Makes prompts in the background, in an instance, of clips in a bucket. Needs a tokio runtime.
    pub fn start(connect: Connect, store: ObjectStore) -> Self {
        let shared = Arc::new(Shared::default());
        let task = tokio::spawn(Maker::new(connect, store, shared.clone()).run()).abort_handle();
        Self(Some(Arc::new(Running { shared, task })))
    }

    /// The ARN of the prompt of a clip in the bucket, if it is known. Where the clip has no prompt yet, one will be made.
    pub fn of(&self, key: &str) -> Option<Arc<str>> {
        self.0.as_ref()?.shared.of(key)
    }
}
