//! Rules about the value of a parameter.

use super::{
    Rule, reads,
    subject::{Step, Subject},
};
use crate::{
    json::{Data, Node},
    language::{Dynamic, Kind, Parameter, nearest},
    line::quoted,
};

/// A value of an action's parameters.
#[derive(Clone, Copy)]
pub(super) struct Value<'n> {
    /// The row of the parameter.
    pub(super) row: &'n Parameter,
    /// The names of members that lead to it: `Attributes.customer`.
    pub(super) name: &'n str,
    pub(super) node: &'n Node,
}

/// Judges a value.
pub(super) fn check(subject: &mut Subject<'_>, step: Step<'_>, given: Value<'_>) {
    let Value { row, name, node: value } = given;
    if row.kind == Kind::Json {
        return;
    }
    match &value.data {
        Data::Null => {}
        Data::Text(text) if text.is_empty() => {
            if !row.may_be_empty {
                let what = format!("the parameter {name} is empty");
                subject.report(Rule::EmptyString, step, &value.span, what, "give it a value or leave it out");
            }
        }
        Data::Text(text) => check_text(subject, step, given, text),
        Data::Number(text) if row.any_scalar => check_text(subject, step, given, text),
        Data::Bool(_) if row.any_scalar => {}
        Data::Number(_) | Data::Bool(_) => {
            let what = format!("the parameter {name} is {value}, not a string");
            subject.report(Rule::NotAString, step, &value.span, what, format!("write \"{value}\""));
        }
        Data::List(_) | Data::Object(_) => {
            let sort = if matches!(value.data, Data::List(_)) { "a list" } else { "an object" };
            let what = format!("the parameter {name} is {sort}, not a string");
            subject.report(Rule::NotAString, step, &value.span, what, "write a string");
        }
    }
}

fn check_text(subject: &mut Subject<'_>, step: Step<'_>, given: Value<'_>, text: &str) {
    let Value { row, name, node: value } = given;
    let is_dynamic = reads::has_any(text);
    if row.dynamic == Dynamic::Reference && !is_dynamic {
        let what = format!("the parameter {name} is {}, which refers to nothing", quoted(text));
        subject.report(
            Rule::NotAReference,
            step,
            &value.span,
            what,
            "write a reference such as $.Attributes.name",
        );
    }
    // A static parameter takes a reference for a text.
    if is_dynamic && row.dynamic != Dynamic::Static || is_template(text) {
        return;
    }
    check_known(subject, step, given, text);
    check_length(subject, step, given, text);
    if row.kind == Kind::Number {
        check_number(subject, step, given, text);
    }
}

fn check_known(subject: &mut Subject<'_>, step: Step<'_>, given: Value<'_>, text: &str) {
    let Value { row, name, node: value } = given;
    let known: Vec<&str> = match row.kind {
        Kind::Boolean => vec!["True", "False"],
        _ => row.values.iter().map(String::as_str).collect(),
    };
    if known.is_empty() || known.iter().any(|known| known.eq_ignore_ascii_case(text)) {
        return;
    }
    let what = format!("the parameter {name} can't be {}", quoted(text));
    let remedy = match nearest(text, known.iter().copied()) {
        Some(near) => format!("write {}", quoted(near)),
        None => format!("use one of {}", known.join(", ")),
    };
    subject.report(Rule::UnknownValue, step, &value.span, what, remedy);
}

fn check_length(subject: &mut Subject<'_>, step: Step<'_>, given: Value<'_>, text: &str) {
    let Value { row, name, node: value } = given;
    // The length of spoken texts has a rule of its own.
    let is_spoken = row.kind == Kind::Ssml || row.name.ends_with("Text");
    let chars = text.chars().count();
    if let Some(most) = row.max_chars.filter(|most| chars > *most && !is_spoken) {
        let what = format!("the parameter {name} has {chars} characters");
        subject.report(Rule::OutOfRange, step, &value.span, what, format!("write at most {most}"));
    }
}

/// Whether a program replaces a part of the text before the flow is imported.
pub(super) fn is_template(text: &str) -> bool {
    ["${", "{{", "<<", "<%", "@@", "__"].iter().any(|mark| text.contains(mark))
}

fn check_number(subject: &mut Subject<'_>, step: Step<'_>, given: Value<'_>, text: &str) {
    let Value { row, name, node: value } = given;
    let remedy = match (row.min, row.max) {
        (Some(min), Some(max)) => format!("write a whole number from {min} to {max}"),
        (Some(min), None) => format!("write a whole number of at least {min}"),
        (None, Some(max)) => format!("write a whole number of at most {max}"),
        (None, None) => "write a whole number".to_owned(),
    };
    let what = match text.trim().parse::<i64>() {
        Err(_) => format!("the parameter {name} is {}, not a whole number", quoted(text)),
        Ok(number) if row.min.is_some_and(|min| number < min) => {
            format!("the parameter {name} is {number}, too small")
        }
        Ok(number) if row.max.is_some_and(|max| number > max) => {
            format!("the parameter {name} is {number}, too large")
        }
        Ok(_) => return,
    };
    subject.report(Rule::OutOfRange, step, &value.span, what, remedy);
}
