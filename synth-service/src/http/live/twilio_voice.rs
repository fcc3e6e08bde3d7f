//! `POST /live/twilio/voice`: Twilio's request at the begin of a call. The answer connects the call to
//! `GET /live/twilio`, with a token that only this answer has.

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use contract::{http::LIVE_TWILIO, metrics::LIVE_CALLS_REFUSED};
use quick_xml::escape::escape;
use tokio::time::sleep;
use url::form_urlencoded;

use super::LiveDoors;
use crate::http::{door, error::ApiError};

/// Largest form, in bytes.
const LARGEST_FORM: usize = 64 * 1024;

/// Longest value of a parameter that is passed on, in characters.
const LONGEST_VALUE: usize = 200;

/// The parameters of this path that are passed on to the stream.
const PASSED_ON: [&str; 3] = ["language", "voice", "pass"];

/// The states of a call that is over: such a request is a report.
const OVER: [&str; 5] = ["completed", "busy", "failed", "no-answer", "canceled"];

/// The names and values of a form or of a query.
type Fields = Vec<(String, String)>;

/// Answers with instructions for the call.
pub(super) async fn voice(State(doors): State<LiveDoors>, request: Request) -> Result<Response, ApiError> {
    let client = request.extensions().get::<door::Caller>();
    if client.is_some_and(|client| client.over_capacity) {
        return Err(ApiError::too_many_connections());
    }
    let (head, body) = request.into_parts();
    let form = to_bytes(body, LARGEST_FORM).await;
    let form = fields(&form.map_err(|error| ApiError::unread_form(&error, LARGEST_FORM))?);
    let request = Request::from_parts(head, Body::empty());
    doors.check_signature(&request, &form, false)?;
    if is_report(&form) {
        return Ok(instructions(String::new()));
    }
    let call = value(&form, "CallSid");
    let Some(token) = token(&doors, call) else {
        return Ok(instructions(r#"<Reject reason="busy"/>"#.into()));
    };
    let query = fields(request.uri().query().unwrap_or_default().as_bytes());
    Ok(instructions(connect(&stream_url(&doors, request.headers()), &token, &query)))
}

/// A token for the stream of a call, whose place is taken for a while: a caller who is picked up finds it free. `None`
/// where the call must be rejected.
fn token(doors: &LiveDoors, call: Option<&str>) -> Option<String> {
    let rejected = |reason: &str| tracing::warn!(call_sid = call, reason, "a live call was rejected");
    let place = doors.calls().place().inspect_err(|full| rejected(&full.to_string())).ok()?;
    let Some(token) = doors.tokens().issue(call, place) else {
        doors.meters().count(&LIVE_CALLS_REFUSED, &[], 1);
        rejected("too many calls wait for their streams: look for the reason at Twilio");
        return None;
    };
    tokio::spawn({
        let (doors, token) = (doors.clone(), token.clone());
        async move {
            sleep(doors.limits().reserved).await;
            doors.tokens().release(&token);
        }
    });
    Some(token)
}

/// The answer. Its instructions are XML.
fn instructions(instructions: String) -> Response {
    let document = format!(r#"<?xml version="1.0" encoding="UTF-8"?><Response>{instructions}</Response>"#);
    ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], document).into_response()
}

/// Connects the call to a stream. When the stream is over, the call is.
fn connect(url: &str, token: &str, query: &Fields) -> String {
    let passed = PASSED_ON.into_iter().filter_map(|name| Some((name, value(query, name)?)));
    let parameters: String = std::iter::once(("token", token))
        .chain(passed)
        .map(|(name, value)| {
            let value: String = value.chars().filter(|c| !c.is_control()).take(LONGEST_VALUE).collect();
            format!(r#"<Parameter name="{name}" value="{}"/>"#, escape(value.as_str()))
        })
        .collect();
    format!(r#"<Connect><Stream url="{}">{parameters}</Stream></Connect><Hangup/>"#, escape(url))
}

/// The URL of the stream, as Twilio reaches it. Without a public URL, the address by which this request has reached the
/// service.
fn stream_url(doors: &LiveDoors, headers: &HeaderMap) -> String {
    let host = || headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let base = doors.public_url().map_or_else(|| format!("http://{}", host()), str::to_owned);
    // `http` becomes `ws`, and `https` becomes `wss`.
    format!("{}{LIVE_TWILIO}", base.trim_end_matches('/').replacen("http", "ws", 1))
}

/// Whether the request reports the state of a call or of a stream, and asks for nothing.
fn is_report(form: &Fields) -> bool {
    value(form, "StreamEvent").is_some()
        || value(form, "CallStatus").is_some_and(|state| OVER.contains(&state))
}

fn fields(encoded: &[u8]) -> Fields {
    form_urlencoded::parse(encoded).into_owned().collect()
}

fn value<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}
