//! The rule about transfers to a queue before any queue is set.

use super::{
    Rule,
    subject::{Step, Subject},
};
use crate::language::FlowType;

/// A queue may have been set in another flow, so that only a flow that sets one itself is judged: it means to.
pub(super) fn check(subject: &mut Subject<'_>) {
    let sets = |step: &Step<'_>| step.is("UpdateContactTargetQueue");
    let may_set = |step: &Step<'_>| step.kind.is_none() || step.is("InvokeFlowModule");
    // Flows of other types, and those that ask for the agent or wait for somebody's return, run on contacts that have been
    // in a queue.
    let may_have_queue = |step: &Step<'_>| {
        let compared = step.action.text("ComparisonValue").unwrap_or_default();
        step.is("Wait") || ["$.Agent", "$.Queue"].iter().any(|root| compared.starts_with(root))
    };
    if subject.kind.is_some_and(|kind| kind != FlowType::ContactFlow)
        || !subject.steps.iter().any(sets)
        || subject.steps.iter().any(may_have_queue)
    {
        return;
    }
    let reachable = subject.graph.reachable();
    let setting = (0..subject.steps.len()).filter(|number| {
        let step = &subject.steps[*number];
        reachable[*number] && (sets(step) || may_set(step))
    });
    let after = subject.graph.spread(setting, |_| true);
    for (number, step) in subject.steps.clone().into_iter().enumerate() {
        if step.is("TransferContactToQueue") && reachable[number] && !after[number] {
            let what = "no path to this transfer sets a queue";
            let span = &step.action.kind.span;
            subject.report(Rule::NoQueue, step, span, what, "set it with UpdateContactTargetQueue before");
        }
    }
}
