//! Scenarios and test cases against our own flows: the real runner, in virtual time.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test that uses them")]

mod aws;
mod cases;
mod command;
mod outside;
mod remote;
mod server;
mod signature;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use connect_flows::{
    coverage::Coverage,
    runner::Caller,
    scenario::{self, Library, random},
    test_case,
};

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn scenarios() -> Vec<PathBuf> {
    let folder = root().join("connect-flows/scenarios");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn failures(checked: &scenario::Checked) -> Vec<String> {
    let missed = checked.verdicts.iter().filter(|verdict| !verdict.is_met());
    missed.map(|verdict| format!("{}: {:?}", verdict.expected, verdict.came)).collect()
}

#[test]
fn our_scenarios_pass_and_take_every_branch_of_our_flows() {
    let library = Library::default();
    let mut coverage = Coverage::default();
    for path in scenarios() {
        let scenario = scenario::open(&path).unwrap_or_else(|error| panic!("{error}"));
        let checked =
            scenario::check(&scenario, &library).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        assert!(checked.has_passed(), "{path:?}: {:#?}", failures(&checked));
        coverage.add(checked.coverage);
    }
    assert_eq!(coverage.flows().count(), 6);
    for (name, flow) in coverage.flows() {
        let missed: Vec<_> = flow.missed_branches().collect();
        assert!(missed.is_empty(), "{name}: {missed:?}");
    }
}

#[test]
fn a_scenario_has_the_same_call_every_time() {
    let library = Library::default();
    let scenario = scenario::open(&root().join("connect-flows/scenarios/talk-async-thinks.toml")).unwrap();
    let calls = [0, 1].map(|_| scenario::play(&scenario, &library).unwrap().call);
    assert_eq!(calls[0].timeline, calls[1].timeline);
    assert_eq!(calls[0].flow_log, calls[1].flow_log);
}

#[test]
fn a_scenario_that_is_written_and_read_again_is_the_same() {
    for path in scenarios() {
        let original = scenario::open(&path).unwrap();
        let text = scenario::write(&original);
        let again = scenario::read(&path, &text).unwrap_or_else(|faults| panic!("{faults:?}\n{text}"));
        assert_eq!(again, scenario::Scenario { expectations: Vec::new(), ..original }, "{text}");
    }
}

#[test]
fn exported_scenarios_pass_as_test_cases() {
    let library = Library::default();
    for path in scenarios() {
        let original = scenario::open(&path).unwrap();
        let exported = test_case::export(&original, &library).unwrap();
        let case = test_case::read(&exported.content.to_string())
            .unwrap_or_else(|error| panic!("{path:?}: {error}"));
        // The parts that the testing language can say come from the test case alone.
        let base = scenario::Scenario {
            caller: Caller::default(),
            functions: Vec::new(),
            queues: BTreeMap::new(),
            ..original
        };
        let checked =
            test_case::run(&case, &base, &library).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        assert!(checked.has_passed(), "{path:?}: {:#?}", failures(&checked));
    }
}

#[test]
fn two_hundred_random_callers_all_come_to_an_end() {
    let library = Library::default();
    for name in ["live", "play-text", "play-text-module", "talk", "talk-async"] {
        let flow = root().join(format!("connect-flows/flows/{name}.json"));
        for seed in 0..200 {
            let (played, hang) = random::call(&flow, seed, &library).unwrap();
            assert_eq!(hang, None, "{name}");
            let ends = played.call.timeline.events().iter();
            let ends = ends
                .filter(|event| matches!(event.kind, connect_flows::timeline::EventKind::ActionEnd { .. }));
            // Attributes at a moment are read from the log by this.
            assert_eq!(ends.count(), played.call.flow_log.len(), "{name} {seed}");
        }
    }
}

#[test]
fn names_that_no_flow_of_the_call_has_are_faults() {
    let text = r#"
flow = "connect-flows/flows/play-text.json"
[[caller]]
action = "sory"
hang_up = true
[[function]]
name = "start_stream"
reply = { Status = "error" }
[branches]
hang-upp = "next"
MessageParticipant = "next"
[[expect]]
not_invoked = "get_nxt_batch"
[[expect]]
not_visits = "plya"
"#;
    let scenario = scenario::read(&root().join("x.toml"), text).unwrap_or_else(|faults| panic!("{faults:?}"));
    let checked = scenario::check(&scenario, &Library::default()).unwrap();
    let failures = failures(&checked).join("\n");
    for meant in ["get_next_batch", "play", "sorry", "hang-up"] {
        assert!(failures.contains(&format!("did you mean \\\"{meant}")), "{meant}: {failures}");
    }
    assert_eq!(checked.verdicts.len(), 4, "{failures}");
}

#[test]
fn the_words_of_a_prompt_are_heard() {
    let folder = tempfile::tempdir().unwrap();
    let flow = r#"{"Version": "2019-10-30", "StartAction": "a", "Metadata": {}, "Actions": [
        {"Identifier": "a", "Type": "MessageParticipant", "Parameters": {"PromptId": "arn:x/prompt/p"},
         "Transitions": {"NextAction": "b"}},
        {"Identifier": "b", "Type": "MessageParticipant", "Parameters": {"PromptId": "arn:x/prompt/bell.wav"},
         "Transitions": {"NextAction": "c"}},
        {"Identifier": "c", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}]}"#;
    fs::write(folder.path().join("flow.json"), flow).unwrap();
    let text = "flow = \"flow.json\"\n[prompts]\np = \"Good morning\"\n[[expect]]\nheard = [\"good morning\", \"bell\"]\n";
    let scenario = scenario::read(&folder.path().join("x.toml"), text).unwrap();
    let checked = scenario::check(&scenario, &Library::default()).unwrap();
    assert!(checked.has_passed(), "{:#?}", failures(&checked));
}

#[test]
fn the_example_of_the_page_runs() {
    let page = fs::read_to_string(root().join("docs/flow-tests.md")).unwrap();
    let examples: Vec<_> =
        page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let whole: Vec<_> = examples.iter().filter(|text| text.contains("flow = ")).collect();
    assert_eq!(whole.len(), 1);
    let scenario =
        scenario::read(&root().join("example.toml"), whole[0]).unwrap_or_else(|faults| panic!("{faults:?}"));
    let checked = scenario::check(&scenario, &Library::default()).unwrap();
    assert!(checked.has_passed(), "{:#?}", failures(&checked));
}
