//! Names that a text may begin with. Knows none of them.

use std::cmp::Reverse;
use std::collections::HashMap;

/// Names with a value each, by their first characters, the longest one first.
pub(super) struct Prefixes<V>(HashMap<char, Vec<(&'static str, V)>>);

impl<V: Copy> Prefixes<V> {
    /// Of a name that is given twice, the last value counts.
    pub(super) fn new(names: impl Iterator<Item = (&'static str, V)>) -> Self {
        let distinct: HashMap<_, _> = names.collect();
        let mut by_first: HashMap<char, Vec<_>> = HashMap::new();
        for (name, value) in distinct {
            by_first.entry(name.chars().next().unwrap_or_default()).or_default().push((name, value));
        }
        by_first.values_mut().for_each(|names| names.sort_by_key(|(name, _)| Reverse(name.len())));
        Self(by_first)
    }

    /// The names that `text` begins with, the longest one first.
    pub(super) fn of<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (&'static str, V)> + 't {
        let names = text.chars().next().and_then(|first| self.0.get(&first));
        names.into_iter().flatten().copied().filter(|(name, _)| text.starts_with(name))
    }
}
