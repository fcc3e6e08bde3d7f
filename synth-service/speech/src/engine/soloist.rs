//! A sentence that nothing else runs beside gets all cores.
//!
//! Workers have one thread each, which makes the most audio when many callers wait. A caller alone would then wait
//! for one core while the others are idle, so there is one more session, on all of them. A worker takes it when no
//! other one is busy.

use std::sync::{
    Mutex, MutexGuard, TryLockError,
    atomic::{AtomicUsize, Ordering},
};

use crate::Voice;

pub(super) struct Soloist {
    /// `None` where a single core is all there is.
    voice: Option<Mutex<Box<dyn Voice>>>,
    busy_workers: AtomicUsize,
}

/// A worker that is busy until this is dropped.
pub(super) struct Turn<'a> {
    soloist: &'a Soloist,
    alone: bool,
}

impl Soloist {
    pub(super) fn new(voice: Option<Box<dyn Voice>>) -> Self {
        Self { voice: voice.map(Mutex::new), busy_workers: AtomicUsize::new(0) }
    }

    /// One worker begins.
    pub(super) fn begin(&self) -> Turn<'_> {
        let alone = self.busy_workers.fetch_add(1, Ordering::AcqRel) == 0;
        Turn { soloist: self, alone }
    }
}

impl<'a> Turn<'a> {
    /// The voice with all cores, for a worker that began alone.
    pub(super) fn voice(&self) -> Option<MutexGuard<'a, Box<dyn Voice>>> {
        let voice = self.soloist.voice.as_ref().filter(|_| self.alone)?;
        // Free unless one that began alone is still at it. Voices hold nothing that a panic could leave half done.
        match voice.try_lock() {
            Ok(voice) => Some(voice),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.soloist.busy_workers.fetch_sub(1, Ordering::AcqRel);
    }
}
