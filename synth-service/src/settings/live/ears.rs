//! The settings of the recognisers.

use std::{path::PathBuf, str::FromStr};

use clap::{ArgAction, Args, value_parser};
use hearing::cloud::{DeepgramSettings, RtzrSettings};
#[cfg(feature = "local-ears")]
use hearing::local::LocalSettings;
use outgoing::Key;

use crate::settings::{Secret, positive};

/// The recogniser of live calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EarsChoice {
    /// No live calls.
    #[default]
    None,
    /// Models of our own, on this machine's CPU.
    Local,
    /// RTZR.
    Rtzr,
    /// Deepgram.
    Deepgram,
}

impl FromStr for EarsChoice {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name.trim() {
            "" => Ok(Self::None),
            "local" => Ok(Self::Local),
            "rtzr" => Ok(Self::Rtzr),
            "deepgram" => Ok(Self::Deepgram),
            _ => Err("write local, rtzr or deepgram, or leave it empty".into()),
        }
    }
}

/// The flags of the recognisers.
#[derive(Clone, Debug, Args)]
pub struct EarFlags {
    /// Recogniser of live calls: local (models on this machine, no key), rtzr or deepgram. Empty: no live calls.
    #[arg(long, env = "FIRSTWORD_EARS", default_value = "", global = true)]
    pub ears: EarsChoice,

    /// Folder with the models of the local recogniser.
    #[arg(long, env = "FIRSTWORD_EARS_FOLDER", default_value = "assets/ears", global = true)]
    pub ears_folder: PathBuf,

    /// Worker threads of the local recogniser. 0: half of the cores.
    #[arg(long, env = "FIRSTWORD_EARS_WORKERS", default_value_t = 0)]
    pub ears_workers: usize,

    /// New sound for each partial text of the local recogniser, in milliseconds.
    #[arg(long, env = "FIRSTWORD_EARS_PARTIAL_MS", default_value_t = 100,
          value_parser = value_parser!(u64).range(20..=2_000))]
    pub ears_partial_ms: u64,

    /// Whether the local recogniser takes a call over when rtzr or deepgram refuses, fails or is late.
    #[arg(long, env = "FIRSTWORD_EARS_FALL_BACK", default_value_t = true, action = ArgAction::Set,
          global = true)]
    pub ears_fall_back: bool,

    /// Whether texts are recognised while a caller speaks.
    #[arg(long, env = "FIRSTWORD_PARTIALS", default_value_t = true, action = ArgAction::Set)]
    pub partials: bool,

    /// Id of the application at RTZR.
    #[arg(long, env = "FIRSTWORD_RTZR_ID", default_value = "")]
    pub rtzr_id: String,

    /// Secret of the application at RTZR. Other users of the machine can see arguments, but not the environment.
    #[arg(
        long,
        env = "FIRSTWORD_RTZR_SECRET",
        default_value = "",
        hide_env_values = true,
        hide_default_value = true
    )]
    pub rtzr_secret: Secret,

    /// File with the secret instead, read anew for each token.
    #[arg(long, env = "FIRSTWORD_RTZR_SECRET_FILE")]
    pub rtzr_secret_file: Option<PathBuf>,

    /// Base URL of RTZR; the provider's when absent.
    #[arg(long, env = "FIRSTWORD_RTZR_BASE_URL")]
    pub rtzr_base_url: Option<String>,

    /// Channels of the plan at RTZR, less those that others use; that of its free plan when absent.
    #[arg(long, env = "FIRSTWORD_RTZR_CHANNELS", value_parser = positive)]
    pub rtzr_channels: Option<usize>,

    /// Key for Deepgram. Other users of the machine can see arguments, but not the environment.
    #[arg(
        long,
        env = "FIRSTWORD_DEEPGRAM_KEY",
        default_value = "",
        hide_env_values = true,
        hide_default_value = true
    )]
    pub deepgram_key: Secret,

    /// File with the key instead, read anew for each call.
    #[arg(long, env = "FIRSTWORD_DEEPGRAM_KEY_FILE")]
    pub deepgram_key_file: Option<PathBuf>,

    /// Base URL of Deepgram; the provider's when absent.
    #[arg(long, env = "FIRSTWORD_DEEPGRAM_BASE_URL")]
    pub deepgram_base_url: Option<String>,

    /// Channels of the plan at Deepgram, less those that others use.
    #[arg(long, env = "FIRSTWORD_DEEPGRAM_CHANNELS", value_parser = positive)]
    pub deepgram_channels: Option<usize>,
}

impl EarFlags {
    /// The settings of the local recogniser, with room for this many calls.
    #[cfg(feature = "local-ears")]
    pub fn local(&self, calls: usize) -> LocalSettings {
        let usual = LocalSettings::default();
        LocalSettings {
            folder: self.ears_folder.clone(),
            workers: if self.ears_workers == 0 { usual.workers } else { self.ears_workers },
            max_sessions: calls,
            partials: self.partials,
            partial_step: std::time::Duration::from_millis(self.ears_partial_ms),
        }
    }

    /// The settings of RTZR.
    pub fn rtzr(&self) -> RtzrSettings {
        let secret = key(&self.rtzr_secret, self.rtzr_secret_file.as_ref());
        let usual = RtzrSettings::new(&self.rtzr_id, secret);
        RtzrSettings {
            base_url: self.rtzr_base_url.clone().unwrap_or(usual.base_url),
            channels: self.rtzr_channels.unwrap_or(usual.channels),
            ..usual
        }
    }

    /// The settings of Deepgram.
    pub fn deepgram(&self) -> DeepgramSettings {
        let usual = DeepgramSettings::new(key(&self.deepgram_key, self.deepgram_key_file.as_ref()));
        DeepgramSettings {
            base_url: self.deepgram_base_url.clone().unwrap_or(usual.base_url),
            channels: self.deepgram_channels.unwrap_or(usual.channels),
            ..usual
        }
    }
}

fn key(secret: &Secret, file: Option<&PathBuf>) -> Key {
    file.map_or_else(|| Key::new(secret.reveal()), Key::in_file)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::settings::Settings;

    #[test]
    fn no_recogniser_is_chosen_and_no_secret_is_shown() {
        let parse = |arguments: &[&str]| {
            Settings::try_parse_from(["synth-service"].iter().chain(arguments)).expect("parses").live
        };
        assert_eq!(parse(&[]).ears.ears, EarsChoice::None);
        let secrets =
            ["--rtzr-secret", "s3cret", "--deepgram-key", "s3cret", "--twilio-auth-token", "s3cret"];
        let live = parse(&[&["--ears", "rtzr", "--rtzr-channels", "20"], &secrets[..]].concat());
        assert_eq!((live.ears.ears, live.ears.rtzr().channels), (EarsChoice::Rtzr, 20));
        let shown = format!("{live:?} {:?} {:?}", live.ears.rtzr(), live.ears.deepgram());
        assert!(!shown.contains("s3cret"), "{shown}");
        assert!(Settings::try_parse_from(["synth-service", "--ears", "both"]).is_err());
    }
}
