//! Numbers and dates to try. The random ones follow from a seed, so that a failure can be made again.

/// Greatest integer of the sweeps.
pub(crate) const MOST: u64 = 20_000;

/// The seed that the environment gives, or the usual one.
pub(crate) fn seed() -> u64 {
    setting("FIRSTWORD_TEST_SEED", 7)
}

/// Step of the sweeps that don't take every number.
fn step() -> u64 {
    setting("FIRSTWORD_TEST_STEP", 7).max(1)
}

fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |value| value.parse().expect("an integer in FIRSTWORD_TEST_…"))
}

/// Numbers that look random and are the same for the same seed.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new() -> Self {
        Self(seed().wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len() as u64) as usize]
    }

    /// The text with another digit for each of its digits, but no leading zero, and none that a clock or a calendar
    /// doesn't have: a 0 is replaced by 0 to 5, another digit by 2 to 9, and a 1 stays.
    pub(crate) fn digits(&mut self, text: &str) -> String {
        text.chars()
            .map(|character| match character {
                '1' => '1',
                '0' => char::from(b'0' + self.below(6) as u8),
                digit if digit.is_ascii_digit() => char::from(b'2' + self.below(8) as u8),
                other => other,
            })
            .collect()
    }

    /// The pattern with each `d` replaced by a digit, each `D` by one from 2 to 9.
    pub(crate) fn fill(&mut self, pattern: &str) -> String {
        let digit =
            |least: u64, numbers: &mut Self| char::from(b'0' + (least + numbers.below(10 - least)) as u8);
        pattern
            .chars()
            .map(|character| match character {
                'd' => digit(0, self),
                'D' => digit(2, self),
                other => other,
            })
            .collect()
    }
}

/// Every integer of the sweeps.
pub(crate) fn every() -> impl Iterator<Item = u64> {
    0..=MOST
}

/// Every seventh integer of the sweeps; the seed says which of seven. The first ones are always there.
pub(crate) fn some() -> impl Iterator<Item = u64> {
    (0..100).chain((100 + seed() % step()..=MOST).step_by(step() as usize))
}

/// `1234567` as `1,234,567`.
pub(crate) fn separated(number: u64) -> String {
    let digits = number.to_string();
    let mut written = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written
}

/// Year, month and day of every day of four years, a leap year among them.
pub(crate) fn days() -> impl Iterator<Item = (u64, u64, u64)> {
    (2023..=2026).flat_map(|year| {
        (1..=12).flat_map(move |month| (1..=length(year, month)).map(move |day| (year, month, day)))
    })
}

fn length(year: u64, month: u64) -> u64 {
    match month {
        2 if year.is_multiple_of(4) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Hour and minute of every minute of a day.
pub(crate) fn minutes() -> impl Iterator<Item = (u64, u64)> {
    (0..24).flat_map(|hour| (0..60).map(move |minute| (hour, minute)))
}
