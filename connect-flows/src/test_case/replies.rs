//! Overridden functions: each override stands for one invocation, and those around it have the usual reply.

use std::{collections::BTreeMap, time::Duration};

use super::{Override, Strategy, observe::same};
use crate::{
    runner::{Answer, InvokeError, Reply, function_name},
    scenario::{CannedFunction, FunctionSource, Played, Scenario},
};

/// The overrides of functions by their names, each with the moment from which on it is active.
#[derive(Default)]
pub(super) struct Overridden<'c>(BTreeMap<&'c str, Vec<(f64, &'c Override)>>);

impl<'c> Overridden<'c> {
    /// Adds an override that is active from a time in milliseconds.
    pub(super) fn add(&mut self, t_ms: f64, one: &'c Override) {
        self.0.entry(function_name(&one.resource)).or_default().push((t_ms, one));
    }

    /// Replaces the functions of a scenario. `played` is the run before, in which the overrides became active.
    pub(super) fn set(&self, scenario: &mut Scenario, played: &Played) {
        let base = scenario.functions.clone();
        for (name, overrides) in &self.0 {
            let usual = usual(&base, name);
            let mut replies: Vec<Reply> = Vec::new();
            for (t_ms, one) in overrides {
                let earlier = played.invocations.iter();
                let earlier = earlier.filter(|other| other.function == *name && other.t_ms < *t_ms).count();
                replies.resize_with(earlier.max(replies.len()), || usual.clone());
                replies.push(reply(&one.strategy, &base));
            }
            replies.push(usual);
            scenario.functions.retain(|function| !same(name, function_name(&function.name)));
            let source = FunctionSource::Canned(replies);
            scenario.functions.push(CannedFunction { name: (*name).to_owned(), source });
        }
    }
}

/// The reply of a function that is not overridden.
fn usual(base: &[CannedFunction], name: &str) -> Reply {
    let known = base.iter().find(|function| same(name, function_name(&function.name)));
    known.and_then(|function| function.replies().last().cloned()).unwrap_or_else(|| {
        let message = format!("{name} is not overridden at this moment, and no such function is here");
        Reply { after: Duration::ZERO, answer: Answer::Fails(InvokeError::Refused { message }) }
    })
}

fn reply(strategy: &Strategy, base: &[CannedFunction]) -> Reply {
    match strategy {
        Strategy::Reply { delay, value } => Reply { after: *delay, answer: Answer::Value(value.clone()) },
        Strategy::Error { error, .. } if error == "TimeLimitExceeded" => {
            Reply { after: Duration::ZERO, answer: Answer::Never }
        }
        Strategy::Error { delay, error } => {
            let message = format!("{error}, as the test case wants it");
            Reply { after: *delay, answer: Answer::Fails(InvokeError::Function { message }) }
        }
        Strategy::Substitute(other) => usual(base, function_name(other)),
    }
}
