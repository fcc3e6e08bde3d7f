//! Buckets and objects in memory, behind one lock.
//!
//! It owns the data, its size limits and the conditions of writes. It never awaits: an object is complete before the
//! lock is taken. So the check of a condition and the write are one step, and exactly one of several concurrent
//! creators succeeds.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use s3s::dto::ETagCondition;

use super::{
    clock::Clock,
    listing::{Listing, Page},
    object::Object,
    policy::Policy,
};

/// Largest object in bytes.
pub const MAX_OBJECT_BYTES: usize = 64 << 20;
/// Largest total size of a store's objects, in bytes; keys and metadata are not counted.
pub const MAX_TOTAL_BYTES: usize = 1 << 30;

/// The condition of a write or a removal.
pub(super) enum Condition {
    Always,
    /// No object exists: `If-None-Match: *`.
    Absent,
    /// The object has this ETag: `If-Match`.
    Matches(ETagCondition),
}

/// The reason why the store refused a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    NoBucket,
    NoKey,
    NoPolicy,
    Precondition,
    TooLarge,
    Full,
}

pub(super) struct Bucket {
    pub(super) created: SystemTime,
    pub(super) objects: BTreeMap<String, Arc<Object>>,
    pub(super) policy: Option<Arc<Policy>>,
}

#[derive(Default)]
struct State {
    buckets: BTreeMap<String, Bucket>,
    total_bytes: usize,
}

/// The data of an [`S3Server`](super::S3Server). It outlives the server as long as an `Arc` is held.
#[derive(Default)]
pub struct Store {
    state: Mutex<State>,
    clock: Clock,
}

impl Store {
    /// The clock that dates the objects.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The data of a poisoned lock is usable: no code under the lock can panic in the middle of a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Creates a bucket. Returns whether it is new.
    pub(super) fn create_bucket(&self, name: &str) -> bool {
        let created = self.clock.now();
        match self.state().buckets.entry(name.to_owned()) {
            Entry::Occupied(_) => false,
            Entry::Vacant(entry) => {
                entry.insert(Bucket { created, objects: BTreeMap::new(), policy: None });
                true
            }
        }
    }

    pub(super) fn has_bucket(&self, name: &str) -> Result<(), Refusal> {
        self.state().buckets.contains_key(name).then_some(()).ok_or(Refusal::NoBucket)
    }

    /// Names and creation times of the buckets, sorted by name.
    pub(super) fn buckets(&self) -> Vec<(String, SystemTime)> {
        self.state().buckets.iter().map(|(name, bucket)| (name.clone(), bucket.created)).collect()
    }

    pub(super) fn policy(&self, bucket: &str) -> Result<Arc<Policy>, Refusal> {
        let state = self.state();
        let bucket = state.buckets.get(bucket).ok_or(Refusal::NoBucket)?;
        bucket.policy.clone().ok_or(Refusal::NoPolicy)
    }

    /// Replaces a bucket's policy; `None` removes it.
    pub(super) fn set_policy(&self, bucket: &str, policy: Option<Policy>) -> Result<(), Refusal> {
        let mut state = self.state();
        let bucket = state.buckets.get_mut(bucket).ok_or(Refusal::NoBucket)?;
        bucket.policy = policy.map(Arc::new);
        Ok(())
    }

    pub(super) fn get(&self, bucket: &str, key: &str) -> Result<Arc<Object>, Refusal> {
        let state = self.state();
        let bucket = state.buckets.get(bucket).ok_or(Refusal::NoBucket)?;
        bucket.objects.get(key).cloned().ok_or(Refusal::NoKey)
    }

    pub(super) fn put(
        &self,
        bucket: &str,
        key: String,
        object: Object,
        condition: &Condition,
    ) -> Result<(), Refusal> {
        if object.body.len() > MAX_OBJECT_BYTES {
            return Err(Refusal::TooLarge);
        }
        let mut guard = self.state();
        let State { buckets, total_bytes } = &mut *guard;
        let objects = &mut buckets.get_mut(bucket).ok_or(Refusal::NoBucket)?.objects;
        let current = objects.get(&key);
        condition.check(current)?;
        let replaced = current.map_or(0, |object| object.body.len());
        let total = *total_bytes - replaced + object.body.len();
        if total > MAX_TOTAL_BYTES {
            return Err(Refusal::Full);
        }
        *total_bytes = total;
        objects.insert(key, Arc::new(object));
        Ok(())
    }

    /// Removes an object. As in S3, removing a missing key succeeds, unless a condition requires the object.
    pub(super) fn delete(&self, bucket: &str, key: &str, condition: &Condition) -> Result<(), Refusal> {
        let mut guard = self.state();
        let State { buckets, total_bytes } = &mut *guard;
        let objects = &mut buckets.get_mut(bucket).ok_or(Refusal::NoBucket)?.objects;
        condition.check(objects.get(key))?;
        if let Some(removed) = objects.remove(key) {
            *total_bytes -= removed.body.len();
        }
        Ok(())
    }

    pub(super) fn list(&self, bucket: &str, listing: &Listing) -> Result<Page, Refusal> {
        let state = self.state();
        let bucket = state.buckets.get(bucket).ok_or(Refusal::NoBucket)?;
        Ok(listing.page(&bucket.objects))
    }
}

impl Condition {
    fn check(&self, current: Option<&Arc<Object>>) -> Result<(), Refusal> {
        let holds = match (self, current) {
            (Self::Always, _) | (Self::Absent, None) => true,
            (Self::Absent, Some(_)) => false,
            (Self::Matches(_), None) => return Err(Refusal::NoKey),
            (Self::Matches(wanted), Some(object)) => object.matches(wanted),
        };
        holds.then_some(()).ok_or(Refusal::Precondition)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use s3s::dto::{Checksum, ETag};

    use super::*;
    use crate::s3::object::ObjectHeaders;

    fn object(body: &Bytes) -> Object {
        Object {
            body: body.clone(),
            etag: ETag::Strong(String::new()),
            modified: SystemTime::now(),
            checksum: Checksum::default(),
            headers: ObjectHeaders::default(),
        }
    }

    #[test]
    fn all_objects_together_are_bounded() {
        let store = Store::default();
        store.create_bucket("b");
        // All objects share one buffer: each counts toward the limit, but the memory is needed only once.
        let body = Bytes::from(vec![0; MAX_OBJECT_BYTES]);
        let put = |key: &str, body: &Bytes| store.put("b", key.to_owned(), object(body), &Condition::Always);
        for key in 0..MAX_TOTAL_BYTES / MAX_OBJECT_BYTES {
            put(&key.to_string(), &body).unwrap();
        }
        let byte = Bytes::from_static(b"x");
        assert_eq!(put("more", &byte), Err(Refusal::Full));
        put("0", &byte).unwrap();
        put("more", &byte).unwrap();
        assert_eq!(put("0", &body), Err(Refusal::Full));
        store.delete("b", "1", &Condition::Always).unwrap();
        put("0", &body).unwrap();
        let larger = Bytes::from(vec![0; MAX_OBJECT_BYTES + 1]);
        assert_eq!(put("2", &larger), Err(Refusal::TooLarge));
    }
}
