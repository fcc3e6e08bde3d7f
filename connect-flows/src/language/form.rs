//! The form of an action: rows of the table that hold only beside certain values of a parameter.

use serde::Deserialize;
use serde_json::Value;

/// The parameters of an action, as in its JSON.
pub type Parameters = serde_json::Map<String, Value>;

/// Whether something must be there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Need {
    /// The service refuses a flow without it.
    Required,
    /// It may be left out.
    #[default]
    Optional,
}

/// A form of an action, told from the value of one of its parameters.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// Name of a parameter, with dots.
    pub parameter: String,
    /// The values that make this form, compared without regard to case. Empty: any value, or none if `absent`.
    #[serde(default)]
    pub is: Vec<String>,
    /// Whether the parameter's absence makes this form.
    #[serde(default)]
    pub absent: bool,
}

impl When {
    /// Whether an action with these parameters has this form.
    pub fn holds(&self, parameters: &Parameters) -> bool {
        let mut names = self.parameter.split('.');
        let first = names.next().and_then(|name| parameters.get(name));
        let value = names.try_fold(first, |value, name| Some(value?.get(name))).flatten();
        let is = |text: &str| self.is.iter().any(|known| known.eq_ignore_ascii_case(text));
        match value {
            None | Some(Value::Null) => self.absent,
            Some(_) if self.is.is_empty() => !self.absent,
            Some(Value::String(text)) => is(text),
            Some(value) => is(&value.to_string()),
        }
    }
}

/// Whether a row holds for an action with these parameters: each part of its form must.
pub(super) fn applies(form: &[When], parameters: &Parameters) -> bool {
    form.iter().all(|when| when.holds(parameters))
}
