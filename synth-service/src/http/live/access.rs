//! Access of Twilio's requests, from the settings.

use std::net::SocketAddr;

use url::{Host, Url};

use crate::{
    http::door::{DoorError, Tokens},
    settings::{EarsChoice, LiveFlags},
};

/// The flag of the auth tokens.
const SECRETS: &str = "--twilio-auth-token";

/// Access of Twilio's requests.
pub struct TwilioAccess {
    /// The auth tokens of the account: requests must be signed with one of them. Where none is required, any client may
    /// call.
    pub secrets: Tokens,
    /// The base of the service's URL as Twilio reaches it, such as `https://voice.example.com`.
    pub public_url: Option<String>,
}

/// The reason why Twilio's requests can't be checked. Each message is one line that names the remedy.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum AccessError {
    #[error(transparent)]
    Secrets(#[from] DoorError),
    #[error("signatures are made of the service's URL: set --public-url besides {SECRETS}")]
    NoPublicUrl,
    #[error("--public-url must be a URL such as https://voice.example.com, without a query")]
    PublicUrl,
    #[error("anybody could place calls at --public-url: set {SECRETS} besides")]
    Unsigned,
}

impl TwilioAccess {
    /// The access that the settings give; `None` without ears, where nobody calls.
    ///
    /// # Errors
    /// [`AccessError`].
    pub fn open(flags: &LiveFlags) -> Result<Option<Self>, AccessError> {
        if flags.ears.ears == EarsChoice::None {
            return Ok(None);
        }
        let (given, file) = (flags.twilio_auth_token.reveal(), flags.twilio_auth_token_file.as_deref());
        let secrets = Tokens::of_flag(SECRETS, given, file)?;
        let public_url = flags.public_url.as_deref().map(str::trim).filter(|url| !url.is_empty());
        let Some(given) = public_url else {
            return match secrets.are_required() {
                true => Err(AccessError::NoPublicUrl),
                false => Ok(Some(Self { secrets, public_url: None })),
            };
        };
        let url = outgoing::url(given).filter(|url| url.query().is_none() && url.fragment().is_none());
        let url = url.ok_or(AccessError::PublicUrl)?;
        // Requests from a proxy on this machine have a loopback address, even those from outside.
        if !secrets.are_required() && !is_this_machine(&url) {
            return Err(AccessError::Unsigned);
        }
        Ok(Some(Self { secrets, public_url: Some(given.to_owned()) }))
    }

    /// The access on this address. Without auth tokens only this machine may call.
    pub fn on(self, address: SocketAddr) -> Option<Self> {
        if self.secrets.are_required() {
            return Some(self);
        }
        if address.ip().is_loopback() {
            tracing::warn!("any program on this machine may place live calls: set {SECRETS}");
            return Some(self);
        }
        tracing::warn!("live calls of Twilio's are not served: set {SECRETS} and --public-url");
        None
    }
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::settings::Settings;

    #[test]
    fn a_signature_needs_a_url_and_only_this_machine_may_call_without_one() {
        let open = |arguments: &[&str]| {
            let settings = ["synth-service", "--ears", "rtzr"].iter().chain(arguments);
            TwilioAccess::open(&Settings::try_parse_from(settings).expect("parses").live)
        };
        let secret = ["--twilio-auth-token", "s3cret"];
        let error = open(&secret).map(drop).expect_err("no URL").to_string();
        assert!(error.contains("set --public-url") && !error.contains("s3cret"), "{error}");
        for url in ["voice.example.com", "https://voice.example.com?x=1", "wss://voice.example.com"] {
            assert!(matches!(open(&["--public-url", url]), Err(AccessError::PublicUrl)), "{url}");
        }
        for public in ["https://voice.example.com", "http://192.0.2.1", "http://[2001:db8::1]"] {
            assert!(matches!(open(&["--public-url", public]), Err(AccessError::Unsigned)), "{public}");
        }
        for own in ["http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"] {
            assert!(open(&["--public-url", own]).is_ok(), "{own}");
        }
        let (near, far) = ("127.0.0.1:80".parse().expect("one"), "192.0.2.1:80".parse().expect("one"));
        let signed = || open(&[&secret[..], &["--public-url", "https://voice.example.com"]].concat());
        let on = |access: Result<Option<TwilioAccess>, _>, address| {
            access.expect("good").expect("ears").on(address)
        };
        assert!(on(signed(), far).is_some() && on(open(&[]), near).is_some());
        assert!(on(open(&[]), far).is_none());
    }

    #[test]
    fn nobody_calls_a_host_without_ears() {
        let settings = ["synth-service", "--public-url", "https://voice.example.com"];
        let settings = Settings::try_parse_from(settings).expect("parses");
        assert!(TwilioAccess::open(&settings.live).is_ok_and(|access| access.is_none()));
    }
}
