//! The streams of this host for people who watch it: those that run, and those that ended last. No texts.

use contract::{ContactId, StreamId, timeline::Timeline};
use serde::Serialize;

use super::{registry::Handle, service::Streams};
use crate::telemetry::AnswerKind;

/// Running streams in one overview: the newest.
const MOST_RUNNING: usize = 40;

/// Ended streams in one overview: the latest.
const MOST_ENDED: usize = 100;

/// Clips of a stream in an overview: the first. The record of a long text has a hole behind them, where the playback
/// clock is lost.
const MOST_CLIPS: usize = 32;

/// The streams of this host.
#[derive(Debug, Serialize)]
pub struct Overview {
    /// The running ones, newest first, in a bounded number.
    pub running: Vec<StreamView>,
    /// Running ones that are left out.
    pub more: usize,
    /// Those that have ended since the overview before, oldest first, in a bounded number.
    pub ended: Vec<StreamView>,
    /// For the next overview.
    #[serde(skip)]
    pub seen: u64,
}

/// One stream. All times are in milliseconds from its start.
#[derive(Debug, Serialize)]
pub struct StreamView {
    stream_id: StreamId,
    contact_id: Option<ContactId>,
    /// `voice` or `voice/speaker`.
    voice: String,
    kind: &'static str,
    /// How it ended: the value of the metric's label, or `elsewhere`; `None` while it runs.
    end: Option<&'static str>,
    /// The reason for operators, where there is more to say.
    reason: Option<String>,
    /// In milliseconds since the Unix epoch.
    began_at_ms: f64,
    sentences: usize,
    parts: usize,
    skipped: usize,
    first_audio_ms: Option<f64>,
    /// All silence between clips that came too late.
    starved_ms: f64,
    cancelled_ms: Option<f64>,
    /// The stages up to the first clip, each with its own time.
    stages: Vec<(&'static str, f64)>,
    /// Start and end of the first clips by the playback clock.
    clips: Vec<(f64, f64)>,
}

impl Streams {
    /// The streams of this host. `seen` is that of the overview before, or 0.
    pub fn overview(&self, seen: u64) -> Overview {
        let recent = self.running.registry().recent(seen, MOST_ENDED);
        let mut running = recent.live;
        running.sort_by_key(|handle| std::cmp::Reverse(handle.begun()));
        let more = running.len().saturating_sub(MOST_RUNNING);
        Overview {
            running: running.iter().take(MOST_RUNNING).map(StreamView::new).collect(),
            more,
            ended: recent.ended.iter().map(StreamView::new).collect(),
            seen: recent.seen,
        }
    }
}

impl StreamView {
    fn new(handle: &Handle) -> Self {
        let timeline = handle.moments.timeline();
        let progress = handle.progress.borrow().clone();
        let status = progress.status();
        let end = match (&progress.end, &progress.elsewhere) {
            (_, Some(_)) => Some("elsewhere"),
            (end, None) => end.as_ref().map(|end| end.cause.label()),
        };
        let (clips, starved_ms) = clips(&timeline);
        Self {
            stream_id: status.stream_id,
            contact_id: status.contact_id,
            voice: handle.voice.clone(),
            kind: kind(handle.is_talk),
            end,
            reason: status.reason.filter(|reason| end.is_some_and(|end| end != reason && reason != "none")),
            began_at_ms: timeline.began_at_ms,
            sentences: status.sentences,
            parts: status.parts,
            skipped: status.skipped,
            first_audio_ms: timeline.first_audio_ms(),
            starved_ms,
            cancelled_ms: timeline.at(contract::timeline::Moment::Cancelled),
            stages: stages(&timeline),
            clips,
        }
    }
}

/// The word for a stream whose text a model writes, or one whose text is given.
pub(super) fn kind(is_talk: bool) -> &'static str {
    if is_talk { AnswerKind::Talk.name() } else { AnswerKind::Text.name() }
}

fn stages(timeline: &Timeline) -> Vec<(&'static str, f64)> {
    timeline.first_clip().iter().map(|segment| (segment.stage.name(), segment.ms)).collect()
}

/// The first clips, and the silence between all that are recorded.
fn clips(timeline: &Timeline) -> (Vec<(f64, f64)>, f64) {
    let played = timeline.playback();
    let starved = played.iter().filter_map(|part| part.starved_ms).sum();
    let first = played.first().map_or(0, |first| first.part);
    let unbroken = played.iter().zip(first..).take_while(|(clip, number)| clip.part == *number);
    let clips = unbroken.take(MOST_CLIPS).map(|(clip, _)| (clip.begins_ms, clip.ends_ms));
    (clips.collect(), starved)
}
