//! Rules about transitions: next actions, error branches, conditions.

use super::{
    Rule, identifiers,
    subject::{Step, Subject},
};
use crate::{
    language::{ActionType, Conditions, Need, Next, nearest},
    line::{plain, quoted},
    model::{Condition, Word},
};

pub(super) fn check(subject: &mut Subject<'_>) {
    for step in subject.steps.clone() {
        check_targets(subject, step);
        check_words_are_there(subject, step);
        check_conditions_hold_one_operand(subject, step);
        let Some(kind) = step.kind.filter(|_| !step.is_misshapen("Transitions")) else { continue };
        check_next(subject, step, kind);
        if kind.documented() {
            check_errors(subject, step, kind);
            check_conditions(subject, step, kind);
        }
    }
}

fn check_targets(subject: &mut Subject<'_>, step: Step<'_>) {
    let transitions = &step.action.transitions;
    let errors = transitions.errors.iter().map(|branch| (plain(&branch.error_type), &branch.next_action));
    let conditions =
        transitions.conditions.iter().map(|branch| (told(&branch.condition), &branch.next_action));
    let next = transitions.next_action.iter().map(|next| ("NextAction".to_owned(), next));
    for (branch, target) in next.chain(conditions).chain(errors) {
        let is_read = target.span.len() > 1 || !target.is_empty();
        if target.is_empty() && is_read {
            let what = format!("a draft: the branch {branch} is not connected");
            subject.report(
                Rule::Draft,
                step,
                &target.span,
                what,
                "connect it to an action, then publish the flow",
            );
        } else if !target.is_empty() && subject.flow.action(target).is_none() {
            check_dangling(subject, step, &branch, target);
        }
    }
}

/// Words that are empty strings. Absent ones are faults of the shape.
fn check_words_are_there(subject: &mut Subject<'_>, step: Step<'_>) {
    let transitions = &step.action.transitions;
    let errors = transitions.errors.iter().map(|branch| ("ErrorType", &branch.error_type));
    let operators = transitions.conditions.iter().map(|branch| ("Operator", &branch.condition.operator));
    for (key, word) in [("Type", &step.action.kind)].into_iter().chain(errors).chain(operators) {
        if word.is_empty() && word.span.len() > 1 {
            subject.report(Rule::Shape, step, &word.span, format!("{key} is empty"), "give it a value");
        }
    }
}

fn check_dangling(subject: &mut Subject<'_>, step: Step<'_>, branch: &str, target: &Word) {
    let remedy = match identifiers::alike(subject.flow, target) {
        Some(near) => format!("connect it to an existing action, such as {}", quoted(near)),
        None => "connect it to an existing action".to_owned(),
    };
    let what = format!("the branch {branch} leads to {}, which does not exist", quoted(target));
    subject.report(Rule::DanglingTransition, step, &target.span, what, remedy);
}

fn check_conditions_hold_one_operand(subject: &mut Subject<'_>, step: Step<'_>) {
    for branch in &step.action.transitions.conditions {
        let Condition { operator, operands } = &branch.condition;
        // An absent condition is a fault of the shape.
        if operator.is_empty() {
            continue;
        }
        match &operands[..] {
            [one] if one.is_empty() => {
                subject.report(
                    Rule::OperandCount,
                    step,
                    &one.span,
                    "the operand is empty",
                    "give it a value",
                );
            }
            [_] => {}
            several => {
                let span = several.get(1).map_or(&operator.span, |second| &second.span);
                let what = format!("the condition has {} operands", several.len());
                let remedy = "give each condition exactly one, and make a condition for each value";
                subject.report(Rule::OperandCount, step, span, what, remedy);
            }
        }
    }
}

fn check_next(subject: &mut Subject<'_>, step: Step<'_>, kind: &ActionType) {
    match (&step.action.transitions.next_action, kind.next) {
        (None, Next::Required) => {
            let what = format!("{} has no NextAction", kind.name);
            let span = step.place(&["Transitions"]);
            subject.report(Rule::NoNextAction, step, &span, what, "say what follows");
        }
        (Some(next), Next::None) if !next.is_empty() => {
            let what = format!("{} has a NextAction, but the flow ends here", kind.name);
            subject.report(
                Rule::TransitionAfterEnd,
                step,
                &next.span,
                what,
                "remove it, or move it to the action before",
            );
        }
        _ => {}
    }
}

