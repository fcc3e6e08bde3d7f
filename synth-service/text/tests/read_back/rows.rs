//! The digits of a written text, and the tables of `tests/data`.

use serde::Deserialize;

#[derive(Deserialize)]
struct Table {
    case: Vec<Row>,
}

/// One row of a table.
#[derive(Deserialize)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) spoken: String,
}

pub(crate) fn rows(table: &str) -> Vec<Row> {
    toml::from_str::<Table>(table).expect("a valid table").case
}

/// Digits that stand together in a text.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) digits: String,
    /// The text between the run before and this one, or the beginning.
    pub(crate) before: String,
    /// The text to the next run, or the end.
    pub(crate) behind: String,
    /// Whether it may be left unsaid.
    pub(crate) optional: bool,
}

impl Run {
    /// Whether nobody says it, such as the zeros of "$25.00", "9:00" and "$0.99".
    pub(crate) fn is_silent(&self) -> bool {
        let zeros = self.digits.bytes().all(|digit| digit == b'0');
        let cents_only =
            self.digits == "0" && self.before.ends_with(['$', '€', '£', '₩']) && self.behind == ".";
        self.optional || cents_only || zeros && self.before.ends_with(['.', ':'])
    }
}

/// The runs of a text. Fraction signs are the digits of their fraction.
pub(crate) fn runs(text: &str) -> Vec<Run> {
    let mut plain = String::new();
    for character in text.chars() {
        match character {
            '½' => plain.push_str(" 1/2 "),
            '¼' => plain.push_str(" 1/4 "),
            '¾' => plain.push_str(" 3/4 "),
            '\u{200e}' | '\u{200f}' => {}
            '，' | '٬' => plain.push(','),
            '٠'..='٩' => plain.push(char::from(b'0' + (character as u32 - '٠' as u32) as u8)),
            '０'..='９' => plain.push(char::from(b'0' + (character as u32 - '０' as u32) as u8)),
            other => plain.push(other),
        }
    }
    let mut runs: Vec<Run> = Vec::new();
    let mut between = String::new();
    let mut in_run = false;
    for character in plain.chars() {
        if !character.is_ascii_digit() {
            between.push(character);
            in_run = false;
            continue;
        }
        match runs.last_mut() {
            Some(run) if in_run => run.digits.push(character),
            last => {
                if let Some(run) = last {
                    run.behind.clone_from(&between);
                }
                let before = std::mem::take(&mut between);
                runs.push(Run {
                    digits: character.to_string(),
                    before,
                    behind: String::new(),
                    optional: false,
                });
            }
        }
        in_run = true;
    }
    if let Some(run) = runs.last_mut() {
        run.behind = between;
    }
    runs
}

/// The runs that a separator of thousands joins are one.
pub(crate) fn joined(runs: &[Run], separators: &[&str]) -> Vec<Run> {
    let mut joined: Vec<Run> = Vec::new();
    let mut in_number = false;
    for run in runs {
        match joined.last_mut() {
            Some(last)
                if run.digits.len() == 3
                    && (in_number || last.digits.len() <= 3)
                    && separators.contains(&&*last.behind) =>
            {
                last.digits.push_str(&run.digits);
                last.behind.clone_from(&run.behind);
                in_number = true;
            }
            _ => {
                joined.push(run.clone());
                in_number = false;
            }
        }
    }
    joined
}
