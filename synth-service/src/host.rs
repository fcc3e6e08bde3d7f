//! The parts of a host of the program, made of its settings.

use std::{sync::Arc, time::Duration};

use connect_prompts::{Connect, Prompts};
use contract::HostId;
use stream_store::{ObjectStore, StoreConfig};
use synth_service::{
    admission::{Admission, WaitLimits},
    http::{LineLimits, LiveDoors, Offer, TwilioAccess},
    live::{self, Calls, LiveHost, Speakers},
    phrases::{Books, Phrases},
    presence::Presence,
    settings::Settings,
    speak::{NarrationLimits, Narrator},
    streams::{self, StreamLimits, Streams},
    telemetry::{HostState, Meters},
    transfers::{Passes, Talks},
    turns::{TurnLimits, Turns},
    voices::Voices,
};

/// The running parts of a host.
pub(super) struct Host {
    meters: Meters,
    admission: Admission,
    narrator: Narrator,
    /// `None` without a bucket.
    store: Option<ObjectStore>,
    /// `None` without a bucket.
    pub(super) streams: Option<Streams>,
    /// `None` without a bucket or a language model.
    turns: Option<Turns>,
    /// `None` without ears.
    calls: Option<Calls>,
}

impl Host {
    pub(super) async fn open(
        settings: &Settings,
        (voices, model): (Arc<Voices>, Option<chat::Writer>),
        meters: Meters,
    ) -> Result<Self, String> {
        let admission = Admission::new(WaitLimits {
            max_waiting: settings.max_waiting,
            patience: Duration::from_secs(settings.longest_wait_seconds),
        });
        let limits = narration_limits(settings);
        let narrator = Narrator::new(voices.clone(), admission.clone(), limits, meters.clone());
        let mut host =
            Self { meters, admission, narrator, store: None, streams: None, turns: None, calls: None };
        match &settings.bucket {
            Some(bucket) => host.open_bucket(bucket, settings, &voices, model.as_ref()).await?,
            None => {
                tracing::warn!("no bucket is set: this host makes no streams and speaks to listeners only");
            }
        }
        let phrases = host.streams.as_ref().map(|streams| streams.phrases().clone());
        let speakers = speakers(settings, voices, host.admission.clone(), phrases, host.meters.clone())?;
        let talks = host.store.clone().map(|store| Talks::new(store, chat::TalkLimits::default()));
        let acknowledge_after = Duration::from_millis(settings.chat.acknowledge_after_ms);
        let calls = LiveHost::open(&settings.live, (speakers, model), talks, acknowledge_after).await;
        host.calls = calls.map_err(|error| error.to_string())?;
        if let Some(calls) = &host.calls {
            tokio::spawn(calls.clone().watch());
        }
        Ok(host)
    }

    async fn open_bucket(
        &mut self,
        bucket: &str,
        settings: &Settings,
        voices: &Arc<Voices>,
        model: Option<&chat::Writer>,
    ) -> Result<(), String> {
        let url_ttl = Duration::from_secs(settings.url_ttl_seconds);
        let store = ObjectStore::connect(&StoreConfig::of_service(bucket, url_ttl)).await;
        let prompts = prompts(settings, store.clone()).await?;
        let phrases = Phrases::open(&settings.lexicons, store.clone(), prompts, self.meters.clone());
        let phrases = phrases.map_err(|error| error.to_string())?;
        let (admission, meters) = (self.admission.clone(), self.meters.clone());
        let streams = streams(store.clone(), settings, voices.clone(), phrases, admission, meters);
        self.turns = model.map(|model| {
            let limits = turn_limits(settings);
            Turns::new(streams.clone(), voices.clone(), store.clone(), model.clone(), limits)
        });
        (self.streams, self.store) = (Some(streams), Some(store));
        Ok(())
    }

    pub(super) fn state(&self) -> HostState {
        let (streams, narrator) = (self.streams.clone(), self.narrator.clone());
        HostState::new(self.meters.clone(), streams, narrator, self.admission.clone())
    }

    pub(super) fn offer(&self, settings: &Settings, twilio: Option<TwilioAccess>) -> Offer {
        let live = self.calls.clone().map(|calls| {
            let doors =
                LiveDoors::new(calls, live::default_voice(&settings.live), twilio, LineLimits::default());
            match self.store.clone() {
                Some(store) => doors.with_passes(Passes::new(store)),
                None => doors,
            }
        });
        let (streams, turns) = (self.streams.clone(), self.turns.clone());
        Offer { streams, turns, narrator: self.narrator.clone(), live }
    }

    /// Waits up to `grace` for all work to end.
    pub(super) async fn shut_down(&self, grace: Duration) {
        let streams_end = async {
            if let Some(streams) = &self.streams {
                streams.shut_down(grace).await;
            }
        };
        let calls_end = async {
            if let Some(calls) = &self.calls {
                calls.shut_down(grace).await;
            }
        };
        tokio::join!(streams_end, self.narrator.shut_down(grace), calls_end);
    }
}

/// The prompts of an instance of Amazon Connect, where one is set.
async fn prompts(settings: &Settings, store: ObjectStore) -> Result<Prompts, String> {
    let Some(instance) = settings.connect_instance.clone() else { return Ok(Prompts::default()) };
    let connect = Connect::of_host(instance).await.map_err(|error| error.to_string())?;
    Ok(Prompts::start(connect, store))
}

/// The streams of this host. Starts its heartbeat.
fn streams(
    store: ObjectStore,
    settings: &Settings,
    voices: Arc<Voices>,
    phrases: Phrases,
    admission: Admission,
    meters: Meters,
) -> Streams {
    let host = HostId::from_random_bits(uuid::Uuid::new_v4().as_u128());
    let presence = Presence::start(host, store.clone(), contract::HOST_GONE_AFTER);
    let limits = StreamLimits {
        max_streams: settings.max_streams,
        max_text_chars: settings.max_text_chars,
        wait: Duration::from_millis(settings.wait_ms),
        part_patience: streams::PART_PATIENCE,
        log_text: settings.log_text,
    };
    Streams::new(store, presence, voices, phrases, admission, limits, meters)
}

/// The parts of this host that speak to callers on the line.
fn speakers(
    settings: &Settings,
    voices: Arc<Voices>,
    admission: Admission,
    phrases: Option<Phrases>,
    meters: Meters,
) -> Result<Speakers, String> {
    let books = match &phrases {
        Some(phrases) => phrases.books(),
        None => Books::open(&settings.lexicons).map_err(|error| error.to_string())?,
    };
    Ok(Speakers { voices, admission, books, phrases, meters, log_text: settings.log_text })
}

fn turn_limits(settings: &Settings) -> TurnLimits {
    TurnLimits {
        acknowledge_after: Duration::from_millis(settings.chat.acknowledge_after_ms),
        max_text_chars: settings.max_text_chars,
        max_system_chars: settings.chat.chat_max_system_chars,
        talk: chat::TalkLimits::default(),
        log_text: settings.log_text,
    }
}

fn narration_limits(settings: &Settings) -> NarrationLimits {
    NarrationLimits {
        max_narrations: settings.max_streams,
        max_text_chars: settings.max_text_chars,
        log_text: settings.log_text,
    }
}
