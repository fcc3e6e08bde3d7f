//! Pictures of real flows: well-formed, complete, without overlaps, safe inside a page.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test that uses them")]

mod line;

use std::collections::BTreeSet;

use connect_flows::{
    catalogue,
    model::Flow,
    render::{self, Layout, Mark, Options, Severity, Visited},
};
use quick_xml::{Reader, events::Event};

/// Attributes of all elements, with the element's name under `""`. Panics where the picture is no XML.
fn elements(svg: &str) -> Vec<Vec<(String, String)>> {
    let mut reader = Reader::from_str(svg);
    let mut elements = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) => {
                let name = String::from_utf8(tag.name().as_ref().to_vec()).unwrap();
                let attribute = |attribute: quick_xml::events::attributes::Attribute<'_>| {
                    let key = String::from_utf8(attribute.key.as_ref().to_vec()).unwrap();
                    (key, String::from_utf8(attribute.value.to_vec()).unwrap())
                };
                let attributes = tag.attributes().map(|found| attribute(found.unwrap()));
                elements.push(std::iter::once((String::new(), name)).chain(attributes).collect());
            }
            Event::Eof => return elements,
            _ => {}
        }
    }
}

fn get<'e>(element: &'e [(String, String)], key: &str) -> &'e str {
    element.iter().find(|(name, _)| name == key).map_or("", |(_, value)| value)
}

/// Left, top, right, bottom of all cards.
fn cards(svg: &str) -> Vec<[f64; 4]> {
    let number = |element: &[(String, String)], key: &str| get(element, key).parse::<f64>().unwrap();
    let card = |element: &Vec<(String, String)>| {
        let (x, y) = (number(element, "x"), number(element, "y"));
        [x, y, x + number(element, "width"), y + number(element, "height")]
    };
    elements(svg).iter().filter(|element| get(element, "class") == "card").map(card).collect()
}

fn options(layout: Layout) -> Options {
    Options { title: "A flow".into(), prefix: "p-".into(), layout, ..Options::default() }
}

#[test]
fn our_flows_are_drawn_whole_and_without_overlaps() {
    for (name, flow) in catalogue::flows() {
        for layout in [Layout::Designer, Layout::Fresh] {
            let svg = render::svg(&flow, &options(layout));
            let cards = cards(&svg);
            assert_eq!(cards.len(), flow.actions.len(), "{name}");
            for (index, one) in cards.iter().enumerate() {
                for other in &cards[index + 1..] {
                    let apart =
                        one[2] <= other[0] || other[2] <= one[0] || one[3] <= other[1] || other[3] <= one[1];
                    assert!(apart, "{name} {layout:?}: {one:?} {other:?}");
                }
            }
            let ids: Vec<String> = elements(&svg)
                .iter()
                .map(|element| get(element, "id").to_owned())
                .filter(|id| !id.is_empty())
                .collect();
            assert!(ids.iter().all(|id| id.starts_with("p-")), "{name}");
            assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{name}");
            assert!(!svg.replace("http://www.w3.org/2000/svg", "").contains("://"), "{name}: no network");
        }
    }
}

#[test]
fn no_arrow_runs_through_a_card() {
    for (name, flow) in catalogue::flows() {
        for layout in [Layout::Designer, Layout::Fresh] {
            let svg = render::svg(&flow, &options(layout));
            let cards = cards(&svg);
            let elements = elements(&svg);
            let arrows: Vec<_> = elements.iter().filter(|element| get(element, "class") == "hit").collect();
            assert!(!arrows.is_empty(), "{name}");
            for arrow in arrows {
                for (x, y) in line::points(get(arrow, "d")) {
                    let inside = |card: &&[f64; 4]| {
                        x > card[0] + 2.0 && x < card[2] - 2.0 && y > card[1] + 2.0 && y < card[3] - 2.0
                    };
                    assert_eq!(cards.iter().find(inside), None, "{name} {layout:?}: {x} {y}");
                }
            }
        }
    }
}

fn flow(text: &str) -> Flow {
    Flow::parse(text).unwrap()
}

#[test]
fn texts_can_not_break_out() {
    let evil = r#"{"Version": "2019-10-30", "StartAction": "a", "Actions": [{"Identifier": "a", "Type": "MessageParticipant",
        "Parameters": {"Text": "</text><script>alert(1)</script> \" ' & \u0001"},
        "Transitions": {"NextAction": "<b>", "Errors": [], "Conditions": []}}]}"#;
    let svg = render::svg(&flow(evil), &Options { title: "<i>&".into(), ..Options::default() });
    assert!(elements(&svg).iter().all(|element| !["script", "i", "b"].contains(&get(element, ""))));
    assert!(!svg.contains('\u{1}'));
    let dot = render::dot(&flow(evil));
    assert!(dot.contains(r#"script> \" ' &"#), "{dot}");
    let mermaid = render::mermaid(&flow(evil));
    assert!(!mermaid.contains("<script"), "{mermaid}");
}

#[test]
fn cards_name_their_actions_for_programs() {
    let svg = render::svg(&flow(&CYCLE.replace("lonely", "<l> & 'o'")), &options(Layout::Fresh));
    let named: Vec<String> = elements(&svg)
        .iter()
        .filter(|element| get(element, "class").starts_with("node"))
        .map(|element| get(element, "data-action").to_owned())
        .collect();
    assert_eq!(named, ["a", "b", "c", "&lt;l&gt; &amp; &#39;o&#39;"]);
}

#[test]
fn places_that_are_far_apart_are_not_kept() {
    let places = r#""Metadata": {"ActionMetadata": {"a": {"position": {"x": 1e300, "y": -1e300}},
        "b": {"position": {"x": 0, "y": 0}}, "c": {"position": {"x": 500, "y": 0}},
        "lonely": {"position": {"x": 0, "y": 500}}}}, "Actions""#;
    let svg = render::svg(&flow(&CYCLE.replace("\"Actions\"", places)), &options(Layout::Designer));
    assert_eq!(svg, render::svg(&flow(CYCLE), &options(Layout::Fresh)));
}

