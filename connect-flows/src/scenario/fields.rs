//! Tables of TOML, read key by key: each fault is kept with its place, and the reading goes on.
//!
//! The keys of a table are those that its reader asks for. Any other key is a fault that names the nearest one.

use std::{cell::RefCell, time::Duration};

use serde_json::Value;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::duration;
use crate::{json::Span, language::nearest};

/// A fault of a scenario, with its place in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The bytes that are at fault.
    pub span: Span,
    /// One sentence that says what to do.
    pub text: String,
}

/// The faults found so far.
#[derive(Debug, Default)]
pub(super) struct Faults(RefCell<Vec<Fault>>);

impl Faults {
    pub(super) fn add(&self, span: Span, text: impl Into<String>) {
        self.0.borrow_mut().push(Fault { span, text: text.into() });
    }

    pub(super) fn count(&self) -> usize {
        self.0.borrow().len()
    }

    pub(super) fn into_vec(self) -> Vec<Fault> {
        let mut faults = self.0.into_inner();
        faults.sort_by_key(|fault| fault.span.start);
        faults
    }
}

/// One table, while it is read.
pub(super) struct Fields<'t> {
    table: &'t DeTable<'t>,
    /// The place of the table, for a key that it lacks.
    pub(super) span: Span,
    /// The table as a person calls it: `[[caller]]`.
    pub(super) name: String,
    asked: RefCell<Vec<String>>,
    pub(super) faults: &'t Faults,
}

impl<'t> Fields<'t> {
    pub(super) fn new(
        table: &'t DeTable<'t>,
        span: Span,
        name: impl Into<String>,
        faults: &'t Faults,
    ) -> Self {
        Self { table, span, name: name.into(), asked: RefCell::default(), faults }
    }

    /// The value of a key. From now on the table may have this key.
    pub(super) fn value(&self, key: &str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.asked.borrow_mut().push(key.to_owned());
        self.table.get(key)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.get(key).is_some()
    }

    /// A value that `take` understands; otherwise a fault that says which kind `key` must have.
    fn of_kind<T>(
        &self,
        key: &str,
        kind: &str,
        take: impl FnOnce(&'t DeValue<'t>) -> Option<T>,
    ) -> Option<T> {
        let value = self.value(key)?;
        let taken = take(value.get_ref());
        if taken.is_none() {
            self.faults.add(value.span(), format!("{key:?} must be {kind}, not {}", shown(value.get_ref())));
        }
        taken
    }

    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.of_kind(key, "a text in quotation marks", |value| value.as_str().map(str::to_owned))
    }

    /// A text that must be there.
    pub(super) fn needed(&self, key: &str) -> String {
        if !self.has(key) {
            self.faults.add(self.span.clone(), format!("{} needs the key {key:?}", self.name));
        }
        self.text(key).unwrap_or_default()
    }

    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        self.of_kind(key, "true or false", DeValue::as_bool)
    }

    pub(super) fn whole(&self, key: &str) -> Option<u64> {
        self.of_kind(key, "a whole number from 0", |value| {
            let integer = value.as_integer()?;
            u64::from_str_radix(integer.as_str(), integer.radix()).ok()
        })
    }

    pub(super) fn number(&self, key: &str) -> Option<f64> {
        self.of_kind(key, "a number", number)
    }

    /// A time such as `"2s"`.
    pub(super) fn time(&self, key: &str) -> Option<Duration> {
        let kind = "a time such as \"2s\", \"400ms\" or \"1m\"";
        self.of_kind(key, kind, |value| duration::read(value.as_str()?))
    }

    /// A text, number or truth value as Connect would hold it: as a text.
    pub(super) fn scalar(&self, key: &str) -> Option<String> {
        self.of_kind(key, "a text, a number, true or false", scalar)
    }

    /// Any value, as JSON.
    pub(super) fn json(&self, key: &str) -> Option<Value> {
        self.of_kind(key, "a value that JSON has", to_json)
    }

    /// One text, or a list of them.
    pub(super) fn texts(&self, key: &str) -> Vec<String> {
        let list = |value: &DeValue<'_>| match value {
            DeValue::String(text) => Some(vec![text.to_string()]),
            DeValue::Array(list) => {
                list.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect()
            }
            _ => None,
        };
        self.of_kind(key, "a text in quotation marks, or a list of them", list).unwrap_or_default()
    }

    /// Keys of which a table may have one, or must have one.
    pub(super) fn one_of(&self, keys: &[&str], must: bool) {
        let present: Vec<_> = keys.iter().filter(|key| self.has(key)).collect();
        if present.len() > 1 {
            let named: Vec<_> = present.iter().map(|key| format!("{key:?}")).collect();
            let text = format!("{} can't have {}: keep one", self.name, named.join(" and "));
            self.faults.add(self.place(present[1]), text);
        } else if present.is_empty() && must {
            let text = format!("{} needs one of the keys {}", self.name, keys.join(", "));
            self.faults.add(self.span.clone(), text);
        }
    }

    /// A table within this one.
    pub(super) fn table(&self, key: &str) -> Option<Fields<'t>> {
        let span = self.value(key)?.span();
        let table = self.of_kind(key, &format!("a table: [{key}]"), DeValue::as_table)?;
        Some(Fields::new(table, span, format!("[{key}]"), self.faults))
    }

    /// Repeated tables: `[[key]]`.
    pub(super) fn tables(&self, key: &str) -> Vec<Fields<'t>> {
        let kind = format!("a list of tables: [[{key}]]");
        let list = self.of_kind(key, &kind, DeValue::as_array).into_iter().flatten();
        let mut tables = Vec::new();
        for item in list {
            match item.get_ref().as_table() {
                Some(table) => {
                    tables.push(Fields::new(table, item.span(), format!("[[{key}]]"), self.faults));
                }
                None => self.faults.add(item.span(), format!("{key:?} must be {kind}")),
            }
        }
        tables
    }

    /// A table whose keys are names of the author's own, with scalar values.
    pub(super) fn names(&self, key: &str) -> Vec<(String, String)> {
        self.table(key).map_or_else(Vec::new, |inner| {
            inner.keys().filter_map(|name| Some((name.clone(), inner.scalar(&name)?))).collect()
        })
    }

    /// All keys, in alphabetical order.
    pub(super) fn keys(&self) -> impl Iterator<Item = String> + use<'t> {
        self.table.keys().map(|key| key.get_ref().to_string())
    }

    /// The place of a key's value, or of the table.
    pub(super) fn place(&self, key: &str) -> Span {
        self.table.get(key).map_or_else(|| self.span.clone(), Spanned::span)
    }

    /// Whether every key was asked for.
    pub(super) fn is_understood(&self) -> bool {
        let asked = self.asked.borrow();
        self.table.keys().all(|key| asked.iter().any(|known| known == key.get_ref()))
    }

    /// The keys that nobody asked for are faults.
    pub(super) fn finish(self) {
        let asked = self.asked.into_inner();
        for (key, _) in self.table {
            if asked.iter().any(|known| known == key.get_ref()) {
                continue;
            }
            let near = closest(key.get_ref(), &asked);
            let advice = near.map_or_else(
                || format!("its keys are {}", asked.join(", ")),
                |near| format!("did you mean {near:?}?"),
            );
            let text = format!("{} has no key {:?}: {advice}", self.name, key.get_ref());
            self.faults.add(key.span(), text);
        }
    }
}

