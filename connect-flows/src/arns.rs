//! The placeholders in our flows, and the ARNs of a deployed stack that take their place.
//!
//! A stack is described by its outputs, in the form of `out/stack.json`, of `aws cloudformation describe-stacks`, or of
//! `sam list stack-outputs --output json`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::model::Flow;

/// Stands for the functions' region and account.
const FUNCTIONS: &str = "arn:aws:lambda:us-east-1:000000000000:function";

/// Stands for the alias of the bot that listens.
pub(crate) const BOT: &str = "arn:aws:lex:us-east-1:000000000000:bot-alias/0000000000/0000000000";

/// Stands for the queue of the colleagues who take over.
pub(crate) const QUEUE: &str = "arn:aws:connect:us-east-1:000000000000:instance/00000000-0000-0000-0000-000000000000/queue/\
    00000000-0000-0000-0000-000000000000";

/// Stands for the telephone number that leads to the live calls: one that is kept for fiction.
pub(crate) const NUMBER: &str = "+15555550100";

/// The functions with the stack's outputs that hold their ARNs.
const OUTPUTS: [(&str, &str); 5] = [
    ("start_stream", "StartStreamArn"),
    ("get_next_batch", "GetNextBatchArn"),
    ("chat_and_stream", "ChatAndStreamArn"),
    ("synthesize_stream_cancel", "SynthesizeStreamCancelArn"),
    ("live_call", "LiveCallArn"),
];

/// The reason why ARNs can't be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum ArnsError {
    #[error("it is not JSON: {0}")]
    Json(String),
    #[error(
        "it has no outputs of a stack: give the output of `aws cloudformation describe-stacks --stack-name NAME`"
    )]
    NoOutputs,
    #[error("it describes {0} stacks: name one with `describe-stacks --stack-name NAME`")]
    Several(usize),
    #[error(
        "the stack has no output {0}: it is not a stack of infra/template.yaml, or its deployment has failed"
    )]
    Missing(String),
    #[error("{name} is no ARN of the form arn:aws:{service}:REGION:ACCOUNT:{rest}")]
    NotAnArn { name: &'static str, service: &'static str, rest: &'static str },
    #[error("the live number is not of the form +15551234567")]
    NotANumber,
    #[error(
        "{name} is in another region or account than the functions, and Connect uses those of its own only"
    )]
    Elsewhere { name: &'static str },
}

/// The ARNs that replace the placeholders of a flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arns {
    /// The ARNs by the placeholders that they replace.
    by_placeholder: BTreeMap<String, String>,
    /// Partition, region and account of the functions.
    place: [String; 3],
}

/// One output of a stack.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Output {
    output_key: String,
    output_value: String,
}

impl Arns {
    /// Reads the functions' ARNs from the description of a stack.
    ///
    /// # Errors
    /// [`ArnsError`], when the text is something else, or the outputs of another stack.
    pub fn parse(text: &str) -> Result<Self, ArnsError> {
        let document = serde_json::from_str(text).map_err(|error| ArnsError::Json(error.to_string()))?;
        let outputs: BTreeMap<_, _> =
            outputs(document)?.into_iter().map(|output| (output.output_key, output.output_value)).collect();
        let missing: Vec<_> =
            OUTPUTS.iter().map(|(_, name)| *name).filter(|name| !outputs.contains_key(*name)).collect();
        if !missing.is_empty() {
            return Err(ArnsError::Missing(missing.join(", ")));
        }
        let mut by_placeholder = BTreeMap::new();
        let mut place = None;
        for (function, name) in OUTPUTS {
            let arn = &outputs[name];
            let here = place_of(arn, name, "lambda", "function:")?;
            if *place.get_or_insert_with(|| here.clone()) != here {
                return Err(ArnsError::Elsewhere { name });
            }
            by_placeholder.insert(placeholder(function), arn.clone());
        }
        Ok(Self { by_placeholder, place: place.unwrap_or_default() })
    }

    /// Also replaces the placeholder of the bot's alias.
    ///
    /// # Errors
    /// [`ArnsError`], when it is no such ARN, or of another region or account.
    pub fn with_bot_alias(self, arn: &str) -> Result<Self, ArnsError> {
        self.with(BOT, arn, "the bot alias", "lex", "bot-alias/")
    }

