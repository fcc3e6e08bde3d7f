//! The rule about secrets that stand in a flow.

use super::{
    Rule, reads,
    subject::{Step, Subject},
    values,
};
use crate::json::{Member, Node};

/// Words in the name of a value that is a secret.
const NAMES: [&str; 9] = [
    "apikey",
    "accesskey",
    "authtoken",
    "accesstoken",
    "bearertoken",
    "secret",
    "password",
    "passwd",
    "secretkey",
];

/// Beginnings of secrets of known services, with the fewest characters that follow.
const BEGINNINGS: [(&str, usize); 12] = [
    ("AKIA", 16),
    ("ASIA", 16),
    ("-----BEGIN PRIVATE KEY-----", 20),
    ("-----BEGIN RSA PRIVATE KEY-----", 20),
    ("Bearer ", 20),
    ("Basic ", 20),
    ("eyJhbGciOi", 30),
    ("ghp_", 30),
    ("github_pat_", 30),
    ("sk-", 20),
    ("sk_live_", 16),
    ("xoxb-", 20),
];

/// The fewest characters of a password; shorter ones are flags.
const SHORTEST: usize = 6;

pub(super) fn check(subject: &mut Subject<'_>) {
    for step in subject.steps.clone() {
        walk(subject, step, &step.action.parameters);
    }
}

fn walk(subject: &mut Subject<'_>, step: Step<'_>, node: &Node) {
    for Member { key, value, .. } in node.members() {
        // `{"key": {"Value": "…"}}` is the form of flow attributes.
        let text = value.text().or_else(|| value.get("Value").and_then(Node::text));
        match text.filter(|text| !reads::has_any(text)) {
            Some(text) if is_secret(key, text) => {
                let span = value.get("Value").unwrap_or(value).span.clone();
                let what = format!("{} looks like a secret in plain text", crate::line::quoted(key));
                let remedy = "keep it in AWS Secrets Manager and let the function read it";
                subject.report(Rule::Secret, step, &span, what, remedy);
            }
            _ => walk(subject, step, value),
        }
    }
    node.items().iter().for_each(|item| walk(subject, step, item));
}

fn is_secret(key: &str, text: &str) -> bool {
    let begins = |(beginning, more): &(&str, usize)| {
        let rest = text.strip_prefix(beginning);
        rest.is_some_and(|rest| {
            rest.len() >= *more && (beginning.starts_with('-') || !rest.contains(char::is_whitespace))
        })
    };
    if BEGINNINGS.iter().any(begins) || text.contains("X-Amz-Signature=") {
        return true;
    }
    let key: String =
        key.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
    // "requested" is the state of a password, not one.
    let is_password = text.contains(|letter: char| !letter.is_ascii_lowercase());
    let is_named = NAMES.iter().any(|name| key.ends_with(name));
    let is_word = text.len() >= SHORTEST && !text.contains(char::is_whitespace) && !text.starts_with("arn:");
    let is_placeholder =
        values::is_template(text) || text.starts_with('<') || text.to_ascii_lowercase().contains("your");
    is_named && is_word && is_password && !is_placeholder
}
