//! The characters without which a pattern can't match, so that most patterns need no search in most texts.

/// A set of ASCII characters; all digits count as "0", and three control characters stand for kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Needs(u128);

const LETTER: u8 = 1;
const ALPHANUMERIC: u8 = 2;

/// The set that each ASCII character is.
const KINDS: [u128; 128] = {
    let mut kinds = [0; 128];
    let mut byte = 0;
    while byte < 128_u8 {
        kinds[byte as usize] = match byte {
            b'0'..=b'9' => (1 << b'0') | (1 << ALPHANUMERIC),
            b'A'..=b'Z' | b'a'..=b'z' => (1 << byte) | (1 << LETTER) | (1 << ALPHANUMERIC),
            _ => 1 << byte,
        };
        byte += 1;
    }
    kinds
};

impl Needs {
    const NOTHING: Self = Self(0);

    /// The characters that a text has.
    pub(super) fn offered_by(text: &str) -> Self {
        let ascii = text.bytes().filter(u8::is_ascii);
        Self(ascii.fold(0, |set, byte| set | KINDS[usize::from(byte)]))
    }

    pub(super) fn are_met_by(self, offered: Self) -> bool {
        self.0 & !offered.0 == 0
    }

    /// The characters of which every match of the pattern has each. Too few cost time only.
    pub(super) fn of_pattern(pattern: &str) -> Self {
        let is_plain = !pattern.contains("(?i") && !pattern.contains("(?x");
        if is_plain { Parser { rest: pattern }.alternatives() } else { Self::NOTHING }
    }

    fn of(byte: u8) -> Self {
        KINDS.get(usize::from(byte)).map_or(Self::NOTHING, |kinds| Self(*kinds))
    }

    fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

struct Parser<'t> {
    rest: &'t str,
}

impl Parser<'_> {
    /// Up to the end of the group: what every alternative needs.
    fn alternatives(&mut self) -> Needs {
        let (mut common, mut needs) = (Needs(u128::MAX), Needs::NOTHING);
        while let Some(first) = self.next() {
            match first {
                ')' => break,
                '|' => (common, needs) = (Needs(common.0 & needs.0), Needs::NOTHING),
                _ => {
                    let atom = self.atom(first);
                    needs = needs.and(if self.may_be_missing() { Needs::NOTHING } else { atom });
                }
            }
        }
        Needs(common.0 & needs.0)
    }

    fn atom(&mut self, first: char) -> Needs {
        match first {
            '(' => {
                self.rest = self.rest.strip_prefix("?:").unwrap_or(self.rest);
                self.alternatives()
            }
            '[' => self.class(),
            '\\' => self.escaped(),
            '.' | '^' | '$' => Needs::NOTHING,
            _ => u8::try_from(first).map_or(Needs::NOTHING, Needs::of),
        }
    }

    fn escaped(&mut self) -> Needs {
        match self.next() {
            Some('d') => Needs::of(b'0'),
            Some('p' | 'P' | 'x') => {
                let end = self.rest.find('}').filter(|_| self.rest.starts_with('{')).map_or(0, |end| end + 1);
                self.rest = &self.rest[end..];
                Needs::NOTHING
            }
            Some(sign) if sign.is_ascii_punctuation() => u8::try_from(sign).map_or(Needs::NOTHING, Needs::of),
            _ => Needs::NOTHING,
        }
    }

    /// A class of letters, of digits or of both.
    fn class(&mut self) -> Needs {
        let mut members = String::new();
        while let Some(member) = self.next().filter(|it| *it != ']') {
            members.push(member);
            if member == '\\' {
                members.extend(self.next());
            }
        }
        let rest = |kinds: &[&str]| kinds.iter().fold(members.clone(), |rest, kind| rest.replace(kind, ""));
        let digits = [r"\d", "0-9", "1-9"];
        let letters = ["A-Z", "a-z"];
        if rest(&digits).bytes().all(|it| it.is_ascii_digit()) || is_range(&members) {
            Needs::of(b'0')
        } else if rest(&letters).is_empty() {
            Needs(1 << LETTER)
        } else if rest(&[&digits[..], &letters].concat()).is_empty() {
            Needs(1 << ALPHANUMERIC)
        } else {
            Needs::NOTHING
        }
    }

    /// Reads the quantifier behind an atom.
    fn may_be_missing(&mut self) -> bool {
        let is_optional = self.rest.starts_with(['?', '*']) || self.rest.starts_with("{0");
        let length = match self.rest.chars().next() {
            Some('?' | '*' | '+') => 1,
            Some('{') => self.rest.find('}').map_or(0, |end| end + 1),
            _ => 0,
        };
        self.rest = &self.rest[length..];
        if length > 0 {
            self.rest = self.rest.strip_prefix('?').unwrap_or(self.rest);
        }
        is_optional
    }

    fn next(&mut self) -> Option<char> {
        let first = self.rest.chars().next()?;
        self.rest = &self.rest[first.len_utf8()..];
        Some(first)
    }
}

/// "3-7"
fn is_range(members: &str) -> bool {
    members.len() == 3 && members.replace('-', "").bytes().all(|it| it.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_searched_where_its_characters_are() {
        for (pattern, text, is_met) in [
            (r"(\d{4})-(\d\d)T", "2025-03T", true),
            (r"(\d{4})-(\d\d)T", "2025-03", false),
            (r"(?:a|b)\d?", "a", true),
            (r"(?:ab|cb)", "a", false),
            (r"[A-Za-z]+[-&]?", "가", false),
            (r"[A-Za-z\d]{2,}", "9", true),
            (r"[₩$] ?[\d*]", "₩*", true),
            (r"\(?0\)?", "0", true),
            (r"가|\d", "가", true),
            (r"(?i:v) ?\d", "V3", true),
        ] {
            let needs = Needs::of_pattern(pattern);
            assert_eq!(needs.are_met_by(Needs::offered_by(text)), is_met, "{pattern:?} in {text:?}");
        }
    }
}
