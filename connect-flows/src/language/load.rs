//! Reads the table from the files that are compiled in.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::LazyLock,
};

use serde::de::DeserializeOwned;

use super::{
    action::{ActionType, Category},
    nearest::nearest,
    reference::Root,
};

/// The files of action types.
const FILES: [(Category, &str); 5] = [
    (Category::Contact, include_str!("../../language/contact.toml")),
    (Category::FlowControl, include_str!("../../language/flow-control.toml")),
    (Category::Interactions, include_str!("../../language/interactions.toml")),
    (Category::Participant, include_str!("../../language/participant.toml")),
    (Category::Undocumented, include_str!("../../language/undocumented.toml")),
];

const REFERENCES: &str = include_str!("../../language/references.toml");

/// The whole table.
#[derive(Clone, Debug, Default)]
pub struct Language {
    actions: BTreeMap<String, ActionType>,
    roots: BTreeMap<String, Root>,
}

/// The table of this build.
pub fn table() -> &'static Language {
    static TABLE: LazyLock<Language> = LazyLock::new(|| match Language::read() {
        Ok(language) => language,
        Err(error) => unreachable!("the compiled table is read by a test: {error}"),
    });
    &TABLE
}

impl Language {
    /// Reads the files of the table.
    ///
    /// # Errors
    /// One line with the file and the place that is wrong in it.
    pub(super) fn read() -> Result<Self, String> {
        let mut language = Self::default();
        for (category, text) in FILES {
            for (name, action) in rows::<ActionType>(text).map_err(|error| format!("{category}: {error}"))? {
                match language.actions.entry(name.clone()) {
                    Entry::Vacant(place) => place.insert(ActionType { name, category, ..action }),
                    Entry::Occupied(_) => return Err(format!("{category}: {name} stands in two files")),
                };
            }
        }
        let roots = rows::<Root>(REFERENCES).map_err(|error| format!("references: {error}"))?;
        language.roots =
            roots.into_iter().map(|(name, root)| (name.clone(), Root { name, ..root })).collect();
        Ok(language)
    }

    /// The action type of this name.
    pub fn action(&self, name: &str) -> Option<&ActionType> {
        self.actions.get(name)
    }

    /// All action types, by name.
    pub fn actions(&self) -> impl Iterator<Item = &ActionType> {
        self.actions.values()
    }

    /// The right word for a type that does not exist: the action type that is called so elsewhere, or whose name is most
    /// like it.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        match self.actions().find(|action| action.is_called(name)) {
            Some(action) => Some(&action.name),
            None => nearest(name, self.actions.keys().map(String::as_str)),
        }
    }

    /// The root of references of this name.
    pub fn root(&self, name: &str) -> Option<&Root> {
        self.roots.get(name)
    }

    /// All roots of references, by name.
    pub fn roots(&self) -> impl Iterator<Item = &Root> {
        self.roots.values()
    }
}

fn rows<T: DeserializeOwned>(text: &str) -> Result<BTreeMap<String, T>, String> {
    toml::from_str(text).map_err(|error| error.to_string())
}
