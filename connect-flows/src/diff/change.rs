//! A difference as data.

use serde::Serialize;

use crate::model::Action;

/// An action as people know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Label {
    /// The identifier.
    pub id: String,
    /// The designer's name, where it is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The action's type.
    #[serde(rename = "type")]
    pub kind: String,
}

/// The differences of one action, or of the flow itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The action; `None` for the flow itself.
    pub action: Option<Label>,
    /// At least one change.
    pub changes: Vec<Change>,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum Change {
    /// The action is new.
    Added,
    /// The action is gone.
    Removed,
    /// The same action had another identifier.
    Renamed {
        /// The identifier in the old flow.
        old: String,
    },
    /// A value differs: a parameter, a setting, the type, the version.
    Value {
        /// Names of members and indexes of elements: `Media.Uri`, `Messages[0].Text`.
        path: String,
        /// The old value as JSON; `None` if there was none.
        old: Option<String>,
        /// The new value as JSON; `None` if there is none.
        new: Option<String>,
    },
    /// A branch leads to another action.
    Rewired {
        /// The branch: `next`, `error NoMatchingError`, `condition Equals 1`, `start`.
        branch: String,
        /// Identifier of the old aim, in the old flow, and ` (missing)` behind it where no action has it; `None` if the
        /// branch was not there or not connected.
        old: Option<String>,
        /// The same of the new aim, in the new flow.
        new: Option<String>,
    },
    /// The same conditions are tried in another order. The first one that holds decides.
    Reordered,
}

impl Label {
    pub(super) fn of(action: &Action) -> Self {
        Self { id: action.identifier.text.clone(), name: action.name.clone(), kind: action.kind.text.clone() }
    }
}
