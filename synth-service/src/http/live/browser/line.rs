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
    http::live::{
        count::Counts,
        socket::{Hear, Heard, Refused, Say},
    },
    telemetry::Meters,
};

/// The way from the browser.
pub(super) struct Ear {
    opener: Opener,
    counts: Counts,
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
        Ok(Self { opener: Opener::new(codec)?, counts: Counts::new(1), next: 0, meters })
    }

    fn frame(&mut self, message: &Bytes) -> Heard {
        let Some((number, payload)) = numbered(message) else { return self.unused("malformed") };
        let number = match self.counts.place(number.into(), self.next) {
            Ok(number) => number,
            Err(unused) => return self.unused(unused.label()),
        };
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

    fn audio(&mut self, audio: Bytes) -> Result<Message, Refused> {
        let failed = |error: NoOpus| Refused::new(CloseCode::Error, error.to_string());
        let payload = self.packer.pack(audio).map_err(failed)?;
        let message = frame(self.generation, self.next, &payload);
        self.next = self.next.wrapping_add(1);
        Ok(Message::Binary(message))
    }
}

impl Say for Mouth {
    fn say(&mut self, to: ToCaller) -> Result<Option<Message>, Refused> {
        let text = match &to {
            ToCaller::Audio(audio) => return self.audio(audio.clone()).map(Some),
            ToCaller::Mark(mark) => ToBrowser::Mark { mark: *mark }.text(),
            ToCaller::Clear => {
                self.generation = self.generation.wrapping_add(1);
                ToBrowser::Clear { generation: self.generation }.text()
            }
            ToCaller::News(news) => ToBrowser::from(news).text(),
        };
        Ok(Some(Message::text(text)))
    }
}

#[cfg(test)]
mod tests {
    use opus_pure::{Application, OpusEncoder};

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
    fn a_browser_may_count_from_any_number_and_begin_anew() {
        let (mut ear, _) = ear();
        assert_eq!(heard(&mut ear, message(5000, 640)), [0]);
        assert_eq!(heard(&mut ear, message(5002, 640)), [2]);
        let anew: Vec<_> = (0..27).flat_map(|number| heard(&mut ear, message(number, 640))).collect();
        assert_eq!(anew, [3, 4]);
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
        assert!(matches!(ear.hear(Message::text(r#"{"type":"stop"}"#)), Ok(Heard::Over)));
    }

    #[test]
    fn a_call_whose_sound_can_t_be_packed_is_ended() {
        // 480 samples are 30 ms for it, which no packet has.
        let encoder = OpusEncoder::new(16_000, 1, Application::Voip).expect("an encoder");
        let mut mouth = Mouth { packer: Packer::Opus(Box::new(encoder)), generation: 0, next: 0 };
        let refused = mouth.say(ToCaller::Audio(Bytes::from(vec![2; 960]))).expect_err("no packet");
        assert_eq!(refused.code, CloseCode::Error);
        assert!(refused.reason.contains("call with the codec pcm"), "{}", refused.reason);
        assert!(refused.reason.len() <= 123, "{}", refused.reason);
    }

    #[test]
    fn frames_after_a_clear_are_of_a_new_generation() {
        let mut mouth = Mouth::new(Codec::Pcm).expect("no codec is needed");
        let head = |mouth: &mut Mouth| match mouth.say(ToCaller::Audio(Bytes::from(vec![2; 960]))) {
            Ok(Some(Message::Binary(frame))) => (frame[..8].to_vec(), frame.len()),
            other => panic!("a frame: {other:?}"),
        };
        assert_eq!(head(&mut mouth), (vec![0, 0, 0, 0, 0, 0, 0, 0], 968));
        let clear = mouth.say(ToCaller::Clear).expect("the call goes on");
        assert_eq!(clear, Some(Message::text(r#"{"type":"clear","generation":1}"#)));
        assert_eq!(head(&mut mouth), (vec![0, 0, 0, 1, 0, 0, 0, 1], 968));
    }
}