const CYCLE: &str = r#"{"Version": "2019-10-30", "StartAction": "a", "Actions": [
    {"Identifier": "a", "Type": "Loop", "Parameters": {"LoopCount": "2"}, "Transitions": {"NextAction": "c", "Conditions": [
        {"NextAction": "b", "Condition": {"Operator": "Equals", "Operands": ["ContinueLooping"]}},
        {"NextAction": "c", "Condition": {"Operator": "Equals", "Operands": ["DoneLooping"]}}]}},
    {"Identifier": "b", "Type": "MessageParticipant", "Parameters": {"Text": "Hi"}, "Transitions": {"NextAction": "a",
        "Errors": [{"NextAction": "gone", "ErrorType": "NoMatchingError"}]}},
    {"Identifier": "c", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}},
    {"Identifier": "lonely", "Type": "Wait", "Parameters": {}, "Transitions": {"NextAction": "lonely"}}]}"#;

#[test]
fn cycles_ends_and_missing_cards_are_drawn() {
    let svg = render::svg(&flow(CYCLE), &options(Layout::Designer));
    assert_eq!(cards(&svg).len(), 4);
    assert!(svg.contains("Play prompt") && svg.contains(">again<") && svg.contains(">done<"));
    assert!(svg.contains("b → an action that is missing: NoMatchingError"));
    assert_eq!(svg.matches("node ends").count(), 1);
    assert!(
        render::svg(&flow(r#"{"Version": "1", "StartAction": "x", "Actions": []}"#), &options(Layout::Fresh))
            .contains("0 actions")
    );
}

#[test]
fn coverage_tints_and_fades() {
    let visited = Visited {
        actions: ["a", "c"].map(str::to_owned).into(),
        branches: [("a".to_owned(), "c".to_owned())].into(),
    };
    let svg = render::svg(&flow(CYCLE), &Options { visited: Some(visited), ..options(Layout::Fresh) });
    let classes: Vec<String> =
        elements(&svg).iter().map(|element| get(element, "class").to_owned()).collect();
    assert_eq!(classes.iter().filter(|class| class.starts_with("node") && class.ends_with(" on")).count(), 2);
    assert_eq!(
        classes.iter().filter(|class| class.starts_with("node") && class.ends_with(" off")).count(),
        2
    );
    assert_eq!(
        classes.iter().filter(|class| class.starts_with("arrow") && class.ends_with(" on")).count(),
        1
    );
    assert!(svg.contains("2 visited"));
}

#[test]
fn findings_stand_on_their_cards() {
    let mark = |severity, text: &str| Mark { action: "b".into(), severity, text: text.into() };
    let marks = vec![mark(Severity::Warning, "speaks < long"), mark(Severity::Error, "leads nowhere")];
    let svg = render::svg(&flow(CYCLE), &Options { marks, ..options(Layout::Fresh) });
    assert!(svg.contains("node fault") && svg.contains("⚠ speaks &lt; long") && svg.contains("findings: 2"));
}

#[test]
fn mermaid_and_dot_name_every_action_and_way() {
    let mermaid = render::mermaid(&flow(CYCLE));
    for line in ["flowchart LR", "a0 -- \"again\" --> a1", "a1 --> a0", "a1 -. \"error\" .-> x1", "a3 --> a3"]
    {
        assert!(mermaid.contains(line), "{line}: {mermaid}");
    }
    let dot = render::dot(&flow(CYCLE));
    for line in
        ["start -> a0", "a0 -> a1 [label=\"again\" color=blue]", "a1 -> x3 [label=\"error\" color=red"]
    {
        assert!(dot.contains(line), "{line}: {dot}");
    }
}

#[test]
fn the_pictures_in_the_documentation_are_those_of_the_flows() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/pictures");
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let flow =
            catalogue::flow(name).unwrap_or_else(|| panic!("{name} is no flow of ours: remove its picture"));
        let svg =
            render::svg(&flow, &Options { title: name.into(), layout: Layout::Fresh, ..Options::default() });
        let command = format!(
            "connect-flow render --layout fresh -o docs/pictures/{name}.svg connect-flows/flows/{name}.json"
        );
        assert!(std::fs::read_to_string(&path).unwrap() == svg, "the picture is an old one: run {command}");
    }
}
