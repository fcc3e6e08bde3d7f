//! The client of Amazon Connect: three operations on prompts. Each request is signed, paced and bounded in time and size.

use std::time::Duration;

use bytes::Bytes;
use contract::prompts::Prompt;
use http::{Method, Request, header::CONTENT_TYPE};
use serde::Deserialize;
use serde_json::{Value, json};
use signed_requests::Signer;
use tokio::time::timeout;
use url::Url;

use crate::{error::ConnectError, instance::InstanceArn, pacer::Pacer};

/// The service's name in signatures.
const SERVICE: &str = "connect";

/// The variables with another endpoint, as every AWS program reads them; the first one counts.
const ENDPOINTS: [&str; 2] = ["AWS_ENDPOINT_URL_CONNECT", "AWS_ENDPOINT_URL"];

/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// Longest time of one request, its signature included.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// Largest answer that is read, in bytes: a page of 1,000 prompts has less than a third of it.
const LARGEST_ANSWER: usize = 1024 * 1024;

/// Most pages of a list, of 1,000 prompts each.
const MOST_PAGES: usize = 10;

/// Description of our prompts, for those who see them in Connect.
const DESCRIPTION: &str = "Made by Firstword of a clip in its bucket; removed by `cargo xtask prompts clean`";

/// The prompts of one instance.
pub struct Connect {
    http: reqwest::Client,
    signer: Signer,
    endpoint: Url,
    instance: InstanceArn,
    pacer: Pacer,
}

/// One prompt in a list.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    arn: String,
    id: String,
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    #[serde(default)]
    prompt_summary_list: Vec<Listed>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
struct Created {
    #[serde(rename = "PromptARN")]
    arn: String,
    #[serde(rename = "PromptId")]
    id: String,
}

impl Connect {
    /// The client with the credentials of this host. `AWS_ENDPOINT_URL_CONNECT` names another endpoint.
    ///
    /// # Errors
    /// [`ConnectError::Sign`] without credentials, [`ConnectError::Client`] for an endpoint that is no URL.
    pub async fn of_host(instance: InstanceArn) -> Result<Self, ConnectError> {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        let endpoint = ENDPOINTS.into_iter().find_map(set);
        let signer = Signer::of_host(SERVICE, Some(instance.region())).await?;
        Self::new(instance, endpoint.as_deref(), signer)
    }

    /// The client with a signer for the service `connect`. Without an endpoint requests go to AWS.
    ///
    /// # Errors
    /// [`ConnectError::Client`] for an endpoint that is no URL.
    pub fn new(instance: InstanceArn, endpoint: Option<&str>, signer: Signer) -> Result<Self, ConnectError> {
        let endpoint = endpoint.map_or_else(|| instance.endpoint(), |url| url.trim().to_owned());
        let endpoint = outgoing::url(&endpoint).ok_or_else(|| {
            ConnectError::Client(format!("{endpoint:?} is no URL: set AWS_ENDPOINT_URL_CONNECT to one"))
        })?;
        let http = outgoing::client(&endpoint).connect_timeout(CONNECT_TIMEOUT).timeout(REQUEST_TIMEOUT);
        let http = http.build().map_err(|error| ConnectError::Client(error.to_string()))?;
        Ok(Self { http, signer, endpoint, instance, pacer: Pacer::new() })
    }

    /// The instance.
    pub fn instance(&self) -> &InstanceArn {
        &self.instance
    }

    /// Creates a prompt of a clip in S3 (`s3://BUCKET/KEY`), which Connect reads with the rights of this program.
    ///
    /// # Errors
    /// [`ConnectError`]; [`ConnectError::Duplicate`] where the instance has a prompt of this name.
    pub(crate) async fn create(&self, name: &str, clip: &str) -> Result<Prompt, ConnectError> {
        let action = "CreatePrompt";
        let body = json!({"Name": name, "Description": DESCRIPTION, "S3Uri": clip});
        let url = self.url(&["prompts", self.instance.id()]);
        let answer = self.send(action, Method::PUT, url, Some(&body)).await?;
        let Created { arn, id } = read(action, &answer)?;
        Ok(Prompt { arn, id, name: name.to_owned() })
    }

