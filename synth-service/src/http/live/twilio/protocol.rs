//! The messages of Twilio's Media Streams: JSON texts, both ways. Numbers come as texts or as numbers.

use std::collections::HashMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

/// A message of Twilio's.
#[derive(Debug, PartialEq)]
pub(super) enum Received {
    /// The socket is open.
    Connected,
    /// The stream begins.
    Started(Start),
    /// Audio of the caller.
    Media {
        /// Milliseconds from the stream's begin.
        at_ms: Option<u64>,
        audio: Vec<u8>,
    },
    /// A key.
    Key(char),
    /// All audio before a mark has been played, or was cleared.
    Mark(u64),
    /// The stream is over.
    Stopped,
    /// Of no use to us: another track, or a mark of somebody else's.
    Ignored,
    /// An event of no known kind.
    Unknown,
    /// Not in the form that the protocol has.
    Malformed,
}

/// The begin of a stream.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Start {
    pub(super) stream_sid: String,
    pub(super) call_sid: Option<String>,
    #[serde(default)]
    pub(super) custom_parameters: HashMap<String, String>,
    pub(super) media_format: Option<MediaFormat>,
}

/// The format of a stream's audio.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MediaFormat {
    pub(super) encoding: String,
    #[serde(default, deserialize_with = "number")]
    pub(super) sample_rate: Option<u64>,
}

#[derive(Deserialize)]
struct Envelope {
    event: String,
    start: Option<Start>,
    media: Option<Media>,
    dtmf: Option<Dtmf>,
    mark: Option<Mark>,
}

#[derive(Deserialize)]
struct Media {
    track: Option<String>,
    #[serde(default, deserialize_with = "number")]
    timestamp: Option<u64>,
    payload: String,
}

#[derive(Deserialize)]
struct Dtmf {
    digit: String,
}

#[derive(Deserialize)]
struct Mark {
    name: String,
}

/// A number, or a text that is one.
fn number<'de, D: Deserializer<'de>>(value: D) -> Result<Option<u64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Number {
        Number(u64),
        Text(String),
    }
    match Option::deserialize(value)? {
        None => Ok(None),
        Some(Number::Number(number)) => Ok(Some(number)),
        Some(Number::Text(text)) => text.trim().parse().map(Some).map_err(D::Error::custom),
    }
}

impl Received {
    /// Reads a message.
    pub(super) fn parse(text: &str) -> Self {
        Envelope::deserialize(&mut serde_json::Deserializer::from_str(text))
            .map_or(Self::Malformed, |envelope| Self::of(envelope).unwrap_or(Self::Malformed))
    }

    fn of(envelope: Envelope) -> Option<Self> {
        Some(match envelope.event.as_str() {
            "connected" => Self::Connected,
            "start" => Self::Started(envelope.start?),
            "media" => Self::media(envelope.media?)?,
            "dtmf" => Self::Key(key(&envelope.dtmf?.digit)?),
            "mark" => envelope.mark?.name.parse().map_or(Self::Ignored, Self::Mark),
            "stop" => Self::Stopped,
            _ => Self::Unknown,
        })
    }

    fn media(media: Media) -> Option<Self> {
        if media.track.is_some_and(|track| track != "inbound") {
            return Some(Self::Ignored);
        }
        let audio = BASE64_STANDARD.decode(media.payload).ok()?;
        Some(Self::Media { at_ms: media.timestamp, audio })
    }
}

/// A key of the telephone.
fn key(digit: &str) -> Option<char> {
    let mut keys = digit.chars();
    let key = keys.next().filter(|key| matches!(key, '0'..='9' | '*' | '#' | 'A'..='D'));
    key.filter(|_| keys.next().is_none())
}

/// A message to Twilio.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub(super) enum Sent<'a> {
    Media {
        #[serde(rename = "streamSid")]
        stream: &'a str,
        media: Payload,
    },
    Mark {
        #[serde(rename = "streamSid")]
        stream: &'a str,
        mark: Name,
    },
    Clear {
        #[serde(rename = "streamSid")]
        stream: &'a str,
    },
}

