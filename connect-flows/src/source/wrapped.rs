//! The flows in a file: the file itself, or those that an answer of AWS or a template holds.

use super::{Source, inner};
use crate::{
    json::{self, Node, Span, SyntaxError},
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
    /// [`Unreadable`] for a text without flows. Formats that are known and can't be unwrapped are named.
    pub fn flows(&self) -> Result<Vec<Held>, Unreadable> {
        let root = json::read(&self.text).map_err(|error| self.no_json(error))?;
        let wrapped = self.wrapped(&root)?;
        if !wrapped.is_empty() {
            return Ok(wrapped);
        }
        if let Some(modules) = root.member("modules") {
            let reason = "an export of the old flow designer (it has modules, not Actions): open it in the present \
                          designer, save, and export it again";
            return Err(Unreadable { reason: reason.into(), span: modules.key_span.clone() });
        }
        let metadata = |key: &str| {
            let value = root.at(&["Metadata", key]).or_else(|| root.get(key));
            value.and_then(Node::text).map(str::to_owned)
        };
        let (name, kind) = (metadata("name").or_else(|| metadata("Name")), metadata("type"));
        Ok(vec![held(root, name, kind)?])
    }

    /// The flows in an answer or a template; none in anything else.
    fn wrapped(&self, root: &Node) -> Result<Vec<Held>, Unreadable> {
        let text = |node: &Node, key: &str| node.get(key).and_then(Node::text).map(str::to_owned);
        for key in ["ContactFlow", "ContactFlowModule"] {
            if let Some(content) = root.at(&[key, "Content"]) {
                let flow = &root.get(key).unwrap_or(root);
                let kind = text(flow, "Type").or_else(|| (key != "ContactFlow").then(|| "MODULE".to_owned()));
                return Ok(vec![self.content(content, text(flow, "Name"), kind)?]);
            }
        }
        // The input of `aws connect create-contact-flow --cli-input-json`.
        if let Some(content) = root.get("Content").filter(|_| root.get("Actions").is_none()) {
            return Ok(vec![self.content(content, text(root, "Name"), text(root, "Type"))?]);
        }
        let mut found = Vec::new();
        for resource in root.get("Resources").map(Node::members).unwrap_or_default() {
            let kind = resource.value.get("Type").and_then(Node::text).unwrap_or_default();
            if !RESOURCES.contains(&kind) {
                continue;
            }
            let Some(properties) = resource.value.get("Properties") else { continue };
            let Some(content) = properties.get("Content") else { continue };
            let name = text(properties, "Name").or_else(|| Some(resource.key.clone()));
            let kind =
                text(properties, "Type").or_else(|| kind.ends_with("Module").then(|| "MODULE".to_owned()));
            found.push(self.content(substituted(content), name, kind)?);
        }
        for kind in TERRAFORM {
            for resource in root.at(&["resource", kind]).map(Node::members).unwrap_or_default() {
                let Some(content) = resource.value.get("content") else { continue };
                let name = text(&resource.value, "name").or_else(|| Some(resource.key.clone()));
                let module = kind.ends_with("module").then(|| "MODULE".to_owned());
                found.push(self.content(content, name, text(&resource.value, "type").or(module))?);
            }
        }
        Ok(found)
    }

    /// A flow that stands as a string in the JSON, or as an object.
    fn content(
        &self,
        content: &Node,
        name: Option<String>,
        kind: Option<String>,
    ) -> Result<Held, Unreadable> {
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
    let reading = Flow::read(root)
        .map_err(|error: FlowError| Unreadable { reason: error.to_string(), span: error.span().clone() })?;
    Ok(Held { name, kind, reading })
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
        assert_eq!(names(&content), Ok(vec![(None, None)]));
    }

    #[test]
    fn other_formats_are_named() {
        let old = json!({"modules": [], "version": "1", "type": "contactFlow"}).to_string();
        for (text, part) in [
            (&*old, "old flow designer"),
            ("Resources:\n  F:\n    Type: AWS::Connect::ContactFlow\n", "CloudFormation template in YAML"),
            ("resource \"aws_connect_contact_flow\" \"t\" {\n}\n", "Terraform"),
            ("<!DOCTYPE html>", "HTML"),
            (" \n", "empty"),
            ("{\"a\": ", "not JSON"),
            ("[]", "not a flow"),
        ] {
            let reason = names(text).unwrap_err();
            assert!(reason.contains(part) && !reason.contains('\n'), "{text}: {reason}");
        }
    }
}
