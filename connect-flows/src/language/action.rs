//! One action type, and the branches that it has.

use std::fmt;

use serde::Deserialize;

use super::{
    flow_type::{Channel, FlowType},
    form::{Need, Parameters, When, applies},
    nearest::nearest,
    parameter::{Kind, Parameter, Place},
};

/// One action type of the flow language.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionType {
    /// The word under `Type`; a key of the table.
    #[serde(skip)]
    pub name: String,
    /// The part of the documentation in which it stands; from the name of the table's file.
    #[serde(skip)]
    pub category: Category,
    /// The name of the block in the designer; several with commas between them.
    pub title: String,
    /// Wrong words that occur in its place: names of the old designer, misspellings, inventions.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Its effect, in one sentence.
    pub does: String,
    /// A page of the service's documentation, or "seen in exports".
    pub source: String,
    /// Whether `NextAction` must be there.
    #[serde(default)]
    pub next: Next,
    /// Whether the flow ends here.
    #[serde(default)]
    pub ends: Ends,
    /// Whether the call spends time here: the action plays, asks, waits, invokes or counts rounds.
    #[serde(default)]
    pub takes_time: bool,
    /// References that the action sets: `External`, `Attributes.*`.
    #[serde(default)]
    pub sets: Vec<String>,
    /// Its parameters.
    #[serde(default)]
    pub parameters: Vec<Parameter>,
    /// Groups of parameters that exclude each other.
    #[serde(default)]
    pub one_of: Vec<Group>,
    /// Its error branches.
    #[serde(default)]
    pub errors: Vec<ErrorBranch>,
    /// Its conditions, one row for each form that has some.
    #[serde(default)]
    pub conditions: Vec<Conditions>,
    /// The types of flows in which it may stand; empty for all.
    #[serde(default)]
    pub flow_types: Vec<FlowType>,
    /// The channels on which it works; empty for all. On others it takes its error branch.
    #[serde(default)]
    pub channels: Vec<Channel>,
    /// Its effect in the local runner.
    pub run: Run,
}

/// The part of the documentation in which an action type stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// Changes the contact.
    Contact,
    /// Chooses the path.
    FlowControl,
    /// Reaches other services.
    Interactions,
    /// Is heard or seen by the participant.
    Participant,
    /// Occurs in exports, and has no page in the documentation of the flow language.
    #[default]
    Undocumented,
}

/// Whether an action has a `NextAction`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Next {
    /// It must have one.
    #[default]
    Required,
    /// It may have one.
    Optional,
    /// It has none: nothing follows.
    None,
}

/// Whether a flow ends with an action.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ends {
    /// Something always follows.
    #[default]
    Never,
    /// Nothing follows if it succeeds; its error branches may lead on.
    Always,
    /// Nothing follows in some types of flows.
    Sometimes,
}

/// Parameters of which at most one may be there.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Names of the parameters, below the list element or object `within`.
    pub members: Vec<String>,
    /// 1 where one of them must be there, 0 where all may be absent.
    pub at_least: usize,
    /// The list or object whose every element is judged alone: `Messages[]`. Absent for the parameters themselves.
    pub within: Option<String>,
    /// The form of the action in which this row holds: all of these; empty for every form.
    #[serde(default)]
    pub when: Vec<When>,
}

/// One error branch.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorBranch {
    /// The word under `ErrorType`.
    pub name: String,
    /// Whether the service refuses an action without it.
    #[serde(default)]
    pub need: Need,
    /// The form of the action that has this branch; empty if all have it.
    #[serde(default)]
    pub when: Vec<When>,
}

/// The conditions of an action.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conditions {
    /// Whether at least one condition must be there.
    #[serde(default)]
    pub need: Need,
    /// The operators that may stand there.
    pub operators: Vec<String>,
    /// The operands that may stand there; empty where any text may.
    #[serde(default)]
    pub operands: Vec<String>,
    /// The operands that must each have a condition.
    #[serde(default)]
    pub each: Vec<String>,
    /// The form of the action that has these conditions; empty if all have them.
    #[serde(default)]
    pub when: Vec<When>,
}

/// The effect of an action in the local runner.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Run {
    /// Performs it.
    Performed,
    /// Takes its `NextAction`: a caller hears no difference.
    Passes,
    /// Takes this error branch: its service is not here.
    Error(String),
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Contact => "Contact",
            Self::FlowControl => "Flow control",
            Self::Interactions => "Interactions",
            Self::Participant => "Participant",
            Self::Undocumented => "Undocumented",
        })
    }
}

impl ActionType {
    /// Whether it has a page in the documentation of the flow language.
    pub fn documented(&self) -> bool {
        self.category != Category::Undocumented
    }

    /// Whether the service speaks its texts: only such a type takes SSML.
    pub fn speaks(&self) -> bool {
        self.parameters.iter().any(|parameter| parameter.kind == Kind::Ssml)
    }

    /// Whether this word names it: its alias, or a block's title without regard to case, spaces and signs.
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.aliases.iter().any(|alias| alias == name)
            || self.title.split(", ").any(|title| letters(title) == letters(name))
    }

    /// The meaning of a place below `Parameters`, given as steps: names, and `[]` for an element of a list. `given` are
    /// the action's parameters, which tell its form; a row of another form is better than none.
    pub fn place(&self, given: &Parameters, steps: &[&str]) -> Place<'_> {
        let mut found = Place::Unknown;
        for parameter in self.parameters(given).chain(&self.parameters) {
            match parameter.meaning(steps) {
                value @ Place::Value(_) => return value,
                Place::Inner => found = Place::Inner,
                Place::Unknown => {}
            }
        }
        found
    }

    /// The right name for a parameter that it does not have: the one that is meant elsewhere by this word, or that is
    /// most like it. Both are places, with dots.
    pub fn nearest_parameter(&self, name: &str) -> Option<&str> {
        let names = || self.parameters.iter().map(|parameter| parameter.name.as_str());
        let meant =
            self.parameters.iter().find(|parameter| parameter.aliases.iter().any(|alias| alias == name));
        meant.map(|parameter| parameter.name.as_str()).or_else(|| nearest(name, names()))
    }

    /// The parameters that an action of this form can have.
    pub fn parameters<'t>(&'t self, given: &Parameters) -> impl Iterator<Item = &'t Parameter> {
        self.parameters.iter().filter(move |parameter| applies(&parameter.when, given))
    }

    /// The groups that hold for an action with these parameters.
    pub fn groups<'t>(&'t self, given: &Parameters) -> impl Iterator<Item = &'t Group> {
        self.one_of.iter().filter(move |group| applies(&group.when, given))
    }

    /// The error branches that an action with these parameters can have.
    pub fn errors<'t>(&'t self, given: &Parameters) -> impl Iterator<Item = &'t ErrorBranch> {
        self.errors.iter().filter(move |error| applies(&error.when, given))
    }

    /// The conditions that an action with these parameters can have; `None` if it can have none.
    pub fn conditions(&self, given: &Parameters) -> Option<&Conditions> {
        self.conditions.iter().find(|conditions| applies(&conditions.when, given))
    }
}

fn letters(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
