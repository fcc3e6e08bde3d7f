//! The prompts of an Amazon Connect instance: CreatePrompt, ListPrompts and DeletePrompt over HTTP, with the documented
//! errors. Requests must be signed. It keeps names only, and does not read the clips.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    Json, Router,
    body::to_bytes,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{Method, StatusCode};
use hyper_util::service::TowerToHyperService;
use serde_json::{Value, json};

use crate::{listener::Listener, signature::SigningKey};

/// Headers that must be signed.
const SIGNED: [&str; 2] = ["host", "x-amz-date"];

/// Prompts of an instance at most, as AWS's quota has it.
const QUOTA: usize = 500;

/// Largest request, in bytes.
const LARGEST_REQUEST: usize = 64 * 1024;

/// A prompt of the instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstancePrompt {
    /// Name.
    pub name: String,
    /// Id.
    pub id: String,
    /// ARN.
    pub arn: String,
    /// The clip, `s3://BUCKET/KEY`.
    pub clip: String,
}

/// A request that was received with a good signature.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The name of the operation.
    pub action: &'static str,
    /// Time of its arrival.
    pub at: Instant,
}

/// A fault to show in place of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectFault {
    /// An error with this status and code, and the request is not carried out.
    Refused(u16, &'static str),
    /// The request is carried out, and its answer never comes.
    Hangs,
}

type Decide = dyn Fn(&str) -> Option<ConnectFault> + Send + Sync;

/// The server of one instance. Dropping it closes it.
pub struct ConnectServer {
    listener: Listener,
    instance: Arc<Instance>,
}

struct Instance {
    arn: String,
    key: SigningKey,
    state: Mutex<Prompts>,
}

#[derive(Default)]
struct Prompts {
    prompts: Vec<InstancePrompt>,
    asked: Vec<Asked>,
    decide: Option<Arc<Decide>>,
    refused_signatures: usize,
}

impl ConnectServer {
    /// Starts the server of an instance on a free port of the loopback address. Requests must be signed with this key.
    ///
    /// # Errors
    /// When there is no free port.
    pub async fn start(instance_arn: &str, access_key: &str, secret_key: &str) -> std::io::Result<Self> {
        let region = instance_arn.split(':').nth(3).unwrap_or_default().to_owned();
        let (access_key, secret_key) = (access_key.to_owned(), secret_key.to_owned());
        let key = SigningKey { access_key, secret_key, region, service: "connect" };
        let instance = Arc::new(Instance { arn: instance_arn.to_owned(), key, state: Mutex::default() });
        let router = Router::new().fallback(answer).with_state(instance.clone());
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let listener = Listener::start(address, TowerToHyperService::new(router)).await?;
        Ok(Self { listener, instance })
    }

    /// URL for `AWS_ENDPOINT_URL_CONNECT`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.listener.address())
    }

    /// The prompts of the instance, in the order of their creation.
    pub fn prompts(&self) -> Vec<InstancePrompt> {
        self.instance.lock().prompts.clone()
    }

    /// Adds a prompt that another program has made.
    pub fn add(&self, name: &str) {
        self.instance.lock().add(&self.instance.arn, name, "s3://other/clip.wav");
    }

    /// Removes a prompt by its name, as a designer does.
    pub fn remove(&self, name: &str) {
        self.instance.lock().prompts.retain(|prompt| prompt.name != name);
    }

    /// The requests with a good signature so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.instance.lock().asked.clone()
    }

    /// Number of requests with a bad signature so far.
    pub fn refused_signatures(&self) -> usize {
        self.instance.lock().refused_signatures
    }

    /// Sets the function that decides on the faults of later requests, by the name of their operation.
    pub fn set_fault(&self, decide: impl Fn(&str) -> Option<ConnectFault> + Send + Sync + 'static) {
        self.instance.lock().decide = Some(Arc::new(decide));
    }
}

impl Instance {
    fn lock(&self) -> MutexGuard<'_, Prompts> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Id of the instance.
    fn id(&self) -> &str {
        self.arn.rsplit('/').next().unwrap_or_default()
    }

    fn carry_out(&self, operation: &Operation, query: &str, body: &[u8]) -> Result<Value, Error> {
        let mut state = self.lock();
        match operation {
            Operation::Create => state.create(&self.arn, body),
            Operation::List => Ok(state.list(query)),
            Operation::Delete(id) => state.delete(id),
        }
    }
}

impl Prompts {
    fn add(&mut self, instance: &str, name: &str, clip: &str) -> InstancePrompt {
        let id = uuid::Uuid::new_v4().to_string();
        let arn = format!("{instance}/prompt/{id}");
        let prompt = InstancePrompt { name: name.to_owned(), id, arn, clip: clip.to_owned() };
        self.prompts.push(prompt.clone());
        prompt
    }

