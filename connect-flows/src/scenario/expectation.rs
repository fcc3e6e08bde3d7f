//! Expectations: `[[expect]]`. Each key of such a table is one expectation.

use std::{collections::BTreeMap, fmt};

use regex_lite::Regex;

use super::{
    fields::Fields,
    limit::{self, Limit},
};

/// Something that a call must do, or must not do.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// The expectation itself.
    pub expected: Expected,
    /// Whether only things after those of the expectation before it count.
    pub in_order: bool,
}

/// The kinds of expectations.
#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    /// The caller hears these words, one after the other.
    Heard(Vec<Words>),
    /// The caller never hears these words.
    NotHeard(Words),
    /// A contact attribute has this value at the end.
    Attribute {
        /// The attribute.
        name: String,
        /// Its value.
        value: Words,
    },
    /// A function is invoked.
    Invoked {
        /// Its name or ARN.
        function: String,
        /// Parameters of the invocation.
        with: BTreeMap<String, String>,
        /// How often; at least once where it is not said.
        times: Option<u64>,
    },
    /// A function is never invoked.
    NotInvoked(String),
    /// The flow runs these actions, one after the other: identifiers, or names of the designer.
    Visits(Vec<String>),
    /// The flow never runs this action.
    NotVisits(String),
    /// The call ends in this way.
    Ends {
        /// The way.
        ending: Ending,
        /// The queue to which the caller was transferred.
        queue: Option<String>,
    },
    /// A figure of the call keeps within a limit.
    Figure(Limit),
    /// No action fails.
    NoError,
}

/// The ways in which a call can end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Ending {
    Disconnected,
    FlowEnded,
    Returned,
    HungUp,
    Transferred,
    Limit,
    Nowhere,
}

/// The endings with their names in a scenario.
pub(super) const ENDINGS: [(&str, Ending); 7] = [
    ("disconnected", Ending::Disconnected),
    ("flow ended", Ending::FlowEnded),
    ("returned", Ending::Returned),
    ("hung up", Ending::HungUp),
    ("transferred", Ending::Transferred),
    ("limit", Ending::Limit),
    ("nowhere", Ending::Nowhere),
];

/// Words as an expectation gives them.
#[derive(Clone, Debug)]
pub enum Words {
    /// These words.
    Plain(String),
    /// A regular expression: `/…/`.
    Pattern(Regex),
}

impl Words {
    /// Whether a text has these words in it. Case and runs of white space don't count for plain words.
    pub fn are_in(&self, text: &str) -> bool {
        match self {
            Self::Plain(words) => plain(text).contains(&plain(words)),
            Self::Pattern(pattern) => pattern.is_match(text),
        }
    }

    /// Whether a value is exactly this.
    pub fn are(&self, value: &str) -> bool {
        match self {
            Self::Plain(words) => words == value,
            Self::Pattern(pattern) => pattern.is_match(value),
        }
    }
}

fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

impl PartialEq for Words {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(words) => write!(f, "{words:?}"),
            Self::Pattern(pattern) => write!(f, "/{pattern}/"),
        }
    }
}

/// All expectations, in the order of the file.
pub(super) fn all(root: &Fields<'_>) -> Vec<Expectation> {
    let mut all = Vec::new();
    for fields in root.tables("expect") {
        let (before, faults) = (all.len(), fields.faults.count());
        let in_order = fields.flag("in_order").unwrap_or_default();
        let expected = of_table(&fields);
        all.extend(expected.into_iter().map(|expected| Expectation { expected, in_order }));
        if all.len() == before && fields.faults.count() == faults && fields.is_understood() {
            let text = "[[expect]] expects nothing: give it a key such as \"heard\"";
            fields.faults.add(fields.span.clone(), text);
        }
        fields.finish();
    }
    all
}

