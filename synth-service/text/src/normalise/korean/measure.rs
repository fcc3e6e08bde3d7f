//! The counter or unit of an amount, and how the two are said together.

use super::{
    amount::Amount,
    counter_context,
    counters::{self, Counting},
    units,
};

/// Counters of an address, where a hyphen before them is read 다시.
const ADDRESS: [&str; 8] = ["호", "번지", "호실", "길", "번길", "동", "가", "통"];

/// Whether a counter stands at the start of a text.
pub(super) fn is_measured(rest: &str) -> bool {
    counters::lookup(rest).is_some_and(|(name, _)| super::hangul::word_ends_before(&rest[name.len()..]))
}

/// A counter or unit after an amount.
pub(super) struct Measure {
    kind: Kind,
    /// Said before the amount: "시속 ".
    before: String,
    name: String,
    /// "여", as in "10여 명".
    odd: &'static str,
    /// Bytes from the end of the amount to the end of the measure.
    pub(super) length: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Counter(Counting),
    Unit,
}

impl Measure {
    /// The measure that `rest` begins with, after `amount`; `before` is the text before the amount.
    pub(super) fn find(before: &str, amount: &Amount<'_>, rest: &str) -> Option<Self> {
        Self::behind(before, amount, rest).or_else(|| {
            let mut measure = Self::behind(before, amount, rest.strip_prefix('여')?)?;
            measure.length += '여'.len_utf8();
            (measure.odd, measure.kind) = ("여", Kind::Unit);
            Some(measure)
        })
    }

    fn behind(before: &str, amount: &Amount<'_>, rest: &str) -> Option<Self> {
        let space = usize::from(rest.starts_with(' '));
        let place = &rest[space..];
        if let Some((name, counting)) = counters::lookup(place) {
            let after = &place[name.len()..];
            let counting = counter_context::counting(name, counting, amount, (before, after));
            // After a space it may be any word that begins like a counter.
            let is_counter = space == 0 || super::hangul::word_ends_before(after);
            // 제6조의3 제1항: the rank of the next number.
            let is_rank = name == "제" && after.starts_with(|it: char| it.is_ascii_digit());
            let length = space + name.len();
            return (is_counter && !is_rank).then(|| Self {
                kind: Kind::Counter(counting),
                before: String::new(),
                name: name.to_owned(),
                odd: "",
                length,
            });
        }
        let unit = units::lookup(place, before)?;
        // "5 M" is not a unit, but "5 kg" is.
        let is_unit =
            space == 0 || unit.length > 1 || !place.starts_with(|it: char| it.is_ascii_alphabetic());
        is_unit.then(|| Self {
            kind: Kind::Unit,
            before: unit.before,
            name: unit.name,
            odd: "",
            length: space + unit.length,
        })
    }

    /// Whether the Hangul after it may be part of the counter's word.
    pub(super) fn is_counter(&self) -> bool {
        matches!(self.kind, Kind::Counter(_))
    }

    pub(super) fn is_address(&self) -> bool {
        ADDRESS.contains(&self.name.as_str())
    }

    /// Whether the number names a thing instead of counting it: 3-4번 버스.
    pub(super) fn is_label(&self) -> bool {
        self.name == "번" && self.kind == Kind::Counter(Counting::Sino)
    }

    /// Whether a minus before the amount means below zero on a thermometer.
    pub(super) fn is_temperature(&self) -> bool {
        self.name == "도"
    }

    /// Whether numerals have a special meaning with this measure, so that it can't be left out.
    fn needs_its_counter(&self) -> bool {
        !matches!(self.kind, Kind::Unit | Kind::Counter(Counting::Sino | Counting::Padded))
    }

    /// The same measure in an order of things: "제삼 회".
    pub(super) fn ranked(mut self) -> Self {
        if self.kind != Kind::Unit {
            self.kind = Kind::Counter(Counting::Sino);
        }
        self
    }

    /// "세 개", "시속 육십 킬로미터".
    pub(super) fn say(&self, amount: &Amount<'_>) -> String {
        format!("{}{}", self.before, self.say_inside(amount))
    }

    /// The same without the words before the amount.
    pub(super) fn say_inside(&self, amount: &Amount<'_>) -> String {
        match self.kind {
            Kind::Counter(counting) => counters::say(amount, &self.name, counting),
            Kind::Unit => format!("{}{} {}", amount.spoken, self.odd, self.name),
        }
    }

    pub(super) fn before(&self) -> &str {
        &self.before
    }

    /// "삼에서 오 일", "세 개에서 다섯 개", "두세 명"; with `is_until` "삼 일부터 오 일".
    pub(super) fn say_range(&self, first: &Amount<'_>, second: &Amount<'_>, is_until: bool) -> String {
        if let Kind::Counter(counting) = self.kind
            && !is_until
            && let Some(pair) = counters::side_by_side(first, second, &self.name, counting)
        {
            return pair;
        }
        let (from, to) = (self.say_inside(first), self.say_inside(second));
        let before = &self.before;
        if is_until {
            format!("{before}{from}부터 {to}")
        } else if self.needs_its_counter() {
            format!("{before}{from}에서 {to}")
        } else {
            format!("{before}{}에서 {to}", first.spoken)
        }
    }
}
