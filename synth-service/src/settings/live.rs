//! The settings of live calls.

mod ears;
mod turns;

use std::{path::PathBuf, time::Duration};

use clap::{ArgAction, Args};
use hearing::EarSettings;
use live::LiveSettings;

pub use self::{
    ears::{EarFlags, EarsChoice},
    turns::TurnFlags,
};
use super::{Secret, positive};

/// The flags of live calls, which are served where recognisers are chosen.
#[derive(Clone, Debug, Args)]
pub struct LiveFlags {
    /// The recognisers.
    #[command(flatten)]
    pub ears: EarFlags,

    /// The turns.
    #[command(flatten)]
    pub turns: TurnFlags,

    /// Whether sentences are spoken while the answer is still being written, and audio goes to the recogniser while the
    /// caller speaks. Off, everything is collected first: the plain serial way.
    #[arg(long, env = "FIRSTWORD_LIVE_STREAMED", default_value_t = true, action = ArgAction::Set)]
    pub live_streamed: bool,

    /// Whether the model is asked before a caller has finished. Its words are spoken only if the final text is the same.
    #[arg(long, env = "FIRSTWORD_SPECULATION", default_value_t = true, action = ArgAction::Set)]
    pub speculation: bool,

    /// Whether a caller's voice interrupts an answer.
    #[arg(long, env = "FIRSTWORD_BARGE_IN", default_value_t = true, action = ArgAction::Set)]
    pub barge_in: bool,

    /// Whether a call begins with a greeting. Its words are in phrases.toml.
    #[arg(long, env = "FIRSTWORD_GREETING", default_value_t = true, action = ArgAction::Set)]
    pub greeting: bool,

    /// Silence after which a caller is asked whether somebody is there, in seconds. After as much again the call ends.
    #[arg(long, env = "FIRSTWORD_LIVE_SILENCE_SECONDS", default_value_t = 15,
          value_parser = clap::value_parser!(u64).range(1..=3_600))]
    pub live_silence_seconds: u64,

    /// Longest call, in seconds. Then it ends with a goodbye.
    #[arg(long, env = "FIRSTWORD_LONGEST_CALL_SECONDS", default_value_t = 1_800,
          value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub longest_call_seconds: u64,

    /// Concurrent live calls. Further telephone calls are rejected as busy; a browser is told that all lines are taken.
    #[arg(long, env = "FIRSTWORD_MAX_LIVE_CALLS", default_value_t = 16, value_parser = positive)]
    pub max_live_calls: usize,

    /// Voice of a live call that asks for none. When absent, one that speaks the caller's language.
    #[arg(long, env = "FIRSTWORD_LIVE_VOICE")]
    pub live_voice: Option<String>,

    /// Language of a caller who names none, such as ko or en-US. When absent, that of the voice.
    #[arg(long, env = "FIRSTWORD_LIVE_LANGUAGE", default_value = "")]
    pub live_language: String,

    /// Base of the service's URL as Twilio reaches it, such as `https://voice.example.com`.
    #[arg(long, env = "FIRSTWORD_PUBLIC_URL")]
    pub public_url: Option<String>,

    /// Auth tokens of the Twilio account, separated by commas or whitespace: requests must be signed with one of them.
    /// Other users of the machine can see arguments, but not the environment.
    #[arg(
        long,
        env = "FIRSTWORD_TWILIO_AUTH_TOKEN",
        default_value = "",
        hide_env_values = true,
        hide_default_value = true
    )]
    pub twilio_auth_token: Secret,

    /// File with the auth tokens instead, one per line. A change is picked up within a second.
    #[arg(long, env = "FIRSTWORD_TWILIO_AUTH_TOKEN_FILE")]
    pub twilio_auth_token_file: Option<PathBuf>,
}

impl LiveFlags {
    /// The settings for the crate `live`. An acknowledgement is spoken after this time.
    pub fn settings(&self, acknowledge_after: Duration) -> LiveSettings {
        let usual = LiveSettings::default();
        LiveSettings {
            streamed: self.live_streamed,
            speculation: self.speculation,
            barge_in: self.barge_in,
            greeting: self.greeting,
            acknowledge_after,
            silence: Duration::from_secs(self.live_silence_seconds),
            longest_call: Duration::from_secs(self.longest_call_seconds),
            interruption: self.turns.interruption(),
            speculate: self.turns.speculate(),
            ears: self.ear_settings(),
            ..usual
        }
    }

    fn ear_settings(&self) -> EarSettings {
        EarSettings {
            partials: self.ears.partials,
            stream: self.live_streamed,
            activity: self.turns.activity(),
            turn: self.turns.turn(),
            ..EarSettings::default()
        }
    }
}
