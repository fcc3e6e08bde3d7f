//! The flows in a file: the file itself, or those that an answer of AWS or a template holds.

use super::{Source, inner};
use crate::{
    json::{self, Data, Member, Node, Span, SyntaxError},
    line::plain,
    model::{Flow, FlowError, Reading},
};

/// A flow of a file.
#[derive(Clone, Debug)]
pub struct Held {
    /// The flow's name: from the file's metadata, the answer, or the template; `None` where none is given.
    pub name: Option<String>,
    /// The flow's type as Connect names it, such as `contactFlow`, `CONTACT_FLOW` or `CUSTOMER_WHISPER`.
    pub kind: Option<String>,
    /// The flow, as far as it can be read. All places are those of the file.
    pub reading: Reading,
}

/// The reason why a file holds no flow, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The reason with its remedy, in one line.
    pub reason: String,
    /// The bytes of the place.
    pub span: Span,
}

/// The types of the resources that hold flows, in templates of CloudFormation.
const RESOURCES: [&str; 2] = ["AWS::Connect::ContactFlow", "AWS::Connect::ContactFlowModule"];

/// The same in Terraform's JSON.
const TERRAFORM: [&str; 2] = ["aws_connect_contact_flow", "aws_connect_contact_flow_module"];

impl Source {
    /// The flows that the text holds: an export, an answer of `describe-contact-flow`, or the resources of a template in
    /// JSON.
    ///
    /// # Errors
    /// [`Unreadable`] for a text without flows, and for the first flow of a template that can't be read. Formats that are
    /// known and can't be unwrapped are named.
    pub fn flows(&self) -> Result<Vec<Held>, Unreadable> {
        self.each_flow().into_iter().collect()
    }

    /// The same, with the reason in the place of each flow that can't be read, or of all of them.
    pub fn each_flow(&self) -> Vec<Result<Held, Unreadable>> {
        let root = match json::read(&self.text) {
            Ok(root) => root,
            Err(error) => return vec![Err(self.no_json(error))],
        };
        let wrapped = self.wrapped(&root);
        if !wrapped.is_empty() {
            return wrapped;
        }
        if let Some(modules) = root.member("modules") {
            let reason = "an export of the old flow designer (it has modules, not Actions): open it in the present \
                          designer, save, and export it again";
            return vec![Err(Unreadable { reason: reason.into(), span: modules.key_span.clone() })];
        }
        let metadata = |key: &str| {
            let value = root.at(&["Metadata", key]).or_else(|| root.get(key));
            value.and_then(Node::text).map(str::to_owned)
        };
        let (name, kind) = (metadata("name").or_else(|| metadata("Name")), metadata("type"));
        vec![held(root, name, kind)]
    }

    /// The flows in an answer or a template; none in anything else.
    fn wrapped(&self, root: &Node) -> Vec<Result<Held, Unreadable>> {
        for key in ["ContactFlow", "ContactFlowModule"] {
            if let Some(content) = root.at(&[key, "Content"]) {
                let flow = &root.get(key).unwrap_or(root);
                let kind = text(flow, "Type").or_else(|| (key != "ContactFlow").then(|| "MODULE".to_owned()));
                return vec![self.content(content, text(flow, "Name"), kind)];
            }
        }
        // The input of `aws connect create-contact-flow --cli-input-json`.
        if let Some(content) = root.get("Content").filter(|_| root.get("Actions").is_none()) {
            return vec![self.content(content, text(root, "Name"), text(root, "Type"))];
        }
        let mut found = self.in_cloudformation(root);
        found.extend(self.in_terraform(root));
        match without_flow(root) {
            Some((reason, span)) if found.is_empty() => vec![Err(Unreadable { reason: reason.into(), span })],
            _ => found,
        }
    }

    fn in_cloudformation(&self, root: &Node) -> Vec<Result<Held, Unreadable>> {
        let mut found = Vec::new();
        for resource in root.get("Resources").map(Node::members).unwrap_or_default() {
            let kind = text(&resource.value, "Type").unwrap_or_default();
            let Some(properties) = resource.value.get("Properties") else { continue };
            let Some(content) = properties.get("Content").filter(|_| RESOURCES.contains(&&*kind)) else {
                continue;
            };
            let name = text(properties, "Name").or_else(|| Some(resource.key.clone()));
            let module = kind.ends_with("Module").then(|| "MODULE".to_owned());
            found.push(self.content(substituted(content), name, text(properties, "Type").or(module)));
        }
        found
    }