    /// The prompt of a name; `None` where the instance has none.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub(crate) async fn find(&self, name: &str) -> Result<Option<Prompt>, ConnectError> {
        let action = "ListPrompts";
        let mut token: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let mut url = self.url(&["prompts-summary", self.instance.id()]);
            url.query_pairs_mut().append_pair("maxResults", "1000");
            if let Some(token) = &token {
                url.query_pairs_mut().append_pair("nextToken", token);
            }
            let Page { prompt_summary_list, next_token } =
                read(action, &self.send(action, Method::GET, url, None).await?)?;
            let found = prompt_summary_list.into_iter().find(|listed| listed.name == name);
            if let Some(Listed { arn, id, name }) = found {
                return Ok(Some(Prompt { arn, id, name }));
            }
            token = Some(match next_token {
                Some(token) if !token.is_empty() => token,
                _ => return Ok(None),
            });
        }
        Ok(None)
    }

    /// Deletes a prompt.
    ///
    /// # Errors
    /// [`ConnectError`]; [`ConnectError::NotFound`] where it is gone.
    pub(crate) async fn delete(&self, id: &str) -> Result<(), ConnectError> {
        let url = self.url(&["prompts", self.instance.id(), id]);
        self.send("DeletePrompt", Method::DELETE, url, None).await.map(drop)
    }

    fn url(&self, path: &[&str]) -> Url {
        let mut url = self.endpoint.clone();
        // Only a URL without a host has no path.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }

    async fn send(
        &self,
        action: &'static str,
        method: Method,
        url: Url,
        body: Option<&Value>,
    ) -> Result<Bytes, ConnectError> {
        let mut request = Request::builder().method(method).uri(url.as_str());
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let body = body.map_or_else(Vec::new, |body| body.to_string().into_bytes());
        let request = request.body(body).map_err(|error| ConnectError::Client(error.to_string()))?;
        self.pacer.turn().await;
        let answer = timeout(REQUEST_TIMEOUT, self.exchange(action, request)).await;
        answer.unwrap_or_else(|_| Err(trouble(action, "no answer in time")))
    }

    async fn exchange(
        &self,
        action: &'static str,
        mut request: Request<Vec<u8>>,
    ) -> Result<Bytes, ConnectError> {
        self.signer.sign(&mut request).await?;
        let failed = |error: reqwest::Error| trouble(action, &outgoing::cause(&error));
        let request = request.try_into().map_err(failed)?;
        let answer = self.http.execute(request).await.map_err(failed)?;
        let status = answer.status();
        let code = answer.headers().get("x-amzn-errortype").and_then(|code| code.to_str().ok());
        let code = code.map(str::to_owned);
        let content =
            outgoing::body(answer, LARGEST_ANSWER).await.map_err(|fault| trouble(action, &fault))?;
        if status.is_success() { Ok(content) } else { Err(refusal(action, status.as_u16(), code, &content)) }
    }
}

/// The error of an answer. Its code is in a header or in the body, with a namespace in front or a URL behind.
fn refusal(action: &'static str, status: u16, code: Option<String>, body: &[u8]) -> ConnectError {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |names: [&str; 2]| names.into_iter().find_map(|name| body[name].as_str()).unwrap_or_default();
    let code = code.unwrap_or_else(|| text(["__type", "code"]).to_owned());
    let code = code.rsplit('#').next().unwrap_or_default().split(':').next().unwrap_or_default();
    ConnectError::of_answer(action, status, code, text(["message", "Message"]))
}

fn read<T: for<'a> Deserialize<'a>>(action: &'static str, answer: &[u8]) -> Result<T, ConnectError> {
    serde_json::from_slice(answer).map_err(|_| trouble(action, "its answer is not that of Amazon Connect"))
}

fn trouble(action: &'static str, text: &str) -> ConnectError {
    ConnectError::Trouble { action, text: text.to_owned() }
}
