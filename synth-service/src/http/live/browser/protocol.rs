//! The messages of the socket, see `docs/live.md`.

use bytes::{BufMut, Bytes, BytesMut};
use contract::timeline::Timeline;
use live::News;
use serde::{Deserialize, Serialize};

/// Bytes before the payload of a frame from the browser: its number.
const NUMBER: usize = 4;

/// Bytes before the payload of a frame to the browser: the generation and the number.
const HEAD: usize = 8;

/// A text message from the browser.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum FromBrowser {
    /// The first message.
    Start(Start),
    /// Everything before this mark has been played, or was cleared.
    Played { mark: u64 },
    /// The caller hangs up.
    Stop,
}

/// The wishes of a caller. The token is never logged.
#[derive(Deserialize)]
pub(super) struct Start {
    /// The service's token, where it wants one.
    pub(super) token: Option<String>,
    pub(super) codec: Codec,
    /// BCP 47 tag; the service's default without one.
    pub(super) language: Option<String>,
    /// `voice`, `voice/speaker` or a speaker; the service's default without one.
    pub(super) voice: Option<String>,
}

/// The form of the audio, both ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Codec {
    /// Packets of 20 ms.
    Opus,
    /// Signed 16 bit, little-endian: 16,000 Hz from the browser, 24,000 Hz to it.
    Pcm,
}

/// A text message to the browser.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ToBrowser<'a> {
    /// The call has begun.
    Started { call: &'a str, codec: Codec },
    /// To be sent back when everything before it has been played.
    Mark { mark: u64 },
    /// All that is not played yet is dropped. Frames of an older generation are not played.
    Clear { generation: u32 },
    /// The words of a turn so far.
    Hearing { turn: usize, text: &'a str },
    /// The final words of a turn.
    Heard { turn: usize, text: &'a str },
    /// A sentence of the answer begins.
    Saying { turn: Option<usize>, text: &'a str },
    /// The caller has interrupted an answer, of which `heard` was heard.
    Interrupted { turn: Option<usize>, heard: &'a str },
    /// The moments of a turn so far.
    Moments { turn: usize, timeline: &'a Timeline, is_complete: bool },
}

impl<'a> From<&'a News> for ToBrowser<'a> {
    fn from(news: &'a News) -> Self {
        match news {
            News::Hearing { turn, text } => Self::Hearing { turn: *turn, text },
            News::Heard { turn, text } => Self::Heard { turn: *turn, text },
            News::Saying { turn, text } => Self::Saying { turn: *turn, text },
            News::Interrupted { turn, heard } => Self::Interrupted { turn: *turn, heard },
            News::Moments { turn, timeline, is_complete } => {
                Self::Moments { turn: *turn, timeline, is_complete: *is_complete }
            }
        }
    }
}

impl ToBrowser<'_> {
    /// The message as JSON.
    pub(super) fn text(&self) -> String {
        // None of the messages has a key that is no text.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The number and the payload of a frame from the browser; `None` if it has no payload.
pub(super) fn numbered(message: &Bytes) -> Option<(u32, Bytes)> {
    let (number, payload) = message.split_first_chunk::<NUMBER>()?;
    let is_empty = payload.is_empty();
    (!is_empty).then(|| (u32::from_be_bytes(*number), message.slice(NUMBER..)))
}

/// A frame to the browser.
pub(super) fn frame(generation: u32, number: u32, payload: &[u8]) -> Bytes {
    let mut message = BytesMut::with_capacity(HEAD + payload.len());
    message.put_u32(generation);
    message.put_u32(number);
    message.put_slice(payload);
    message.freeze()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn parsed(value: Value) -> Option<FromBrowser> {
        serde_json::from_value(value).ok()
    }

    #[test]
    fn a_start_has_a_codec_and_all_else_is_optional() {
        let start = json!({"type": "start", "codec": "opus", "language": "ko", "token": "t", "later": 1});
        let Some(FromBrowser::Start(start)) = parsed(start) else { panic!("a start") };
        assert_eq!((start.codec, start.language.as_deref(), start.voice), (Codec::Opus, Some("ko"), None));
        assert!(matches!(parsed(json!({"type": "start", "codec": "pcm"})), Some(FromBrowser::Start(_))));
        for bad in [
            json!({"type": "start"}),
            json!({"type": "start", "codec": "mp3"}),
            json!({"codec": "pcm"}),
            json!({"type": "played", "mark": -1}),
            json!({"type": "played"}),
            json!({"type": "shout"}),
            json!([]),
        ] {
            assert!(parsed(bad.clone()).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_frame_needs_a_number_and_a_payload() {
        for short in [&b""[..], &[0, 0, 0], &[0, 0, 0, 1]] {
            assert!(numbered(&Bytes::copy_from_slice(short)).is_none(), "{short:?}");
        }
        let message = Bytes::from_static(&[0, 0, 1, 2, 7, 8]);
        assert_eq!(numbered(&message), Some((258, Bytes::from_static(&[7, 8]))));
        assert_eq!(frame(1, 258, &[7, 8])[..], [0, 0, 0, 1, 0, 0, 1, 2, 7, 8]);
    }

    #[test]
    fn messages_carry_what_the_page_reads() {
        let value =
            |news: News| -> Value { serde_json::from_str(&ToBrowser::from(&news).text()).expect("JSON") };
        assert_eq!(
            value(News::Interrupted { turn: None, heard: "Your parcel".into() }),
            json!({"type": "interrupted", "turn": null, "heard": "Your parcel"})
        );
        let moments = value(News::Moments { turn: 2, timeline: Timeline::default(), is_complete: true });
        assert_eq!(
            (&moments["type"], &moments["turn"], &moments["is_complete"], &moments["timeline"]["moments"]),
            (&json!("moments"), &json!(2), &json!(true), &json!([]))
        );
        assert_eq!(ToBrowser::Clear { generation: 1 }.text(), r#"{"type":"clear","generation":1}"#);
    }
}