#[derive(Serialize)]
pub(super) struct Payload {
    payload: String,
}

#[derive(Serialize)]
pub(super) struct Name {
    name: String,
}

impl<'a> Sent<'a> {
    pub(super) fn media(stream: &'a str, audio: &[u8]) -> Self {
        Self::Media { stream, media: Payload { payload: BASE64_STANDARD.encode(audio) } }
    }

    pub(super) fn mark(stream: &'a str, number: u64) -> Self {
        Self::Mark { stream, mark: Name { name: number.to_string() } }
    }

    pub(super) fn text(&self) -> String {
        // Texts and numbers are always JSON.
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_message_of_the_protocol_is_understood() {
        let start = r#"{"event":"start","sequenceNumber":"1","streamSid":"MZ1","start":{"streamSid":"MZ1",
            "accountSid":"AC1","callSid":"CA1","tracks":["inbound"],"customParameters":{"token":"t"},
            "mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1}}}"#;
        let Received::Started(start) = Received::parse(start) else { panic!("no start") };
        assert_eq!((start.stream_sid.as_str(), start.call_sid.as_deref()), ("MZ1", Some("CA1")));
        assert_eq!(start.custom_parameters["token"], "t");
        assert_eq!(start.media_format.and_then(|format| format.sample_rate), Some(8000));
        let media = |at_ms| Received::Media { at_ms, audio: vec![0xff, 0x7f] };
        for (text, expected) in [
            (r#"{"event":"connected","protocol":"Call","version":"1.0.0"}"#, Received::Connected),
            (
                r#"{"event":"media","media":{"track":"inbound","chunk":"2","timestamp":"40","payload":"/38="}}"#,
                media(Some(40)),
            ),
            (
                r#"{"event":"media","media":{"track":"inbound","chunk":2,"timestamp":40,"payload":"/38="}}"#,
                media(Some(40)),
            ),
            (r#"{"event":"media","media":{"payload":"/38="}}"#, media(None)),
            (r#"{"event":"media","media":{"track":"outbound","payload":"/38="}}"#, Received::Ignored),
            (r##"{"event":"dtmf","dtmf":{"track":"inbound_track","digit":"#"}}"##, Received::Key('#')),
            (r#"{"event":"mark","mark":{"name":"12"}}"#, Received::Mark(12)),
            (r#"{"event":"mark","mark":{"name":"theirs"}}"#, Received::Ignored),
            (r#"{"event":"stop","stop":{"callSid":"CA1"}}"#, Received::Stopped),
            (r#"{"event":"something of later"}"#, Received::Unknown),
        ] {
            assert_eq!(Received::parse(text), expected, "{text}");
        }
    }

    #[test]
    fn a_message_of_another_form_is_malformed() {
        for text in [
            "",
            "{",
            "[]",
            "{}",
            r#"{"event":7}"#,
            r#"{"event":"start"}"#,
            r#"{"event":"start","start":{}}"#,
            r#"{"event":"media"}"#,
            r#"{"event":"media","media":{"payload":"not base64!"}}"#,
            r#"{"event":"media","media":{"payload":7}}"#,
            r#"{"event":"media","media":{"timestamp":"-1","payload":"/38="}}"#,
            r#"{"event":"dtmf","dtmf":{"digit":"12"}}"#,
            r#"{"event":"dtmf","dtmf":{"digit":"x"}}"#,
        ] {
            assert_eq!(Received::parse(text), Received::Malformed, "{text}");
        }
    }

    #[test]
    fn the_messages_to_twilio_have_its_form() {
        for (sent, expected) in [
            (
                Sent::media("MZ1", &[0xff, 0x7f]),
                r#"{"event":"media","streamSid":"MZ1","media":{"payload":"/38="}}"#,
            ),
            (Sent::mark("MZ1", 3), r#"{"event":"mark","streamSid":"MZ1","mark":{"name":"3"}}"#),
            (Sent::Clear { stream: "MZ1" }, r#"{"event":"clear","streamSid":"MZ1"}"#),
        ] {
            assert_eq!(sent.text(), expected);
        }
    }
}
