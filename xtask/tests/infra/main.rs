//! Checks of the templates in `infra` against the source: the policies allow the requests that the programs make and no
//! others, metrics exist, parameters refuse wrong values.
//!
//! `cargo xtask infra check` lints the templates, and `cargo xtask infra try` deploys them to an emulator.

#![allow(clippy::expect_used, reason = "a test may panic")]

mod agent;
mod parameters;
mod source;
mod template;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use regex::Regex;
use source::Source;
use template::{Grant, Template};

/// A file of the workspace.
fn workspace(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

fn text(path: &str) -> String {
    fs::read_to_string(workspace(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The requests to S3 that a policy allows, as pairs of action and object.
fn allowed(grants: &[Grant]) -> BTreeSet<(String, String)> {
    let s3 = grants.iter().filter(|grant| grant.action.starts_with("s3:"));
    s3.map(|grant| (grant.action.clone(), grant.object.clone())).collect()
}

#[test]
fn each_function_is_allowed_the_requests_that_its_source_makes() {
    let template = Template::read("infra/template.yaml");
    let source = Source::read(&["lambdas/src", "stream-store/src"]);
    let mut asked_in_all = 0;
    for (role, function) in [
        ("StartStreamRole", "StartStream"),
        ("GetNextBatchRole", "GetNextBatch"),
        ("ChatAndStreamRole", "ChatAndStream"),
        ("SynthesizeStreamCancelRole", "SynthesizeStreamCancel"),
        ("LiveCallRole", "LiveCalls"),
    ] {
        let asked = source.requests_of(function);
        asked_in_all += asked.len();
        assert_eq!(allowed(&template.grants(role)), asked, "{role}: left allowed, right asked for");
    }
    assert!(asked_in_all >= 10, "the source was not understood: {asked_in_all} requests");
}

#[test]
fn a_host_is_allowed_the_requests_that_the_service_makes() {
    let template = Template::read("infra/hosts.yaml");
    let grants: Vec<_> =
        template.grants("Role").into_iter().filter(|grant| grant.policy == "synth-service").collect();
    let folders = ["synth-service/src", "synth-service/connect-prompts/src", "stream-store/src"];
    let asked = Source::read(&folders).requests_of_everything();
    assert!(asked.len() >= 5, "the source was not understood: {asked:?}");
    assert_eq!(allowed(&grants), asked, "left allowed, right asked for");
}

#[test]
fn a_host_is_allowed_the_commands_that_its_agent_gives() {
    let command = Regex::new(r"\baws ([a-z0-9]+) ([a-z-]+)").expect("is a pattern");
    let scripts = [text("infra/host/ec2.sh"), text("infra/hosts.yaml")].concat();
    let actions = command.captures_iter(&scripts).map(|found| match (&found[1], &found[2]) {
        ("s3", "cp") => "s3:GetObject".to_owned(),
        (service, name) => {
            let words = name.split('-').map(|word| word[..1].to_uppercase() + &word[1..]);
            format!("{service}:{}", words.collect::<String>())
        }
    });
    let asked: BTreeSet<_> = actions.collect();
    let grants = Template::read("infra/hosts.yaml").grants("Role");
    let allowed: BTreeSet<_> =
        grants.into_iter().filter(|grant| grant.policy == "agent").map(|grant| grant.action).collect();
    assert_eq!(allowed, asked, "left allowed, right asked for");
}

/// The operations of Connect are those that the crate of prompts names, but for the one of `cargo xtask prompts clean`.
#[test]
fn a_host_is_allowed_the_requests_to_connect_that_it_makes() {
    let action = Regex::new(r#""((?:Create|List|Delete)Prompts?)""#).expect("is a pattern");
    let source = text("synth-service/connect-prompts/src/connect.rs");
    let asked = action.captures_iter(&source).map(|found| format!("connect:{}", &found[1]));
    let asked: BTreeSet<_> = asked.filter(|action| action != "connect:DeletePrompt").collect();
    assert_eq!(asked.len(), 2, "{asked:?}");
    let grants = Template::read("infra/hosts.yaml").grants("Role");
    let grants = grants.into_iter().filter(|grant| grant.policy == "prompts");
    let (connect, clips): (Vec<_>, Vec<_>) = grants.partition(|grant| grant.action.starts_with("connect:"));
    assert_eq!(connect.iter().map(|grant| grant.action.clone()).collect::<BTreeSet<_>>(), asked);
    let instance = "${ConnectInstanceArn}";
    assert!(connect.iter().all(|grant| grant.object.starts_with(instance)), "{connect:?}");
    // With s3:GetObject, which every host has, the rights that CreatePrompt wants on a clip.
    let expected = ["phrases/*", "prompts/*"].map(|clips| ("s3:GetObjectAcl".to_owned(), clips.to_owned()));
    assert_eq!(allowed(&clips), BTreeSet::from(expected));
}

/// Actions outside S3, and the reason for each.
#[test]
fn no_policy_has_any_other_action() {
    let mut others = BTreeMap::new();
    for (path, roles) in [
        (
            "infra/template.yaml",
            [
                "StartStreamRole",
                "GetNextBatchRole",
                "ChatAndStreamRole",
                "SynthesizeStreamCancelRole",
                "LiveCallRole",
            ]
            .as_slice(),
        ),
        ("infra/hosts.yaml", &["Role"]),
    ] {
        let template = Template::read(path);
        let grants = roles.iter().flat_map(|role| template.grants(role));
        let programs = |grant: &Grant| grant.policy != "agent" && grant.policy != "prompts";
        for grant in grants.filter(|grant| !grant.action.starts_with("s3:") && programs(grant)) {
            others.entry(grant.action).or_insert_with(BTreeSet::new).insert(grant.policy);
        }
    }
    let policies = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<BTreeSet<_>>();
    let functions =
        ["start_stream", "get_next_batch", "chat_and_stream", "synthesize_stream_cancel", "live_call"];
    let readers = ["start_stream", "get_next_batch", "chat_and_stream", "live_call", "synth-service"];
    let expected = BTreeMap::from(
        [
            // Lambda writes a function's lines with the function's role.
            ("logs:CreateLogStream", policies(&functions)),
            ("logs:PutLogEvents", policies(&functions)),
            // S3 uses the bucket's key for its caller.
            ("kms:Decrypt", policies(&readers)),
            ("kms:GenerateDataKey", policies(&["synth-service"])),
            // The crate `cloudwatch`; the crate `otlp`, with OtlpToAws=true.
            ("cloudwatch:PutMetricData", policies(&["synth-service", "otlp"])),
            ("xray:PutTraceSegments", policies(&["otlp"])),
        ]
        .map(|(action, policies)| (action.to_owned(), policies)),
    );
    assert_eq!(others, expected);
}

#[test]
fn connect_may_read_by_the_statement_that_the_simulator_enforces() {
    let policy: serde_json::Value =
        serde_json::from_str(&text("connect-flows/policies/connect-reads-streams.json")).expect("is JSON");
    let instance =
        "arn:${AWS::Partition}:connect:${AWS::Region}:${AWS::AccountId}:instance/${ConnectInstanceId}";
    let simulated = policy["Statement"][0]
        .to_string()
        .replace("${InstanceArn}", instance)
        .replace("arn:aws:s3", "arn:${AWS::Partition}:s3");
    let simulated: serde_json::Value = serde_json::from_str(&simulated).expect("is JSON");
    let deployed = Template::read("infra/template.yaml").bucket_statement("ConnectReadsStreams");
    assert_eq!(deployed, simulated);
}

#[test]
fn every_metric_in_the_templates_exists() {
    let name = Regex::new(r"firstword_[a-z0-9_]+").expect("is a pattern");
    let names = |text: &str| name.find_iter(text).map(|found| found.as_str().to_owned()).collect();
    let known: BTreeSet<String> = names(&text("docs/metrics.md"));
    let used: BTreeSet<String> = names(&[text("infra/watch.yaml"), text("infra/hosts.yaml")].concat());
    assert!(used.len() > 10, "{used:?}");
    assert_eq!(used.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new(), "not in docs/metrics.md");
}

#[test]
fn every_alarm_has_its_section_in_the_runbook() {
    let alarm = Regex::new(r"(?m)^  (\w+):\n    Type: AWS::CloudWatch::Alarm").expect("is a pattern");
    let watch = text("infra/watch.yaml");
    let alarms: Vec<_> = alarm.captures_iter(&watch).map(|found| found[1].to_owned()).collect();
    assert!(alarms.len() >= 8, "{alarms:?}");
    let runbook = text("docs/runbook.md");
    let words = Regex::new("[A-Z]+[a-z]*").expect("is a pattern");
    for alarm in alarms {
        let title: Vec<_> = words.find_iter(&alarm).map(|word| word.as_str().to_lowercase()).collect();
        let title = title.join(" ");
        let has_section = runbook.lines().any(|line| line.to_lowercase() == format!("## {title}"));
        assert!(has_section, "docs/runbook.md has no section on {title}");
    }
}
