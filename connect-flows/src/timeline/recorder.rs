//! Builds the timeline during a call, and notifies an observer.

use std::time::Duration;

use super::{Event, EventKind, Timeline, milliseconds};

/// Takes events in the order of their times, and adds the silence between sounds.
///
/// The observer receives every event except `silence_start`. That event contains the duration of the silence, so it is
/// inserted only when the silence is over.
pub struct Recorder<'o> {
    timeline: Timeline,
    observer: &'o mut (dyn FnMut(&Event) + Send),
    /// Number of sounds that go on.
    sounding: usize,
    /// End of the last sound.
    quiet_since: Duration,
    /// Index in the list at which the silence after the last sound is inserted.
    quiet_index: usize,
    /// End of the caller's turn, until an answer is audible.
    unanswered_since: Option<Duration>,
}

impl<'o> Recorder<'o> {
    /// Starts a timeline. `observer` receives every event at once.
    pub fn new(observer: &'o mut (dyn FnMut(&Event) + Send)) -> Self {
        Self {
            timeline: Timeline::default(),
            observer,
            sounding: 0,
            quiet_since: Duration::ZERO,
            quiet_index: 0,
            unanswered_since: None,
        }
    }

    /// Adds an event without a sound. It may have happened some time ago.
    pub fn happened(&mut self, at: Duration, kind: EventKind) {
        let event = Event { t_ms: milliseconds(at), kind };
        (self.observer)(&event);
        self.insert(event);
    }

    /// Adds the start of a part, an audible prompt or the caller's speech, which ends the silence before it.
    pub fn sound_started(&mut self, at: Duration, kind: EventKind) {
        if self.sounding == 0 {
            self.end_silence(at);
        }
        self.sounding += 1;
        self.happened(at, kind);
    }

    /// Adds the end of a part, an audible prompt or the caller's speech. Silence begins when no other sound goes on.
    pub fn sound_ended(&mut self, at: Duration, kind: EventKind) {
        if matches!(kind, EventKind::CallerEnd { .. }) {
            self.unanswered_since = Some(at);
        }
        self.sounding = self.sounding.saturating_sub(1);
        let event = Event { t_ms: milliseconds(at), kind };
        (self.observer)(&event);
        let index = self.insert(event);
        if self.sounding == 0 {
            self.quiet_since = at;
            self.quiet_index = index + 1;
        }
    }

    /// Inserts an event behind all that are not later, and returns its index.
    fn insert(&mut self, event: Event) -> usize {
        let events = &mut self.timeline.events;
        let later = events.iter().rev().take_while(|other| other.t_ms > event.t_ms).count();
        let index = events.len() - later;
        if index < self.quiet_index {
            self.quiet_index += 1;
        }
        events.insert(index, event);
        index
    }

    /// Stores the time of the first audible sample of a part. Only the first one of the call counts, and the first one
    /// after each turn of the caller.
    pub fn part_audible(&mut self, at: Duration) {
        let answered = self.unanswered_since.take().map(|since| milliseconds(at.saturating_sub(since)));
        self.timeline.answered_after_ms.extend(answered);
        self.timeline.first_audible_ms.get_or_insert(milliseconds(at));
    }

    /// Ends the call, and returns its timeline.
    pub fn finish(mut self, at: Duration, reason: &str) -> Timeline {
        if self.sounding == 0 {
            self.end_silence(at);
        }
        self.happened(at, EventKind::CallEnd { reason: reason.to_owned() });
        self.timeline
    }

