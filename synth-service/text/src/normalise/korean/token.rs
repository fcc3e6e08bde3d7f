//! Where each written number begins and ends, with its sign, currency, separators, power of ten, letters and unit.
//! Classifies nothing: a rule that would read a part of a token only is rejected by these extents.

use std::ops::Range;

use super::amount;

/// The signs of currencies, as they stand once the text is plain.
pub(super) const CURRENCY_SIGNS: [char; 7] = ['₩', '$', '€', '£', '¥', '₹', '₿'];

/// Signs that join two numbers into one token: "2025-03-04", "3.14", "15:30", "1/2". A comma joins groups.
const JOINTS: &str = ".:/-";

/// Letters before a dollar sign that make it the dollar of a country.
const DOLLARS: [&str; 7] = ["US", "HK", "NT", "U", "S", "C", "A"];

/// The extents of a text, in order.
pub(super) struct Tokens(Vec<Range<usize>>);

impl Tokens {
    /// One pass; every byte is looked at a fixed number of times.
    pub(super) fn scan(text: &str) -> Self {
        let mut tokens = Vec::new();
        let mut at = 0;
        while let Some(digit) = text[at..].find(|it: char| it.is_ascii_digit()) {
            let start = start(&text[at..at + digit]) + at;
            let is_money = text[start..at + digit].contains(CURRENCY_SIGNS);
            let end = at + digit + length(&text[at + digit..], is_money);
            tokens.push(start..end);
            at = end;
        }
        Self(tokens)
    }

    /// The end of the token that `position` lies strictly inside of.
    pub(super) fn cut_at(&self, position: usize) -> Option<usize> {
        let token = self.0.get(self.0.partition_point(|token| token.end <= position))?;
        (token.start < position).then_some(token.end)
    }
}

/// Where the token whose first digit follows `before` begins in it.
fn start(before: &str) -> usize {
    let named = before.trim_end_matches(|it: char| it.is_ascii_alphabetic());
    if named.len() < before.len() {
        return named.len();
    }
    let signed = currency_start(before);
    let bare = before[..signed].strip_suffix(['-', '+', '±']).unwrap_or(&before[..signed]);
    let is_sign = !bare.ends_with(|it: char| it.is_alphanumeric() || ")]%".contains(it));
    let start = if is_sign { bare.len() } else { signed };
    // "-$5" and "$-5".
    currency_start(&before[..start])
}

fn currency_start(before: &str) -> usize {
    let Some(plain) = before.strip_suffix(CURRENCY_SIGNS) else {
        return before.len();
    };
    let country = DOLLARS.iter().find(|it| before.ends_with('$') && plain.ends_with(**it));
    plain.len() - country.map_or(0, |it| it.len())
}

/// The length of the token that begins with the digit that `text` begins with. No slash joins an amount of money.
fn length(text: &str, is_money: bool) -> usize {
    let mut end = 0;
    loop {
        let digits = run(&text[end..], |it| it.is_ascii_digit());
        end += digits;
        if digits == 4 {
            end += card(&text[end..]);
        }
        let behind = &text[end..];
        if digits > 0 && joins(behind, digits) && !(is_money && behind.starts_with('/')) {
            end += 1;
            continue;
        }
        let letters =
            run(behind, |it| it.is_ascii_alphabetic() || matches!(it, '%' | '‰' | '°' | '²' | '³' | 'µ'));
        let is_only = is_half(&text[..end]) && behind.starts_with("만 ");
        let scale = if letters == 0 && !is_only { amount::scale(behind).len() } else { letters };
        end += scale;
        if scale == 0 || !text[end..].starts_with(|it: char| it.is_ascii_digit()) {
            break;
        }
    }
    end + unit_tail(&text[..end], &text[end..])
}

/// "1/2", behind which 만 is "only".
fn is_half(token: &str) -> bool {
    matches!(token.as_bytes(), [b'1'..=b'9', b'/', b'2'..=b'9'])
}

/// The other three groups of the number of a card that is written with spaces.
fn card(behind: &str) -> usize {
    const GROUP: usize = " 1234".len();
    let is_group = |group: &[u8]| group[0] == b' ' && group[1..].iter().all(u8::is_ascii_digit);
    let groups = behind.as_bytes().get(..3 * GROUP).filter(|it| it.chunks(GROUP).all(is_group));
    let goes_on = |_: &&[u8]| behind[3 * GROUP..].starts_with(|it: char| it.is_ascii_digit());
    groups.filter(|groups| !goes_on(groups)).map_or(0, <[u8]>::len)
}

/// Whether the sign that `behind` begins with leads to more digits of the same token.
fn joins(behind: &str, digits: usize) -> bool {
    let length = |rest: &str| run(rest, |it| it.is_ascii_digit());
    match behind.strip_prefix(',') {
        // "1,000" and "1,00,000" are groups, "7,8" is a list.
        Some(rest) => digits <= 3 && (length(rest) == 3 || (length(rest) == 2 && rest[2..].starts_with(','))),
        None => behind.strip_prefix(|it| JOINTS.contains(it)).is_some_and(|rest| length(rest) > 0),
    }
}

/// A second unit after a slash, "km/h", or a currency that stands behind its amount.
fn unit_tail(token: &str, behind: &str) -> usize {
    if token.ends_with(|it: char| it.is_ascii_alphabetic())
        && let Some(second) = behind.strip_prefix('/')
    {
        let letters =
            run(second, |it| it.is_alphabetic() && !super::hangul::is_syllable(it) || "²³".contains(it));
        return if letters > 0 { letters + 1 } else { 0 };
    }
    let is_amount = token.ends_with(|it: char| it.is_ascii_digit());
    behind.chars().next().filter(|it| is_amount && CURRENCY_SIGNS.contains(it)).map_or(0, char::len_utf8)
}

/// The length in bytes of the characters that `text` begins with.
fn run(text: &str, is_in: impl Fn(char) -> bool) -> usize {
    text.find(|it: char| !is_in(it)).unwrap_or(text.len())
}
