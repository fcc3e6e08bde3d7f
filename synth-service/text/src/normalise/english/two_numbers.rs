//! Days of two numbers, which look like fractions: "by 3/4", "12/25".

use super::context::{is_glued, is_in, last_word, next_word};
use super::counted::counts;
use super::dates::two;
use super::rule::Found;
use super::units::is_written_unit;

/// Words in front of a day of two numbers: "by 3/4".
pub(super) const BEFORE_DATES: &str = "on by since until till before after dated due effective starting ending from through thru date dates monday tuesday wednesday thursday friday saturday sunday expires expiring birthday dob deadline scheduled delivered arriving arrives paid replied mailed shipped emailed posted signed filed ordered booked renewed resets renews closes opens starts begins ends";

/// "by 3/4", "12/25": where the words before say so, or no fraction is written like that.
pub(super) fn read(found: &Found<'_>) -> Option<String> {
    let (first, second, after) = (found.get(1), found.get(2), found.after());
    let part = found.before().ends_with(|mark: char| "/.-$:#".contains(mark)) || is_glued(found.before());
    let more = after.starts_with(['/', '%', '"', '-'])
        || after.strip_prefix('.').is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()));
    let flat = is_in("flat unit apt apartment suite villa shop", &last_word(found.before()));
    // "I live at 12/4, MG Road"
    let housed = last_word(found.before()) == "at"
        && after.strip_prefix(", ").is_some_and(|street| street.starts_with(char::is_uppercase));
    if part || more || flat || housed || is_written_unit(next_word(after)) {
        return None;
    }
    let introduced = is_in(BEFORE_DATES, &last_word(found.before().trim_end().trim_end_matches([':', ','])));
    let (numerator, denominator) = (first.parse::<u64>().ok()?, second.parse::<u64>().ok()?);
    if next_word(after) == "of" && numerator < denominator {
        return None;
    }
    // "your 4/2 e-mail"
    let named = is_in("your the our my his her this", &last_word(found.before()))
        && is_in(
            "e email emails letter call visit meeting appointment statement invoice payment",
            next_word(after),
        );
    // "your visit is 10/10 from 1 to 3"
    let near = found.before().to_lowercase();
    let named = named
        || [" from ", " at ", " between "].iter().any(|time| after.starts_with(time))
            && near
                .split(' ')
                .any(|word| is_in("visit appointment appt delivery install installation meeting", word))
            && is_in("is was on", &last_word(found.before()));
    let introduced = introduced
        || named
        || starts_at(found.before(), after)
        || is_listed(found.before())
        || found.before().ends_with("week of ");
    let whole_word = !is_in("step page part dose version number no", &last_word(found.before()));
    let fraction = first.len() == 1
        && matches!(denominator, 2..=10 | 12 | 16 | 32)
        && second.len() == denominator.to_string().len();
    // Nothing is divided by one.
    let first_day = second == "1" && numerator <= 12 && whole_word;
    let fits = first_day
        || introduced && !is_in("of off inch inches cup cups mile miles hour stars", next_word(after))
        || !fraction
            && first != second
            && (first.len() == 2 || second.len() == 2)
            && first != "24"
            && (first, second) != ("9", "11");
    if !fits {
        return None;
    }
    let start = two(found.region, first, second)?;
    if found.get(3).is_empty() {
        return Some(start);
    }
    Some(format!("{start} to {}", two(found.region, found.get(4), found.get(5))?))
}

/// "the opening's 1/6 at 9"
fn starts_at(before: &str, after: &str) -> bool {
    let word = last_word(before);
    let hour = after.strip_prefix(" at ").unwrap_or_default();
    let rest = hour.trim_start_matches(|digit: char| digit.is_ascii_digit());
    rest.len() < hour.len() && !counts(rest) && (is_in("is was on for", &word) || word.ends_with("'s"))
}

/// "on 5/3 and 5/6": a day behind another one.
fn is_listed(before: &str) -> bool {
    let joint = [", and ", " and ", " or ", " & ", ", "].iter().find_map(|joint| before.strip_suffix(joint));
    let Some(list) = joint else { return false };
    let rest = list.trim_end_matches(|part: char| part.is_ascii_digit() || part == '/');
    list[rest.len()..].matches('/').count() == 1 && (is_in(BEFORE_DATES, &last_word(rest)) || is_listed(rest))
}