    fn in_terraform(&self, root: &Node) -> Vec<Result<Held, Unreadable>> {
        let mut found = Vec::new();
        for kind in TERRAFORM {
            for (key, resource) in resources(root, kind) {
                let Some(content) = resource.get("content") else { continue };
                let name = text(resource, "name").or_else(|| Some(key.to_owned()));
                let module = kind.ends_with("module").then(|| "MODULE".to_owned());
                found.push(self.content(content, name, text(resource, "type").or(module)));
            }
        }
        found
    }

    /// A flow that stands as a string in the JSON, or as an object.
    fn content(
        &self,
        content: &Node,
        name: Option<String>,
        kind: Option<String>,
    ) -> Result<Held, Unreadable> {
        if let [member] = content.members()
            && (member.key == "Ref" || member.key.starts_with("Fn::"))
        {
            let reason =
                format!("the flow's Content comes from {}: give the flow itself", plain(&member.key));
            return Err(Unreadable { reason, span: member.key_span.clone() });
        }
        let Some(text) = content.text() else { return held(content.clone(), name, kind) };
        if text.contains("${") && json::read(text).is_err() {
            let reason = "the flow's Content is a template with ${…}: fill it in, or give the flow itself";
            return Err(Unreadable { reason: reason.into(), span: content.span.clone() });
        }
        let root = inner::read(&self.text, &content.span, text).map_err(|error| Unreadable {
            reason: format!("the flow's Content is {error}"),
            span: error.span.clone(),
        })?;
        held(root, name, kind)
    }

    /// The reason why the text is no JSON: another format, where it is a known one.
    fn no_json(&self, error: SyntaxError) -> Unreadable {
        let text = self.text.trim_start_matches('\u{feff}');
        let line_with =
            |parts: &[&str]| text.lines().any(|line| parts.iter().any(|part| line.contains(part)));
        let known = if text.trim().is_empty() {
            Some("the file is empty: give a flow as JSON")
        } else if text.trim_start().starts_with('{') || text.trim_start().starts_with('[') {
            None
        } else if line_with(&RESOURCES) || line_with(&["AWSTemplateFormatVersion", "AWS::Serverless"]) {
            Some("a CloudFormation template in YAML: give the flow's Content, or the template as JSON")
        } else if line_with(&TERRAFORM) {
            Some(
                "a Terraform configuration: give the flow's content, or the configuration as JSON (.tf.json)",
            )
        } else if text.trim_start().starts_with('<') {
            Some("HTML or XML: give a flow as JSON")
        } else {
            None
        };
        let reason = known.map_or_else(|| error.to_string(), str::to_owned);
        Unreadable { reason, span: error.span }
    }
}

/// The text within `Fn::Sub`, in either of its forms.
fn substituted(content: &Node) -> &Node {
    let Some(sub) = content.get("Fn::Sub") else { return content };
    sub.items().first().unwrap_or(sub)
}

fn held(root: Node, name: Option<String>, kind: Option<String>) -> Result<Held, Unreadable> {
    let reading = Flow::read(root).map_err(|error: FlowError| {
        let reason = match &error {
            FlowError::Shape { reason, .. } => {
                format!("not a flow, {reason}: give an object with Version, StartAction and Actions")
            }
            FlowError::Json(error) => error.to_string(),
        };
        Unreadable { reason, span: error.span().clone() }
    })?;
    Ok(Held { name, kind, reading })
}

/// A member's text.
fn text(node: &Node, key: &str) -> Option<String> {
    node.get(key).and_then(Node::text).map(str::to_owned)
}

/// The blocks of Terraform's JSON: one may stand alone, several in an array.
fn blocks(node: Option<&Node>) -> Vec<&Node> {
    match node {
        Some(Node { data: Data::List(items), .. }) => items.iter().collect(),
        other => other.into_iter().collect(),
    }
}

/// The resources of a type in Terraform's JSON, with their names.
fn resources<'n>(root: &'n Node, kind: &'n str) -> impl Iterator<Item = (&'n str, &'n Node)> {
    let of_kind = blocks(root.get("resource")).into_iter().flat_map(move |block| blocks(block.get(kind)));
    let named = |member: &'n Member| blocks(Some(&member.value)).into_iter().map(|one| (&*member.key, one));
    of_kind.flat_map(Node::members).flat_map(named)
}

