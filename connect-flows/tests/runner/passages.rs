//! Tests the ways between flows: transfers, modules, and flows that turn in circles.

use connect_flows::runner::{Act, CallSettings, EndReason, Functions, KnownFlow, Then, When};
use serde_json::{Value, json};

use crate::{
    caller::with,
    fakes::{action, flow, hangs_up, says, settings, texts, try_out, way},
};

/// Adds a flow to the world.
pub(crate) fn knows(mut settings: CallSettings, id: &str, start: &str, actions: Value) -> CallSettings {
    let known =
        KnownFlow { id: id.into(), name: format!("{id} by name"), kind: None, flow: flow(start, actions) };
    settings.world.flows.add(known);
    settings
}

fn invoke(id: &str, parameters: Value, branches: &[(&str, &str)]) -> Value {
    action(id, "InvokeFlowModule", parameters, branches)
}

#[tokio::test(start_paused = true)]
async fn a_module_has_its_input_returns_data_and_chooses_a_branch() {
    let back =
        json!({"Result": "gold", "ResultData": {"word": "$.Modules.Input.word $.External.word", "n": 7}});
    let module = json!([
        action(
            "set",
            "UpdateContactAttributes",
            json!({"Attributes": {"seen": "$.Modules.Input.word"}}),
            &[("next", "f")]
        ),
        action(
            "f",
            "UpdateFlowAttributes",
            json!({"FlowAttributes": {"mine": {"Value": "inner"}}}),
            &[("next", "back")]
        ),
        action("back", "EndFlowModuleExecution", back, &[]),
    ]);
    let tell = "$.Modules.Result|$.Modules.ResultData.word|$.Modules.ResultData.n|$.Attributes.seen|\
                $.FlowAttributes.mine|$.External.word";
    let actions = json!([
        action("ask", "InvokeLambdaFunction", json!({"LambdaFunctionARN": "f"}), &[("next", "flow")]),
        action(
            "flow",
            "UpdateFlowAttributes",
            json!({"FlowAttributes": {"mine": {"Value": "outer"}}}),
            &[("next", "go")]
        ),
        invoke(
            "go",
            json!({"FlowModuleId": "m1:$LATEST", "Input": {"word": "$.External.word!"}}),
            &[("next", "end"), ("gold", "tell"), ("NoMatchingCondition", "end"), ("NoMatchingError", "end")]
        ),
        action("tell", "MessageParticipant", json!({"Text": tell}), &[("next", "end")]),
        hangs_up(),
    ]);
    let mut functions = Functions::default();
    functions.reply("f", json!({"word": "la"}));
    let call = try_out(flow("ask", actions), knows(settings(), "m1", "set", module), functions).await;
    // The module sees nothing of the flow's own values, and leaves none of its own.
    assert_eq!(texts(&call), ["gold|la! |7|la!|outer|la"]);
    assert_eq!(call.end.error(), None);
    let events = call.timeline.to_json().to_string();
    assert!(
        events.contains(r#""event":"flow_end","flow":"m1 by name","module":true,"result":"gold""#),
        "{events}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_module_that_invokes_itself_ends_in_its_error_branch() {
    let module = json!([
        invoke(
            "again",
            json!({"FlowModuleId": "arn:aws:connect:us-east-1:1:instance/i/flow-module/m1"}),
            &[("next", "back"), ("NoMatchingError", "back")]
        ),
        action("back", "EndFlowModuleExecution", json!({}), &[]),
    ]);
    let actions = json!([invoke("go", json!({"FlowModuleId": "m1"}), &[("next", "end")]), hangs_up()]);
    let call =
        try_out(flow("go", actions), knows(settings(), "m1", "again", module), Functions::default()).await;
    let error = "action \"again\": modules are nested more than 5 deep at \"m1 by name\": \
                 a module must not invoke itself";
    assert_eq!(call.end.error().as_deref(), Some(error));
    assert_eq!(call.end.reason, EndReason::Disconnected);
    assert_eq!(way(&call).iter().filter(|step| *step == "back return").count(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_flow_goes_on_in_another_one_and_circles_are_bounded() {
    let there = json!([says("there", "end"), hangs_up()]);
    let transfer = |to: &str| {
        action("go", "TransferToFlow", json!({"ContactFlowId": to}), &[("NoMatchingError", "lost")])
    };
    let actions = |to: &str| json!([transfer(to), says("lost", "end"), hangs_up()]);
    let world = knows(settings(), "other", "there", there);
    for (to, expected) in
        [("OTHER", "there"), ("other by name", "there"), ("nowhere", "lost"), ("$.Attributes.x", "lost")]
    {
        let call = try_out(flow("go", actions(to)), world.clone(), Functions::default()).await;
        assert_eq!(texts(&call), [expected], "{to}");
    }
    let circle = knows(settings(), "circle", "go", json!([transfer("circle")]));
    let call = try_out(flow("go", json!([transfer("circle")])), circle, Functions::default()).await;
    assert_eq!(call.end.reason, EndReason::ActionLimit { actions: 10_000 });
}

#[tokio::test(start_paused = true)]
async fn a_branch_that_leads_nowhere_ends_the_call_with_the_reason() {
    let actions = json!([says("a", "gone")]);
    let call = try_out(flow("a", actions), settings(), Functions::default()).await;
    let error = "there is no action \"gone\" in the flow local: connect the branch that leads to it";
    assert_eq!(call.end.error().as_deref(), Some(error));
    let module = json!([action("back", "EndFlowModuleExecution", json!({"Result": "gold"}), &[])]);
    let call = try_out(flow("back", module), settings(), Functions::default()).await;
    assert_eq!((call.end.reason.to_string().as_str(), call.end.error()), ("the module returned gold", None));
}

#[tokio::test(start_paused = true)]
async fn a_hang_up_runs_the_disconnect_flow_which_the_caller_does_not_hear() {
    let hook = json!({"EventHooks": {"CustomerRemaining": "bye"}});
    let bye = json!([
        says("silent", "ask"),
        action("ask", "InvokeLambdaFunction", json!({"LambdaFunctionARN": "cancel"}), &[("next", "wait")]),
        action(
            "wait",
            "Wait",
            json!({"TimeLimitSeconds": "2"}),
            &[("WaitCompleted", "end"), ("NoMatchingError", "end")]
        ),
        hangs_up(),
    ]);
    let actions = json!([
        action("hook", "UpdateContactEventHooks", hook, &[("next", "0123456789")]),
        says("0123456789", "end"),
        hangs_up(),
    ]);
    let steps = vec![(When::At(std::time::Duration::from_millis(30)), Act::HangUp)];
    let world = knows(with(steps, Then::StaySilent), "bye", "silent", bye);
    let mut functions = Functions::default();
    functions.reply("cancel", json!({}));
    let call = try_out(flow("hook", actions), world, functions).await;
    assert_eq!(call.end.reason, EndReason::HungUp);
    assert_eq!(
        way(&call)[1..],
        ["0123456789 end", "silent NoMatchingError", "ask next", "wait WaitCompleted", "end end"]
    );
    assert_eq!(texts(&call), ["0123456789"]);
    assert!(call.recording.samples()[240..].iter().all(|sample| *sample == 0));
}
