//! The flow that is judged, with the parts of it that several rules look at.

use super::{Finding, Rule};
use crate::{
    graph::Graph,
    json::{Data, Node, Span},
    language::{ActionType, FlowType, Parameters, table},
    model::{Action, Flow},
};

/// A flow, and the findings so far.
pub(super) struct Subject<'f> {
    pub(super) flow: &'f Flow,
    /// The type of the flow, where it is known.
    pub(super) kind: Option<FlowType>,
    pub(super) graph: Graph,
    /// The same without failures.
    pub(super) usual: Graph,
    /// The actions, numbered as in the graph.
    pub(super) steps: Vec<Step<'f>>,
    pub(super) findings: Vec<Finding>,
}

/// An action with its row in the table.
#[derive(Clone, Copy)]
pub(super) struct Step<'f> {
    pub(super) action: &'f Action,
    /// The action as in the file.
    pub(super) node: Option<&'f Node>,
    /// The row; `None` for an unknown type.
    pub(super) kind: Option<&'static ActionType>,
}

impl<'f> Subject<'f> {
    /// Whether the designer has written the flow: then Connect has accepted it.
    pub(super) fn is_of_designer(&self) -> bool {
        self.flow.metadata().is_some_and(|metadata| metadata.get("entryPointPosition").is_some())
    }

    pub(super) fn new(flow: &'f Flow, kind: Option<FlowType>) -> Self {
        let items = flow.root().get("Actions").map(Node::items).unwrap_or_default();
        let mut nodes = items.iter().filter(|node| matches!(node.data, Data::Object(_)));
        let steps = flow
            .actions
            .iter()
            .map(|action| Step { action, node: nodes.next(), kind: table().action(&action.kind) })
            .collect();
        let kind = kind.or_else(|| flow.settings().map(|_| FlowType::Module));
        Self {
            flow,
            kind,
            graph: Graph::of(flow),
            usual: Graph::without_failures(flow),
            steps,
            findings: Vec::new(),
        }
    }

    /// Adds a finding about an action.
    pub(super) fn report(
        &mut self,
        rule: Rule,
        step: Step<'_>,
        span: &Span,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        let action = step.action;
        self.findings.push(Finding {
            rule,
            span: span.clone(),
            action: Some(action.identifier.text.clone()),
            name: action.name.clone(),
            what: what.into(),
            remedy: remedy.into(),
        });
    }

    /// The end of a sentence about the first action of its type, which counts for all; `None` for the others.
    pub(super) fn for_all_of_its_type(&self, step: Step<'_>) -> Option<String> {
        let alike = || self.steps.iter().filter(|other| other.action.kind == step.action.kind);
        let is_first = alike().next().is_some_and(|first| std::ptr::eq(first.action, step.action));
        is_first.then(|| match alike().count() {
            1 => String::new(),
            count => format!(" ({count} actions)"),
        })
    }

    /// Adds a finding about the whole flow.
    pub(super) fn report_whole(&mut self, rule: Rule, span: &Span, what: String, remedy: &str) {
        self.findings.push(Finding::of_file(rule, span.clone(), what, remedy));
    }
}

impl<'f> Step<'f> {
    /// The action's parameters for questions about its form.
    pub(super) fn given(&self) -> Parameters {
        self.action.values()
    }

    /// The place at which something is missing: the innermost of these members that exists, or else the type.
    pub(super) fn place(&self, path: &[&str]) -> Span {
        let mut span = self.action.kind.span.clone();
        let mut node = self.node;
        for key in path {
            let Some(member) = node.and_then(|node| node.member(key)) else { break };
            span = member.key_span.clone();
            node = Some(&member.value);
        }
        span
    }

    /// Whether a member that should be an object is another value. That is a fault of the shape; the members that it
    /// should hold are no further ones.
    pub(super) fn is_misshapen(&self, key: &str) -> bool {
        let value = self.node.and_then(|node| node.get(key));
        value.is_some_and(|value| !matches!(value.data, Data::Object(_)))
    }

    /// Whether the action has this type.
    pub(super) fn is(&self, kind: &str) -> bool {
        self.action.kind == kind
    }
}
