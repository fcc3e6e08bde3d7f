//! Tests the page of a call: its figures, its escaping, its size, and that it asks for nothing.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test that uses them")]

#[path = "runner/fakes.rs"]
#[allow(dead_code, reason = "the fakes of the runner's tests")]
mod fakes;

use std::{collections::HashSet, sync::Arc, time::Duration};

use connect_flows::{
    report::{Answer, Gap, Kind, Lane, LogLine, Report, Span},
    runner::{CallSettings, InvokeError, KeyPress, Script},
    talk::{Thinking, talk},
    urls::Urls,
};
use fakes::{SECRET, World, call, call_flow, play, settings, silence, wait};
use serde_json::Value;

/// Markup that must stay text, with the characters that end a script or a line of JavaScript.
const MARKUP: &str =
    "</script><script>broken()</script><!-- <img src=x onerror=broken()> \u{2028}\u{2029} '\"& {{data}}";

/// The JSON in the page.
fn data(page: &str) -> Value {
    let start = page.split_once(r#"<script type="application/json" id="data">"#).unwrap().1;
    serde_json::from_str(start.split_once("</script>").unwrap().0).unwrap()
}

/// The page without its data.
fn frame(page: &str) -> String {
    let (before, rest) = page.split_once(r#"id="data">"#).unwrap();
    format!("{before}\">{}", &rest[rest.find("</script>").unwrap()..])
}

fn lane<'r>(report: &'r Report, name: &str) -> &'r [Span] {
    report.lanes.iter().find(|lane| lane.name == name).map_or(&[], |lane| &lane.spans)
}

fn times(spans: &[Span]) -> Vec<(&str, f64, f64)> {
    spans.iter().map(|span| (span.label.as_str(), span.start_ms, span.end_ms)).collect()
}

async fn report() -> Report {
    let world = World::default()
        .replies(1500, wait(0))
        .replies(100, play(0, 2, false))
        .replies(250, play(2, 1, true))
        .stores(&contract::keys::silence(), silence())
        .stores_part(0, 50, 950)
        .stores_part(1, 0, 500)
        .stores_part(2, 0, 250);
    Report::of(&call(&Arc::new(world)).await, "play-text")
}

#[tokio::test(start_paused = true)]
async fn a_call_becomes_lanes_figures_and_gaps() {
    let report = report().await;
    assert_eq!((report.title.as_str(), report.end.as_str()), ("play-text", "disconnected"));
    assert_eq!((report.failure.clone(), report.figures.first_audio_ms), (None, Some(2050.0)));
    assert_eq!(report.figures.invocations, 3);
    assert_eq!(times(lane(&report, "Dead air")), [("dead air", 0.0, 2000.0), ("dead air", 3500.0, 3750.0)]);
    let sounds = [("part 0", 2000.0, 3000.0), ("part 1", 3000.0, 3500.0), ("part 2", 3750.0, 4000.0)];
    assert_eq!(times(lane(&report, "Sounds")), sounds);
    let gaps = [
        Gap { start_ms: 0.0, ms: 2000.0, cause: "function start_stream".into() },
        Gap { start_ms: 3500.0, ms: 250.0, cause: "function get_next_batch".into() },
    ];
    assert_eq!(report.gaps, gaps);
    assert_eq!((report.duration_ms, report.figures.dead_air_ms), (4000.0, 2250.0));
    let page = data(&report.to_html());
    assert_eq!(page["figures"]["first_audio_ms"], 2050.0);
    assert_eq!(page["lanes"].as_array().unwrap().len(), report.lanes.len());
    assert_eq!(page["heard"]["samples"], report.heard.len());
}

#[tokio::test(start_paused = true)]
async fn a_conversation_shows_who_did_what() {
    let world = World::default()
        .stores(&contract::keys::silence(), silence())
        .replies(300, play(0, 1, true))
        .replies(900, play(0, 1, false))
        .replies(0, Err(InvokeError::Refused { message: "no such function".into() }));
    let world = Arc::new((0..2).fold(world, |world, number| world.stores_part(number, 0, 1000)));
    let says = vec!["When do you open?".to_owned()];
    let keys = vec![KeyPress { at: Duration::from_millis(4500), key: '5' }];
    let script = Script { says, keys, ..Script::default() };
    let settings = CallSettings { script: script.into(), ..settings() };
    let report =
        Report::of(&call_flow(&world, talk(Thinking::InSilence, Urls::Presigned), settings).await, "talk");

    let caller = [("listens", 1350.0, 2970.0), ("When do you open?", 1350.0, 2370.0)];
    assert_eq!(times(&lane(&report, "Caller")[..2]), caller);
    let marks = [("5", 4500.0, 4500.0), ("✕", 4500.0, 4500.0)];
    assert_eq!(times(lane(&report, "Keys, barge-in")), marks);
    assert_eq!(lane(&report, "Keys, barge-in")[1].row, 1);
    assert_eq!(
        report.figures.answers,
        [Answer { at_ms: 2370.0, ms: 1500.0, text: "When do you open?".into() }]
    );
    // The bot's wait for the end of the speech belongs to the silence before the answer.
    let worst = &report.gaps[0];
    assert_eq!(
        (worst.start_ms, worst.ms, worst.cause.as_str()),
        (2370.0, 1500.0, "function chat_and_stream")
    );

    let actions = lane(&report, "Actions");
    assert!(actions[0].label.ends_with(" steps"), "{}", actions[0].label);
    let greet = actions.iter().find(|span| span.label == "greet").unwrap();
    assert_eq!((greet.start_ms, greet.end_ms, greet.action.as_deref()), (0.0, 300.0, Some("greet")));
    let cancel = lane(&report, "Functions").iter().find(|span| span.failed).unwrap();
    assert_eq!(cancel.label, "synthesize_stream_cancel");
    assert_eq!(lane(&report, "Flows")[0].end_ms, report.duration_ms);
    assert!(report.log.iter().all(|line| line.at_ms.is_some()));
    let listens = report.log.iter().find(|line| line.kind == "GetUserInput").unwrap();
    assert_eq!(listens.at_ms, Some(2970.0));
}

