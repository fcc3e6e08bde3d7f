//! `prompts/manifest.json`: the prompts of an Amazon Connect instance that hosts have made of clips. A flow plays a prompt
//! without a request to the bucket.
//!
//! A clip that has a prompt says so itself: its object has the metadata [`PROMPT`]. So the functions need no manifest.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    HostId,
    document::{self, DocumentError},
};

/// Metadata of a clip: the ARN of its prompt.
pub const PROMPT: &str = "prompt";

/// Most prompts that hosts make in an instance. Connect's quota is 500; the others are left to the instance's own.
pub const MOST_PROMPTS: usize = 400;

/// The prompts of one instance. Replaced by conditional writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptManifest {
    /// Version of this document: [`PromptManifest::VERSION`].
    pub version: u32,
    /// ARN of the instance that has the prompts.
    pub instance: String,
    /// The program that makes or deletes prompts now, while others wait; absent when none does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maker: Option<HostId>,
    /// The prompts, by the keys of their clips.
    #[serde(default)]
    pub prompts: BTreeMap<String, Prompt>,
}

/// One prompt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// ARN, which a flow plays.
    pub arn: String,
    /// Id within the instance.
    pub id: String,
    /// Name, unique within the instance.
    pub name: String,
}

impl PromptManifest {
    /// The version that is written and read.
    pub const VERSION: u32 = 1;

    /// The manifest of an instance without prompts.
    pub fn of(instance: &str) -> Self {
        let (version, instance) = (Self::VERSION, instance.to_owned());
        Self { version, instance, maker: None, prompts: BTreeMap::new() }
    }

    /// Reads a manifest.
    ///
    /// # Errors
    /// [`DocumentError`] for a manifest that is damaged or of an unsupported version.
    pub fn parse(body: &[u8]) -> Result<Self, DocumentError> {
        document::parse(body, 1..=Self::VERSION)
    }
}
