//! English number words as values.

/// British numbers have "and" between the hundreds and the rest; American ones don't.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variety {
    American,
    British,
}

impl Variety {
    pub(super) fn of(language: &str) -> Self {
        if language == "en-GB" { Self::British } else { Self::American }
    }
}

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const SMALL_ORDINALS: [&str; 20] = [
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
];
const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const SCALES: [(&str, u64); 3] = [("billion", 1_000_000_000), ("million", 1_000_000), ("thousand", 1_000)];
pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn place(list: &[&str], word: &str) -> Option<u64> {
    list.iter().position(|entry| *entry == word).map(|place| place as u64)
}

/// Words that are read from the left. Each method takes the words that it understands, or leaves all of them.
#[derive(Clone)]
pub(super) struct Words<'a> {
    words: Vec<&'a str>,
    at: usize,
    variety: Variety,
}

impl<'a> Words<'a> {
    /// The words of a text; commas are words of their own.
    pub(super) fn new(text: &'a str, variety: Variety) -> Self {
        let mut words = Vec::new();
        for word in text.split_whitespace() {
            let bare = word.trim_end_matches(',');
            words.push(bare);
            words.extend((bare.len() < word.len()).then_some(","));
        }
        Self { words, at: 0, variety }
    }

    /// Where the next word is.
    pub(super) fn place(&self) -> usize {
        self.at
    }

    /// The same words, from another place on.
    pub(super) fn from(&self, at: usize) -> Self {
        Self { at, ..self.clone() }
    }

    /// The same words without those behind the next `length`.
    pub(super) fn first(&self, length: usize) -> Self {
        Self { words: self.words[..self.at + length].to_vec(), ..self.clone() }
    }

    /// How many of the next words may belong to one cardinal.
    pub(super) fn numerals(&self) -> usize {
        let part = |word: &&&str| {
            Self::is_numeral(word)
                || SCALES.iter().any(|(name, _)| name == *word)
                || ["hundred", "and"].contains(*word)
        };
        self.words[self.at..].iter().take_while(part).count()
    }

