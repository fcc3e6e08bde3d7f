//! From the way after an action to the next action.

use super::outcome::Edge;
use crate::model::{ConditionTransition, Transitions};

/// The name of the branch, and the identifier of the action to which it leads.
///
/// An error without a branch of its own takes that of `NoMatchingError`. Without any, the flow goes on with the next
/// action: exports of healthy flows leave such branches out.
pub(super) fn target<'t>(transitions: &'t Transitions, edge: &Edge) -> (String, Option<&'t str>) {
    let next = || ("next".to_owned(), transitions.next());
    let leads = |condition: &'t ConditionTransition| {
        let operand = condition.condition.operands.first().map(|operand| operand.text.clone());
        let to = Some(condition.next_action.as_str()).filter(|to| !to.is_empty());
        (operand.unwrap_or_default(), to)
    };
    let on_error = |error: &str| Some((error.to_owned(), Some(transitions.on_error(error)?)));
    match edge {
        Edge::Branch(index) => transitions.conditions.get(*index).map_or_else(next, leads),
        Edge::Condition(operand) => {
            let named = |condition: &&ConditionTransition| {
                let given = &condition.condition;
                given.operator == "Equals" && given.operands.first().is_some_and(|known| *known == **operand)
            };
            let condition = transitions.conditions.iter().find(named).map(leads);
            condition.or_else(|| on_error("NoMatchingCondition")).unwrap_or_else(next)
        }
        Edge::Error(error) if error == "NoMatchingCondition" => on_error(error).unwrap_or_else(next),
        Edge::Error(error) => on_error(error)
            .or_else(|| on_error("NoMatchingError"))
            .unwrap_or_else(|| (error.clone(), next().1)),
        _ => next(),
    }
}
