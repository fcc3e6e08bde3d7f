//! The roots with which a reference such as `$.Attributes.name` can begin.

use serde::Deserialize;

/// A root of references.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Root {
    /// The word after `$.`; a key of the table.
    #[serde(skip)]
    pub name: String,
    /// The shape of the values below it.
    pub shape: Shape,
    /// The members that are known, with dots for deeper ones: `OutboundCallerId.Address`, `Agents.Available.Count`.
    #[serde(default)]
    pub members: Vec<String>,
    /// Whether it may have other members too.
    #[serde(default)]
    pub open: bool,
    /// Its content, in a few words.
    pub holds: String,
    /// A page of the documentation, or "seen in exports".
    pub source: String,
}

/// The shape of the values below a root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// One text: `$.Channel`.
    Text,
    /// Named texts, one level deep: `$.Attributes.name`.
    Flat,
    /// Any JSON value, however deep: `$.External.list[0].name`.
    Nested,
}

impl Root {
    /// Whether the root is known to have this member, given with dots. A part of a known deeper name counts as well.
    pub fn has(&self, member: &str) -> bool {
        self.open
            || self.members.iter().any(|known| {
                known == member
                    || known.strip_prefix(member).is_some_and(|rest| rest.starts_with('.'))
                    || member
                        .strip_prefix(known.trim_end_matches('*'))
                        .is_some_and(|rest| known.ends_with('*') && !rest.is_empty())
            })
    }
}
