//! The flow that holds a conversation: committed as `flows/talk.json` and, with the model asked in the background, as
//! `flows/talk-async.json`; both also with plain URLs (`-s3`).
//!
//! ```text
//! log → words → barge-in → cuts-greet → keys-greet → greet → route           (the greeting is an answer, too)
//!
//! route ─play→ last → play-0 → more-0 → play-1 → keys → key → was-last ─no→ cuts-next → keys-next → next → route
//!   │            └─yes, with barge-in→ part-ask → ask (Lex plays the clip)
//!   ├─wait→ pause (a clip of silence) ─────────→ keys
//!   ├─done→ whole → listen                key ─0→ cancel-person → person
//!   ├─cancelled→ part → listen                └─any other→ cancel → part → listen
//!   └─error, anything else→ trouble → again, or after two in a row: sorry → queue → transfer
//!
//! listen, ask, again → way-out ─no→ cuts-heard → keys-heard → heard → chat → route
//!                         └─yes→ person → queue → transfer → busy → hang-up
//! ```
//!
//! In the background form a block `acknowledge` follows `chat`; `load` then asks for the reply until it is there, with
//! `quiet` and now and then `still` in between.
//!
//! While an answer is played, touch-tone buffering is on: a key ends the clip and skips those after it. The block `keys`
//! ends the buffering and stores the keys in it, so that the flow learns of a key without waiting for one. The contact
//! attribute `key_interrupts` = `false` leaves the buffering off. A caller's voice interrupts only the block `ask`, which
//! the attribute `barge_in` = `true` switches on: it is not known whether Lex V2 takes a clip from S3. Replies then have
//! one clip each, so that `ask` plays the last one.
//!
//! All ARNs are placeholders: those of the functions, of the bot's alias, and of the queue.

mod answer;
mod turn;
mod way_out;

use contract::STREAM_BATCH;
use serde_json::json;

pub use self::turn::Thinking;
pub(crate) use self::way_out::to_a_person;
use crate::{
    blocks::{Placed, action, column, flow, remember, to},
    model::{Action, Flow},
    urls::Urls,
};

/// The whole flow.
pub fn talk(thinking: Thinking, urls: Urls) -> Flow {
    let mut rows = vec![vec![log(), words()]];
    rows[0].extend(turn::opening());
    rows.extend([answer::playing(urls), answer::ending(), turn::listening(urls), turn::thinking(thinking)]);
    rows.push(way_out::blocks());
    flow(rows.into_iter().enumerate().flat_map(place).collect())
}

fn place((row, actions): (usize, Vec<Action>)) -> Vec<Placed> {
    let placed = |(number, action)| (column(number, row), action);
    actions.into_iter().enumerate().map(placed).collect()
}

fn log() -> Action {
    action("log", "UpdateFlowLoggingBehavior", json!({"FlowLoggingBehavior": "Enabled"}), to("words"))
}

/// Everything that the flow itself says, in one block for the designer to change.
fn words() -> Action {
    let batch = STREAM_BATCH.to_string();
    let words = [
        ("greeting", "Hello, and thank you for calling. How can I help you?"),
        ("again", "I'm sorry, could you say that again, please?"),
        ("acknowledgement", "One moment, please."),
        ("still", "I'm still looking into it."),
        ("person", "I'll put you through to a colleague. One moment, please."),
        ("sorry", "I'm sorry, I can't answer right now. I'll put you through to a colleague."),
        ("busy", "I'm sorry, all our colleagues are busy. Please call again later."),
        ("batch", batch.as_str()),
    ];
    remember("words", &words, "barge-in")
}
