//! Twilio's Media Streams: `GET /live/twilio`.
//!
//! | module | owns |
//! | --- | --- |
//! | `protocol` | the form of each message |
//! | `frames` | audio of any length as frames of 20 ms |

mod frames;
mod protocol;

use std::collections::HashMap;

use axum::{extract::Request, extract::State, response::Response};
use contract::metrics::LIVE_FRAMES_DROPPED;
use futures::StreamExt;
use hearing::Line;
use live::{Caller, FromCaller, ToCaller, Voice};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Message, protocol::frame::coding::CloseCode};

use self::{
    frames::Frames,
    protocol::{Received, Sent, Start},
};
use super::{
    LiveDoors,
    socket::{self, Hear, Heard, MakeCaller, Refused, Say},
    upgrade::{Socket, accept},
};
use crate::{
    http::{door, error::ApiError},
    telemetry::Meters,
    transfers::ByPass,
};

/// Longest message, in bytes: six seconds of telephone audio.
const LARGEST_MESSAGE: usize = 64 * 1024;

/// Upgrades a signed request, and holds the call.
pub(super) async fn stream(
    State(doors): State<LiveDoors>,
    mut request: Request,
) -> Result<Response, ApiError> {
    let caller = request.extensions().get::<door::Caller>().copied();
    if caller.is_some_and(|caller| caller.over_capacity) {
        return Err(ApiError::too_many_connections());
    }
    doors.check_signature(&request, &[], true)?;
    let unstarted = doors.unstarted_at_twilio()?;
    let (response, upgrading) = accept(&mut request, LARGEST_MESSAGE)?;
    tokio::spawn(async move {
        let Some(mut socket) = upgrading.socket().await else { return };
        let started = timeout(doors.limits().start, start(&mut socket, doors.meters())).await;
        drop(unstarted);
        match started.unwrap_or_else(|_| Err(Refused::new(CloseCode::Policy, "no start came in time"))) {
            Ok(start) => hold(doors, socket, start).await,
            Err(refused) => turn_away(socket, refused).await,
        }
    });
    Ok(response)
}

/// Waits for the begin of the stream.
async fn start(socket: &mut Socket, meters: &Meters) -> Result<Start, Refused> {
    let early = || Refused::new(CloseCode::Policy, "the stream must begin with start");
    loop {
        let message = socket.next().await.and_then(Result::ok).ok_or_else(early)?;
        let Message::Text(text) = message else {
            if message.is_ping() || message.is_pong() {
                continue;
            }
            return Err(early());
        };
        match Received::parse(&text) {
            Received::Started(start) => return Ok(start),
            Received::Connected | Received::Ignored => {}
            Received::Unknown => meters.count(&LIVE_FRAMES_DROPPED, &["unknown"], 1),
            Received::Malformed => meters.count(&LIVE_FRAMES_DROPPED, &["malformed"], 1),
            Received::Media { .. } | Received::Key(_) | Received::Mark(_) | Received::Stopped => {
                return Err(early());
            }
        }
    }
}

/// Holds the call of a stream that has started.
async fn hold(doors: LiveDoors, socket: Socket, start: Start) {
    let place = match admit(&doors, &start) {
        Ok(place) => place,
        Err(refused) => return turn_away(socket, refused).await,
    };
    let Start { stream_sid, call_sid, custom_parameters, .. } = start;
    let place = match doors.passes().filter(|_| expects_pass(&custom_parameters)) {
        Some(passes) => place.behind(Box::new(ByPass::new(passes.clone()))),
        None => place,
    };
    let call = uuid::Uuid::new_v4().simple().to_string();
    tracing::info!(call, call_sid, stream_sid, "a caller is on the line");
    let voice = voice(&custom_parameters, doors.voice());
    let caller: MakeCaller =
        Box::new(|from, to| Caller { id: call, contact: None, line: Line::Telephone, voice, from, to });
    let (limits, meters) = (doors.limits(), doors.meters().clone());
    let hears = Ear { frames: Frames::default(), meters: meters.clone() };
    socket::hold(socket, (hears, Mouth { stream: stream_sid }), place, caller, (limits, meters)).await;
}

