//! Faults of flows, found before they are imported: each with a code, a place, and a remedy.
//!
//! Errors are faults for which Connect refuses the flow. Warnings are flows that Connect takes and that probably don't do
//! as intended. The facts come from [`crate::language`]; constructs that occur in exports of real contact centres give
//! no error. Nothing here reads a file or prints.

mod arns;
mod attributes;
mod branches;
mod external;
mod identifiers;
mod parameters;
mod queue;
mod reads;
mod rule;
mod secrets;
pub(crate) mod speech;
pub(crate) mod ssml;
mod subject;
mod values;
mod ways;
mod whole;

pub use attributes::unset as attributes_of_a_set;
pub use rule::{About, Rule, Severity};

use std::fmt;

use crate::{
    json::Span,
    language::FlowType,
    line::plain,
    model::{Flow, Reading},
    source::{Held, Source, Unreadable},
};
use subject::Subject;

/// One fault of a flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that the flow breaks.
    pub rule: Rule,
    /// The bytes of the place in the source.
    pub span: Span,
    /// Identifier of the action; `None` for a fault of the whole flow.
    pub action: Option<String>,
    /// The action's name in the designer, if it has one.
    pub name: Option<String>,
    /// The fault, in one sentence without a full stop.
    pub what: String,
    /// The remedy, in the same form.
    pub remedy: String,
}

impl Finding {
    /// A fault outside the actions.
    pub fn of_file(rule: Rule, span: Span, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { rule, span, action: None, name: None, what: what.into(), remedy: remedy.into() }
    }

    /// The fault in one line, after the action's name and identifier.
    pub fn sentence(&self) -> String {
        let action = self.action.as_ref().filter(|action| !action.is_empty());
        let subject = match (action, &self.name) {
            (Some(action), Some(name)) => format!("{} ({}): ", plain(name), plain(action)),
            (Some(action), None) => format!("{}: ", plain(action)),
            (None, _) => String::new(),
        };
        subject + &self.what
    }

    /// Whether Connect refuses the flow for it.
    pub fn is_error(&self) -> bool {
        self.rule.severity() == Severity::Error
    }
}

/// One line: `error FW034: menu: the parameter Text is empty; give it a value or leave it out`.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = if self.is_error() { "error" } else { "warning" };
        write!(f, "{severity} {}: {}; {}", self.rule, self.sentence(), self.remedy)
    }
}

/// A file with the flows that it holds and their faults.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The flows that could be read.
    pub flows: Vec<Held>,
    /// The faults of all of them, by place.
    pub findings: Vec<Finding>,
}

/// The faults of a file: those of its flows, and the reason for each that can't be read.
pub fn file(source: &Source) -> Judged {
    let (mut flows, mut findings) = (Vec::new(), Vec::new());
    for flow in source.each_flow() {
        match flow {
            Ok(flow) => {
                findings.extend(held(&flow));
                flows.push(flow);
            }
            Err(error) => findings.push(unreadable(error)),
        }
    }
    sort(&mut findings);
    Judged { flows, findings }
}

fn unreadable(error: Unreadable) -> Finding {
    let rule = if error.reason.contains("not JSON") { Rule::NotJson } else { Rule::NoFlow };
    let (what, remedy) = match error.reason.split_once(": ") {
        Some((what, remedy)) if rule == Rule::NoFlow => (what.to_owned(), remedy.to_owned()),
        _ => (error.reason, "mend the JSON at this place".to_owned()),
    };
    Finding::of_file(rule, error.span, what, remedy)
}

/// The faults of one flow of a file, those of its shape included, by place.
pub fn held(held: &Held) -> Vec<Finding> {
    let Reading { flow, faults } = &held.reading;
    let told = if whole::is_beyond_all_limits(flow) { 0 } else { faults.len() };
    let mut findings = whole::faults(flow, &faults[..told]);
    findings.extend(self::flow(flow, held.kind.as_deref().and_then(FlowType::named)));
    sort(&mut findings);
    findings
}

/// The faults of a flow of this type, by place. `None`: the type is not known, which hides faults that depend on it.
pub fn flow(flow: &Flow, kind: Option<FlowType>) -> Vec<Finding> {
    let mut subject = Subject::new(flow, kind);
    whole::check(&mut subject);
    if whole::is_beyond_all_limits(flow) {
        return subject.findings;
    }
    whole::check_keys(&mut subject);
    identifiers::check(&mut subject);
    branches::check(&mut subject);
    parameters::check(&mut subject);
    ways::check(&mut subject);
    speech::check(&mut subject);
    attributes::check(&mut subject);
    external::check(&mut subject);
    queue::check(&mut subject);
    arns::check(&mut subject);
    secrets::check(&mut subject);
    let mut findings = subject.findings;
    sort(&mut findings);
    findings
}

fn sort(findings: &mut [Finding]) {
    findings.sort_by_key(|finding| (finding.span.start, finding.rule));
}
