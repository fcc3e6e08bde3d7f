//! The extent of a token: a word, or a number with all that belongs to it. Never its meaning.
//!
//! | belongs to a number | example |
//! | --- | --- |
//! | letters glued to it, on both sides | `5kg`, `A4`, `10k`, `4th` |
//! | separators between two digits | `12,500.75`, `9:30`, `3/4/2025`, `5'11` |
//! | a decimal point in front of it, a power behind it | `.5`, `10^3` |
//! | a currency's mark on either side, percent, degrees | `$5`, `5€`, `5%`, `5°C` |
//! | a sign in front that joins it to nothing | `-5`, `-$5` |
//!
//! Spaces and hyphens part tokens, so each end of a range is a token of its own.

/// Marks between two digits of one number.
const SEPARATORS: &[char] = &['.', ',', ':', '/', '\''];

const CURRENCIES: &[char] =
    &['$', '€', '£', '¥', '₩', '₹', '₽', '₺', '₱', '₿', '₪', '¢', '₦', '฿', '₫', '₴', '₸', '₡', '₵', '৳'];

/// Marks behind a number that name its unit.
const UNITS: &[char] = &['%', '‰', '°', '℃', '℉'];

/// Signs that belong to a number that follows at once.
const SIGNS: &[char] = &['-', '–', '+', '±'];

/// Whether the place lies inside a token, so that a text that ends or begins there is torn out of it.
pub(super) fn is_inside(text: &str, at: usize) -> bool {
    let mut before = text[..at].chars().rev();
    let mut after = text[at..].chars();
    let (Some(left), Some(right)) = (before.next(), after.next()) else { return false };
    let digit = |character: Option<char>| character.is_some_and(|character| character.is_ascii_digit());
    if left.is_alphanumeric() {
        return match right {
            _ if right.is_alphanumeric() => true,
            _ if !left.is_ascii_digit() => false,
            _ if SEPARATORS.contains(&right) => digit(after.next()),
            // "5 $20 bills" and "2€": the mark belongs to the number that touches it, to the next one where both do.
            '^' => true,
            _ if CURRENCIES.contains(&right) => !digit(after.next()),
            _ => UNITS.contains(&right),
        };
    }
    if !right.is_ascii_digit() {
        let sum = CURRENCIES.contains(&right) && digit(after.next());
        let decimal = right == '.' && digit(text[at..].chars().nth(1));
        return SIGNS.contains(&left) && sum && !joins(before.next())
            || CURRENCIES.contains(&left) && decimal
            || left == '^'
            || left == '°' && matches!(right, 'C' | 'F' | 'K');
    }
    match left {
        '.' => !before.next().is_some_and(|further| further.is_alphabetic() || ".)".contains(further)),
        '^' => true,
        _ if SEPARATORS.contains(&left) => digit(before.next()),
        _ if SIGNS.contains(&left) => !joins(before.next()),
        _ => CURRENCIES.contains(&left),
    }
}

/// Whether a sign behind this character joins two things.
fn joins(further: Option<char>) -> bool {
    further.is_some_and(|further| !further.is_whitespace() && !"([\"'".contains(further))
}

#[cfg(test)]
mod tests {
    use super::is_inside;

    /// The text cut wherever a rule may begin or end.
    fn pieces(text: &str) -> Vec<&str> {
        let mut pieces = Vec::new();
        let mut start = 0;
        for (at, _) in text.char_indices().skip(1) {
            if !is_inside(text, at) {
                pieces.push(&text[start..at]);
                start = at;
            }
        }
        pieces.push(&text[start..]);
        pieces.retain(|piece| !piece.trim().is_empty());
        pieces
    }

    #[test]
    fn a_number_and_all_that_belongs_to_it_are_one_token() {
        for (text, expected) in [
            ("$1,911 or £911.00", &["$1,911", "or", "£911.00"][..]),
            ("401 kids, 401k", &["401", "kids", ",", "401k"]),
            ("911,000 miles 911.5 911%", &["911,000", "miles", "911.5", "911%"]),
            ("-5 or 3-7 or -$5", &["-5", "or", "3", "-", "7", "or", "-$5"]),
            (".5 of $.05", &[".5", "of", "$.05"]),
            ("9:30pm, 3/4/2025.", &["9:30pm", ",", "3/4/2025", "."]),
            ("72°F at 5€", &["72°F", "at", "5€"]),
            ("1.234,56 and 5'11", &["1.234,56", "and", "5'11"]),
            ("#12 and No.5", &["#", "12", "and", "No", ".", "5"]),
        ] {
            assert_eq!(pieces(text), expected, "{text}");
        }
    }
}
