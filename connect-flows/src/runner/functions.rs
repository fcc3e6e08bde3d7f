//! Functions by name: canned replies, and the places where real ones are reached.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use serde_json::Value;

use super::{InvokeError, Lambdas, function_name, names::find};

/// The functions of a run, by ARN or name; `*` for all others.
#[derive(Clone, Default)]
pub struct Functions {
    functions: BTreeMap<String, Arc<Function>>,
}

/// One function.
pub enum Function {
    /// Replies in their order; the last one stands for all further invocations.
    Canned(Replies),
    /// A real function, wherever it is.
    Real(Arc<dyn Lambdas>),
}

/// Replies that are used up one after the other.
#[derive(Debug)]
pub struct Replies {
    list: Vec<Reply>,
    used: Mutex<usize>,
}

/// A canned reply.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// The time until it comes.
    pub after: Duration,
    /// The answer.
    pub answer: Answer,
}

/// The answer of a canned function.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The function returns this value.
    Value(Value),
    /// The invocation fails.
    Fails(InvokeError),
    /// The function never answers.
    Never,
}

impl Reply {
    /// A reply that comes at once.
    pub fn now(value: Value) -> Self {
        Self { after: Duration::ZERO, answer: Answer::Value(value) }
    }
}

impl Replies {
    /// Replies in their order; the last one stands for all further invocations.
    pub fn new(list: Vec<Reply>) -> Self {
        Self { list, used: Mutex::new(0) }
    }

    fn next(&self) -> Option<&Reply> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let reply = self.list.get(*used).or(self.list.last());
        *used += 1;
        reply
    }
}

impl Functions {
    /// Sets the function with this ARN or name; `*` for all that have no entry.
    pub fn set(&mut self, name: impl Into<String>, function: Function) {
        self.functions.insert(name.into(), Arc::new(function));
    }

    /// A function that always replies this value at once.
    pub fn reply(&mut self, name: impl Into<String>, value: Value) {
        self.set(name, Function::Canned(Replies::new(vec![Reply::now(value)])));
    }
}

#[async_trait]
impl Lambdas for Functions {
    async fn invoke(&self, function: &str, event: &Value) -> Result<Value, InvokeError> {
        let name = function_name(function);
        let named = self.functions.iter().find(|(key, _)| function_name(key) == name).map(|(_, found)| found);
        let Some(found) = self.functions.get(function).or(named).or_else(|| find(&self.functions, &[name]))
        else {
            return Err(InvokeError::Refused {
                message: format!(
                    "no function {name} is known here: give its reply, or the place where it is"
                ),
            });
        };
        match &**found {
            Function::Real(lambdas) => lambdas.invoke(function, event).await,
            Function::Canned(replies) => match replies.next() {
                Some(reply) => answer(reply).await,
                None => Err(InvokeError::Refused { message: "it has no reply".into() }),
            },
        }
    }
}

async fn answer(reply: &Reply) -> Result<Value, InvokeError> {
    tokio::time::sleep(reply.after).await;
    match &reply.answer {
        Answer::Value(value) => Ok(value.clone()),
        Answer::Fails(error) => Err(error.clone()),
        Answer::Never => std::future::pending().await,
    }
}
