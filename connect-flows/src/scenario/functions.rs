//! The functions of a scenario: `[[function]]`.

use std::{sync::Arc, time::Duration};

use super::fields::Fields;
use crate::{
    http::HttpFunction,
    runner::{Answer, InvokeError, Lambdas, Reply},
};

/// A function with its replies, or with the place where it really is.
#[derive(Clone, Debug, PartialEq)]
pub struct CannedFunction {
    /// Its name or ARN; `*` for all others.
    pub name: String,
    /// Its answers.
    pub source: Source,
}

/// The origin of a function's answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// Canned replies in their order; the last one stands for all further invocations.
    Canned(Vec<Reply>),
    /// An address that takes the event as the body of a POST and answers with the reply.
    Address(String),
    /// AWS Lambda, where its ARN says.
    Aws,
}

const ANSWERS: [&str; 5] = ["reply", "error", "never", "url", "aws"];

/// Repeated tables with one name are one function with several replies.
pub(super) fn read(root: &Fields<'_>) -> Vec<CannedFunction> {
    let mut functions: Vec<CannedFunction> = Vec::new();
    for fields in root.tables("function") {
        let name = fields.needed("name");
        fields.one_of(&ANSWERS, true);
        let address = fields.text("url").map(Source::Address);
        let place = address.or(fields.flag("aws").filter(|aws| *aws).map(|_| Source::Aws));
        let reply = reply(&fields);
        let known = functions.iter_mut().find(|function| function.name == name);
        match (place, reply, known) {
            (None, Some(reply), Some(CannedFunction { source: Source::Canned(replies), .. })) => {
                replies.push(reply);
            }
            (Some(_), _, Some(_)) | (_, Some(_), Some(_)) => {
                let text =
                    format!("the function {name:?} is real (url, aws) and has another answer: keep one");
                fields.faults.add(fields.span.clone(), text);
            }
            (Some(source), _, None) => functions.push(CannedFunction { name, source }),
            (None, Some(reply), None) => {
                functions.push(CannedFunction { name, source: Source::Canned(vec![reply]) });
            }
            (None, None, _) => {}
        }
        fields.finish();
    }
    functions
}

fn reply(fields: &Fields<'_>) -> Option<Reply> {
    let after = fields.time("delay").unwrap_or(Duration::ZERO);
    let value = fields.json("reply").map(Answer::Value);
    let error = fields.text("error").map(|text| Answer::Fails(failure(&text)));
    let never = fields.flag("never").filter(|never| *never).map(|_| Answer::Never);
    let answer = value.or(error).or(never)?;
    Some(Reply { after, answer })
}

/// `throttled` and a status from 500 are those of the service, which Connect tries again; anything else is the
/// function's own error.
fn failure(text: &str) -> InvokeError {
    match text.parse() {
        Ok(status @ 500..=599) => InvokeError::Service { status },
        _ if text == "throttled" => InvokeError::Throttled,
        _ => InvokeError::Function { message: text.to_owned() },
    }
}

impl Source {
    /// The port of a real function; `None` for a canned one. It runs in real time.
    ///
    /// # Errors
    /// One line: the address is no URL, or there is no way to AWS.
    pub fn real(&self) -> Result<Option<Arc<dyn Lambdas>>, String> {
        match self {
            Self::Canned(_) => Ok(None),
            Self::Address(url) => HttpFunction::new(url)
                .map(|port| Some(Arc::new(port) as _))
                .map_err(|error| error.to_string()),
            Self::Aws => aws().map(Some),
        }
    }
}

#[cfg(feature = "command")]
fn aws() -> Result<Arc<dyn Lambdas>, String> {
    crate::aws::AwsLambdas::of_environment()
        .map(|port| Arc::new(port) as _)
        .map_err(|error| error.to_string())
}

#[cfg(not(feature = "command"))]
fn aws() -> Result<Arc<dyn Lambdas>, String> {
    Err("functions in AWS are invoked by `cargo xtask flow` alone".into())
}

impl CannedFunction {
    /// The replies in their order; none for a real function.
    pub fn replies(&self) -> &[Reply] {
        match &self.source {
            Source::Canned(replies) => replies,
            Source::Address(_) | Source::Aws => &[],
        }
    }
}
