//! How long a flow waits for each function: `InvocationTimeLimitSeconds` of its Invoke Lambda blocks.
//!
//! The committed flow is generated with these limits, and the functions answer within them. A block that gives less
//! time than its function takes loses the reply; the flow builder fills in 3 seconds, Connect allows 8.

use std::time::Duration;

/// For the first clip of a text.
pub const START_STREAM: Duration = Duration::from_secs(8);
/// For one round of the loop.
pub const GET_NEXT_BATCH: Duration = Duration::from_secs(4);
/// In no block of the committed flow. A cancel counts even where no caller waits for its reply.
pub const SYNTHESIZE_STREAM_CANCEL: Duration = Duration::from_secs(8);