    pub(super) fn peek(&self) -> Option<&'a str> {
        self.words.get(self.at).copied()
    }

    pub(super) fn next(&mut self) -> Option<&'a str> {
        let word = self.peek()?;
        self.at += 1;
        Some(word)
    }

    pub(super) fn take(&mut self, word: &str) -> bool {
        let found = self.peek() == Some(word);
        self.at += usize::from(found);
        found
    }

    /// Takes all of the words, or leaves all of them.
    pub(super) fn take_all(&mut self, words: &str) -> bool {
        self.tried(|rest| words.split(' ').all(|word| rest.take(word)).then_some(())).is_some()
    }

    /// Nothing if a word is left.
    pub(super) fn end(&self) -> Option<()> {
        (self.at == self.words.len()).then_some(())
    }

    fn tried<V>(&mut self, read: impl Fn(&mut Self) -> Option<V>) -> Option<V> {
        let at = self.at;
        let value = read(self);
        if value.is_none() {
            self.at = at;
        }
        value
    }

    /// One to ninety-nine, or zero.
    pub(super) fn below_hundred(&mut self) -> Option<u64> {
        let word = self.peek()?;
        let value = match word.split_once('-') {
            Some((tens, unit)) => {
                20 + 10 * place(&TENS, tens)? + place(&SMALL[..10], unit).filter(|unit| *unit > 0)?
            }
            None => place(&SMALL, word).or_else(|| Some(20 + 10 * place(&TENS, word)?))?,
        };
        self.at += 1;
        Some(value)
    }

    /// Zero to 999, with its "and" where the variety has one.
    fn below_thousand(&mut self) -> Option<u64> {
        let first = self.below_hundred()?;
        if !(1..=9).contains(&first) || !self.take("hundred") {
            return Some(first);
        }
        let rest = self.tried(|words| {
            (words.variety == Variety::American || words.take("and")).then_some(())?;
            words.below_hundred().filter(|rest| *rest > 0)
        });
        Some(100 * first + rest.unwrap_or(0))
    }

    /// "twelve thousand three hundred forty-five".
    pub(super) fn cardinal(&mut self) -> Option<u64> {
        self.tried(Self::groups)
    }

    fn groups(&mut self) -> Option<u64> {
        let mut total = 0;
        let mut limit = u64::MAX;
        let mut group = self.below_thousand()?;
        loop {
            let Some((name, scale)) = SCALES.iter().find(|(name, _)| self.peek() == Some(name)) else {
                return Some(total + group);
            };
            (*scale < limit && group > 0).then_some(())?;
            self.take(name);
            limit = *scale;
            total += group * scale;
            match self.tried(|words| words.behind_scale()) {
                Some(next) => group = next,
                None => return Some(total),
            }
        }
    }

    /// The group behind "thousand" or "million". A British one below a hundred has its "and" there.
    fn behind_scale(&mut self) -> Option<u64> {
        let and = self.variety == Variety::British && self.take("and");
        let group = self.below_thousand().filter(|group| *group > 0)?;
        let more = SCALES.iter().any(|(name, _)| self.peek() == Some(name));
        (more || self.variety == Variety::American || and == (group < 100)).then_some(group)
    }

    /// "minus" or nothing, a cardinal, and "point" with digits or nothing, as it would be written.
    pub(super) fn number(&mut self) -> Option<String> {
        self.tried(|words| {
            let sign = if words.take("minus") { "-" } else { "" };
            let whole = words.cardinal()?;
            if !words.take("point") {
                return Some(format!("{sign}{whole}"));
            }
            let mut digits = String::new();
            while let Some(digit) = words.digit() {
                digits.push(digit);
            }
            (!digits.is_empty()).then(|| format!("{sign}{whole}.{digits}"))
        })
    }

    pub(super) fn digit(&mut self) -> Option<char> {
        let value = place(&SMALL[..10], self.peek()?)?;
        self.at += 1;
        Some(char::from(b'0' + value as u8))
    }

    /// Digits one by one. Commas between groups are left out.
    pub(super) fn digits(&mut self) -> Option<String> {
        let mut digits = String::new();
        loop {
            match self.digit() {
                Some(digit) => digits.push(digit),
                None if !digits.is_empty() && self.take(",") => {}
                None => break,
            }
        }
        (!digits.is_empty()).then_some(digits)
    }

    /// Whether a word is one that only numbers have.
    pub(super) fn is_numeral(word: &str) -> bool {
        let first = word.split('-').next().unwrap_or(word);
        place(&SMALL, first).is_some()
            || place(&TENS, first).is_some()
            || (cardinal_of(word).is_some() && word != "second")
    }

    /// "twenty-first", "one hundred fifth".
    pub(super) fn ordinal(&mut self) -> Option<u64> {
        // The last word decides; with its cardinal in its place the words are a number.
        self.tried(|words| {
            let place_of = words.words[words.at..].iter().position(|word| cardinal_of(word).is_some())?;
            let last = words.at + place_of;
            let cardinal = cardinal_of(words.words[last])?;
            let mut text = words.words[words.at..last].join(" ");
            text.push(' ');
            text.push_str(&cardinal);
            let mut inner = Words::new(&text, words.variety);
            let value = inner.cardinal()?;
            inner.end()?;
            words.at = last + 1;
            Some(value)
        })
    }

    /// A year: a cardinal, or two pairs as in "nineteen oh five".
    pub(super) fn year(&mut self) -> Option<u64> {
        self.tried(|words| {
            let century = words.below_hundred().filter(|century| *century >= 10)?;
            if words.take("hundred") {
                return Some(100 * century);
            }
            let rest = if words.take("oh") {
                words.below_hundred().filter(|rest| (1..10).contains(rest))?
            } else {
                words.below_hundred().filter(|rest| *rest >= 10)?
            };
            Some(100 * century + rest)
        })
        .or_else(|| self.cardinal())
    }

    pub(super) fn month(&mut self) -> Option<u64> {
        let month = place(&MONTHS, self.peek()?)? + 1;
        self.at += 1;
        Some(month)
    }

    /// Hour and minute on a clock, without its half of the day: "nine", "nine o'clock", "nine oh five".
    pub(super) fn clock(&mut self) -> Option<(u64, u64)> {
        if self.take("midnight") {
            return Some((0, 0));
        }
        self.tried(|words| {
            let hour = words.below_hundred().filter(|hour| *hour < 24)?;
            if words.take("o'clock") || words.take("hundred") {
                return Some((hour, 0));
            }
            let minute = if words.take("oh") {
                words.below_hundred().filter(|minute| (1..10).contains(minute))
            } else {
                words.tried(|words| words.below_hundred().filter(|minute| (10..60).contains(minute)))
            };
            Some((hour, minute.unwrap_or(0)))
        })
    }
}

/// The cardinal of an ordinal's last word.
fn cardinal_of(word: &str) -> Option<String> {
    if let Some((tens, unit)) = word.split_once('-') {
        place(&TENS, tens)?;
        return Some(format!("{tens}-{}", SMALL[place(&SMALL_ORDINALS[..10], unit)? as usize]));
    }
    if let Some(small) = place(&SMALL_ORDINALS, word) {
        return Some(SMALL[small as usize].to_owned());
    }
    if let Some(stem) = word.strip_suffix("ieth") {
        return TENS.iter().find(|tens| tens.strip_suffix('y') == Some(stem)).map(|tens| (*tens).to_owned());
    }
    matches!(word, "hundredth" | "thousandth" | "millionth").then(|| word.trim_end_matches("th").to_owned())
}
