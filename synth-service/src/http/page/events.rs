//! Server-sent events: `host`, the state of the host, and `streams`, those that run and those that have just ended.
//!
//! An event is sent when something has changed, at most four times a second, and has a bounded number of streams. A
//! reader that is slow gets fewer events: each is made when the one before is on its way.

use std::{convert::Infallible, time::Duration};

use bytes::Bytes;
use futures::{Stream, stream::unfold};
use serde::Serialize;
use tokio::{
    sync::OwnedSemaphorePermit,
    time::{Instant, Interval, MissedTickBehavior, interval},
};

use crate::{
    clock,
    speak::Narrator,
    streams::Overview,
    telemetry::{HostState, HostView},
};

/// Time between two looks.
const EVERY: Duration = Duration::from_millis(250);

/// Time between two looks at the host as a whole, in looks: admission sorts the work of all texts for one.
const HOST_EVERY: u32 = 4;

/// Longest silence. A connection that carries nothing for longer may be cut on the way.
const LONGEST_SILENCE: Duration = Duration::from_secs(15);

/// The longest life of a feed: then the page asks again, with a token that must still be good.
const LONGEST: Duration = Duration::from_secs(10 * 60);

/// The events for one page.
pub(super) struct Feed {
    host: HostState,
    narrator: Narrator,
    has_model: bool,
    ticks: Interval,
    looks: u32,
    since: Instant,
    sent_at: Instant,
    /// The state that the page knows.
    shown: Option<HostView>,
    /// The running streams that the page knows, as they were sent.
    running: String,
    seen: u64,
    _place: OwnedSemaphorePermit,
}

#[derive(Serialize)]
struct HostEvent<'a> {
    #[serde(flatten)]
    host: &'a HostView,
    has_model: bool,
}

impl Feed {
    /// `place` is free again when the feed ends.
    pub(super) fn new(
        host: HostState,
        narrator: Narrator,
        has_model: bool,
        place: OwnedSemaphorePermit,
    ) -> Self {
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let now = Instant::now();
        Self {
            host,
            narrator,
            has_model,
            ticks,
            looks: 0,
            since: now,
            sent_at: now,
            shown: None,
            running: String::new(),
            seen: 0,
            _place: place,
        }
    }

    pub(super) fn into_stream(self) -> impl Stream<Item = Result<Bytes, Infallible>> + Send {
        unfold(self, |mut feed| async move {
            let events = feed.next().await?;
            Some((Ok(events.into()), feed))
        })
    }

    /// The next events; `None` when the host stops.
    async fn next(&mut self) -> Option<String> {
        loop {
            self.ticks.tick().await;
            if self.narrator.is_stopping() || self.since.elapsed() > LONGEST {
                return None;
            }
            let mut events = String::new();
            if self.looks.is_multiple_of(HOST_EVERY) {
                self.look_at_host(&mut events);
            }
            self.looks = self.looks.wrapping_add(1);
            self.look_at_streams(&mut events);
            if events.is_empty() && self.sent_at.elapsed() >= LONGEST_SILENCE {
                events.push_str(":\n\n");
            }
            if !events.is_empty() {
                self.sent_at = Instant::now();
                return Some(events);
            }
        }
    }

    fn look_at_host(&mut self, events: &mut String) {
        let host = self.host.view();
        if self.shown.as_ref() != Some(&host) {
            add(events, "host", &json(&HostEvent { host: &host, has_model: self.has_model }));
            self.shown = Some(host);
        }
    }

    fn look_at_streams(&mut self, events: &mut String) {
        let Some(streams) = self.host.streams() else { return };
        let overview = streams.overview(self.seen);
        self.seen = overview.seen;
        let Overview { running, more, ended, .. } = overview;
        let running = json(&running);
        if running == self.running && ended.is_empty() {
            return;
        }
        let (now, ended) = (clock::now_ms(), json(&ended));
        let data = format!(r#"{{"now_ms":{now},"more":{more},"running":{running},"ended":{ended}}}"#);
        add(events, "streams", &data);
        self.running = running;
    }
}

fn add(events: &mut String, name: &str, data: &str) {
    events.push_str(&format!("event: {name}\ndata: {data}\n\n"));
}

/// No value here has a key that is not a text, so that JSON can always hold it.
fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
