//! The JSON objects that frame a stream's parts: the manifest with its pages, and the sentinel.

#[cfg(feature = "texts")]
pub use crate::manifest::{Ending, Manifest, ScriptPage};
pub use crate::sentinel::{Outcome, Sentinel};