/// The key that was meant: one with few letters changed or swapped, or else one that is like it.
fn closest<'k>(key: &str, known: &'k [String]) -> Option<&'k str> {
    let most = (key.chars().count() / 3).max(1);
    let distances = known.iter().map(|known| (strsim::osa_distance(key, known), known.as_str()));
    let few = distances.filter(|(distance, _)| *distance <= most).min();
    few.map(|(_, known)| known).or_else(|| nearest(key, known.iter().map(String::as_str)))
}

/// A value as a message names it.
fn shown(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("{text:?}"),
        DeValue::Array(_) => "a list".to_owned(),
        other => scalar(other).unwrap_or_else(|| format!("a {}", other.type_str())),
    }
}

fn number(value: &DeValue<'_>) -> Option<f64> {
    let digits = match value {
        DeValue::Integer(integer) => integer.as_str(),
        DeValue::Float(float) => float.as_str(),
        _ => return None,
    };
    digits.parse().ok()
}

pub(super) fn scalar(value: &DeValue<'_>) -> Option<String> {
    Some(match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Integer(integer) => integer.as_str().to_owned(),
        DeValue::Float(float) => float.as_str().to_owned(),
        _ => return None,
    })
}

fn to_json(value: &DeValue<'_>) -> Option<Value> {
    Some(match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Boolean(flag) => Value::Bool(*flag),
        DeValue::Integer(integer) => i64::from_str_radix(integer.as_str(), integer.radix()).ok()?.into(),
        DeValue::Float(_) => serde_json::Number::from_f64(number(value)?)?.into(),
        DeValue::Array(list) => list.iter().map(|item| to_json(item.get_ref())).collect::<Option<_>>()?,
        DeValue::Table(table) => {
            let member = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
                let key: &std::borrow::Cow<'_, str> = key.get_ref();
                Some((key.to_string(), to_json(value.get_ref())?))
            };
            Value::Object(table.iter().map(member).collect::<Option<_>>()?)
        }
        DeValue::Datetime(_) => return None,
    })
}
