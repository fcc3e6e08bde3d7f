//! A live call of a contact that Amazon Connect has transferred. Connect transfers to a telephone number only, so a pass
//! leads from the contact to the call: the flow sends its code as keys, and the host that hears them takes the pass.

use std::{fmt, ops::RangeInclusive, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    ContactId,
    document::{DocumentError, parse},
};

/// Time within which a pass can be taken, by the bucket's clock.
pub const PASS_LIFETIME: Duration = Duration::from_secs(120);

/// Number of digits of a code.
const CODE_DIGITS: usize = 6;

/// The code of a pass: six digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PassCode(String);

/// A code that is not six digits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected six digits, from the reply to the step begin")]
pub struct InvalidPassCode;

impl PassCode {
    /// A code of random bits.
    pub fn from_random_bits(bits: u64) -> Self {
        Self(format!("{:06}", bits % 1_000_000))
    }

    /// The keys with which Connect sends the code (`ThirdPartyDTMFDigits`, at most 50 of `0`–`9`, `,`, `*`, `#`). A comma is
    /// a pause of 750 ms: the call's stream begins a moment after the call. The code is sent twice, in case its begin is
    /// lost.
    pub fn digits(&self) -> String {
        format!(",*{self}#,,*{self}#")
    }
}

impl TryFrom<String> for PassCode {
    type Error = InvalidPassCode;

    fn try_from(code: String) -> Result<Self, InvalidPassCode> {
        let is_code = code.len() == CODE_DIGITS && code.bytes().all(|digit| digit.is_ascii_digit());
        if is_code { Ok(Self(code)) } else { Err(InvalidPassCode) }
    }
}

impl std::str::FromStr for PassCode {
    type Err = InvalidPassCode;

    fn from_str(code: &str) -> Result<Self, InvalidPassCode> {
        code.to_owned().try_into()
    }
}

impl From<PassCode> for String {
    fn from(code: PassCode) -> Self {
        code.0
    }
}

impl fmt::Display for PassCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Request of `POST /live/passes`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PassRequest {
    /// The contact that will be transferred.
    pub contact_id: ContactId,
    /// BCP 47 tag of the caller's language; that of the host's live calls when absent.
    #[serde(default)]
    pub language: Option<String>,
    /// Name of a voice, `voice/speaker` or a speaker; one that speaks the language when absent.
    #[serde(default)]
    pub voice: Option<String>,
    /// Instructions to the model; the host's when absent.
    #[serde(default)]
    pub system: Option<String>,
}

/// Answer of `POST /live/passes`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PassResponse {
    /// The code of the new pass.
    pub code: PassCode,
    /// [`PassCode::digits`].
    pub digits: String,
}

/// A pass: `live/{code}.json`. It is created once, and taken once by a conditional write.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pass {
    /// [`Pass::VERSION`].
    pub version: u32,
    /// The contact, and how it wants to be spoken to.
    #[serde(flatten)]
    pub request: PassRequest,
    /// Id of the call that has taken the pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<String>,
}

impl Pass {
    /// The version that this program writes.
    pub const VERSION: u32 = 1;
    /// The versions that this program reads.
    const READ: RangeInclusive<u32> = 1..=1;

    /// A pass that nobody has taken.
    pub fn new(request: PassRequest) -> Self {
        Self { version: Self::VERSION, request, call: None }
    }

    /// The pass, taken by this call; `None` when it is taken already.
    #[must_use]
    pub fn taken_by(&self, call: &str) -> Option<Self> {
        self.call.is_none().then(|| Self { call: Some(call.to_owned()), ..self.clone() })
    }

    /// Reads a pass.
    ///
    /// # Errors
    /// [`DocumentError`].
    pub fn parse(body: &[u8]) -> Result<Self, DocumentError> {
        parse(body, Self::READ)
    }
}

/// The way in which a live call ended, as the flow compares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LiveOutcome {
    /// The caller has asked for a person.
    Person,
    /// The line of the call was closed from outside. The flow goes on, so the caller is still there.
    CallerGone,
    /// The caller was silent for too long; the goodbye is said.
    Silent,
    /// The caller was not understood several times in a row; the goodbye is said.
    NotUnderstood,
    /// The call reached its greatest length; the goodbye is said.
    TooLong,
    /// The line did not take the speech in time.
    LineFull,
    /// The host has stopped.
    Stopped,
    /// No host has heard the code: the call did not come to be, or had no contact.
    NotTaken,
    /// The call was begun, and no host has reported its end.
    Unknown,
}

