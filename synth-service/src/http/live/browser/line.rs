//! The messages of a call that has begun, both ways.

use bytes::Bytes;
use contract::metrics::LIVE_FRAMES_DROPPED;
use hearing::{Frame, Line};
use live::{FromCaller, ToCaller};
use tokio_tungstenite::tungstenite::{Message, protocol::frame::coding::CloseCode};

use super::{
    opus::{NoOpus, Opener, Packer},
    protocol::{Codec, FromBrowser, ToBrowser, frame, numbered},
};
use crate::{
    http::live::socket::{Hear, Heard, Refused, Say},
    telemetry::Meters,
};

/// Longest message, in bytes: the largest packet of Opus is 1275 long.
const LARGEST_MESSAGE: usize = 4096;

/// The most frames that may be missing in a row: 30 s.
const LONGEST_GAP: u64 = 1500;

/// The way from the browser.
pub(super) struct Ear {
    opener: Opener,
    /// Number of the next frame.
    next: u64,
    meters: Meters,
}

/// The way to the browser.
pub(super) struct Mouth {
    packer: Packer,
    generation: u32,
    /// Number of the next frame.
    next: u32,
}

impl Ear {
    pub(super) fn new(codec: Codec, meters: Meters) -> Result<Self, NoOpus> {
        Ok(Self { opener: Opener::new(codec)?, next: 0, meters })
    }

    fn frame(&mut self, message: &Bytes) -> Heard {
        let Some((number, payload)) = numbered(message) else { return self.unused("malformed") };
        let number = u64::from(number);
        if number < self.next {
            return self.unused("late");
        }
        if number - self.next > LONGEST_GAP {
            return self.unused("malformed");
        }
        let Some(audio) = self.opener.open(payload) else { return self.unused("malformed") };
        self.next = number + 1;
        Heard::Things(vec![FromCaller::Frame(Frame { line: Line::Wide, number, audio })])
    }

    fn unused(&self, reason: &str) -> Heard {
        self.meters.count(&LIVE_FRAMES_DROPPED, &[reason], 1);
        Heard::Things(Vec::new())
    }
}

impl Hear for Ear {
    fn hear(&mut self, message: Message) -> Result<Heard, Refused> {
        if message.len() > LARGEST_MESSAGE {
            return Err(Refused::new(CloseCode::Size, "a message may have 4096 bytes"));
        }
        Ok(match message {
            Message::Binary(message) => self.frame(&message),
            Message::Text(text) => match serde_json::from_str(&text) {
                Ok(FromBrowser::Played { mark }) => Heard::Things(vec![FromCaller::Mark(mark)]),
                Ok(FromBrowser::Stop) => Heard::Over,
                // A call starts once.
                Ok(FromBrowser::Start(_)) | Err(_) => self.unused("malformed"),
            },
            Message::Close(_) => Heard::Over,
            _ => Heard::Things(Vec::new()),
        })
    }
}

impl Mouth {
    pub(super) fn new(codec: Codec) -> Result<Self, NoOpus> {
        Ok(Self { packer: Packer::new(codec)?, generation: 0, next: 0 })
    }

    fn audio(&mut self, audio: Bytes) -> Option<Message> {
        let payload =
            self.packer.pack(audio).inspect_err(|error| tracing::warn!(%error, "20 ms are lost")).ok()?;
        let message = frame(self.generation, self.next, &payload);
        self.next = self.next.wrapping_add(1);
        Some(Message::Binary(message))
    }
}

impl Say for Mouth {
    fn say(&mut self, to: ToCaller) -> Option<Message> {
        let text = match &to {
            ToCaller::Audio(audio) => return self.audio(audio.clone()),
            ToCaller::Mark(mark) => ToBrowser::Mark { mark: *mark }.text(),
            ToCaller::Clear => {
                self.generation = self.generation.wrapping_add(1);
                ToBrowser::Clear { generation: self.generation }.text()
            }
            ToCaller::News(news) => ToBrowser::from(news).text(),
        };
        Some(Message::text(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ear() -> (Ear, Meters) {
        let meters = Meters::new(Vec::new()).expect("meters");
        (Ear::new(Codec::Pcm, meters.clone()).expect("no codec is needed"), meters)
    }

    fn message(number: u32, bytes: usize) -> Message {
        Message::binary([&number.to_be_bytes()[..], &vec![1; bytes]].concat())
    }

    /// The numbers of the frames that a message brings.
    fn heard(ear: &mut Ear, message: Message) -> Vec<u64> {
        let Ok(Heard::Things(things)) = ear.hear(message) else { panic!("the call goes on") };
        let number = |thing: &FromCaller| match thing {
            FromCaller::Frame(frame) => Some(frame.number),
            _ => None,
        };
        things.iter().filter_map(number).collect()
    }

    #[test]
    fn frames_keep_their_numbers_and_bad_ones_are_counted() {
        let (mut ear, meters) = ear();
        for (number, bytes, expected) in [
            (0, 640, vec![0]),
            (0, 640, vec![]),
            (1, 639, vec![]),
            (1, 640, vec![1]),
            (5, 640, vec![5]),
            (3, 640, vec![]),
            (u32::MAX, 640, vec![]),
            (6, 0, vec![]),
            (6, 640, vec![6]),
        ] {
            assert_eq!(heard(&mut ear, message(number, bytes)), expected, "{number} {bytes}");
        }
        let text = meters.prometheus().render();
        for (reason, count) in [("late", 2), ("malformed", 3)] {
            let line = format!("firstword_live_frames_dropped_total{{reason=\"{reason}\"}} {count}");
            assert!(text.contains(&line), "{text}");
        }
    }

    #[test]
    fn marks_pass_a_stop_ends_and_nonsense_is_counted() {
        let (mut ear, _) = ear();
        let Ok(Heard::Things(things)) = ear.hear(Message::text(r#"{"type":"played","mark":7}"#)) else {
            panic!("the call goes on")
        };
        assert_eq!(things, [FromCaller::Mark(7)]);
        for nonsense in ["", "{}", "[1]", r#"{"type":"start","codec":"pcm"}"#, r#"{"type":"shout"}"#] {
            assert!(heard(&mut ear, Message::text(nonsense)).is_empty(), "{nonsense}");
        }
        assert!(ear.hear(Message::text("x".repeat(5000))).is_err());
        assert!(matches!(ear.hear(Message::text(r#"{"type":"stop"}"#)), Ok(Heard::Over)));
    }

    #[test]
    fn frames_after_a_clear_are_of_a_new_generation() {
        let mut mouth = Mouth::new(Codec::Pcm).expect("no codec is needed");
        let head = |mouth: &mut Mouth| match mouth.say(ToCaller::Audio(Bytes::from(vec![2; 960]))) {
            Some(Message::Binary(frame)) => (frame[..8].to_vec(), frame.len()),
            other => panic!("a frame: {other:?}"),
        };
        assert_eq!(head(&mut mouth), (vec![0, 0, 0, 0, 0, 0, 0, 0], 968));
        let clear = mouth.say(ToCaller::Clear).expect("a message");
        assert_eq!(clear, Message::text(r#"{"type":"clear","generation":1}"#));
        assert_eq!(head(&mut mouth), (vec![0, 0, 0, 1, 0, 0, 0, 1], 968));
    }
}
