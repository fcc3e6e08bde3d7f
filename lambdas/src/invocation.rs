//! One invocation: its deadline, and its ids.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use lambda_runtime::Context;
use tokio::time::Instant;

use crate::emf::Figures;

/// Time reserved for the reply's way to the flow.
const MARGIN: Duration = Duration::from_millis(300);

/// AWS's limit on the run time of a function. A later deadline, or one in the past, is ignored: emulators count from
/// another epoch.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// One invocation. The deadline bounds all its work.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// Lambda's id of the request, for the logs of function and service.
    pub request_id: String,
    /// The invoker's trace in W3C's format, if it sent a valid one.
    pub traceparent: Option<String>,
    /// The figures of its work, shared by the parts of the work.
    pub figures: Arc<Figures>,
    deadline: Instant,
}

impl Invocation {
    /// An invocation that has just arrived, for a function whose flow waits up to `limit`.
    pub fn received(context: &Context, limit: Duration) -> Self {
        let allowed =
            allowed(context.deadline, SystemTime::now()).map_or(limit, |allowed| allowed.min(limit));
        Self {
            request_id: context.request_id.clone(),
            traceparent: context.xray_trace_id.as_deref().and_then(traceparent),
            figures: Arc::default(),
            deadline: Instant::now() + allowed.saturating_sub(MARGIN),
        }
    }

    /// The same invocation, for a part of its work that may take up to `limit` from now.
    #[must_use]
    pub fn within(&self, limit: Duration) -> Self {
        Self { deadline: self.deadline.min(Instant::now() + limit), ..self.clone() }
    }

    /// The deadline of the reply: shortly after that of the work, so that work that times out can report its own error.
    pub fn reply_by(&self) -> Instant {
        self.deadline + MARGIN / 3
    }

    /// The time left for work.
    pub fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}

/// The time until Lambda's deadline, given in milliseconds since the Unix epoch; `None` for an implausible deadline.
pub(crate) fn allowed(deadline_ms: u64, now: SystemTime) -> Option<Duration> {
    let deadline = UNIX_EPOCH.checked_add(Duration::from_millis(deadline_ms))?;
    deadline.duration_since(now).ok().filter(|left| !left.is_zero() && *left <= LONGEST)
}

/// Converts X-Ray's form `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1` to W3C's form
/// `00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01`.
fn traceparent(xray: &str) -> Option<String> {
    let field = |name: &str| {
        xray.split(';').find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('=')).map(str::trim)
    };
    let (seconds, rest) = field("Root")?.strip_prefix("1-")?.split_once('-')?;
    let trace = hexadecimal(&format!("{seconds}{rest}"), 32)?;
    let parent = hexadecimal(field("Parent")?, 16)?;
    let flags = if field("Sampled") == Some("1") { "01" } else { "00" };
    Some(format!("00-{trace}-{parent}-{flags}"))
}

/// A hexadecimal id of `length` digits, in lower case. All zeros are invalid.
fn hexadecimal(id: &str, length: usize) -> Option<String> {
    let is_id = id.len() == length
        && id.bytes().all(|digit| digit.is_ascii_hexdigit())
        && id.bytes().any(|digit| digit != b'0');
    is_id.then(|| id.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_of_xray_is_converted_to_w3c() {
        let expected = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8";
        let root = "Root=1-5759e988-bd862e3fe1be46a994272793";
        let parent = "Parent=53995c3f42cd8ad8";
        for (xray, flags) in [
            (format!("{root};{parent};Sampled=1"), "01"),
            (format!("{root};{parent};Sampled=0"), "00"),
            (format!("{root};{parent};Sampled=?;Lineage=a87bd80c:1"), "00"),
            (format!("Self=1-67891234-12456789abcdef012345678; {parent}; {root}"), "00"),
            (format!("{};{parent};Sampled=1", root.to_uppercase().replace("ROOT", "Root")), "01"),
        ] {
            assert_eq!(traceparent(&xray), Some(format!("{expected}-{flags}")), "{xray}");
        }
        for xray in [
            String::new(),
            root.to_owned(),
            parent.to_owned(),
            format!("{root};Parent=xyz"),
            format!("{root};Parent=0000000000000000"),
            format!("Root=2-5759e988-bd862e3fe1be46a994272793;{parent}"),
            format!("Root=1-5759e988-bd862e3fe1be46a99427279é;{parent}"),
        ] {
            assert_eq!(traceparent(&xray), None, "{xray}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_earlier_of_both_deadlines_counts_and_an_absurd_one_is_ignored() {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
        let remaining = |deadline: Duration| {
            let mut context = Context::default();
            context.deadline = deadline.as_millis() as u64;
            Invocation::received(&context, Duration::from_secs(8)).remaining()
        };
        let of_the_flow = Duration::from_secs(8) - MARGIN;
        for absurd in
            [Duration::ZERO, now - Duration::from_secs(60), now + Duration::from_secs(3600), now * 2]
        {
            assert_eq!(remaining(absurd), of_the_flow, "{absurd:?}");
        }
        assert_eq!(remaining(now + Duration::from_secs(60)), of_the_flow);
        let earlier = remaining(now + Duration::from_secs(3));
        assert!((2000..=2700).contains(&earlier.as_millis()), "{earlier:?}");
        let (short, mut context) = (Duration::from_millis(100), Context::default());
        context.deadline = (now + short).as_millis() as u64;
        assert_eq!(Invocation::received(&context, short).remaining(), Duration::ZERO);
        context.deadline = u64::MAX;
        assert_eq!(Invocation::received(&context, short).remaining(), Duration::ZERO);
    }
}
