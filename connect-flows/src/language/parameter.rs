//! One parameter of an action type, and the search for it by its place in the JSON.

use serde::Deserialize;

use super::form::{Need, When};

/// One parameter of an action type.
///
/// Parameters that stand in the table admit the values that exports of the service hold, which is at times more than
/// the documentation allows.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Place below `Parameters`: `Media.Uri`, `Messages[].Text` for members of a list, `Attributes.*` for a map with
    /// free names.
    pub name: String,
    /// Wrong names that occur in its place.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The sort of value.
    #[serde(default)]
    pub kind: Kind,
    /// Whether it must be there. A nested parameter is required only where the object around it is there.
    #[serde(default)]
    pub need: Need,
    /// Whether references such as `$.External.x` may stand in it.
    #[serde(default)]
    pub dynamic: Dynamic,
    /// Whether the service accepts an empty string.
    #[serde(default)]
    pub may_be_empty: bool,
    /// Whether exports hold it as a JSON number or boolean too. Elsewhere each scalar is a string.
    #[serde(default)]
    pub any_scalar: bool,
    /// The values that a static text may have, compared without regard to case; empty where every text may stand.
    #[serde(default)]
    pub values: Vec<String>,
    /// The smallest static number.
    pub min: Option<i64>,
    /// The largest static number.
    pub max: Option<i64>,
    /// The most characters of a static text.
    pub max_chars: Option<usize>,
    /// The form of the action in which this row holds: all of these; empty for every form. Several rows of one name
    /// tell of different forms.
    #[serde(default)]
    pub when: Vec<When>,
    /// A remark for readers.
    #[serde(default)]
    pub note: String,
}

/// The sort of value that a parameter takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Any text.
    #[default]
    Text,
    /// Text in Speech Synthesis Markup Language.
    Ssml,
    /// A whole number, in a string.
    Number,
    /// `true` or `false`, in a string and in any case of letters.
    Boolean,
    /// The identifier or ARN of something in AWS.
    Id,
    /// A URL.
    Url,
    /// Any JSON value, however deep: its inside is not the flow language's business.
    Json,
}

/// The references that may stand in a parameter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dynamic {
    /// None: the service takes the text as it is.
    Static,
    /// One reference in place of the whole value, or none.
    Alone,
    /// Any number of references, between other text too.
    #[default]
    Mixed,
    /// Always exactly one reference; a static value is refused.
    Reference,
}

/// The meaning of a place below `Parameters`.
#[derive(Clone, Copy, Debug)]
pub enum Place<'t> {
    /// The value of this parameter, or a part of it where it is free JSON.
    Value(&'t Parameter),
    /// An object or a list that holds parameters.
    Inner,
    /// Not known to the table.
    Unknown,
}

impl Parameter {
    /// The steps of its name: `Messages`, `[]`, `Text`. A step `*` stands for any name.
    pub fn steps(&self) -> impl Iterator<Item = &str> {
        self.name
            .split('.')
            .flat_map(|part| match part.strip_suffix("[]") {
                Some(list) => [list, "[]"],
                None => [part, ""],
            })
            .filter(|step| !step.is_empty())
    }

    /// The name of the object or list around it; `None` at the top.
    pub fn parent(&self) -> Option<&str> {
        match self.name.rsplit_once('.') {
            Some((parent, _)) => Some(parent),
            None => self.name.strip_suffix("[]"),
        }
    }

    /// How this parameter relates to the value at `place`.
    pub(super) fn meaning(&self, place: &[&str]) -> Place<'_> {
        let mut steps = self.steps();
        for &asked in place {
            match steps.next() {
                Some(step) if step == asked || (step == "*" && asked != "[]") => {}
                None if self.kind == Kind::Json => return Place::Value(self),
                _ => return Place::Unknown,
            }
        }
        if steps.next().is_none() { Place::Value(self) } else { Place::Inner }
    }
}