#[tokio::test(start_paused = true)]
async fn the_page_has_no_secret_and_asks_for_nothing() {
    let page = report().await.to_html();
    assert!(!page.contains(SECRET));
    assert!(!page.contains("X-Amz"));
    let frame = frame(&page);
    for reference in ["http:", "https:", "src=", "<link", "@import", "url(", "fetch(", "import("] {
        assert!(!frame.contains(reference), "{reference}");
    }
    let linked: Vec<_> = frame.split("href=").skip(1).filter(|link| !link.starts_with("\"#")).collect();
    assert!(linked.is_empty(), "{linked:?}");
    assert!(frame.contains("default-src 'none'"));
}

fn hostile() -> Report {
    let text = || MARKUP.to_owned();
    let span = Span {
        label: text(),
        facts: vec![(text(), text())],
        action: Some(text()),
        end_ms: 10.0,
        ..Span::default()
    };
    Report {
        title: text(),
        end: text(),
        failure: Some(text()),
        duration_ms: 10.0,
        lanes: vec![Lane::new(text(), vec![span])],
        gaps: vec![Gap { start_ms: 0.0, ms: 10.0, cause: text() }],
        log: vec![LogLine { at_ms: None, flow: text(), kind: text(), result: text(), json: text() }],
        figures: connect_flows::report::Figures {
            answers: vec![Answer { at_ms: 0.0, ms: 1.0, text: text() }],
            ..Default::default()
        },
        ..Report::default()
    }
}

#[test]
fn markup_in_a_text_stays_text() {
    let report = hostile();
    let page = report.to_html();
    assert_eq!(page.matches("<script").count(), 2);
    assert_eq!(page.matches("</script>").count(), 2);
    assert!(!page.contains("<img"));
    let json = page.split_once(r#"id="data">"#).unwrap().1.split_once("</script>").unwrap().0;
    assert!(!json.contains(['<', '>', '&', '\u{2028}', '\u{2029}']));
    let data = data(&page);
    for place in ["/title", "/end", "/failure", "/lanes/0/name", "/lanes/0/spans/0/facts/0/1", "/log/0/json"]
    {
        assert_eq!(data.pointer(place).unwrap(), MARKUP, "{place}");
    }
}

#[test]
fn five_minutes_in_which_the_caller_hears_a_voice_all_the_time_are_below_4_mb() {
    let minutes = |share: usize| (0..5 * 60 * 8000 / share).map(|n| i16::try_from(n % 20000).unwrap() - 9000);
    let report = Report {
        heard: minutes(1).collect(),
        said: minutes(10).collect(),
        duration_ms: 300_000.0,
        ..Report::default()
    };
    let bytes = report.to_html().len();
    assert!(bytes < 4_000_000, "{bytes} bytes");
}

/// The names of the tags of a page's markup, with a `/` before those that close.
fn tags(markup: &str) -> Vec<&str> {
    let ends = |tag: &str| tag.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(tag.len());
    markup.split('<').skip(1).map(|tag| &tag[..ends(tag)]).collect()
}

#[test]
fn the_markup_is_well_formed_and_has_every_element_that_the_script_asks_for() {
    let page =
        frame(&Report { picture: Some("<?xml version=\"1.0\"?><svg></svg>".into()), ..hostile() }.to_html());
    let (markup, script) = page.split_once("\"use strict\";").unwrap();
    assert!(markup.starts_with("<!doctype html>\n<html lang=\"en\">"));
    let (head, rest) = markup.split_once("<style>").unwrap();
    let body = rest.split_once("</style>").unwrap().1;
    let mut open = Vec::new();
    for tag in tags(head).into_iter().chain(tags(body)) {
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name)),
            None if ["!doctype", "meta"].contains(&tag) => {}
            None => open.push(tag),
        }
    }
    assert_eq!(open, ["html", "body", "script"]);
    let ids: Vec<_> = body.split(" id=\"").skip(1).map(|id| &id[..id.find('"').unwrap()]).collect();
    let known: HashSet<_> = ids.iter().copied().collect();
    assert_eq!(known.len(), ids.len(), "an id occurs twice: {ids:?}");
    for asked in script.split("byId(\"").skip(1).map(|id| &id[..id.find('"').unwrap()]) {
        assert!(known.contains(asked), "no element {asked}");
    }
}

#[test]
fn a_span_has_the_name_of_its_kind_in_the_page() {
    let kinds =
        [Kind::Action, Kind::Flow, Kind::Invocation, Kind::Part, Kind::Prompt, Kind::Speech, Kind::Listening];
    let more = [Kind::Key, Kind::Interruption, Kind::Silence, Kind::Synthesis, Kind::Upload];
    let page = frame(&Report::default().to_html());
    for kind in kinds.into_iter().chain(more) {
        let name = serde_json::to_value(kind).unwrap();
        let name = name.as_str().unwrap();
        assert!(page.contains(&format!("  {name}: \"")), "the script has no words for {name}");
        assert!(
            page.contains(&format!(".{name} {{ --tone")) || page.contains(&format!(".{name}, .")),
            "no colour for {name}"
        );
    }
}
