//! The recognisers of others against stand-ins that speak their protocols over TCP, with all their faults.

#![allow(clippy::expect_used, reason = "a helper of a test can only stop")]

mod deepgram;
mod fall_back;
mod late;
mod rtzr;
mod rtzr_opening;
mod secrets;
#[path = "../../../../tests/src/recogniser/server.rs"]
mod server;

use std::time::Duration;

use bytes::Bytes;
use hearing::{Format, Frame, Heard, HearingError, Input, Line, Session, cloud::Patience};

/// Times that only a fault reaches.
const LONG: Duration = Duration::from_secs(60);

/// A time that a test waits through.
const SHORT: Duration = Duration::from_millis(30);

/// A time in which the other side answers, that a test waits through where it must not.
const WAIT: Duration = Duration::from_secs(1);

/// Patience without an end that a test would meet by chance.
fn patience() -> Patience {
    Patience {
        open: LONG,
        channel: LONG,
        final_text: LONG,
        more_words: LONG,
        mute_audio: LONG,
        send: LONG,
        keep_alive: LONG,
    }
}

fn format(line: Line, language: &str) -> Format {
    Format { line, language: language.into() }
}

fn korean() -> Format {
    format(Line::Telephone, "ko-KR")
}

/// The frame of this number. No two of the first 250 are alike.
fn frame(number: u64) -> Frame {
    let audio = Bytes::from(vec![number as u8; Line::Telephone.frame_bytes()]);
    Frame { line: Line::Telephone, number, audio }
}

fn speak(session: &Session, frames: std::ops::Range<u64>) {
    for number in frames {
        session.tell(Input::Audio(frame(number))).expect("it listens");
    }
}

fn finalise(session: &Session) {
    session.tell(Input::Finalise).expect("it listens");
}

fn partial(text: &str) -> Result<Heard, HearingError> {
    Ok(Heard::Partial(text.into()))
}

fn final_text(text: &str, asked: bool) -> Result<Heard, HearingError> {
    Ok(Heard::Final { text: text.into(), asked })
}
