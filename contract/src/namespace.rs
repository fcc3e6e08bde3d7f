//! The form of a namespace, as CloudWatch's API defines it.

use std::{fmt, str::FromStr};

/// Largest number of characters.
const MAX_CHARS: usize = 255;

/// A namespace of CloudWatch: the metrics of one stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Namespace(String);

/// The error of a text that is no namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a namespace has 1 to {MAX_CHARS} letters, digits or . - _ / # and does not begin with AWS/")]
pub struct InvalidNamespace;

impl FromStr for Namespace {
    type Err = InvalidNamespace;

    fn from_str(text: &str) -> Result<Self, InvalidNamespace> {
        let is_allowed = |character: char| character.is_ascii_alphanumeric() || ".-_/#".contains(character);
        let is_valid = (1..=MAX_CHARS).contains(&text.len())
            && text.chars().all(is_allowed)
            // Those are Amazon's.
            && !text.starts_with("AWS/");
        is_valid.then(|| Self(text.to_owned())).ok_or(InvalidNamespace)
    }
}

impl fmt::Display for Namespace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn namespaces_have_the_form_that_cloudwatch_takes() {
        for good in ["Firstword", "Firstword/eu-1", "a.b_c#d", &"n".repeat(255)] {
            assert_eq!(good.parse::<Namespace>().map(|namespace| namespace.to_string()), Ok(good.to_owned()));
        }
        for wrong in ["", " ", "AWS/EC2", "a b", "é", "a:b", &"n".repeat(256)] {
            assert_eq!(wrong.parse::<Namespace>(), Err(InvalidNamespace), "{wrong:?}");
        }
    }
}
