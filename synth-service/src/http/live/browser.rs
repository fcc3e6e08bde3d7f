//! A call in the browser: `GET /live/browser`.
//!
//! | module | owns |
//! | --- | --- |
//! | `origin` | the pages that may open a socket |
//! | `protocol` | the form of each message |
//! | `opus` | 20 ms of audio as they travel |
//! | `line` | the messages of a call that has begun |

mod line;
mod opus;
mod origin;
mod protocol;

use axum::{
    extract::{Request, State},
    response::Response,
};
use contract::http::LIVE_BROWSER;
use futures::{SinkExt, StreamExt};
use hearing::Line;
use live::{Caller, Voice};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Message, protocol::frame::coding::CloseCode};

use self::{
    line::{Ear, Mouth},
    opus::NoOpus,
    protocol::{Codec, FromBrowser, Start, ToBrowser},
};
use super::{
    LiveDoors,
    socket::{self, MakeCaller, Refused},
    upgrade::{Socket, accept},
};
use crate::{
    http::{auth::Guard, door, error::ApiError},
    live::Place,
};

/// The code with which a socket is closed whose token is not good. From 4000 on the numbers are an application's own.
const UNAUTHORISED: CloseCode = CloseCode::Library(4401);

/// Longest message, in bytes: the largest packet of Opus is 1275 long.
const LARGEST_MESSAGE: usize = 4096;

/// Upgrades a request of our own page, and holds the call.
pub(super) async fn call(
    State((doors, guard)): State<(LiveDoors, Guard)>,
    mut request: Request,
) -> Result<Response, ApiError> {
    let client = request.extensions().get::<door::Caller>().copied();
    if client.is_some_and(|client| client.over_capacity) {
        return Err(ApiError::too_many_connections());
    }
    if !origin::is_own(request.headers()) {
        return Err(ApiError::foreign_page());
    }
    let unstarted = doors.unstarted_in_browser()?;
    let (response, upgrading) = accept(&mut request, LARGEST_MESSAGE)?;
    tokio::spawn(async move {
        let Some(mut socket) = upgrading.socket().await else { return };
        let started = timeout(doors.limits().start, start(&mut socket)).await;
        drop(unstarted);
        let started = started.unwrap_or_else(|_| Err(policy("no start came in time")));
        let is_good = |start: &Start| guard.accept(start.token.as_deref(), client.as_ref(), LIVE_BROWSER);
        match started.and_then(|start| if is_good(&start) { Ok(start) } else { Err(unauthorised()) }) {
            Ok(start) => hold(&doors, socket, start).await,
            Err(refused) => socket::refuse(socket, refused).await,
        }
    });
    Ok(response)
}

/// Waits for the first message.
async fn start(socket: &mut Socket) -> Result<Start, Refused> {
    let early = || policy("the first message must be a start with a codec, opus or pcm");
    loop {
        match socket.next().await.and_then(Result::ok).ok_or_else(early)? {
            Message::Text(text) => {
                let Ok(FromBrowser::Start(start)) = serde_json::from_str(&text) else { return Err(early()) };
                return Ok(start);
            }
            message if message.is_ping() || message.is_pong() => {}
            _ => return Err(early()),
        }
    }
}

/// Holds the call of a socket that has started.
async fn hold(doors: &LiveDoors, mut socket: Socket, start: Start) {
    let call = uuid::Uuid::new_v4().simple().to_string();
    let begun = begin(doors, &mut socket, &call, start.codec).await;
    let (place, ear, mouth) = match begun {
        Ok(begun) => begun,
        Err(refused) => {
            tracing::warn!(reason = refused.reason, "a call in the browser was turned away");
            return socket::refuse(socket, refused).await;
        }
    };
    tracing::info!(call, codec = ?start.codec, "a caller in a browser is on the line");
    let voice = voice(start, doors.voice());
    let caller: MakeCaller =
        Box::new(|from, to| Caller { id: call, contact: None, line: Line::Wide, voice, from, to });
    socket::hold(socket, (ear, mouth), place, caller, (doors.limits(), doors.meters().clone())).await;
}

/// Takes a place for a call, and says that it begins.
async fn begin(
    doors: &LiveDoors,
    socket: &mut Socket,
    call: &str,
    codec: Codec,
) -> Result<(Place, Ear, Mouth), Refused> {
    let place = doors.calls().place().map_err(|full| Refused::new(CloseCode::Again, full.to_string()))?;
    let failed = |error: NoOpus| Refused::new(CloseCode::Error, error.to_string());
    let ear = Ear::new(codec, doors.meters().clone()).map_err(failed)?;
    let mouth = Mouth::new(codec).map_err(failed)?;
    let started = Message::text(ToBrowser::Started { call, codec }.text());
    match timeout(doors.limits().write, socket.send(started)).await {
        Ok(Ok(())) => Ok((place, ear, mouth)),
        Ok(Err(_)) | Err(_) => Err(policy("the answer to the start was not taken")),
    }
}

/// The voice for a caller: as asked for, else the doors' own. Another language leaves the voice to the service.
fn voice(start: Start, default: &Voice) -> Voice {
    let name = if start.language.is_none() { default.name.clone() } else { None };
    Voice {
        name: start.voice.or(name),
        language: start.language.unwrap_or_else(|| default.language.clone()),
        system: default.system.clone(),
    }
}

fn policy(reason: &str) -> Refused {
    Refused::new(CloseCode::Policy, reason)
}

fn unauthorised() -> Refused {
    Refused::new(UNAUTHORISED, "the token is not accepted: enter the token of the service")
}