    fn create(&mut self, instance: &str, body: &[u8]) -> Result<Value, Error> {
        let body: Value = serde_json::from_slice(body).map_err(|_| Error(400, "InvalidRequestException"))?;
        let text = |name: &str| body[name].as_str().unwrap_or_default();
        let (name, clip) = (text("Name"), text("S3Uri"));
        let is_clip = clip.strip_prefix("s3://").is_some_and(|clip| clip.contains('/'));
        let description = body["Description"].as_str().map_or(1, str::len);
        if !(1..=127).contains(&name.len()) || !is_clip || !(1..=250).contains(&description) {
            return Err(Error(400, "InvalidParameterException"));
        }
        if self.prompts.iter().any(|prompt| prompt.name == name) {
            return Err(Error(409, "DuplicateResourceException"));
        }
        if self.prompts.len() >= QUOTA {
            return Err(Error(429, "LimitExceededException"));
        }
        let InstancePrompt { id, arn, .. } = self.add(instance, name, clip);
        Ok(json!({"PromptARN": arn, "PromptId": id}))
    }

    /// Pages of two, so that clients meet several.
    fn list(&self, query: &str) -> Value {
        let token = query.split('&').find_map(|pair| pair.strip_prefix("nextToken="));
        let first = token.and_then(|token| token.parse().ok()).unwrap_or(0);
        let page = self.prompts.iter().skip(first).take(2);
        let listed = page.map(|prompt| json!({"Id": prompt.id, "Arn": prompt.arn, "Name": prompt.name}));
        let mut answer = json!({"PromptSummaryList": listed.collect::<Vec<_>>()});
        if first + 2 < self.prompts.len() {
            answer["NextToken"] = json!((first + 2).to_string());
        }
        answer
    }

    fn delete(&mut self, id: &str) -> Result<Value, Error> {
        let before = self.prompts.len();
        self.prompts.retain(|prompt| prompt.id != id);
        if self.prompts.len() < before { Ok(json!({})) } else { Err(Error(404, "ResourceNotFoundException")) }
    }
}

enum Operation {
    Create,
    List,
    Delete(String),
}

impl Operation {
    fn of(method: &Method, path: &str, instance: &str) -> Option<Self> {
        let segments: Vec<_> = path.trim_start_matches('/').split('/').collect();
        match (method, segments.as_slice()) {
            (&Method::PUT, ["prompts", id]) if *id == instance => Some(Self::Create),
            (&Method::GET, ["prompts-summary", id]) if *id == instance => Some(Self::List),
            (&Method::DELETE, ["prompts", id, prompt]) if *id == instance => {
                Some(Self::Delete((*prompt).to_owned()))
            }
            _ => None,
        }
    }

    fn action(&self) -> &'static str {
        match self {
            Self::Create => "CreatePrompt",
            Self::List => "ListPrompts",
            Self::Delete(_) => "DeletePrompt",
        }
    }
}

/// Status and code of an error.
struct Error(u16, &'static str);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let Self(status, code) = self;
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = Json(json!({"message": "as the test stack has it"}));
        // As AWS does: the code with a URL behind it.
        (status, [("x-amzn-errortype", format!("{code}:http://internal.amazon.com/"))], body).into_response()
    }
}

async fn answer(State(instance): State<Arc<Instance>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_REQUEST).await else {
        return Error(413, "RequestEntityTooLargeException").into_response();
    };
    if !instance.key.has_signed(&head, &body, &SIGNED) {
        instance.lock().refused_signatures += 1;
        return Error(403, "InvalidSignatureException").into_response();
    }
    let Some(operation) = Operation::of(&head.method, head.uri.path(), instance.id()) else {
        return Error(404, "ResourceNotFoundException").into_response();
    };
    let action = operation.action();
    let fault = {
        let mut state = instance.lock();
        state.asked.push(Asked { action, at: Instant::now() });
        state.decide.clone().and_then(|decide| decide(action))
    };
    if let Some(ConnectFault::Refused(status, code)) = fault {
        return Error(status, code).into_response();
    }
    let carried_out = instance.carry_out(&operation, head.uri.query().unwrap_or_default(), &body);
    if fault == Some(ConnectFault::Hangs) {
        tokio::time::sleep(Duration::MAX).await;
    }
    match carried_out {
        Ok(answer) => (StatusCode::OK, Json(answer)).into_response(),
        Err(error) => error.into_response(),
    }
}
