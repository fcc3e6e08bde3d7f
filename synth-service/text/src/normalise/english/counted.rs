//! Whether the text behind a number shows that it counts or measures something. Never changes a text.

use super::context::{is_in, is_plural, next_word};
use super::money;
use super::units::{is_unit, is_written_unit};

/// Singular words of quantity that follow a number.
const COUNTED: &str = "dollar dollars euro euros pound pounds won yen rupee rupees cent cents percent people dozen million billion thousand hundred units kilowatt megawatt";

/// Whether a number in front of this text counts things: "911 miles", "911 of them".
pub(super) fn counts(after: &str) -> bool {
    let next = next_word(after);
    after.starts_with(['%', '°']) || after.starts_with(' ') && (is_quantity_word(next) || is_plural(next))
}

/// Whether the word is a unit, a currency or a noun of quantity.
pub(super) fn is_quantity_word(next: &str) -> bool {
    let unit = is_written_unit(next) && next != "in" || is_unit(next);
    unit || is_in(COUNTED, next) || money::is_code(next)
}