/// The remedy for a known format that holds no flow, with its place.
fn without_flow(root: &Node) -> Option<(&'static str, Span)> {
    let reasons = [
        ("ContactFlow", "an answer without the flow's Content: give that of describe-contact-flow"),
        (
            "ContactFlowModule",
            "an answer without the module's Content: give that of describe-contact-flow-module",
        ),
        (
            "ContactFlowSummaryList",
            "a list of flows without their Content: give the answers of describe-contact-flow",
        ),
        (
            "Resources",
            "a template without a flow's Content: give one with an AWS::Connect::ContactFlow, or the flow itself",
        ),
        (
            "resource",
            "a Terraform configuration without a flow's content: give the file that its filename names",
        ),
    ];
    let is_flow = root.get("Actions").is_some();
    reasons
        .into_iter()
        .filter(|_| !is_flow)
        .find_map(|(key, reason)| Some((reason, root.member(key)?.key_span.clone())))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn flow() -> serde_json::Value {
        let end =
            json!({"Identifier": "a", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}});
        json!({"Version": "2019-10-30", "StartAction": "a", "Actions": [end]})
    }

    /// Name and type of a flow.
    type Named = (Option<String>, Option<String>);

    fn names(text: &str) -> Result<Vec<Named>, String> {
        let held = Source::new("f", text).flows().map_err(|error| error.reason)?;
        Ok(held.into_iter().map(|held| (held.name, held.kind)).collect())
    }

    #[test]
    fn flows_are_found_in_whatever_holds_them() {
        let content = flow().to_string();
        let some = |name: &str, kind: &str| Ok(vec![(Some(name.to_owned()), Some(kind.to_owned()))]);
        let described = json!({"ContactFlow": {"Name": "Main", "Type": "CONTACT_FLOW", "Content": content}});
        assert_eq!(names(&described.to_string()), some("Main", "CONTACT_FLOW"));
        let module = json!({"ContactFlowModule": {"Name": "M", "Content": content}});
        assert_eq!(names(&module.to_string()), some("M", "MODULE"));
        let input = json!({"Name": "Main", "Type": "CONTACT_FLOW", "Content": content});
        assert_eq!(names(&input.to_string()), some("Main", "CONTACT_FLOW"));
        let template = |content| {
            json!({"Resources": {"B": {"Type": "AWS::S3::Bucket"}, "F": {"Type": "AWS::Connect::ContactFlow",
                "Properties": {"Type": "CONTACT_FLOW", "Content": content}}}})
        };
        for content in
            [json!(content), json!({"Fn::Sub": content}), json!({"Fn::Sub": [content, {}]}), flow()]
        {
            assert_eq!(names(&template(content).to_string()), some("F", "CONTACT_FLOW"));
        }
        let terraform = json!({"resource": {"aws_connect_contact_flow": {"t": {"type": "CONTACT_FLOW",
            "content": content}}}});
        assert_eq!(names(&terraform.to_string()), some("t", "CONTACT_FLOW"));
        let listed = json!({"resource": [{"aws_connect_contact_flow": [{"t": [{"content": content}]}]}]});
        assert_eq!(names(&listed.to_string()), Ok(vec![(Some("t".to_owned()), None)]));
        assert_eq!(names(&content), Ok(vec![(None, None)]));
    }

    #[test]
    fn other_formats_are_named() {
        let old = json!({"modules": [], "version": "1", "type": "contactFlow"}).to_string();
        let joined = json!({"Resources": {"F": {"Type": "AWS::Connect::ContactFlow",
            "Properties": {"Content": {"Fn::Join": ["", []]}}}}})
        .to_string();
        for (text, part) in [
            (&*old, "old flow designer"),
            ("Resources:\n  F:\n    Type: AWS::Connect::ContactFlow\n", "CloudFormation template in YAML"),
            ("resource \"aws_connect_contact_flow\" \"t\" {\n}\n", "Terraform"),
            ("<!DOCTYPE html>", "HTML"),
            (" \n", "empty"),
            ("{\"a\": ", "not JSON"),
            ("[]", "not a flow, it is no object: give"),
            (r#"{"ContactFlow": {"Name": "n", "Content": null}}"#, "describe-contact-flow"),
            (r#"{"ContactFlowSummaryList": []}"#, "describe-contact-flow"),
            (r#"{"Resources": {"B": {"Type": "AWS::S3::Bucket"}}}"#, "AWS::Connect::ContactFlow"),
            (r#"{"resource": {"aws_connect_contact_flow": {"t": {"filename": "f.json"}}}}"#, "filename"),
            (&*joined, "comes from Fn::Join"),
        ] {
            let reason = names(text).unwrap_err();
            assert!(reason.contains(part) && !reason.contains('\n'), "{text}: {reason}");
        }
    }
}
