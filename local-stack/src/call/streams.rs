//! The streams of a call, as the service has recorded them: their status, and lanes of it for the report.

use std::time::Duration;

use connect_flows::{
    report::{Kind, Lane, Span},
    runner::Call,
    timeline::EventKind,
};
use contract::{
    StreamId,
    http::{STREAMS, StreamStatus},
    timeline::{Moment, TimedPart, Timeline},
};

use crate::stack::Stack;

/// Most streams of a call that are looked up.
const MOST: usize = 50;

/// Longest wait for the status of a stream.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The service's status of the streams that were heard, in the order of the call. Streams that it does not know are left
/// out.
pub(super) async fn statuses(stack: &Stack, call: &Call) -> Vec<StreamStatus> {
    let Ok(http) = reqwest::Client::builder().no_proxy().timeout(TIMEOUT).build() else { return Vec::new() };
    let mut statuses = Vec::new();
    for stream in heard(call) {
        let url = format!("{}{STREAMS}/{stream}", stack.service_endpoint());
        if let Ok(answer) = http.get(url).bearer_auth(stack.token()).send().await
            && let Ok(status) = answer.json().await
        {
            statuses.push(status);
        }
    }
    statuses
}

fn heard(call: &Call) -> Vec<StreamId> {
    let mut streams: Vec<StreamId> = Vec::new();
    for event in call.timeline.events() {
        if let EventKind::ClipStart { url, .. } = &event.kind
            && let Some(Ok(stream)) = url.rsplit('/').nth(1).map(str::parse)
            && !streams.contains(&stream)
        {
            streams.push(stream);
        }
    }
    streams.truncate(MOST);
    streams
}

/// When each part was made, and when it was stored. `started_at_ms` is the wall-clock time of the call's start.
pub(super) fn lanes(streams: &[StreamStatus], started_at_ms: f64) -> Vec<Lane> {
    let timelines: Vec<_> = streams.iter().filter_map(|stream| stream.timeline.as_ref()).collect();
    let lane = |name: &str, span: &dyn Fn(&Timeline, &TimedPart, f64) -> Option<Span>| {
        let of_stream = |timeline: &&Timeline| {
            let began_at_ms = timeline.began_at_ms - started_at_ms;
            timeline.parts.iter().filter_map(|part| span(timeline, part, began_at_ms)).collect::<Vec<_>>()
        };
        Lane::new(name, timelines.iter().flat_map(of_stream).collect())
    };
    let mut lanes = vec![lane("Parts made", &made), lane("Parts stored", &stored)];
    lanes.retain(|lane| !lane.spans.is_empty());
    lanes
}

/// The work on a clip; `None` where a stored clip is used.
fn made(timeline: &Timeline, part: &TimedPart, began_at_ms: f64) -> Option<Span> {
    let [start, end] =
        [Moment::TtsStart, Moment::TtsComplete].map(|moment| timeline.at_number(moment, part.sentence));
    let ms = |ms: f64| format!("{ms:.1} ms");
    let facts = [
        ("Sentence", part.sentence.to_string()),
        ("Audio", ms(part.audio_ms)),
        ("Wait in the queue", ms(part.queue_ms)),
        ("Text to phonemes", ms(part.phonemes_ms)),
        ("Neural network", ms(part.model_ms)),
        ("Vocoder", ms(part.vocoder_ms)),
        ("Trim, 8 kHz, mu-law", ms(part.telephone_ms)),
    ];
    let facts = facts.map(|(name, value)| (name.to_owned(), value)).into();
    Some(Span { facts, ..span(Kind::Synthesis, part, began_at_ms, start?, end?) })
}

fn stored(timeline: &Timeline, part: &TimedPart, began_at_ms: f64) -> Option<Span> {
    let stored = timeline.at_number(Moment::PartStored, part.part)?;
    // A stored clip is copied as soon as its sentence is certain.
    let ready = [Moment::TtsComplete, Moment::SentenceCertain];
    let start = ready.iter().find_map(|moment| timeline.at_number(*moment, part.sentence)).unwrap_or(stored);
    Some(span(Kind::Upload, part, began_at_ms, start, stored))
}

fn span(kind: Kind, part: &TimedPart, began_at_ms: f64, start: f64, end: f64) -> Span {
    let label = format!("part {}", part.part);
    Span { start_ms: began_at_ms + start, end_ms: began_at_ms + end, kind, label, ..Span::default() }
}

#[cfg(test)]
mod tests {
    use contract::timeline::TimedMoment;

    use super::*;

    #[test]
    fn parts_stand_where_they_were_made_and_stored_in_the_call() {
        let moment = |moment, n, ms| TimedMoment { moment, n: Some(n), ms };
        let timeline = Timeline {
            began_at_ms: 10_500.0,
            moments: vec![
                moment(Moment::TtsStart, 0, 1.0),
                moment(Moment::TtsComplete, 0, 31.0),
                moment(Moment::PartStored, 0, 34.0),
                moment(Moment::SentenceCertain, 2, 40.0),
                moment(Moment::PartStored, 1, 44.0),
            ],
            parts: vec![
                TimedPart { part: 0, sentence: 0, ..TimedPart::default() },
                TimedPart { part: 1, sentence: 2, ..TimedPart::default() },
            ],
            ..Timeline::default()
        };
        let status = serde_json::json!({
            "stream_id": "01890a5d-ac96-774b-bcce-b302099a8057", "contact_id": null, "state": "complete",
            "reason": null, "sentences": 3, "parts": 2, "skipped": 0, "created_at_ms": 0, "ended_at_ms": null,
            "timeline": timeline,
        });
        let status: StreamStatus = serde_json::from_value(status).expect("a status");
        let lanes = lanes(&[status], 10_000.0);
        let told: Vec<_> = lanes
            .iter()
            .flat_map(|lane| {
                lane.spans.iter().map(|span| (&*lane.name, &*span.label, span.start_ms, span.end_ms))
            })
            .collect();
        let expected = [
            ("Parts made", "part 0", 501.0, 531.0),
            ("Parts stored", "part 0", 531.0, 534.0),
            ("Parts stored", "part 1", 540.0, 544.0),
        ];
        assert_eq!(told, expected);
    }
}
