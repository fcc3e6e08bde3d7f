//! A stand-in for RTZR's server that has a fault.

#[allow(dead_code, clippy::expect_used, reason = "a helper of tests, of which these use a part")]
mod server;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use self::server::{Answer, Peer, Server};

/// A fault of a recogniser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It knows neither id nor secret.
    Unauthorised,
    /// It has no channel left.
    TooMany,
    /// It takes audio, and answers nothing.
    Mute,
    /// It says something that the protocol does not have.
    Garbage,
    /// It answers no request.
    Never,
}

impl Fault {
    pub const ALL: [Self; 5] = [Self::Unauthorised, Self::TooMany, Self::Mute, Self::Garbage, Self::Never];

    /// The answers to requests for a token, and for a socket.
    fn answers(self) -> (Answer, Answer) {
        let token = Answer::token("token", 21_600);
        match self {
            Self::Unauthorised => (Answer::status(401, r#"{"code":"H0002"}"#), Answer::Good),
            Self::TooMany => (token, Answer::status(429, "{}")),
            Self::Mute | Self::Garbage => (token, Answer::Good),
            Self::Never => (Answer::Never, Answer::Never),
        }
    }

    /// Holds a call.
    async fn hold(self, mut peer: Peer) {
        if self == Self::Garbage {
            // Behind the first sound of a caller.
            peer.next().await;
            peer.say("garbage").await;
        }
        // Without a look at anything that comes, pings included.
        std::future::pending().await
    }
}

/// The running server.
pub struct StandIn {
    url: String,
    was_asked: Arc<AtomicBool>,
    serving: tokio::task::JoinHandle<()>,
}

impl StandIn {
    pub async fn start(fault: Fault) -> Self {
        let (token, upgrade) = fault.answers();
        let opens = matches!(upgrade, Answer::Good);
        let mut server = Server::with(vec![token], vec![upgrade]).await;
        let (url, was_asked) = (server.url.clone(), Arc::<AtomicBool>::default());
        let asked = was_asked.clone();
        let serving = tokio::spawn(async move {
            loop {
                let request = server.request().await;
                asked.store(true, Ordering::Relaxed);
                if opens && request.headers.contains_key("upgrade") {
                    tokio::spawn(fault.hold(server.socket().await));
                }
            }
        });
        Self { url, was_asked, serving }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn was_asked(&self) -> bool {
        self.was_asked.load(Ordering::Relaxed)
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
