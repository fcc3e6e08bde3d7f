//! The ways in which an action can end, under the facts that are known.

use super::{
    Branch,
    facts::{Fact, Facts},
    live::own,
    values::{change, compared, tried},
};
use crate::{
    language::{self, Ends, Need, Next, Parameters},
    model::Action,
};

/// Rounds up to which a loop is counted. A longer one goes at least one round, and may then end at any time.
const COUNTED: u32 = 5;

/// One way in which an action can end.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    pub branch: Branch,
    /// Identifier of the next action; empty where the branch is not connected.
    pub to: String,
    /// Whether there is a branch at all.
    pub present: bool,
    pub facts: Facts,
}

/// All outcomes that no fact rules out.
pub(super) fn outcomes(action: &Action, facts: &Facts) -> Vec<Outcome> {
    let mut after = facts.clone();
    change(action, &mut after);
    let mut found = Vec::new();
    match &*action.kind {
        "Compare" => compare(action, &after, &mut found),
        "Loop" => repeat(action, &after, &mut found),
        _ => {
            conditions(action, &after, &mut found);
            success(action, &after, &mut found);
        }
    }
    errors(action, &after, &mut found);
    found
}

/// The error branches, and the errors that the action can have without a branch.
fn errors(action: &Action, facts: &Facts, found: &mut Vec<Outcome>) {
    // Whether no condition holds is known by now.
    let decided = matches!(&*action.kind, "Compare" | "Loop");
    let counts = |error: &str| !decided || error != "NoMatchingCondition";
    let mut add = |error: &str, to: &str, present: bool| {
        let branch = Branch::Error(error.to_owned());
        found.push(Outcome { branch, to: to.to_owned(), present, facts: facts.clone() });
    };
    let branches = &action.transitions.errors;
    for error in branches.iter().filter(|error| counts(&error.error_type)) {
        add(&error.error_type, &error.next_action, true);
    }
    let given = given(action);
    let known = language::table().action(&action.kind).into_iter();
    let needed = known.flat_map(|known| known.errors(&given)).filter(|error| error.need == Need::Required);
    for error in needed.filter(|error| counts(&error.name)) {
        if !branches.iter().any(|branch| *branch.error_type == *error.name) {
            add(&error.name, "", false);
        }
    }
}

fn given(action: &Action) -> Parameters {
    match action.parameters.to_value() {
        serde_json::Value::Object(given) => given,
        _ => Parameters::new(),
    }
}

/// The first condition that holds, or no condition.
fn compare(action: &Action, facts: &Facts, found: &mut Vec<Outcome>) {
    let count = action.transitions.conditions.len();
    for holds in (0..count).map(Some).chain([None]) {
        let mut facts = facts.clone();
        let fits = match compared(action) {
            None => true,
            Some(Err(literal)) => {
                let mut own = Facts::default();
                own.is("literal", &literal);
                tried(action, holds).into_iter().all(|fact| own.add("literal", fact))
            }
            Some(Ok(name)) => tried(action, holds).into_iter().all(|fact| facts.add(&name, fact)),
        };
        if fits {
            found.push(chosen(action, holds, facts));
        }
    }
}

/// The outcome of a condition, or of none.
fn chosen(action: &Action, holds: Option<usize>, facts: Facts) -> Outcome {
    if let Some(index) = holds {
        let to = action.transitions.conditions[index].next_action.text.clone();
        return Outcome { branch: Branch::Condition(index), to, present: true, facts };
    }
    let error = "NoMatchingCondition";
    let branch = action.transitions.errors.iter().find(|branch| *branch.error_type == *error);
    Outcome {
        branch: Branch::Error(error.to_owned()),
        to: branch.map(|branch| branch.next_action.text.clone()).unwrap_or_default(),
        present: branch.is_some(),
        facts,
    }
}

/// The next round of a loop, or its end.
fn repeat(action: &Action, facts: &Facts, found: &mut Vec<Outcome>) {
    let own = own(action);
    let count = action.text("LoopCount").and_then(|text| text.trim().parse::<u32>().ok());
    let done: u32 = facts.known(&own).and_then(|rounds| rounds.parse().ok()).unwrap_or_default();
    let counted = count.filter(|count| *count <= COUNTED);
    let (again, ends) = match (counted, count) {
        (Some(count), _) => (done < count, done >= count),
        // At least one round; of a list, perhaps none.
        (None, Some(_)) => (true, done > 0),
        (None, None) => (true, true),
    };
    let condition = |operand: &str| {
        let conditions = action.transitions.conditions.iter();
        conditions
            .enumerate()
            .find(|(_, branch)| branch.condition.operands.iter().any(|one| **one == *operand))
    };
    for (takes, operand) in [(again, "ContinueLooping"), (ends, "DoneLooping")] {
        let (true, Some((index, branch))) = (takes, condition(operand)) else { continue };
        let mut facts = facts.clone();
        if operand == "DoneLooping" {
            facts.put(&own, std::collections::BTreeSet::new());
        } else {
            let rounds = if counted.is_some() { done + 1 } else { 1 };
            facts.is(&own, &rounds.to_string());
        }
        let to = branch.next_action.text.clone();
        found.push(Outcome { branch: Branch::Condition(index), to, present: true, facts });
    }
}

fn conditions(action: &Action, facts: &Facts, found: &mut Vec<Outcome>) {
    for (index, branch) in action.transitions.conditions.iter().enumerate() {
        let operand = branch.condition.operands.first().map(|operand| &**operand).unwrap_or_default();
        let mut facts = facts.clone();
        let fits = match &*action.kind {
            // Hours don't change during a call.
            "CheckHoursOfOperation" => facts.add(&own(action), Fact::new("Equals", operand, true)),
            "ConnectParticipantWithLexBot" => {
                facts.add("Lex.IntentName", Fact::new(&branch.condition.operator, operand, true))
            }
            _ => true,
        };
        if fits {
            let to = branch.next_action.text.clone();
            found.push(Outcome { branch: Branch::Condition(index), to, present: true, facts });
        }
    }
}

/// Success without a condition: the next action, or the end of the flow.
fn success(action: &Action, facts: &Facts, found: &mut Vec<Outcome>) {
    let known = language::table().action(&action.kind);
    let (ends, next) = known.map_or((Ends::Never, Next::Optional), |known| (known.ends, known.next));
    let transitions = &action.transitions;
    let end = Outcome { branch: Branch::End, to: String::new(), present: true, facts: facts.clone() };
    match transitions.next() {
        _ if ends == Ends::Always => found.push(end),
        Some(next) => {
            // A choice repeats one of its branches as the next action, and does not take it.
            let repeated = !transitions.conditions.is_empty()
                && transitions.targets().filter(|to| ***to == *next).count() > 1;
            if ends == Ends::Sometimes {
                found.push(end);
            }
            if !repeated {
                found.push(Outcome {
                    branch: Branch::Next,
                    to: next.to_owned(),
                    present: true,
                    facts: facts.clone(),
                });
            }
        }
        None if !transitions.conditions.is_empty() => {}
        None if next == Next::Required || transitions.next_action.is_some() => {
            found.push(Outcome {
                branch: Branch::Next,
                to: String::new(),
                present: true,
                facts: facts.clone(),
            });
        }
        None => found.push(end),
    }
}