/// Whether the caller's keys will begin with the code of a pass.
fn expects_pass(parameters: &HashMap<String, String>) -> bool {
    parameters.get("pass").is_some_and(|pass| pass == "expected")
}

/// Checks the start of a stream, and takes a place for its call.
fn admit(doors: &LiveDoors, start: &Start) -> Result<crate::live::Place, Refused> {
    let is_ours = start.media_format.as_ref().is_none_or(|format| {
        format.encoding == "audio/x-mulaw" && format.sample_rate.is_none_or(|rate| rate == 8000)
    });
    if !is_ours {
        return Err(Refused::new(CloseCode::Unsupported, "only audio/x-mulaw at 8000 Hz is understood"));
    }
    let token = start.custom_parameters.get("token").map(String::as_str).unwrap_or_default();
    let taken = doors.tokens().take(token, start.call_sid.as_deref());
    let invalid = || Refused::new(CloseCode::Policy, "the parameter `token` is not valid");
    let kept = taken.ok_or_else(invalid)?.kept;
    kept.map_or_else(|| doors.calls().place(), Ok)
        .map_err(|full| Refused::new(CloseCode::Again, full.to_string()))
}

/// The voice and the language that the stream's parameters ask for. Where they name one of both, the other follows from
/// it.
fn voice(parameters: &HashMap<String, String>, default: &Voice) -> Voice {
    let given = |name: &str| parameters.get(name).filter(|value| !value.is_empty()).cloned();
    match (given("voice"), given("language")) {
        (None, None) => default.clone(),
        (name, language) => {
            Voice { name, language: language.unwrap_or_default(), system: default.system.clone() }
        }
    }
}

async fn turn_away(socket: Socket, refused: Refused) {
    tracing::warn!(reason = refused.reason, "a live stream was turned away");
    socket::refuse(socket, refused).await;
}

/// The caller's audio, keys and marks.
struct Ear {
    frames: Frames,
    meters: Meters,
}

impl Hear for Ear {
    fn hear(&mut self, message: Message) -> Result<Heard, Refused> {
        let text = match message {
            Message::Text(text) => text,
            Message::Binary(_) => {
                return Err(Refused::new(CloseCode::Unsupported, "messages must be texts"));
            }
            Message::Close(_) => return Ok(Heard::Over),
            _ => return Ok(Heard::Things(Vec::new())),
        };
        Ok(match Received::parse(&text) {
            Received::Media { at_ms, audio } => Heard::Things(self.media(at_ms, &audio)),
            Received::Key(key) => Heard::Things(vec![FromCaller::Key(key)]),
            Received::Mark(number) => Heard::Things(vec![FromCaller::Mark(number)]),
            Received::Stopped => Heard::Over,
            Received::Connected | Received::Ignored => Heard::Things(Vec::new()),
            Received::Unknown => self.unused("unknown"),
            // A stream starts once.
            Received::Malformed | Received::Started(_) => self.unused("malformed"),
        })
    }
}

impl Ear {
    fn media(&mut self, at_ms: Option<u64>, audio: &[u8]) -> Vec<FromCaller> {
        match self.frames.push(at_ms, audio) {
            Ok(frames) => frames.into_iter().map(FromCaller::Frame).collect(),
            Err(unused) => {
                self.meters.count(&LIVE_FRAMES_DROPPED, &[unused.label()], 1);
                Vec::new()
            }
        }
    }

    fn unused(&self, reason: &str) -> Heard {
        self.meters.count(&LIVE_FRAMES_DROPPED, &[reason], 1);
        Heard::Things(Vec::new())
    }
}

/// The way back.
struct Mouth {
    stream: String,
}

impl Say for Mouth {
    fn say(&mut self, to: ToCaller) -> Result<Option<Message>, Refused> {
        let sent = match &to {
            ToCaller::Audio(audio) => Sent::media(&self.stream, audio),
            ToCaller::Mark(number) => Sent::mark(&self.stream, *number),
            ToCaller::Clear => Sent::Clear { stream: &self.stream },
            ToCaller::News(_) => return Ok(None),
        };
        Ok(Some(Message::text(sent.text())))
    }
}