fn check_errors(subject: &mut Subject<'_>, step: Step<'_>, kind: &ActionType) {
    let given = step.given();
    let branches = &step.action.transitions.errors;
    for error in kind.errors(&given).filter(|error| error.need == Need::Required) {
        if !branches.iter().any(|branch| branch.error_type == *error.name) {
            let what = format!("{} has no error branch {}", kind.name, error.name);
            let span = step.place(&["Transitions", "Errors"]);
            subject.report(Rule::MissingErrorBranch, step, &span, what, "say what follows after this error");
        }
    }
    let known: Vec<&str> = kind.errors(&given).map(|error| error.name.as_str()).collect();
    for (number, branch) in branches.iter().enumerate() {
        let name = &branch.error_type;
        if name.is_empty() {
            continue;
        }
        if !known.contains(&name.as_str()) {
            let elsewhere = kind.errors.iter().any(|error| *name == *error.name);
            let form = if elsewhere { " in this form" } else { "" };
            let what = format!("{} has no error {}{form}", kind.name, quoted(name));
            let remedy = choice(name, &known, "remove the branch");
            subject.report(Rule::UnknownErrorBranch, step, &name.span, what, remedy);
        } else if branches[..number].iter().any(|earlier| earlier.error_type == *name) {
            let what = format!("the error {} has two branches", quoted(name));
            subject.report(Rule::DuplicateErrorBranch, step, &name.span, what, "remove one of them");
        }
    }
}

fn check_conditions(subject: &mut Subject<'_>, step: Step<'_>, kind: &ActionType) {
    let given = step.given();
    let branches = &step.action.transitions.conditions;
    let Some(rows) = kind.conditions(&given) else {
        if let Some(branch) = branches.first() {
            let form = if kind.conditions.is_empty() { "" } else { " in this form" };
            let what = format!("{} takes no conditions{form}", kind.name);
            let span = branch.condition.operator.span.clone();
            subject.report(
                Rule::UnexpectedCondition,
                step,
                &span,
                what,
                "remove them, or compare afterwards",
            );
        }
        return;
    };
    check_words(subject, step, kind, rows);
    check_missing(subject, step, kind, rows);
}

/// The operators and operands of the conditions.
fn check_words(subject: &mut Subject<'_>, step: Step<'_>, kind: &ActionType, rows: &Conditions) {
    let operators: Vec<&str> = rows.operators.iter().map(String::as_str).collect();
    let known_operands: Vec<&str> = rows.operands.iter().map(String::as_str).collect();
    for branch in &step.action.transitions.conditions {
        let Condition { operator, operands } = &branch.condition;
        if !operator.is_empty() && !operators.contains(&operator.as_str()) {
            let what = format!("{} has no operator {}", kind.name, quoted(operator));
            let remedy = choice(operator, &operators, "use another one");
            subject.report(Rule::UnknownOperator, step, &operator.span, what, remedy);
        }
        for operand in operands.iter().filter(|operand| !operand.is_empty()) {
            if !known_operands.is_empty() && !known_operands.contains(&operand.as_str()) {
                let what = format!("{} never has the result {}", kind.name, quoted(operand));
                let remedy = choice(operand, &known_operands, "use another operand");
                subject.report(Rule::UnknownOperand, step, &operand.span, what, remedy);
            }
        }
    }
}

fn check_missing(subject: &mut Subject<'_>, step: Step<'_>, kind: &ActionType, rows: &Conditions) {
    let branches = &step.action.transitions.conditions;
    let operands = branches.iter().flat_map(|branch| &branch.condition.operands);
    let missing: Vec<String> = rows
        .each
        .iter()
        .filter(|name| !operands.clone().any(|operand| operand == name.as_str()))
        .map(|name| quoted(name))
        .collect();
    let what = if !missing.is_empty() {
        format!("{} has no condition for {}", kind.name, missing.join(" and "))
    } else if rows.need == Need::Required && branches.is_empty() {
        format!("{} has no condition", kind.name)
    } else {
        return;
    };
    let span = step.place(&["Transitions", "Conditions"]);
    subject.report(Rule::MissingCondition, step, &span, what, "say what follows then");
}

/// A condition in a few words.
fn told(condition: &Condition) -> String {
    let operands: Vec<_> = condition.operands.iter().map(|operand| plain(operand)).collect();
    format!("{} {}", plain(&condition.operator), operands.join(" "))
}

/// A remedy that names the nearest of the known words, or all of them.
fn choice(word: &str, known: &[&str], otherwise: &str) -> String {
    match nearest(word, known.iter().copied()) {
        Some(near) => format!("write {}", quoted(near)),
        None if known.is_empty() => otherwise.to_owned(),
        None => format!("{otherwise}; it has {}", known.join(", ")),
    }
}
