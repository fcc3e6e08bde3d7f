//! A bucket policy, in AWS's format, that allows AWS services to read. Only a subset of the language is supported. A
//! policy with any other element is refused, so that no statement is ignored.

use std::collections::BTreeMap;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _},
};
use serde_json::Value;

use super::wildcard::{arn_matches, matches};

/// The only supported version of the policy language, which is the current one.
const VERSION: &str = "2012-10-17";
/// Largest policy, in bytes, as on AWS.
const MAX_BYTES: usize = 20 * 1024;

/// The reason why a policy is refused: an unsupported part, or a statement that can't apply to its bucket.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the policy of bucket {bucket:?} is not one that this server can keep to: {reason}")]
pub struct PolicyError {
    bucket: String,
    reason: String,
}

/// The client of a request, with the values that conditions test.
pub(super) struct Caller<'a> {
    pub(super) service: &'a str,
    pub(super) source_account: Option<&'a str>,
    pub(super) source_arn: Option<&'a str>,
}

/// An action of S3 that a policy can allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(super) enum Action {
    #[serde(rename = "s3:GetObject")]
    GetObject,
    #[serde(rename = "s3:ListBucket")]
    ListBucket,
}

/// The policy of one bucket.
pub(super) struct Policy {
    /// The policy's JSON as the client sent it.
    pub(super) json: String,
    statements: Vec<Statement>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Document {
    version: String,
    #[serde(default, rename = "Id")]
    _id: Option<String>,
    #[serde(deserialize_with = "one_or_several")]
    statement: Vec<Statement>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Statement {
    #[serde(default, rename = "Sid")]
    _sid: Option<String>,
    effect: Effect,
    principal: Services,
    #[serde(deserialize_with = "one_or_several")]
    action: Vec<Action>,
    #[serde(deserialize_with = "one_or_several")]
    resource: Vec<String>,
    #[serde(default)]
    condition: BTreeMap<Operator, BTreeMap<ConditionKey, Values>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
enum Effect {
    Allow,
    Deny,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Services {
    #[serde(rename = "Service", deserialize_with = "one_or_several")]
    names: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
enum Operator {
    StringEquals,
    StringLike,
    ArnEquals,
    ArnLike,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
enum ConditionKey {
    #[serde(rename = "aws:SourceAccount")]
    SourceAccount,
    #[serde(rename = "aws:SourceArn")]
    SourceArn,
}

#[derive(Deserialize)]
struct Values(#[serde(deserialize_with = "one_or_several")] Vec<String>);

fn one_or_several<'de, D: Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<Vec<T>, D::Error> {
    let items = match Value::deserialize(from)? {
        Value::Array(items) => items,
        one => vec![one],
    };
    if items.is_empty() {
        return Err(D::Error::custom("an empty list"));
    }
    items.into_iter().map(|item| serde_json::from_value(item).map_err(D::Error::custom)).collect()
}

impl PolicyError {
    pub(super) fn new(bucket: &str, reason: impl Into<String>) -> Self {
        Self { bucket: bucket.to_owned(), reason: reason.into() }
    }
}

impl Policy {
    /// # Errors
    /// One line that names the unsupported part.
    pub(super) fn parse(json: &str, bucket: &str) -> Result<Self, PolicyError> {
        let refused = |reason: String| PolicyError::new(bucket, reason);
        if json.len() > MAX_BYTES {
            return Err(refused(format!("it has more than {MAX_BYTES} bytes")));
        }
        let document: Document = serde_json::from_str(json).map_err(|error| refused(error.to_string()))?;
        if document.version != VERSION {
            return Err(refused(format!("its Version is {:?} instead of {VERSION:?}", document.version)));
        }
        let statements = document.statement;
        statements.iter().try_for_each(|statement| statement.check(bucket)).map_err(refused)?;
        Ok(Self { json: json.to_owned(), statements })
    }

    /// Whether a statement allows the action and none denies it. `key` is the object's key, or `None` for an action on
    /// the bucket.
    pub(super) fn allows(
        &self,
        caller: &Caller<'_>,
        action: Action,
        bucket: &str,
        key: Option<&str>,
    ) -> bool {
        let resource = key.map_or_else(|| bucket_arn(bucket), |key| format!("{}/{key}", bucket_arn(bucket)));
        let applies = |statement: &&Statement| statement.applies(caller, action, &resource);
        let effects: Vec<_> =
            self.statements.iter().filter(applies).map(|statement| statement.effect).collect();
        effects.contains(&Effect::Allow) && !effects.contains(&Effect::Deny)
    }
}

fn bucket_arn(bucket: &str) -> String {
    format!("arn:aws:s3:::{bucket}")
}

impl Statement {
    /// Checks that each part of the statement can apply to the bucket.
    fn check(&self, bucket: &str) -> Result<(), String> {
        let own = bucket_arn(bucket);
        let objects = format!("{own}/");
        let values = self.condition.values().flat_map(BTreeMap::values).flat_map(|Values(values)| values);
        if let Some(text) = self.resource.iter().chain(values).find(|text| text.contains("${")) {
            return Err(format!("{text:?} holds a policy variable"));
        }
        if let Some(other) = self.resource.iter().find(|it| **it != own && !it.starts_with(&objects)) {
            return Err(format!("resource {other:?} is not in this bucket"));
        }
        let for_objects = self.resource.iter().any(|resource| resource.starts_with(&objects));
        for action in &self.action {
            let applies = match action {
                Action::GetObject => for_objects,
                Action::ListBucket => self.resource.contains(&own),
            };
            if !applies {
                return Err(format!("{action:?} applies to none of its statement's resources"));
            }
        }
        Ok(())
    }

    fn applies(&self, caller: &Caller<'_>, action: Action, resource: &str) -> bool {
        self.principal.names.iter().any(|name| name == caller.service)
            && self.action.contains(&action)
            && self.resource.iter().any(|pattern| matches(pattern, resource))
            && self.condition.iter().all(|(operator, keys)| {
                keys.iter().all(|(key, Values(wanted))| match key.of(caller) {
                    None => false,
                    Some(value) => wanted.iter().any(|wanted| operator.holds(wanted, value)),
                })
            })
    }
}

impl ConditionKey {
    fn of<'a>(self, caller: &Caller<'a>) -> Option<&'a str> {
        match self {
            Self::SourceAccount => caller.source_account,
            Self::SourceArn => caller.source_arn,
        }
    }
}

impl Operator {
    fn holds(self, wanted: &str, value: &str) -> bool {
        match self {
            Self::StringEquals => wanted == value,
            Self::StringLike => matches(wanted, value),
            Self::ArnEquals | Self::ArnLike => arn_matches(wanted, value),
        }
    }
}
