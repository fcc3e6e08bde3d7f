//! The disconnect flow, which runs when the caller has hung up: committed as `flows/disconnect.json`. It ends the stream
//! that the contact still has, so that the host makes no speech that nobody hears.
//!
//! The flow that answers the call names it in a block "Set disconnect flow".

use contract::limits;
use serde_json::json;

use crate::{
    blocks::{column, flow, invoke, to_or},
    model::Flow,
    play_text::hang_up,
};

/// The whole flow. The function finds the stream by the contact.
pub fn disconnect() -> Flow {
    let end = to_or("hang-up", "hang-up");
    let cancel =
        invoke("cancel", "synthesize_stream_cancel", limits::SYNTHESIZE_STREAM_CANCEL, json!({}), end);
    flow(vec![(column(0, 0), cancel), (column(1, 0), hang_up())])
}