    /// Also replaces the placeholder of the queue.
    ///
    /// # Errors
    /// [`ArnsError`], when it is no such ARN, or of another region or account.
    pub fn with_queue(self, arn: &str) -> Result<Self, ArnsError> {
        let (name, service) = ("the queue", "connect");
        if !arn.contains("/queue/") {
            return Err(ArnsError::NotAnArn { name, service, rest: "instance/ID/queue/ID" });
        }
        self.with(QUEUE, arn, name, service, "instance/")
    }

    /// Also replaces the placeholder of the telephone number that leads to the live calls.
    ///
    /// # Errors
    /// [`ArnsError::NotANumber`].
    pub fn with_live_number(mut self, number: &str) -> Result<Self, ArnsError> {
        let is_number = number.strip_prefix('+').is_some_and(|digits| {
            (7..=15).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit())
        });
        if !is_number {
            return Err(ArnsError::NotANumber);
        }
        self.by_placeholder.insert(NUMBER.to_owned(), number.to_owned());
        Ok(self)
    }

    fn with(
        mut self,
        placeholder: &str,
        arn: &str,
        name: &'static str,
        service: &'static str,
        rest: &'static str,
    ) -> Result<Self, ArnsError> {
        if place_of(arn, name, service, rest)? != self.place {
            return Err(ArnsError::Elsewhere { name });
        }
        self.by_placeholder.insert(placeholder.to_owned(), arn.to_owned());
        Ok(self)
    }

    /// The flow with these ARNs in place of placeholders, and otherwise the same.
    pub fn fill(&self, flow: &Flow) -> Flow {
        flow.with_texts(&|text| self.by_placeholder.get(text).cloned())
    }
}

/// The placeholder of a function's ARN.
pub fn placeholder(function: &str) -> String {
    format!("{FUNCTIONS}:{function}")
}

/// The placeholders that are left in a flow, by name: "bot alias", "queue", "live number".
pub fn left_in(flow: &Flow) -> Vec<&'static str> {
    let json = flow.root().to_string();
    let left = [(FUNCTIONS, "function"), (BOT, "bot alias"), (QUEUE, "queue"), (NUMBER, "live number")];
    left.into_iter().filter(|(placeholder, _)| json.contains(placeholder)).map(|(_, name)| name).collect()
}

/// The outputs in any of the three forms.
fn outputs(document: Value) -> Result<Vec<Output>, ArnsError> {
    let stack = match document.get("Stacks").and_then(Value::as_array) {
        Some(stacks) if stacks.len() > 1 => return Err(ArnsError::Several(stacks.len())),
        Some(stacks) => stacks.first().cloned().unwrap_or_default(),
        None => document,
    };
    let list = match stack {
        Value::Object(mut stack) => stack.remove("Outputs").unwrap_or_default(),
        list => list,
    };
    serde_json::from_value(list).map_err(|_| ArnsError::NoOutputs)
}

/// The name of a function in its ARN, without a version or alias; `None` for a text that is no whole ARN of a function.
pub(crate) fn function_in(arn: &str) -> Option<&str> {
    let fields: Vec<&str> = arn.split(':').collect();
    let ["arn", _, "lambda", _, _, "function", name, ..] = fields[..] else { return None };
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    (!name.is_empty() && name.chars().all(is_letter)).then_some(name)
}

/// Whether a function of this name is one of the project's: a placeholder's name, or the one that CloudFormation makes up
/// of the stack's name and the function's logical id (`STACK-GetNextBatch-1A2B`).
pub(crate) fn is_ours(function: &str) -> bool {
    OUTPUTS.iter().any(|(name, output)| {
        let logical = output.strip_suffix("Arn").unwrap_or(output);
        function == *name || function.contains(&format!("-{logical}-"))
    })
}

/// Partition, region and account of an ARN.
fn place_of(
    arn: &str,
    name: &'static str,
    service: &'static str,
    rest: &'static str,
) -> Result<[String; 3], ArnsError> {
    let fields: Vec<_> = arn.splitn(6, ':').collect();
    if let ["arn", partition, its_service, region, account, its_rest] = fields[..]
        && partition.starts_with("aws")
        && its_service == service
        && !region.is_empty()
        && account.len() == 12
        && account.bytes().all(|byte| byte.is_ascii_digit())
        && its_rest.strip_prefix(rest).is_some_and(|id| !id.is_empty() && !id.contains(char::is_whitespace))
    {
        return Ok([partition, region, account].map(str::to_owned));
    }
    Err(ArnsError::NotAnArn { name, service, rest })
}
