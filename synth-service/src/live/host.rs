//! The live calls of a host, made of its settings.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use contract::metrics::LIVE_FALL_BACKS;
use hearing::{
    FallBack, HearingError, Recogniser,
    cloud::{CloudSettingsError, Deepgram, Rtzr},
};
use live::{Caller, Continued, Live, Voice};
use tokio_util::sync::CancellationToken;

use super::{Calls, Holder, ServiceAnswerer, Speakers, observer::LiveObserver};
use crate::{
    settings::{EarsChoice, LiveFlags},
    transfers::Talks,
};

/// The reason why a host takes no live calls. Each message is one line that names the remedy.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum LiveError {
    #[error("the local ears can't be used: {0}")]
    Local(HearingError),
    #[error("{0}; set --ears-fall-back false to do without the local ears")]
    FallBack(HearingError),
    #[error(transparent)]
    Cloud(#[from] CloudSettingsError),
}

/// Holds the calls of a host.
pub struct LiveHost {
    live: Live,
    answerer: ServiceAnswerer,
    /// `None` without a bucket: the calls of contacts are as those of anybody.
    talks: Option<Talks>,
}

impl LiveHost {
    /// The calls of a host; `None` where no recogniser is chosen. Loads the models, which may take seconds. Callers hear
    /// an acknowledgement after this time without an answer.
    ///
    /// # Errors
    /// [`LiveError`] for a recogniser that can't be used.
    pub async fn open(
        flags: &LiveFlags,
        (speakers, model): (Speakers, Option<chat::Writer>),
        talks: Option<Talks>,
        acknowledge_after: Duration,
    ) -> Result<Option<Calls>, LiveError> {
        let (loading, meters) = (flags.clone(), speakers.meters.clone());
        let counting = meters.clone();
        let count = move |fall_backs| counting.count(&LIVE_FALL_BACKS, &[], fall_backs);
        let ears = tokio::task::spawn_blocking(move || ears(&loading, count)).await;
        let stopped = |_| Err(LiveError::Local(HearingError::Model("a fault while loading".into())));
        let Some(recogniser) = ears.unwrap_or_else(stopped)? else { return Ok(None) };
        recogniser.warm_up().await;
        let answerer = ServiceAnswerer::new(speakers, model);
        let observer = Arc::new(LiveObserver::new(meters.clone()));
        let settings = flags.settings(acknowledge_after);
        let live = Live::new(recogniser, Arc::new(answerer.clone()), observer, settings);
        Ok(Some(Calls::new(Arc::new(Self { live, answerer, talks }), flags.max_live_calls, meters)))
    }
}

#[async_trait]
impl Holder for LiveHost {
    async fn hold(&self, mut caller: Caller, stop: &CancellationToken) {
        caller.voice = self.answerer.resolved(&caller.voice);
        match self.talks.as_ref().zip(caller.contact.clone()) {
            Some((talks, contact)) => talks.hold(&self.live, caller, contact, stop).await,
            None => {
                let continued = Continued { stop: stop.clone(), ..Continued::default() };
                self.live.hold_continued(caller, continued).await;
            }
        }
    }
}

/// The recognisers of the settings. Each call with local ears takes one of their sessions, of which there are as many as
/// calls. Sessions that fall back are counted.
fn ears(
    flags: &LiveFlags,
    count: impl Fn(u64) + Send + Sync + 'static,
) -> Result<Option<Arc<dyn Recogniser>>, LiveError> {
    let cloud: Arc<dyn Recogniser> = match flags.ears.ears {
        EarsChoice::None => return Ok(None),
        EarsChoice::Local => return local(flags).map(Some).map_err(LiveError::Local),
        EarsChoice::Rtzr => Arc::new(Rtzr::new(flags.ears.rtzr())?),
        EarsChoice::Deepgram => Arc::new(Deepgram::new(flags.ears.deepgram())?),
    };
    if !flags.ears.ears_fall_back {
        return Ok(Some(cloud));
    }
    let second = local(flags).map_err(LiveError::FallBack)?;
    // There from the start on: an alert sees the first increase only of a series that is there before it.
    count(0);
    let kept = flags.settings(Duration::ZERO).ears.kept_audio();
    let fall_back = FallBack::new(cloud, second, FallBack::PATIENCE, move || count(1));
    Ok(Some(Arc::new(fall_back.keeping(kept))))
}

/// Loads the recognisers of the settings and drops them again: a check, which may take seconds. Returns the first one's
/// name; `None` where no recogniser is chosen.
///
/// # Errors
/// [`LiveError`] for a recogniser that can't be used.
pub fn check_ears(flags: &LiveFlags) -> Result<Option<&'static str>, LiveError> {
    Ok(ears(flags, |_| {})?.map(|ears| ears.name()))
}

/// The recogniser on this machine.
#[cfg(feature = "local-ears")]
fn local(flags: &LiveFlags) -> Result<Arc<dyn Recogniser>, HearingError> {
    let local = hearing::local::Local::load(&flags.ears.local(flags.max_live_calls))?;
    Ok(Arc::new(local))
}

#[cfg(not(feature = "local-ears"))]
fn local(_: &LiveFlags) -> Result<Arc<dyn Recogniser>, HearingError> {
    Err(HearingError::Model(
        "this program was built without them: build it with the feature local-ears".into(),
    ))
}

/// The voice of a caller for whom nothing else is asked.
pub fn default_voice(flags: &LiveFlags) -> Voice {
    Voice { name: flags.live_voice.clone(), language: flags.live_language.clone(), system: None }
}
