//! One recogniser's service: the HTTP client, the plan's channels, and the opening of sessions.

use std::sync::Arc;

use reqwest::{Client, Url, header::HeaderValue};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::{
    protocol::Protocol,
    settings::{CloudSettingsError, Patience},
    socket::{Refusal, Socket},
    worker::Worker,
};
use crate::{HearingError, Line, Session, session};

/// Time for which an idle connection is kept for the next session.
const IDLE: std::time::Duration = std::time::Duration::from_secs(55);

pub(super) struct Link {
    pub(super) http: Client,
    protocol: Protocol,
    patience: Patience,
    channels: Arc<Semaphore>,
}

impl Link {
    /// A link to the service at this URL, with as many channels as the plan has.
    pub(super) fn new(
        protocol: Protocol,
        base: &Url,
        channels: usize,
        patience: Patience,
    ) -> Result<Self, CloudSettingsError> {
        let recogniser = protocol.name;
        let error = |fault: String| CloudSettingsError { recogniser, fault };
        let http = outgoing::client(base).http1_only().pool_idle_timeout(IDLE).build();
        let http = http.map_err(|fault| error(outgoing::cause(&fault)))?;
        if !(1..=Semaphore::MAX_PERMITS).contains(&channels) {
            return Err(error("it has no channel: give the number of the plan".into()));
        }
        Ok(Self { http, protocol, patience, channels: Arc::new(Semaphore::new(channels)) })
    }

    /// Bounds the opening of a session.
    pub(super) async fn in_time<T>(
        &self,
        opening: impl Future<Output = Result<T, HearingError>>,
    ) -> Result<T, HearingError> {
        let (recogniser, after) = (self.protocol.name, self.patience.open);
        let late = |_| HearingError::TooSlow { recogniser, after };
        timeout(after, opening).await.map_err(late)?
    }

    /// A channel of the plan. It is waited for shortly: a call may just be ending.
    pub(super) async fn channel(&self) -> Result<OwnedSemaphorePermit, HearingError> {
        let free = timeout(self.patience.channel, self.channels.clone().acquire_owned()).await;
        let none = HearingError::NoChannel { recogniser: self.protocol.name };
        free.ok().and_then(Result::ok).ok_or(none)
    }

    pub(super) async fn socket(&self, url: Url, authorization: HeaderValue) -> Result<Socket, Refusal> {
        Socket::open(self.protocol.name, &self.http, url, authorization, self.patience.clone()).await
    }

    /// A session over a socket. Its worker is a task of its own, since it says farewell once the session is dropped.
    pub(super) fn session(&self, line: Line, socket: Socket, channel: OwnedSemaphorePermit) -> Session {
        let worker = Worker::new(self.protocol, self.patience.clone(), line, socket, channel);
        session(self.protocol.name, |engine| {
            tokio::spawn(worker.run(engine));
            std::future::ready(())
        })
    }
}
