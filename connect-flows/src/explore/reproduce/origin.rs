//! The place at which a scenario sets a value that a flow compares.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{
    facts::{Fact, witness},
    values::{assignments, name, root},
};
use crate::model::Action;

/// The origin of a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    /// Known when the call starts, under this name.
    Start(String),
    /// A key of the reply to this invocation on the way.
    Reply(usize, String),
    /// The keys of this input on the way.
    Keys(usize),
    /// Set by the flow, or by something that no scenario reaches.
    Elsewhere,
}

/// The origins of all values at a moment of the way, and the comparisons that they must fit.
#[derive(Default)]
pub(super) struct Origins {
    moved: BTreeMap<String, Origin>,
    /// The last invocation, whose reply is `$.External`.
    pub reply: Option<usize>,
    needed: BTreeMap<Origin, BTreeSet<Fact>>,
}

impl Origins {
    /// The origin of a value.
    pub(super) fn of(&self, name: &str) -> Origin {
        if let Some(origin) = self.moved.get(name) {
            return origin.clone();
        }
        match (root(name), self.reply) {
            ("External", Some(reply)) => {
                Origin::Reply(reply, name.strip_prefix("External.").unwrap_or_default().to_owned())
            }
            ("FlowAttributes" | "Lex" | "Modules" | "Metrics" | "Loop", _) => Origin::Elsewhere,
            _ => Origin::Start(name.to_owned()),
        }
    }

    /// The value has this origin from now on.
    pub(super) fn set(&mut self, name: &str, origin: Origin) {
        self.moved.insert(name.to_owned(), origin);
    }

    /// A new reply: the values of earlier ones are gone.
    pub(super) fn replied(&mut self, reply: usize) {
        self.moved.retain(|name, _| root(name) != "External");
        self.reply = Some(reply);
    }

    /// Follows the attributes that an action sets.
    pub(super) fn assign(&mut self, action: &Action) {
        let found: Vec<(String, Origin)> = assignments(action)
            .into_iter()
            .map(|(to, text)| (to, name(&text).map_or(Origin::Elsewhere, |from| self.of(&from))))
            .collect();
        found.into_iter().for_each(|(to, origin)| self.set(&to, origin));
    }

    /// A comparison that the value must fit.
    pub(super) fn need(&mut self, name: &str, facts: Vec<Fact>) {
        let origin = self.of(name);
        self.needed.entry(origin).or_default().extend(facts);
    }

    /// A value for each origin that something compares.
    pub(super) fn witnesses(&self) -> impl Iterator<Item = (&Origin, String)> {
        self.needed.iter().filter_map(|(origin, facts)| Some((origin, witness(facts)?)))
    }
}