    fn end_silence(&mut self, at: Duration) {
        let ms = milliseconds(at.saturating_sub(self.quiet_since));
        if ms > 0.0 {
            let start = Event { t_ms: milliseconds(self.quiet_since), kind: EventKind::SilenceStart { ms } };
            self.timeline.events.insert(self.quiet_index, start);
            self.happened(at, EventKind::SilenceEnd { ms });
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::timeline::Prompt;

    fn at(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn invoked() -> EventKind {
        EventKind::LambdaStart { function: "f".into(), status: "invoked".into() }
    }

    fn replied(ms: f64) -> EventKind {
        EventKind::LambdaEnd { function: "f".into(), status: "play".into(), ms, attempts: 1 }
    }

    fn starts(part: usize) -> EventKind {
        EventKind::ClipStart { url: format!("https://b/{part}"), part }
    }

    fn ends(part: usize) -> EventKind {
        EventKind::ClipEnd { url: format!("https://b/{part}"), part }
    }

    #[test]
    fn silence_stands_between_the_sounds_and_the_figures_follow() {
        let mut seen = 0;
        let mut observer = |_: &Event| seen += 1;
        let mut recorder = Recorder::new(&mut observer);
        let sorry = Prompt::Text("sorry".into());
        recorder.happened(at(10), invoked());
        recorder.happened(at(110), replied(100.0));
        recorder.sound_started(Duration::from_micros(120_040), starts(0));
        recorder.part_audible(at(125));
        recorder.sound_ended(at(1120), ends(0));
        recorder.sound_started(at(1120), starts(1));
        recorder.part_audible(at(1120));
        recorder.sound_ended(at(2120), ends(1));
        recorder.sound_started(at(2200), starts(2));
        recorder.sound_ended(at(2300), ends(2));
        recorder.sound_started(at(2400), EventKind::PromptStart { prompt: sorry.clone() });
        recorder.sound_ended(at(2500), EventKind::PromptEnd { prompt: sorry });
        let timeline = recorder.finish(at(2550), "disconnected");
        let expected = json!([
            {"t_ms": 0, "event": "summary", "ttfa_ms": 115.0, "parts": 3, "gaps_ms": [0.0, 80.0],
             "round_trips": 1, "dead_air_ms": 200.0, "audio_ms": 2100.0},
            {"t_ms": 0.0, "event": "silence_start", "ms": 120.0},
            {"t_ms": 10.0, "event": "lambda_start", "function": "f", "status": "invoked"},
            {"t_ms": 110.0, "event": "lambda_end", "function": "f", "status": "play", "ms": 100.0},
            {"t_ms": 120.0, "event": "silence_end", "ms": 120.0},
            {"t_ms": 120.0, "event": "clip_start", "url": "https://b/0", "part": 0},
            {"t_ms": 1120.0, "event": "clip_end", "url": "https://b/0", "part": 0},
            {"t_ms": 1120.0, "event": "clip_start", "url": "https://b/1", "part": 1},
            {"t_ms": 2120.0, "event": "clip_end", "url": "https://b/1", "part": 1},
            {"t_ms": 2120.0, "event": "silence_start", "ms": 80.0},
            {"t_ms": 2200.0, "event": "silence_end", "ms": 80.0},
            {"t_ms": 2200.0, "event": "clip_start", "url": "https://b/2", "part": 2},
            {"t_ms": 2300.0, "event": "clip_end", "url": "https://b/2", "part": 2},
            {"t_ms": 2300.0, "event": "silence_start", "ms": 100.0},
            {"t_ms": 2400.0, "event": "silence_end", "ms": 100.0},
            {"t_ms": 2400.0, "event": "prompt_start", "text": "sorry"},
            {"t_ms": 2500.0, "event": "prompt_end", "text": "sorry"},
            {"t_ms": 2500.0, "event": "silence_start", "ms": 50.0},
            {"t_ms": 2550.0, "event": "silence_end", "ms": 50.0},
            {"t_ms": 2550.0, "event": "call_end", "reason": "disconnected"},
        ]);
        assert_eq!(timeline.to_json(), expected);
        let silence_starts = 4;
        assert_eq!(seen, timeline.events().len() - silence_starts);
    }

    #[test]
    fn a_call_without_parts_has_no_time_to_first_audio() {
        let mut observer = |_: &Event| {};
        let mut recorder = Recorder::new(&mut observer);
        recorder.happened(at(0), invoked());
        let timeline = recorder.finish(at(500), "disconnected");
        let summary = timeline.summary();
        assert_eq!((summary.ttfa_ms, summary.dead_air_ms), (None, 0.0));
        assert_eq!(timeline.to_json()[0]["ttfa_ms"], json!(null));
    }
}
