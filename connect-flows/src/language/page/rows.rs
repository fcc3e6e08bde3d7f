//! Parameters, branches and conditions in words.

use std::fmt::Write;

use crate::language::{Conditions, Dynamic, ErrorBranch, Group, Kind, Need, Parameter, When};

/// A name in code style.
pub(super) fn code(name: &str) -> String {
    format!("`{name}`")
}

/// The table of parameters.
pub(super) fn parameters(parameters: &[Parameter]) -> String {
    let mut table = "\n| parameter | value | required | |\n| --- | --- | --- | --- |\n".to_owned();
    for parameter in parameters {
        let required = if parameter.need == Need::Required { "yes" } else { "" };
        _ = writeln!(
            table,
            "| {} | {} | {required} | {} |",
            code(&parameter.name),
            value(parameter),
            remarks(parameter)
        );
    }
    table
}

fn value(parameter: &Parameter) -> String {
    if !parameter.values.is_empty() {
        return codes(&parameter.values, " or ");
    }
    let kind = match parameter.kind {
        Kind::Text => "text",
        Kind::Ssml => "SSML",
        Kind::Number => "number",
        Kind::Boolean => "`True` or `False`",
        Kind::Id => "identifier or ARN",
        Kind::Url => "URL",
        Kind::Json => "any JSON",
    };
    match (parameter.min, parameter.max, parameter.max_chars) {
        (Some(min), Some(max), _) => format!("{kind}, {min} to {max}"),
        (Some(min), None, _) => format!("{kind}, from {min}"),
        (_, _, Some(chars)) => format!("{kind}, up to {chars} characters"),
        _ => kind.to_owned(),
    }
}

fn remarks(parameter: &Parameter) -> String {
    let mut remarks = Vec::new();
    match parameter.dynamic {
        Dynamic::Static => remarks.push("No references.".to_owned()),
        Dynamic::Alone => remarks.push("A reference stands alone.".to_owned()),
        Dynamic::Mixed => {}
        Dynamic::Reference => remarks.push("Always one reference.".to_owned()),
    }
    if parameter.any_scalar {
        remarks.push("A JSON number or boolean too.".to_owned());
    }
    if parameter.may_be_empty {
        remarks.push("May be empty.".to_owned());
    }
    if let Some(form) = form(&parameter.when) {
        remarks.push(format!("Only {form}."));
    }
    if !parameter.note.is_empty() {
        remarks.push(parameter.note.clone());
    }
    remarks.join(" ")
}

/// The groups of parameters that exclude each other, one line each.
pub(super) fn groups(groups: &[Group]) -> impl Iterator<Item = String> {
    groups.iter().map(|group| {
        let members = codes(&group.members, ", ");
        let count = match (group.at_least, group.members.len()) {
            (0, _) => "At most one of",
            (_, 1) => "Required:",
            _ => "Exactly one of",
        };
        let within = group.within.as_deref().map(|place| format!(" in {}", code(place))).unwrap_or_default();
        let form = form(&group.when).map(|form| format!(" {form}")).unwrap_or_default();
        format!("{count} {members}{within}{form}.")
    })
}

/// The error branches.
pub(super) fn branches(errors: &[ErrorBranch]) -> Option<String> {
    let words = errors.iter().map(|error| {
        let need = if error.need == Need::Required { "required" } else { "optional" };
        let form = form(&error.when).map(|form| format!(" {form}")).unwrap_or_default();
        format!("{} {need}{form}", code(&error.name))
    });
    joined(words, "; ").map(|words| format!("Errors: {words}."))
}

/// The conditions, one line for each form.
pub(super) fn conditions(rows: &[Conditions]) -> impl Iterator<Item = String> {
    rows.iter().map(|row| {
        let operators = codes(&row.operators, ", ");
        let operands = match row.operands.as_slice() {
            [] => String::new(),
            operands => format!(" with {}", codes(operands, ", ")),
        };
        let each = match row.each.as_slice() {
            [] => String::new(),
            each => format!("; a branch for each of {}", codes(each, ", ")),
        };
        let need = if row.need == Need::Required { " At least one is required." } else { "" };
        let form = form(&row.when).map(|form| format!(", {form}")).unwrap_or_default();
        format!("Conditions: {operators}{operands}{each}{form}.{need}")
    })
}

fn form(when: &[When]) -> Option<String> {
    let words = when.iter().map(|when| {
        let name = code(&when.parameter);
        match (when.is.as_slice(), when.absent) {
            ([], true) => format!("{name} is absent"),
            ([], false) => format!("{name} is there"),
            (values, true) => format!("{name} is {} or absent", codes(values, " or ")),
            (values, false) => format!("{name} is {}", codes(values, " or ")),
        }
    });
    joined(words, " and ").map(|words| format!("if {words}"))
}

/// Pages of the service's documentation as links.
pub(super) fn source(source: &str) -> String {
    let parts = source.split("; ").map(|part| {
        let guides = [("developer guide: ", "devguide"), ("admin guide: ", "adminguide")];
        let page = guides.iter().find_map(|(words, guide)| Some((part.strip_prefix(words)?, guide)));
        match page {
            Some((page, guide)) => {
                format!("[{page}](https://docs.aws.amazon.com/connect/latest/{guide}/{page}.html)")
            }
            None => part.to_owned(),
        }
    });
    parts.collect::<Vec<_>>().join("; ")
}

fn codes(names: &[String], between: &str) -> String {
    names.iter().map(|name| code(name)).collect::<Vec<_>>().join(between)
}

fn joined(words: impl Iterator<Item = String>, between: &str) -> Option<String> {
    let words: Vec<String> = words.collect();
    (!words.is_empty()).then(|| words.join(between))
}
