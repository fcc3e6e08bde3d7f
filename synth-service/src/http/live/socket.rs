//! A WebSocket as a caller's line, whatever its protocol: messages one way, messages the other way, and the bounds of
//! both.

use std::time::Duration;

use contract::metrics::LIVE_FRAMES_DROPPED;
use futures::{Sink, SinkExt, Stream, StreamExt};
use live::{Caller, FromCaller, ToCaller};
use tokio::{sync::mpsc, time::timeout};
use tokio_tungstenite::tungstenite::{
    Error, Message,
    error::CapacityError,
    protocol::{CloseFrame, frame::coding::CloseCode},
};

use super::upgrade::Socket;
use crate::{live::Place, telemetry::Meters};

/// Time for a client to close its side.
const CLOSE_PATIENCE: Duration = Duration::from_secs(2);

/// Frames that may wait for the call: 5 s.
const FRAMES: usize = 250;

/// Keys and marks that may wait behind as many frames: those of 32 digits and of as many sentences.
const OTHERS: usize = 64;

/// Messages that may wait for the client.
const TO_CALLER: usize = 64;

/// The way from the client to the call.
pub(super) trait Hear: Send {
    /// Reads a message of the client's.
    ///
    /// # Errors
    /// [`Refused`] for one after which the socket is closed.
    fn hear(&mut self, message: Message) -> Result<Heard, Refused>;
}

/// The way from the call to the client.
pub(super) trait Say: Send {
    /// The message for something that the call has for its caller; `None` where the protocol has none.
    ///
    /// # Errors
    /// [`Refused`] where the call can't go on.
    fn say(&mut self, to: ToCaller) -> Result<Option<Message>, Refused>;
}

/// The meaning of a message.
pub(super) enum Heard {
    /// Nothing, or some things for the call.
    Things(Vec<FromCaller>),
    /// The client ends the call.
    Over,
}

/// The reason why a socket is closed, for its client. The text is one line of at most 123 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) code: CloseCode,
    pub(super) reason: String,
}

impl Refused {
    pub(super) fn new(code: CloseCode, reason: impl Into<String>) -> Self {
        Self { code, reason: reason.into() }
    }
}

/// The end of a line.
#[derive(Debug)]
enum End {
    /// The call or its caller has ended it.
    Over,
    /// The client is gone without a word.
    Gone,
    /// The client has sent nothing for too long.
    Silent,
    /// The client takes no more messages.
    Stalled,
    /// The host stops.
    Stopped,
    Refused(Refused),
}

/// Makes the caller of a line whose ends are these.
pub(super) type MakeCaller =
    Box<dyn FnOnce(mpsc::Receiver<FromCaller>, mpsc::Sender<ToCaller>) -> Caller + Send>;

/// Bounds of the lines. Each time is an upper bound.
#[derive(Clone, Copy, Debug)]
pub struct LineLimits {
    /// For a stream to start on its socket.
    pub start: Duration,
    /// Of a client's silence: its audio comes every 20 ms.
    pub silence: Duration,
    /// For a client to take a message.
    pub write: Duration,
    /// For the stream of a telephone call to start, while its place is kept.
    pub reserved: Duration,
    /// Sockets of a door whose stream has not started.
    pub unstarted: usize,
}

impl Default for LineLimits {
    fn default() -> Self {
        Self {
            start: Duration::from_secs(5),
            silence: Duration::from_secs(10),
            write: Duration::from_secs(5),
            reserved: Duration::from_secs(5),
            unstarted: 64,
        }
    }
}

/// Holds a call over a socket, until the caller, the call or a bound ends it.
pub(super) async fn hold(
    socket: Socket,
    (hear, say): (impl Hear, impl Say),
    place: Place,
    caller: MakeCaller,
    (limits, meters): (LineLimits, Meters),
) {
    let (from, from_caller) = mpsc::channel(FRAMES + OTHERS);
    let (to_caller, to) = mpsc::channel(TO_CALLER);
    let caller = caller(from_caller, to_caller);
    let call = caller.id.clone();
    let (_underway, stop) = (place.underway(), place.stop());
    let (mut sink, mut stream) = socket.split();
    let line = async {
        let end = tokio::select! {
            end = read(&mut stream, hear, from, (limits.silence, &meters)) => end,
            end = write(&mut sink, say, to, limits.write) => end,
            () = stop.cancelled() => End::Stopped,
        };
        tracing::info!(call, end = ?end, "the line is closed");
        close(&mut sink, &mut stream, end.refusal()).await;
    };
    // Without its line a call ends by itself.
    tokio::join!(place.hold(caller), line);
}

