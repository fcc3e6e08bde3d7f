//! The task that keeps the known prompts current and makes new ones, one after the other, while it has the lease.

use std::{sync::Arc, time::Duration};

use contract::{keys, prompts::Prompt};
use stream_store::ObjectStore;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::{
    connect::Connect,
    error::ConnectError,
    ledger::{Ledger, LedgerError},
    name,
    shared::Shared,
};

/// The manifest is read at least this often.
const REFRESH: Duration = Duration::from_secs(60);

/// Pause while another program makes prompts, perhaps the same ones, or a clip is not in the bucket yet.
const SOON: Duration = Duration::from_secs(3);

/// Pause after a failure, doubled after each further one up to [`REFRESH`].
const FIRST_PAUSE: Duration = Duration::from_secs(2);

/// Pause when the instance takes no more prompts.
const WHEN_FULL: Duration = Duration::from_secs(60 * 60);

/// Least time between two lines in the log about failures.
const LINE_EVERY: Duration = Duration::from_secs(60);

/// How a round ended.
enum Round {
    /// No clip is wanted.
    Done,
    /// Clips are wanted that can't have a prompt yet.
    Soon,
}

/// The reason why a round ended early.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl Trouble {
    /// Whether it lasts until an operator changes something.
    fn needs_an_operator(&self) -> bool {
        match self {
            Self::Connect(error) => !matches!(error, ConnectError::Trouble { .. } | ConnectError::Duplicate),
            Self::Ledger(LedgerError::OtherInstance(_)) => true,
            Self::Ledger(LedgerError::Store(error)) => error.needs_an_operator(),
        }
    }
}

/// Makes prompts of the clips that are wanted.
pub(crate) struct Maker {
    connect: Connect,
    ledger: Ledger,
    shared: Arc<Shared>,
    /// Rounds that failed since the last good one.
    failures: u32,
    last_line: Option<Instant>,
    /// Whether the log says that there is no room for more.
    told_full: bool,
}

impl Maker {
    pub(crate) fn new(connect: Connect, store: ObjectStore, shared: Arc<Shared>) -> Self {
        let ledger = Ledger::new(store, Some(connect.instance().as_str().to_owned()));
        Self { connect, ledger, shared, failures: 0, last_line: None, told_full: false }
    }

    /// Works until the task is aborted.
    pub(crate) async fn run(mut self) {
        loop {
            self.shared.want_silence();
            match self.round().await {
                Ok(Round::Done) => {
                    self.failures = 0;
                    let _ = timeout(REFRESH, self.shared.wanted()).await;
                }
                Ok(Round::Soon) => sleep(SOON).await,
                Err(trouble) => self.rest(&trouble).await,
            }
        }
    }

    /// Reads the manifest, and makes the prompts that are wanted and missing.
    async fn round(&mut self) -> Result<Round, Trouble> {
        self.refresh().await?;
        if !self.shared.has_wanted() {
            return Ok(Round::Done);
        }
        if !self.ledger.claim().await? {
            return Ok(Round::Soon);
        }
        let worked = self.work().await;
        self.ledger.release().await;
        worked
    }

    /// Reads the manifest. The silence says which prompt it has.
    async fn refresh(&mut self) -> Result<(), LedgerError> {
        let Some(manifest) = self.ledger.read().await? else { return Ok(()) };
        let is_full = self.shared.learn(&manifest.prompts);
        let silence = manifest.prompts.get(&keys::silence()).map(|prompt| prompt.arn.clone());
        if is_full {
            self.shared.clear();
            self.tell_full();
        }
        self.ledger.label_silence(silence.as_deref()).await
    }

    async fn work(&mut self) -> Result<Round, Trouble> {
        let mut later = Vec::new();
        while let Some(key) = self.shared.next().filter(|key| !later.contains(key)) {
            let prompt = match self.make(&key).await {
                Ok(Some(prompt)) => prompt,
                // It is being written, or has expired: then its next use makes a new one.
                Ok(None) => {
                    self.shared.again(&key);
                    later.push(key);
                    continue;
                }
                Err(Trouble::Connect(error @ ConnectError::Refused { .. })) => {
                    self.tell(&error);
                    self.shared.refuse(&key);
                    continue;
                }
                Err(trouble) => return self.fail(&key, trouble),
            };
            let has_lease = match self.ledger.record(&key, &prompt).await {
                Ok(has_lease) => has_lease,
                Err(error) => return self.fail(&key, error.into()),
            };
            tracing::info!(key, arn = prompt.arn, "a clip has a prompt");
            self.shared.add(&key, &prompt);
            if key == keys::silence() {
                self.ledger.label_silence(Some(&prompt.arn)).await?;
            }
            if !has_lease {
                return Ok(Round::Soon);
            }
        }
        Ok(if later.is_empty() { Round::Done } else { Round::Soon })
    }

    fn fail(&self, key: &str, trouble: Trouble) -> Result<Round, Trouble> {
        self.shared.again(key);
        Err(trouble)
    }

    /// Makes the prompt of a clip, or finds the one that an earlier attempt has made; `None` where there is no clip.
    async fn make(&self, key: &str) -> Result<Option<Prompt>, Trouble> {
        if !self.ledger.has_clip(key).await? {
            return Ok(None);
        }
        let bucket = self.ledger.bucket();
        let name = name::of(bucket, key);
        match self.connect.create(&name, &format!("s3://{bucket}/{key}")).await {
            Ok(prompt) => Ok(Some(prompt)),
            Err(ConnectError::Duplicate) => {
                let found = self.connect.find(&name).await?;
                Ok(Some(found.ok_or(ConnectError::Duplicate)?))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Waits after a failure. The prompts of others are learnt meanwhile.
    async fn rest(&mut self, trouble: &Trouble) {
        let pause = if matches!(trouble, Trouble::Connect(ConnectError::Full)) {
            self.shared.clear();
            self.tell_full();
            WHEN_FULL
        } else {
            self.tell(trouble);
            self.failures = self.failures.saturating_add(1);
            let doubled = FIRST_PAUSE.saturating_mul(1 << (self.failures - 1).min(10));
            if trouble.needs_an_operator() { REFRESH } else { doubled.min(REFRESH) }
        };
        let until = Instant::now() + pause;
        while Instant::now() + REFRESH < until {
            sleep(REFRESH).await;
            if let Err(error) = self.refresh().await {
                tracing::debug!(%error, "the manifest of the prompts can't be read");
            }
        }
        sleep_until(until).await;
    }

    /// Logs a failure, once a minute at most.
    fn tell(&mut self, error: &dyn std::error::Error) {
        if self.last_line.is_none_or(|last| last.elapsed() >= LINE_EVERY) {
            self.last_line = Some(Instant::now());
            tracing::warn!(%error, "clips have no prompts");
        }
    }

    fn tell_full(&mut self) {
        if !self.told_full {
            self.told_full = true;
            tracing::warn!(
                "no room for more prompts: clips without one are played by URL; `cargo xtask prompts clean` makes room"
            );
        }
    }
}
