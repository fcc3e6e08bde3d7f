//! Rules about the names of parameters: required, known, and exactly one of a group.

use super::{
    Rule,
    subject::{Step, Subject},
    values,
};
use crate::{
    json::{Data, Member, Node, Span},
    language::{ActionType, Group, Need, Parameters, Place, table},
    line::{plain, quoted},
};

pub(super) fn check(subject: &mut Subject<'_>) {
    for step in subject.steps.clone() {
        let Some(kind) = step.kind else {
            check_type(subject, step);
            continue;
        };
        let given = step.given();
        walk(subject, step, kind, &given, &step.action.parameters, &mut Vec::new());
        // The rows of types without documentation list the parameters that were seen, which may not be all.
        if kind.documented() && !step.is_misshapen("Parameters") {
            check_required(subject, step, kind, &given);
            for group in kind.groups(&given) {
                check_group(subject, step, kind, group);
            }
        }
    }
}

fn check_type(subject: &mut Subject<'_>, step: Step<'_>) {
    let name = &step.action.kind;
    let Some(all) = subject.for_all_of_its_type(step).filter(|_| !name.is_empty()) else { return };
    let what = format!("the action type {} is not known{all}", quoted(name));
    let remedy = match table().nearest(name) {
        Some(near) => format!("write {}, if that is meant", quoted(near)),
        None => "use a documented type".to_owned(),
    };
    subject.report(Rule::UnknownType, step, &name.span, what, remedy);
}

/// Looks at each member below `node`, which stands at `place`.
fn walk<'n>(
    subject: &mut Subject<'_>,
    step: Step<'_>,
    kind: &'static ActionType,
    given: &Parameters,
    node: &'n Node,
    place: &mut Vec<&'n str>,
) {
    for Member { key, key_span, value } in node.members() {
        place.push(key);
        visit(subject, step, kind, given, (value, key_span), place);
        place.pop();
    }
    for item in node.items() {
        place.push("[]");
        visit(subject, step, kind, given, (item, &item.span), place);
        place.pop();
    }
}

fn visit<'n>(
    subject: &mut Subject<'_>,
    step: Step<'_>,
    kind: &'static ActionType,
    given: &Parameters,
    (value, span): (&'n Node, &Span),
    place: &mut Vec<&'n str>,
) {
    match kind.place(given, place) {
        Place::Value(row) => {
            values::check(subject, step, values::Value { row, name: &spelt(place), node: value });
        }
        Place::Inner => match value.data {
            Data::Object(_) | Data::List(_) => walk(subject, step, kind, given, value, place),
            Data::Null => {}
            _ => {
                let what = format!("the parameter {} is a single value", spelt(place));
                subject.report(Rule::NotAString, step, &value.span, what, "write an object or a list here");
            }
        },
        Place::Unknown if kind.documented() && !value.is_null() => {
            let what = format!("{} has no parameter {}", kind.name, spelt(place));
            let rule = if meant(kind, place).is_none() && subject.is_of_designer() {
                Rule::NewParameter
            } else {
                Rule::UnknownParameter
            };
            subject.report(rule, step, span, what, known(kind, place));
        }
        Place::Unknown => {}
    }
}

/// The parameter whose name resembles that at this place.
fn meant<'t>(kind: &'t ActionType, place: &[&str]) -> Option<&'t str> {
    kind.nearest_parameter(&place.join(".").replace(".[]", "[]"))
}

/// A remedy that names the parameter that is meant, or those that stand beside this place.
fn known(kind: &ActionType, place: &[&str]) -> String {
    if let Some(meant) = meant(kind, place) {
        return format!("write {meant}, or remove it");
    }
    let Some((_, above)) = place.split_last() else { return String::new() };
    let mut beside: Vec<&str> = Vec::new();
    for parameter in &kind.parameters {
        let steps: Vec<&str> = parameter.steps().collect();
        let is_above = steps.iter().zip(above).all(|(step, asked)| step == asked || *step == "*");
        match steps.get(above.len()) {
            Some(step) if is_above && !beside.contains(step) => beside.push(step),
            _ => {}
        }
    }
    if beside.is_empty() {
        "remove it".to_owned()
    } else {
        format!("remove it; there are {}", beside.join(", "))
    }
}

fn check_required(subject: &mut Subject<'_>, step: Step<'_>, kind: &ActionType, given: &Parameters) {
    for parameter in kind.parameters(given).filter(|parameter| parameter.need == Need::Required) {
        let steps: Vec<&str> = parameter.steps().collect();
        let mut missing = Vec::new();
        lacking(&step.action.parameters, &steps, &mut missing);
        for around in missing {
            let name = steps.iter().find(|name| **name == "*").map_or(parameter.name.as_str(), |_| steps[0]);
            let what = format!("{} has no parameter {}", kind.name, plain(name));
            let span = match around {
                Some(object) if steps.len() > 1 => object.opening(),
                _ => step.place(&["Parameters"]),
            };
            subject.report(Rule::MissingParameter, step, &span, what, "add it");
        }
    }
}

/// The objects that lack the last of these steps. A map with free names is only looked for at the top.
fn lacking<'n>(node: &'n Node, steps: &[&str], missing: &mut Vec<Option<&'n Node>>) {
    match steps {
        [] | ["*" | "[]"] => {}
        [last] | [last, "*", ..] if node.get(last).is_none() => missing.push(Some(node)),
        ["*", rest @ ..] => node.members().iter().for_each(|member| lacking(&member.value, rest, missing)),
        ["[]", rest @ ..] => node.items().iter().for_each(|item| lacking(item, rest, missing)),
        [name, rest @ ..] => {
            if let Some(inner) = node.get(name) {
                lacking(inner, rest, missing);
            }
        }
    }
}

fn check_group(subject: &mut Subject<'_>, step: Step<'_>, kind: &ActionType, group: &Group) {
    for place in places(&step.action.parameters, group) {
        let mut here: Vec<&Member> = group
            .members
            .iter()
            .filter_map(|name| place.member(name).filter(|member| !member.value.is_null()))
            .collect();
        here.sort_by_key(|member| member.key_span.start);
        let names = group.members.join(", ");
        let remedy = if group.members.len() == 1 { "add it" } else { "add exactly one of them" };
        if let [_, second, ..] = &here[..] {
            let given: Vec<&str> = here.iter().map(|member| member.key.as_str()).collect();
            let what = format!("{} has {} together", kind.name, given.join(" and "));
            subject.report(Rule::OneOf, step, &second.key_span, what, format!("keep one of {names}"));
        } else if here.is_empty() && group.at_least > 0 {
            let what = match &group.members[..] {
                [one] => format!("{} has no parameter {one}", kind.name),
                _ => format!("{} has none of {names}", kind.name),
            };
            let span = if group.within.is_some() { place.opening() } else { step.place(&["Parameters"]) };
            subject.report(Rule::OneOf, step, &span, what, remedy);
        }
    }
}

/// The objects that a group is about.
fn places<'n>(parameters: &'n Node, group: &Group) -> Vec<&'n Node> {
    let Some(within) = group.within.as_deref() else { return vec![parameters] };
    match within.strip_suffix("[]") {
        Some(list) => parameters.get(list).map(|list| list.items().iter().collect()).unwrap_or_default(),
        None => parameters.get(within).into_iter().collect(),
    }
}

/// The place with dots.
fn spelt(place: &[&str]) -> String {
    plain(&place.join(".").replace(".[]", "[]"))
}
