//! Repairs unpaired UTF-16 surrogates in the escapes of JSON. JSON's grammar allows them, but no Rust string can hold
//! them.

use std::ops::RangeInclusive;

const LEADING: RangeInclusive<u32> = 0xd800..=0xdbff;
const TRAILING: RangeInclusive<u32> = 0xdc00..=0xdfff;

/// The JSON with U+FFFD in place of each unpaired surrogate.
pub(super) fn replaced(json: &str) -> String {
    let mut repaired = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        repaired.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = match unit(rest) {
            Some(first) if LEADING.contains(&first) => match unit(&rest[6..]) {
                Some(second) if TRAILING.contains(&second) => 12,
                _ => 0,
            },
            Some(unit) if TRAILING.contains(&unit) => 0,
            Some(_) => 6,
            // An escape of two characters, such as `
            //
            // `. Both are copied, so that the second one is not read as the start of another escape.
            None => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
        };
        if length == 0 {
            repaired.push_str("\\ufffd");
            rest = &rest[6..];
        } else {
            repaired.push_str(&rest[..length]);
            rest = &rest[length..];
        }
    }
    repaired.push_str(rest);
    repaired
}

/// The UTF-16 code unit of the `\u` escape at the start of `json`.
fn unit(json: &str) -> Option<u32> {
    let digits = json.strip_prefix("\\u")?.get(..4)?;
    digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_replaced_and_all_else_stays() {
        for (json, expected) in [
            (r#""Hi \ud83d there.""#, r#""Hi \ufffd there.""#),
            (r#""\uDE00\uD83D""#, r#""\ufffd\ufffd""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""\ud83d\u0041""#, r#""\ufffd\u0041""#),
            (r#""\ud83d\n""#, r#""\ufffd\n""#),
            (r#""\\ud83d \\\ud83d""#, r#""\\ud83d \\\ufffd""#),
            (r#""\ud83d\ude00 \u00e9 \" \/""#, r#""\ud83d\ude00 \u00e9 \" \/""#),
            (r"\ud83", r"\ud83"),
            ("\\", "\\"),
            ("\\é", "\\é"),
            ("\\u00é", "\\u00é"),
        ] {
            assert_eq!(replaced(json), expected, "{json}");
        }
    }
}
