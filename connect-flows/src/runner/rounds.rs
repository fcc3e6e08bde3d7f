//! Loop: rounds by a count, or through a list.

use serde_json::{Value, json};

use super::{outcome::Outcome, session::Session};
use crate::{model::Action, reference::text_of};

/// The largest count.
const MOST: usize = 100;

/// Begins the next round, or is done and starts anew at the next pass.
pub(super) fn pass(session: &mut Session<'_>, action: &Action, parameters: &Value) -> Outcome {
    let rounds = match rounds(session, action, parameters) {
        Ok(rounds) => rounds,
        Err(reason) => return Outcome::failed(reason),
    };
    let count = rounds.count();
    let Some(frame) = session.frames.last() else {
        return Outcome::failed("no flow runs");
    };
    let passed = frame.loops.entry(action.identifier.text.clone()).or_insert(0);
    if *passed >= count {
        *passed = 0;
        return Outcome::condition("DoneLooping");
    }
    let index = *passed;
    *passed += 1;
    let name = match text_of(&parameters["LoopName"]) {
        name if name.is_empty() => action.name.as_deref().unwrap_or(&action.identifier).to_owned(),
        name => name,
    };
    let values = match rounds {
        Rounds::Count(_) => json!({"Index": index}),
        Rounds::List(elements) => json!({"Index": index, "Element": elements[index], "Elements": elements}),
    };
    session.context.set_member("Loop", &name, values);
    Outcome::condition("ContinueLooping")
}

enum Rounds {
    Count(usize),
    List(Vec<Value>),
}

impl Rounds {
    fn count(&self) -> usize {
        match self {
            Self::Count(count) => *count,
            Self::List(elements) => elements.len(),
        }
    }
}

fn rounds(session: &Session<'_>, action: &Action, parameters: &Value) -> Result<Rounds, String> {
    let Some(given) = action.parameters.get("LoopArray") else {
        let text = text_of(&parameters["LoopCount"]);
        let count = text.trim().parse().ok().filter(|count| *count <= MOST);
        return count.map(Rounds::Count).ok_or_else(|| format!("LoopCount is {text:?}: use 0 to {MOST}"));
    };
    let given = given.to_value();
    let list = match given.as_str() {
        None => given.clone(),
        Some(text) => match session.context.value(text) {
            Some(value) => value.clone(),
            None => serde_json::from_str(&session.context.resolve(text)).unwrap_or_default(),
        },
    };
    match list {
        Value::Array(elements) => Ok(Rounds::List(elements)),
        _ => Err("LoopArray is no list: name one, such as $.External.list".into()),
    }
}
