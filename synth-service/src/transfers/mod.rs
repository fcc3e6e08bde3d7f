//! Contacts that Amazon Connect transfers to a live call.
//!
//! | module | owns |
//! | --- | --- |
//! | `passes` | the passes in the bucket: made for a contact, taken by one call |
//! | `keys` | the code of a pass among the keys of a caller |
//! | `arrival` | the begin of a call that has a pass: from its keys to its contact |
//! | `talks` | the call of a contact: its talk goes on from the one before, and is kept; a wish for a person ends it |
//! | `keeper` | the talk and the record of one call, on their way into the bucket |

mod arrival;
mod keeper;
mod keys;
mod passes;
mod talks;

pub use self::{arrival::ByPass, passes::Passes, talks::Talks};
