//! The age of an object by the bucket's own clock.
//!
//! An answer of S3 has the time of the object's last write (`Last-Modified`) and the current time (`Date`). Their
//! difference is the object's age, independent of the clocks of this machine and of the writer. Both times are whole
//! seconds.

use std::{
    sync::{Arc, OnceLock},
    time::{Duration, SystemTime},
};

use aws_sdk_s3::{
    config::{
        ConfigBag, Intercept, RuntimeComponents, interceptors::BeforeDeserializationInterceptorContextRef,
    },
    error::BoxError,
    primitives::{DateTime, DateTimeFormat},
};

/// Keeps the `Date` of the first answer to one call.
#[derive(Clone, Debug, Default)]
pub(crate) struct BucketTime(Arc<OnceLock<SystemTime>>);

impl BucketTime {
    /// Time since `written`, by the bucket's clock, or by this machine's clock if the answer had no `Date`.
    pub(crate) fn since(&self, written: SystemTime) -> Duration {
        let now = self.0.get().copied().unwrap_or_else(SystemTime::now);
        now.duration_since(written).unwrap_or_default()
    }
}

impl Intercept for BucketTime {
    fn name(&self) -> &'static str {
        "BucketTime"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context.response().headers().get("date");
        let date = date.and_then(|date| DateTime::from_str(date, DateTimeFormat::HttpDate).ok());
        if let Some(date) = date.and_then(|date| SystemTime::try_from(date).ok()) {
            // After a retry the first date is kept, so the age may be too small but never too large.
            let _ = self.0.set(date);
        }
        Ok(())
    }
}