impl LiveOutcome {
    /// All outcomes.
    pub const ALL: [Self; 9] = [
        Self::Person,
        Self::CallerGone,
        Self::Silent,
        Self::NotUnderstood,
        Self::TooLong,
        Self::LineFull,
        Self::Stopped,
        Self::NotTaken,
        Self::Unknown,
    ];

    /// The outcome as text.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::CallerGone => "caller_gone",
            Self::Silent => "silent",
            Self::NotUnderstood => "not_understood",
            Self::TooLong => "too_long",
            Self::LineFull => "line_full",
            Self::Stopped => "stopped",
            Self::NotTaken => "not_taken",
            Self::Unknown => "unknown",
        }
    }
}

/// The latest live call of a contact: `contacts/{contact}/live.json`. It is replaced when a turn begins or ends, and when
/// the call does. `Debug` shows no words.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LiveCall {
    /// [`LiveCall::VERSION`].
    pub version: u32,
    /// Id of the call, as in [`Pass::call`].
    pub call: String,
    /// How it ended; absent while it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<LiveOutcome>,
    /// Number of turns.
    pub turns: usize,
    /// All words of the caller, one line, at most [`LiveCall::MOST_CHARACTERS`].
    #[serde(default)]
    pub said: String,
    /// The caller's latest words.
    #[serde(default)]
    pub last_said: String,
    /// The latest answer, as far as it was heard.
    #[serde(default)]
    pub last_answer: String,
}

impl LiveCall {
    /// The version that this program writes.
    pub const VERSION: u32 = 1;
    /// The versions that this program reads.
    const READ: RangeInclusive<u32> = 1..=1;
    /// Most characters of each of its texts: contact attributes have 32 KB in all.
    pub const MOST_CHARACTERS: usize = 1000;

    /// A call that has begun.
    pub fn begun(call: &str) -> Self {
        Self { version: Self::VERSION, call: call.to_owned(), ..Self::default() }
    }

    /// Reads a call.
    ///
    /// # Errors
    /// [`DocumentError`].
    pub fn parse(body: &[u8]) -> Result<Self, DocumentError> {
        parse(body, Self::READ)
    }
}

impl fmt::Debug for LiveCall {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { call, outcome, turns, .. } = self;
        write!(formatter, "LiveCall({call}, {outcome:?}, {turns} turns)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> PassRequest {
        PassRequest {
            contact_id: "c-1".parse().unwrap_or_else(|error| panic!("{error}")),
            language: Some("ko".into()),
            voice: None,
            system: None,
        }
    }

    #[test]
    fn a_code_has_six_digits_and_its_keys_fit_connects_parameter() {
        for bits in [0, 7, 999_999, 1_000_000, u64::MAX] {
            let code = PassCode::from_random_bits(bits);
            assert_eq!(code.to_string().parse().as_ref(), Ok(&code));
            let digits = code.digits();
            assert!(digits.len() <= 50 && digits.contains(&format!("*{code}#")), "{digits}");
            assert!(digits.chars().all(|key| key.is_ascii_digit() || ",*#".contains(key)), "{digits}");
        }
        for wrong in ["", "12345", "1234567", "12345x", "１２３４５６", "../../"] {
            assert_eq!(wrong.parse::<PassCode>(), Err(InvalidPassCode), "{wrong}");
        }
    }

    #[test]
    fn a_pass_is_taken_once_and_reads_back_as_itself() {
        let pass = Pass::new(request());
        let taken = pass.taken_by("call-1").expect("is free");
        assert_eq!(taken.taken_by("call-2"), None);
        for pass in [pass, taken] {
            let body = serde_json::to_vec(&pass).expect("is JSON");
            assert_eq!(Pass::parse(&body), Ok(pass));
        }
        assert!(Pass::parse(br#"{"version":2,"contact_id":"c"}"#).is_err());
        assert!(Pass::parse(br#"{"version":1,"contact_id":"../c"}"#).is_err());
    }

    #[test]
    fn a_call_shows_no_words_in_a_log_and_reads_back_as_itself() {
        let call = LiveCall {
            outcome: Some(LiveOutcome::NotUnderstood),
            turns: 2,
            said: "my PIN".into(),
            ..LiveCall::begun("call-1")
        };
        assert!(!format!("{call:?}").contains("PIN"));
        let body = serde_json::to_vec(&call).expect("is JSON");
        assert_eq!(LiveCall::parse(&body), Ok(call));
        for outcome in LiveOutcome::ALL {
            assert_eq!(serde_json::to_value(outcome).ok(), Some(outcome.as_str().into()));
        }
    }
}
