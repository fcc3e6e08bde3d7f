//! Actions that the runner does not perform: the table of the language says which branch they take.

use super::outcome::Outcome;
use crate::{
    language::{self, Run},
    line::{plain, quoted},
    model::Action,
};

/// Passes an action by.
pub(super) fn pass(action: &Action) -> Outcome {
    let table = language::table();
    let kind = plain(&action.kind);
    match table.action(&action.kind).map(|known| &known.run) {
        Some(Run::Passes) => Outcome::next("Success").with_note(format!("{kind} has no effect here")),
        Some(Run::Error(error)) => Outcome::error(
            error,
            format!("{kind} is not performed here: name the branch that it takes in a scenario"),
        ),
        Some(Run::Performed) => Outcome::failed(format!("{kind} is not performed in this form")),
        None => {
            let near = table.nearest(&action.kind).map(|near| format!(": is it {near}?"));
            Outcome::failed(format!(
                "the type {} is not known{}",
                quoted(&action.kind),
                near.unwrap_or_default()
            ))
        }
    }
}
