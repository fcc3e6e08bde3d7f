//! The rules: their codes, and the explanations in `rules/*.toml`.

use std::{collections::BTreeMap, fmt, str::FromStr, sync::LazyLock};

use serde::{Deserialize, Serialize};

use crate::language::nearest;

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $number:literal,)*) => {
        /// A rule. Its number never changes, nor is it given to another rule.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Rule {
            $($(#[$doc])* $name = $number,)*
        }

        impl Rule {
            /// All rules, by code.
            pub const ALL: &[Self] = &[$(Self::$name),*];
        }
    };
}

rules! {
    /// The file is no JSON.
    NotJson = 1,
    /// The file holds no flow.
    NoFlow = 2,
    /// A key occurs twice in one object.
    DuplicateKey = 3,
    /// A part of the flow is missing or of the wrong kind.
    Shape = 4,
    /// The version of the flow language is unknown.
    Version = 5,
    /// The flow has too many characters.
    TooLarge = 6,
    /// The flow has too many actions.
    TooManyActions = 7,
    /// The first action does not exist.
    StartAction = 10,
    /// A transition leads to an action that does not exist.
    DanglingTransition = 11,
    /// Two actions have one identifier.
    DuplicateIdentifier = 12,
    /// An identifier that Connect refuses.
    IllegalIdentifier = 13,
    /// A branch is not connected.
    Draft = 14,
    /// An action has no next action.
    NoNextAction = 15,
    /// An action at which the flow ends has a next action.
    TransitionAfterEnd = 16,
    /// A required error branch is missing.
    MissingErrorBranch = 20,
    /// An error branch that the type of action lacks.
    UnknownErrorBranch = 21,
    /// Two branches for one error.
    DuplicateErrorBranch = 22,
    /// Conditions on an action that has none.
    UnexpectedCondition = 23,
    /// An operator that the type of action lacks.
    UnknownOperator = 24,
    /// A condition without exactly one operand.
    OperandCount = 25,
    /// A required condition is missing.
    MissingCondition = 26,
    /// An operand that the type of action lacks.
    UnknownOperand = 27,
    /// A type of action that is not known.
    UnknownType = 30,
    /// A required parameter is missing.
    MissingParameter = 31,
    /// A parameter that the type of action lacks, or that is misspelt.
    UnknownParameter = 32,
    /// A value that is no string.
    NotAString = 33,
    /// An empty string.
    EmptyString = 34,
    /// Not exactly one of several parameters.
    OneOf = 35,
    /// A value that the parameter does not allow.
    UnknownValue = 36,
    /// A number beyond the parameter's limits.
    OutOfRange = 37,
    /// A static value in place of a reference.
    NotAReference = 38,
    /// A parameter that is not known, in a flow from the designer.
    NewParameter = 39,
    /// No path leads to an action.
    Unreachable = 40,
    /// A cycle that no call can leave.
    NoWayOut = 41,
    /// A cycle in which nothing takes time.
    BusyCycle = 42,
    /// An action that may not stand in this type of flow.
    WrongFlowType = 43,
    /// SSML that can't be spoken.
    BadSsml = 50,
    /// A text that is too long to be spoken.
    TextTooLong = 51,
    /// A clip from S3 in a type of flow that can't play it.
    ClipInWhisper = 52,
    /// A reference whose root is misspelt.
    UnknownRoot = 60,
    /// An attribute is read before it is set.
    AttributeUnset = 61,
    /// A value that our function does not return.
    NotReturned = 62,
    /// A value that an invocation in between has overwritten.
    Overwritten = 63,
    /// A transfer to a queue before a queue is set.
    NoQueue = 64,
    /// ARNs of several regions or accounts.
    MixedArns = 70,
    /// A secret in the flow.
    Secret = 71,
    /// An exception in `connect-flow.toml` that excepts nothing.
    UnusedException = 90,
}

/// How grave the breach of a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Connect refuses the flow.
    Error,
    /// Connect takes the flow, which probably does not do as intended.
    Warning,
}

/// The explanation of a rule.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// How grave it is.
    pub severity: Severity,
    /// The rule in one sentence.
    pub title: String,
    /// The consequence in Connect.
    pub why: String,
    /// A short example of a breach; empty where the title says it all.
    #[serde(default)]
    pub example: String,
    /// The remedy.
    pub mend: String,
    /// Where the rule comes from.
    pub source: String,
}

const FILES: [&str; 7] = [
    include_str!("../../rules/whole.toml"),
    include_str!("../../rules/identifiers.toml"),
    include_str!("../../rules/branches.toml"),
    include_str!("../../rules/parameters.toml"),
    include_str!("../../rules/ways.toml"),
    include_str!("../../rules/speech.toml"),
    include_str!("../../rules/data.toml"),
];

fn read() -> Result<BTreeMap<Rule, About>, String> {
    let mut all = BTreeMap::new();
    for text in FILES {
        all.append(&mut toml::from_str(text).map_err(|error| error.to_string())?);
    }
    match Rule::ALL.iter().find(|rule| !all.contains_key(*rule)) {
        Some(rule) => Err(format!("{rule} has no explanation")),
        None => Ok(all),
    }
}

impl Rule {
    /// Its explanation.
    pub fn about(self) -> &'static About {
        static TABLE: LazyLock<BTreeMap<Rule, About>> = LazyLock::new(|| match read() {
            Ok(table) => table,
            Err(error) => unreachable!("the compiled table is read by a test: {error}"),
        });
        &TABLE[&self]
    }

    /// How grave it is.
    pub fn severity(self) -> Severity {
        self.about().severity
    }

    /// Its name in words with hyphens: `dangling-transition`.
    pub fn name(self) -> String {
        let mut name = String::new();
        for letter in format!("{self:?}").chars() {
            if letter.is_ascii_uppercase() && !name.is_empty() {
                name.push('-');
            }
            name.push(letter.to_ascii_lowercase());
        }
        name
    }
}

/// The code: `FW011`.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("FW{:03}", *self as u16))
    }
}

/// A code, or the name of a rule.
impl FromStr for Rule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is = |rule: &&Self| rule.to_string().eq_ignore_ascii_case(text) || rule.name() == text;
        if let Some(rule) = Self::ALL.iter().find(is) {
            return Ok(*rule);
        }
        let names: Vec<String> = Self::ALL.iter().flat_map(|rule| [rule.to_string(), rule.name()]).collect();
        let near = nearest(text, names.iter().map(String::as_str));
        let hint = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
        Err(format!("there is no rule {text:?}{hint}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_explained_and_found_by_code_and_name() {
        read().unwrap();
        for rule in Rule::ALL {
            assert_eq!(rule.to_string().parse(), Ok(*rule));
            assert_eq!(rule.name().parse(), Ok(*rule));
        }
        assert_eq!(Rule::DanglingTransition.to_string(), "FW011");
        let error = "dangling-transitions".parse::<Rule>().unwrap_err();
        assert!(error.ends_with("did you mean dangling-transition?"), "{error}");
    }
}
