//! A CloudFormation template, as far as the tests read one.

use serde_json::{Map, Value as Json};
use serde_yaml_ng::Value;

/// One action on one object that a policy of a role allows.
#[derive(Debug)]
pub(crate) struct Grant {
    pub(crate) policy: String,
    pub(crate) action: String,
    /// The resource: below the stack's bucket its key, else the whole.
    pub(crate) object: String,
}

pub(crate) struct Template(Json);

impl Template {
    pub(crate) fn read(path: &str) -> Self {
        let value: Value =
            serde_yaml_ng::from_str(&crate::text(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        Self(json(value))
    }

    pub(crate) fn parameters(&self) -> &Map<String, Json> {
        self.0["Parameters"].as_object().expect("a template has parameters")
    }

    /// All that the policies in a role allow.
    pub(crate) fn grants(&self, role: &str) -> Vec<Grant> {
        let policies = self.0["Resources"][role]["Properties"]["Policies"].as_array();
        let policies = policies.unwrap_or_else(|| panic!("{role} has no policies"));
        let mut grants = Vec::new();
        for policy in policies.iter().map(unconditional) {
            let name = policy["PolicyName"].as_str().expect("a policy has a name");
            for statement in list(&policy["PolicyDocument"]["Statement"]).iter().map(unconditional) {
                assert_eq!(statement["Effect"], "Allow", "{role}: {statement}");
                for action in list(&statement["Action"]) {
                    for resource in list(&statement["Resource"]) {
                        let action = action.as_str().expect("an action is a name").to_owned();
                        grants.push(Grant { policy: name.to_owned(), action, object: object(&resource) });
                    }
                }
            }
        }
        grants
    }

    /// The statement of the bucket's policy with this `Sid`, as it would stand in a policy.
    pub(crate) fn bucket_statement(&self, sid: &str) -> Json {
        let document = &self.0["Resources"]["BucketPolicy"]["Properties"]["PolicyDocument"];
        let statements = list(&document["Statement"]);
        let statement = statements.iter().map(unconditional).find(|statement| statement["Sid"] == sid);
        plain(statement.unwrap_or_else(|| panic!("the bucket's policy has no {sid}")))
    }
}

/// Tags such as `!Ref` become objects with one entry, `{"Ref": …}`.
fn json(value: Value) -> Json {
    match value {
        Value::Tagged(tagged) => {
            let name = tagged.tag.to_string().trim_start_matches('!').to_owned();
            Json::Object(Map::from_iter([(name, json(tagged.value))]))
        }
        Value::Sequence(values) => Json::Array(values.into_iter().map(json).collect()),
        Value::Mapping(entries) => {
            let key = |key: Value| key.as_str().expect("a key is a text").to_owned();
            Json::Object(entries.into_iter().map(|(name, value)| (key(name), json(value))).collect())
        }
        other => serde_json::to_value(other).expect("a scalar is a scalar of JSON"),
    }
}

/// The first branch of an `!If`: the statement or policy that a condition adds.
fn unconditional(statement: &Json) -> &Json {
    statement.get("If").map_or(statement, |branches| &branches[1])
}

fn list(value: &Json) -> Vec<Json> {
    value.as_array().cloned().unwrap_or_else(|| vec![value.clone()])
}

/// A value with the text of its `!Sub` and `!Ref`.
fn plain(value: &Json) -> Json {
    match value {
        Json::Object(entries) => match (entries.get("Sub"), entries.get("Ref")) {
            (Some(text), _) => text.clone(),
            (_, Some(name)) => Json::String(format!("${{{}}}", name.as_str().unwrap_or_default())),
            _ => Json::Object(entries.iter().map(|(name, value)| (name.clone(), plain(value))).collect()),
        },
        Json::Array(values) => Json::Array(values.iter().map(plain).collect()),
        other => other.clone(),
    }
}

fn object(resource: &Json) -> String {
    let resource = plain(resource);
    let text = resource.as_str().map_or_else(|| resource.to_string(), str::to_owned);
    let bucket = "arn:${AWS::Partition}:s3:::${Bucket}";
    text.strip_prefix(bucket).map_or(text.as_str(), |key| key.trim_start_matches('/')).to_owned()
}