/// Closes a socket on which no call is held.
pub(super) async fn refuse(socket: Socket, refused: Refused) {
    let (mut sink, mut stream) = socket.split();
    close(&mut sink, &mut stream, Some(refused)).await;
}

async fn read(
    stream: &mut (impl Stream<Item = Result<Message, Error>> + Unpin),
    mut hear: impl Hear,
    from: mpsc::Sender<FromCaller>,
    (longest_silence, meters): (Duration, &Meters),
) -> End {
    loop {
        let message = match timeout(longest_silence, stream.next()).await {
            Err(_) => return End::Silent,
            Ok(None) => return End::Gone,
            Ok(Some(Err(error))) => return failed(error),
            Ok(Some(Ok(message))) => message,
        };
        let things = match hear.hear(message) {
            Ok(Heard::Things(things)) => things,
            Ok(Heard::Over) => return End::Over,
            Err(refused) => return End::Refused(refused),
        };
        for thing in things {
            if !pass_on(&from, thing) {
                meters.count(&LIVE_FRAMES_DROPPED, &["behind"], 1);
            }
        }
    }
}

/// Whether there is room for something. Frames leave some for keys and marks, each of which counts.
fn pass_on(from: &mpsc::Sender<FromCaller>, thing: FromCaller) -> bool {
    if matches!(thing, FromCaller::Frame(_)) && from.capacity() <= OTHERS {
        return false;
    }
    // A call that is over needs nothing.
    !matches!(from.try_send(thing), Err(mpsc::error::TrySendError::Full(_)))
}

fn failed(error: Error) -> End {
    match error {
        Error::Capacity(CapacityError::MessageTooLong { max_size, .. }) => {
            End::Refused(Refused::new(CloseCode::Size, format!("a message may have {max_size} bytes")))
        }
        Error::Utf8(_) => End::Refused(Refused::new(CloseCode::Invalid, "a text must be UTF-8")),
        Error::Protocol(_) => {
            End::Refused(Refused::new(CloseCode::Protocol, "not the protocol of WebSockets"))
        }
        _ => End::Gone,
    }
}

async fn write(
    sink: &mut (impl Sink<Message> + Unpin),
    mut say: impl Say,
    mut to: mpsc::Receiver<ToCaller>,
    patience: Duration,
) -> End {
    while let Some(next) = to.recv().await {
        let message = match say.say(next) {
            Ok(Some(message)) => message,
            Ok(None) => continue,
            Err(refused) => return End::Refused(refused),
        };
        match timeout(patience, sink.send(message)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return End::Gone,
            Err(_) => return End::Stalled,
        }
    }
    End::Over
}

/// Closes the socket, and waits a moment for the client to do so: earlier messages must reach it.
async fn close(
    sink: &mut (impl Sink<Message> + Unpin),
    stream: &mut (impl Stream<Item = Result<Message, Error>> + Unpin),
    refused: Option<Refused>,
) {
    let Refused { code, reason } = refused.unwrap_or_else(|| Refused::new(CloseCode::Normal, ""));
    let closing = async {
        let frame = CloseFrame { code, reason: reason.into() };
        if sink.send(Message::Close(Some(frame))).await.is_ok() {
            while stream.next().await.is_some_and(|message| message.is_ok()) {}
        }
    };
    // A client that does not answer loses its connection.
    let _ = timeout(CLOSE_PATIENCE, closing).await;
}

impl End {
    fn refusal(self) -> Option<Refused> {
        match self {
            Self::Refused(refused) => Some(refused),
            Self::Silent => Some(Refused::new(CloseCode::Policy, "nothing has come for too long")),
            Self::Stopped => Some(Refused::new(CloseCode::Again, "the service is stopping: call again")),
            Self::Over | Self::Gone | Self::Stalled => None,
        }
    }
}