fn of_table(fields: &Fields<'_>) -> Vec<Expected> {
    let mut expected = Vec::new();
    let words = |key: &str| -> Vec<Words> {
        fields.texts(key).iter().filter_map(|text| read_words(fields, key, text)).collect()
    };
    let heard = words("heard");
    if !heard.is_empty() {
        expected.push(Expected::Heard(heard));
    }
    expected.extend(words("not_heard").into_iter().map(Expected::NotHeard));
    for (name, value) in fields.names("attribute") {
        let value = read_words(fields, "attribute", &value);
        expected.extend(value.map(|value| Expected::Attribute { name, value }));
    }
    expected.extend(invoked(fields));
    expected.extend(fields.texts("not_invoked").into_iter().map(Expected::NotInvoked));
    let visits = fields.texts("visits");
    if !visits.is_empty() {
        expected.push(Expected::Visits(visits));
    }
    expected.extend(fields.texts("not_visits").into_iter().map(Expected::NotVisits));
    let queue = fields.text("queue");
    goes_with(fields, &["queue"], "ends");
    expected.extend(ending(fields).map(|ending| Expected::Ends { ending, queue }));
    expected.extend(limit::all(fields).into_iter().map(Expected::Figure));
    expected.extend(fields.flag("no_error").filter(|flag| *flag).map(|_| Expected::NoError));
    expected
}

fn invoked(fields: &Fields<'_>) -> Option<Expected> {
    let (with, times) = (fields.names("with").into_iter().collect(), fields.whole("times"));
    goes_with(fields, &["with", "times"], "invoked");
    fields.text("invoked").map(|function| Expected::Invoked { function, with, times })
}

/// Keys that mean nothing without another one.
fn goes_with(fields: &Fields<'_>, keys: &[&str], other: &str) {
    for key in keys.iter().filter(|key| fields.has(key) && !fields.has(other)) {
        fields.faults.add(fields.place(key), format!("{key:?} goes with {other:?}, which is missing here"));
    }
}

fn ending(fields: &Fields<'_>) -> Option<Ending> {
    let text = fields.text("ends")?;
    let known = ENDINGS.iter().find(|(name, _)| *name == text).map(|(_, ending)| *ending);
    if known.is_none() {
        let names: Vec<_> = ENDINGS.iter().map(|(name, _)| format!("{name:?}")).collect();
        let text = format!("\"ends\" can be {}, not {text:?}", names.join(", "));
        fields.faults.add(fields.place("ends"), text);
    }
    known
}

fn read_words(fields: &Fields<'_>, key: &str, text: &str) -> Option<Words> {
    let inner =
        text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')).filter(|rest| !rest.is_empty());
    let Some(pattern) = inner else { return Some(Words::Plain(text.to_owned())) };
    match Regex::new(pattern) {
        Ok(pattern) => Some(Words::Pattern(pattern)),
        Err(error) => {
            let text = format!("{key:?} is no regular expression: {error}");
            fields.faults.add(fields.place(key), text);
            None
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list =
            |words: &[Words]| words.iter().map(ToString::to_string).collect::<Vec<_>>().join(", then ");
        match self {
            Self::Heard(words) => write!(f, "heard {}", list(words)),
            Self::NotHeard(words) => write!(f, "not heard {words}"),
            Self::Attribute { name, value } => write!(f, "attribute {name} = {value}"),
            Self::Invoked { function, with, times } => {
                write!(f, "invoked {function}")?;
                for (index, (name, value)) in with.iter().enumerate() {
                    write!(f, "{} {name} = {value:?}", if index == 0 { " with" } else { "," })?;
                }
                times.map_or(Ok(()), |times| write!(f, ", {times} times"))
            }
            Self::NotInvoked(function) => write!(f, "not invoked {function}"),
            Self::Visits(actions) => write!(f, "visits {}", actions.join(", then ")),
            Self::NotVisits(action) => write!(f, "does not visit {action}"),
            Self::Ends { ending, queue } => {
                write!(f, "ends {ending}")?;
                queue.as_ref().map_or(Ok(()), |queue| write!(f, " to the queue {queue}"))
            }
            Self::Figure(limit) => write!(f, "{limit}"),
            Self::NoError => f.write_str("no action fails"),
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = ENDINGS.iter().find(|(_, ending)| ending == self).map(|(name, _)| *name);
        f.write_str(name.unwrap_or_default())
    }
}
