//! How long a flow waits for each function: `InvocationTimeLimitSeconds` of its Invoke Lambda blocks.
//!
//! The committed flows are generated with these limits, and the functions answer within them. A block with a shorter
//! limit than its function needs loses the reply; the flow builder fills in 3 seconds, Connect allows 8.

use std::time::Duration;

/// Limit of `start_stream`, which returns the first clip of a text.
pub const START_STREAM: Duration = Duration::from_secs(8);
/// Limit of `get_next_batch`, for one round of the flow's loop.
pub const GET_NEXT_BATCH: Duration = Duration::from_secs(4);
/// Limit of `synthesize_stream_cancel`. A cancel takes effect even if no caller waits for its reply.
pub const SYNTHESIZE_STREAM_CANCEL: Duration = Duration::from_secs(8);
/// Limit of `live_call`, before and behind a live call.
pub const LIVE_CALL: Duration = Duration::from_secs(8);
