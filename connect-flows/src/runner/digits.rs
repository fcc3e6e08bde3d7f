//! The rules by which keys become an entry: number, end, cancel key, times, and telephone numbers.

use std::time::Duration;

use serde_json::Value;

use crate::reference::text_of;

/// The key that ends an entry, and the one that begins it anew.
const END: &str = "#";
const CANCEL: char = '*';

/// Time for the first key where none is set, and for each further one.
const FIRST_WITHIN: u64 = 5;
const NEXT_WITHIN: u64 = 5;

/// The most keys of a telephone number, and the fewest digits of an international one.
const LONGEST_NUMBER: usize = 20;
const E164: std::ops::RangeInclusive<usize> = 8..=15;

/// The rules of a block.
pub(super) struct Digits {
    /// Whether the keys are stored, and not branched on.
    pub stores: bool,
    pub first_within: Duration,
    pub next_within: Duration,
    most: usize,
    /// `None` for one key to branch on, which may be any.
    end: Option<String>,
    cancels: bool,
    phone: Option<Phone>,
}

struct Phone {
    international: bool,
    country: String,
}

/// The keys of an entry, without the end key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub keys: String,
    /// Whether the end key was pressed.
    pub ended: bool,
}

impl Digits {
    /// The rules in a block's parameters.
    ///
    /// # Errors
    /// One line for a number that is none.
    pub(super) fn read(parameters: &Value, stores: bool) -> Result<Self, String> {
        let dtmf = &parameters["DTMFConfiguration"];
        let first_within = seconds(parameters, "InputTimeLimitSeconds", FIRST_WITHIN)?;
        let next_within = seconds(dtmf, "InterdigitTimeLimitSeconds", NEXT_WITHIN)?;
        let end = Some(text_of(&dtmf["InputTerminationSequence"])).filter(|end| !end.is_empty());
        let validation = &parameters["InputValidation"];
        let phone = validation["PhoneNumberValidation"].as_object().map(|phone| Phone {
            international: phone.get("NumberFormat").is_some_and(|format| format == "E164"),
            country: phone.get("CountryCode").map(text_of).filter(|code| is_number(code)).unwrap_or_default(),
        });
        let most = match text_of(&validation["CustomValidation"]["MaximumLength"]).as_str() {
            "" if stores => LONGEST_NUMBER,
            "" => 1,
            text => text
                .parse()
                .ok()
                .filter(|most| *most > 0)
                .ok_or_else(|| format!("MaximumLength is {text:?}: use a number from 1 on"))?,
        };
        let cancels = stores && !text_of(&dtmf["DisableCancelKey"]).eq_ignore_ascii_case("true");
        let end = stores.then(|| end.unwrap_or_else(|| END.into()));
        Ok(Self { stores, first_within, next_within, most, end, cancels, phone })
    }

    /// The number of keys after which the entry is complete, if it is.
    pub(super) fn complete_after(&self, keys: &str) -> Option<usize> {
        (1..=keys.len()).find(|count| {
            let entry = self.entry(&keys[..*count]);
            entry.ended || entry.keys.len() >= self.most
        })
    }

    /// The entry that the keys make.
    pub(super) fn entry(&self, keys: &str) -> Entry {
        let mut entry = String::new();
        for key in keys.chars() {
            match key {
                CANCEL if self.cancels && self.end.as_deref() != Some("*") => entry.clear(),
                key => entry.push(key),
            }
            if let Some(keys) = self.end.as_deref().and_then(|end| entry.strip_suffix(end)) {
                return Entry { keys: keys.to_owned(), ended: true };
            }
        }
        Entry { keys: entry, ended: false }
    }

    /// The entry as it is stored.
    ///
    /// # Errors
    /// One line when it is no telephone number, where one is asked for.
    pub(super) fn validated(&self, keys: &str) -> Result<String, String> {
        let Some(phone) = &self.phone else {
            return Ok(keys.to_owned());
        };
        let digits = keys.bytes().all(|key| key.is_ascii_digit());
        let country = phone.country.trim_start_matches('+');
        let whole = match phone.international {
            true => keys.to_owned(),
            false => format!("{country}{}", keys.trim_start_matches('0')),
        };
        if digits && E164.contains(&whole.len()) {
            return Ok(if phone.international || !country.is_empty() { format!("+{whole}") } else { whole });
        }
        Err(format!("{} keys make no telephone number", keys.len()))
    }
}

/// Whether a country's code is that of its telephone numbers: `+49`, and not `DE`.
fn is_number(code: &str) -> bool {
    code.trim_start_matches('+').bytes().all(|digit| digit.is_ascii_digit())
}

/// A time in seconds, as text or as a number.
fn seconds(parameters: &Value, name: &str, default: u64) -> Result<Duration, String> {
    match text_of(&parameters[name]).trim() {
        "" => Ok(Duration::from_secs(default)),
        text => match text.parse() {
            Ok(seconds) => Ok(Duration::from_secs(seconds)),
            Err(_) => Err(format!("{name} is {text:?}: use seconds")),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn entries_end_with_their_length_or_key_and_begin_anew() {
        let digits = |parameters: Value| Digits::read(&parameters, true).unwrap();
        let custom = |most: Value, dtmf: Value| {
            digits(
                json!({"InputValidation": {"CustomValidation": {"MaximumLength": most}}, "DTMFConfiguration": dtmf}),
            )
        };
        let four = custom(json!("4"), json!({}));
        assert_eq!(four.complete_after("123"), None);
        assert_eq!(four.complete_after("12345"), Some(4));
        assert_eq!(four.complete_after("12#5"), Some(3));
        assert_eq!(four.entry("12*34"), Entry { keys: "34".into(), ended: false });
        assert_eq!(custom(json!(2), json!({"DisableCancelKey": "True"})).complete_after("*1"), Some(2));
        let stars = custom(json!("9"), json!({"InputTerminationSequence": "**"}));
        assert_eq!(stars.entry("12#**").keys.len(), 0);
        let stars = custom(json!("9"), json!({"InputTerminationSequence": "**", "DisableCancelKey": "True"}));
        assert_eq!(stars.entry("12#**"), Entry { keys: "12#".into(), ended: true });
    }

    #[test]
    fn telephone_numbers_are_checked() {
        let phone = |format: &str, country: &str| {
            let validation = json!({"NumberFormat": format, "CountryCode": country});
            Digits::read(&json!({"InputValidation": {"PhoneNumberValidation": validation}}), true).unwrap()
        };
        assert_eq!(phone("E164", "").validated("15550100").as_deref(), Ok("+15550100"));
        assert_eq!(phone("Local", "+49").validated("0301234567").as_deref(), Ok("+49301234567"));
        assert!(phone("Local", "US").validated("12").is_err());
        assert!(phone("E164", "").validated("1555*100").is_err());
    }
}
