//! Comparisons of a value that held or failed, and values that fit all of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::comparison;

/// A comparison with its outcome.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Fact {
    pub operator: String,
    pub operand: String,
    pub holds: bool,
}

/// Facts about values, by the name of the value. A value without facts can be anything.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Facts(BTreeMap<String, BTreeSet<Fact>>);

impl Facts {
    /// The facts of a value.
    pub(super) fn get(&self, name: &str) -> BTreeSet<Fact> {
        self.0.get(name).cloned().unwrap_or_default()
    }

    /// Sets all facts of a value; none: it can be anything.
    pub(super) fn put(&mut self, name: &str, facts: BTreeSet<Fact>) {
        if facts.is_empty() {
            self.0.remove(name);
        } else {
            self.0.insert(name.to_owned(), facts);
        }
    }

    /// The value is this.
    pub(super) fn is(&mut self, name: &str, value: &str) {
        self.put(name, BTreeSet::from([Fact::new("Equals", value, true)]));
    }

    /// Adds a comparison. False where no value fits it and the facts before.
    pub(super) fn add(&mut self, name: &str, fact: Fact) -> bool {
        let mut facts = self.get(name);
        facts.insert(fact);
        let Some(_) = witness(&facts) else { return false };
        // A value that is known needs no further facts.
        if let Some(known) = facts.iter().find(|fact| fact.holds && fact.operator == "Equals").cloned() {
            facts = BTreeSet::from([known]);
        }
        self.put(name, facts);
        true
    }

    /// Forgets the values of which `forgets` says so.
    pub(super) fn forget(&mut self, forgets: impl Fn(&str) -> bool) {
        self.0.retain(|name, _| !forgets(name));
    }

    /// The value, where only one fits.
    pub(super) fn known(&self, name: &str) -> Option<&str> {
        let facts = self.0.get(name)?;
        facts.iter().find(|fact| fact.holds && fact.operator == "Equals").map(|fact| fact.operand.as_str())
    }
}

impl Fact {
    pub(super) fn new(operator: &str, operand: &str, holds: bool) -> Self {
        Self { operator: operator.to_owned(), operand: operand.to_owned(), holds }
    }

    fn fits(&self, value: &str) -> bool {
        comparison::holds(&self.operator, value, &self.operand) == self.holds
    }
}

/// A value for which all facts are true. Candidates are the operands, and values between and beside them.
pub(super) fn witness(facts: &BTreeSet<Fact>) -> Option<String> {
    if let Some(known) = facts.iter().find(|fact| fact.holds && fact.operator == "Equals") {
        return facts.iter().all(|fact| fact.fits(&known.operand)).then(|| known.operand.clone());
    }
    let mut candidates = vec!["other".to_owned(), "1".to_owned()];
    let mut numbers: Vec<f64> = Vec::new();
    for fact in facts {
        let operand = &fact.operand;
        candidates.extend([
            operand.clone(),
            format!("{operand}x"),
            format!("x{operand}"),
            format!("x{operand}x"),
        ]);
        numbers.extend(operand.parse::<f64>().ok().filter(|number| number.is_finite()));
    }
    // A text that must begin and end in given ways.
    let holding = |operator: &str| {
        let facts = facts.iter().filter(|fact| fact.holds && fact.operator == operator);
        facts
            .map(|fact| fact.operand.as_str())
            .max_by_key(|operand| operand.len())
            .unwrap_or_default()
            .to_owned()
    };
    let (start, end) = (holding("TextStartsWith"), holding("TextEndsWith"));
    let inner = facts.iter().filter(|fact| fact.holds && fact.operator == "TextContains");
    let inner: Vec<&str> = inner.map(|fact| fact.operand.as_str()).collect();
    candidates.push(format!("{start}{}{end}", inner.join(" ")));
    numbers.sort_by(f64::total_cmp);
    candidates.extend(numbers.iter().flat_map(|number| [number - 1.0, number + 1.0]).map(|n| n.to_string()));
    candidates.extend(numbers.windows(2).map(|pair| ((pair[0] + pair[1]) / 2.0).to_string()));
    candidates.into_iter().find(|candidate| facts.iter().all(|fact| fact.fits(candidate)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(list: &[(&str, &str, bool)]) -> BTreeSet<Fact> {
        list.iter().map(|(operator, operand, holds)| Fact::new(operator, operand, *holds)).collect()
    }

    #[test]
    fn contradictions_have_no_witness() {
        for list in [
            &[("Equals", "a", true), ("Equals", "b", true)][..],
            &[("Equals", "a", true), ("Equals", "a", false)],
            &[("NumberGreaterThan", "3", true), ("NumberLessThan", "2", true)],
            &[("Equals", "5", true), ("NumberLessThan", "2", true)],
            &[("TextContains", "x", false), ("TextStartsWith", "ax", true)],
        ] {
            assert_eq!(witness(&facts(list)), None, "{list:?}");
        }
    }

    #[test]
    fn a_witness_fits_all_facts() {
        for list in [
            &[("Equals", "a", false), ("Equals", "other", false)][..],
            &[("NumberGreaterThan", "3", true), ("NumberLessThan", "4", true)],
            &[
                ("TextStartsWith", "a", true),
                ("TextEndsWith", "z", true),
                ("Equals", "az", false),
                ("TextContains", "m", true),
            ],
            &[
                ("NumberGreaterOrEqualTo", "1", false),
                ("NumberGreaterThan", "0", false),
                ("NumberLessThan", "0", true),
            ],
            &[],
        ] {
            let set = facts(list);
            let found = witness(&set);
            assert!(found.is_some_and(|value| set.iter().all(|fact| fact.fits(&value))), "{list:?}");
        }
    }
}
