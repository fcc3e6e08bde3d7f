//! A caller's end of Twilio Media Streams, over a real WebSocket.
//!
//! | module | responsibility |
//! | --- | --- |
//! | [`Exchange`] | the webhook of an incoming call: signature, TwiML |
//! | [`Line`] | the messages of the protocol |
//! | [`Playout`] | Twilio's buffer: plays in real time, returns marks, is emptied by `clear` |

mod line;
mod playout;
mod signature;
mod ticket;

pub(super) use self::ticket::Refused;
pub(super) use self::{
    line::{FromService, Line},
    playout::Playout,
};
pub use self::{signature::sign, ticket::Exchange};

/// Bytes of a frame: 20 ms of mu-law.
pub(super) const FRAME_BYTES: usize = 160;
