//! Our flows with the ARNs of a stack in place of the placeholders.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test that uses them")]

use connect_flows::{
    arns::{Arns, left_in, placeholder},
    catalogue, lint,
};
use serde_json::{Value, json};

/// The functions with the outputs that hold their ARNs.
const OUTPUTS: [(&str, &str); 5] = [
    ("start_stream", "StartStreamArn"),
    ("get_next_batch", "GetNextBatchArn"),
    ("chat_and_stream", "ChatAndStreamArn"),
    ("synthesize_stream_cancel", "SynthesizeStreamCancelArn"),
    ("live_call", "LiveCallArn"),
];

fn arn(function: &str) -> String {
    format!("arn:aws:lambda:eu-central-1:123456789012:function:firstword-{function}-AbC")
}

fn list() -> Value {
    let output = |(function, name): &(&str, &str)| json!({"OutputKey": name, "OutputValue": arn(function), "Description": "For the flows"});
    let mut list: Vec<_> = OUTPUTS.iter().map(output).collect();
    list.push(json!({"OutputKey": "Bucket", "OutputValue": "my-bucket"}));
    list.into()
}

fn arns() -> Arns {
    Arns::parse(&list().to_string()).unwrap()
}

#[test]
fn all_three_forms_are_read() {
    for form in [
        list(),
        json!({"Stacks": [{"StackName": "firstword", "Outputs": list()}]}),
        json!({"StackName": "firstword", "Outputs": list()}),
    ] {
        assert_eq!(Arns::parse(&form.to_string()), Ok(arns()), "{form}");
    }
}

#[test]
fn a_file_that_is_something_else_says_so_in_one_line() {
    let mut partial = list();
    partial.as_array_mut().unwrap().remove(1);
    let mut moved = list();
    moved[2]["OutputValue"] = "arn:aws:lambda:us-east-1:123456789012:function:chat".into();
    let mut wrong = list();
    wrong[0]["OutputValue"] = "start_stream".into();
    for (text, expected) in [
        (String::new(), "not JSON"),
        ("Outputs:".to_owned(), "not JSON"),
        ("null".to_owned(), "no outputs"),
        (json!({"Stacks": []}).to_string(), "no outputs"),
        (json!({"Stacks": [{"StackName": "a"}]}).to_string(), "no outputs"),
        (json!({"Stacks": [{}, {}]}).to_string(), "2 stacks"),
        ("[]".to_owned(), "no output StartStreamArn, GetNextBatchArn"),
        (partial.to_string(), "no output GetNextBatchArn:"),
        (moved.to_string(), "ChatAndStreamArn is in another region or account"),
        (wrong.to_string(), "StartStreamArn is no ARN"),
    ] {
        let error = Arns::parse(&text).unwrap_err().to_string();
        assert!(error.contains(expected) && !error.contains('\n'), "{text}: {error}");
    }
}

#[test]
fn filled_flows_differ_in_the_arns_only_and_have_no_problem() {
    for (name, flow) in catalogue::flows() {
        let filled = arns().fill(&flow);
        assert_eq!(lint::flow(&filled, None), [], "{name}");
        assert!(!left_in(&filled).contains(&"function"), "{name}");
        let mut back = filled.to_json();
        for (function, _) in OUTPUTS {
            back = back.replace(&arn(function), &placeholder(function));
        }
        assert!(back == flow.to_json(), "{name}");
    }
}

#[test]
fn bot_queue_and_number_are_filled_too_when_they_are_given() {
    let bot = "arn:aws:lex:eu-central-1:123456789012:bot-alias/ABCDEFGHIJ/TSTALIASID";
    let queue = "arn:aws:connect:eu-central-1:123456789012:instance/1/queue/2";
    let all = arns().with_bot_alias(bot).and_then(|arns| arns.with_queue(queue));
    let all = all.and_then(|arns| arns.with_live_number("+442079460000")).unwrap();
    for (name, flow) in catalogue::flows() {
        let filled = all.fill(&flow);
        assert_eq!(left_in(&filled), Vec::<&str>::new(), "{name}");
        let is_talk = name.starts_with("talk");
        let expected = match &*name {
            "live" => vec!["queue", "live number"],
            _ if is_talk => vec!["bot alias", "queue"],
            _ => vec![],
        };
        assert_eq!(left_in(&arns().fill(&flow)), expected, "{name}");
        assert_eq!(filled.to_json().contains(bot), is_talk, "{name}");
        assert_eq!(filled.to_json().contains("+442079460000"), name == "live", "{name}");
    }
    for wrong in ["", "442079460000", "+44 20 7946 0000", "+1", "+1234567890123456"] {
        assert!(arns().with_live_number(wrong).is_err(), "{wrong}");
    }
    for wrong in [bot, "arn:aws:connect:eu-central-1:123456789012:instance/1", "the queue", ""] {
        assert!(
            arns().with_queue(wrong).unwrap_err().to_string().starts_with("the queue is no ARN"),
            "{wrong}"
        );
    }
    let elsewhere = arns().with_bot_alias("arn:aws:lex:us-east-1:123456789012:bot-alias/A/B").unwrap_err();
    assert!(elsewhere.to_string().starts_with("the bot alias is in another region"));
}
