//! The rule about transfers to a queue before any queue is set.

use super::{
    Rule,
    subject::{Step, Subject},
};
use crate::language::FlowType;

/// A queue may have been set in another flow. So a flow of unknown type is judged only if it sets one itself: it means to.
pub(super) fn check(subject: &mut Subject<'_>) {
    let sets = |step: &Step<'_>| step.is("UpdateContactTargetQueue");
    let may_set = |step: &Step<'_>| sets(step) || step.kind.is_none() || step.is("InvokeFlowModule");
    // Flows of other types, and those that ask for the agent or wait for somebody's return, run on contacts that have been
    // in a queue.
    let may_have_queue = |step: &Step<'_>| {
        let compared = step.action.text("ComparisonValue").unwrap_or_default();
        step.is("Wait") || ["$.Agent", "$.Queue"].iter().any(|root| compared.starts_with(root))
    };
    let is_judged = match subject.kind {
        Some(kind) => kind == FlowType::ContactFlow,
        // One that begins with a transfer relies on the queue that the contact has.
        None => {
            let begins = subject.usual.start().map(|start| &subject.steps[start]);
            subject.steps.iter().any(sets) && !begins.is_some_and(|step| step.is("TransferContactToQueue"))
        }
    };
    if !is_judged || subject.steps.iter().any(may_have_queue) {
        return;
    }
    // Where an action fails, the transfer is the way out, with whatever queue there is.
    let start = subject.usual.start();
    let without_queue = subject.usual.spread(start, |action| !may_set(&subject.steps[action]));
    for (number, step) in subject.steps.clone().into_iter().enumerate() {
        if step.is("TransferContactToQueue") && without_queue[number] {
            let what = "a path leads to this transfer on which no queue is set";
            let span = &step.action.kind.span;
            subject.report(Rule::NoQueue, step, span, what, "set it with UpdateContactTargetQueue before");
        }
    }
}
