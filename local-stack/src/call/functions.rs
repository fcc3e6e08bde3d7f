//! The functions of a call: the stack's own, and those of a scenario that the stack lacks.

use std::sync::Arc;

use anyhow::{Result, anyhow};
use connect_flows::{
    http::HttpLambdas,
    runner::{Function, Functions, Lambdas, Replies, function_name},
    scenario::CannedFunction,
};

use crate::stack::{FUNCTIONS, Stack};

pub(super) fn functions(stack: &Stack, others: &[CannedFunction]) -> Result<Functions> {
    let own: Arc<dyn Lambdas> = Arc::new(HttpLambdas::new(&stack.lambdas().endpoint())?);
    let mut functions = Functions::default();
    functions.set("*", Function::Real(own.clone()));
    for other in others.iter().filter(|other| !is_own(&other.name)) {
        let function =
            match other.source.real().map_err(|reason| anyhow!("function {}: {reason}", other.name))? {
                None => Function::Canned(Replies::new(other.replies().to_vec())),
                Some(port) => Function::Real(port),
            };
        functions.set(&other.name, function);
    }
    for (name, _) in FUNCTIONS {
        functions.set(name, Function::Real(own.clone()));
    }
    Ok(functions)
}

fn is_own(function: &str) -> bool {
    FUNCTIONS.iter().any(|(name, _)| *name == function_name(function))
}
