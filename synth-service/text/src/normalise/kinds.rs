//! Kinds of characters, coarse enough that a text's pairs of neighbours fit in a small table.

/// A set of kinds, a bit each.
pub(super) type Kinds = u128;

const DIGIT: u8 = b'0';
const CAPITAL: u8 = b'A';
/// White space, control characters, and both ends of a text.
const GAP: u8 = b' ';

/// The kinds of words in ASCII.
pub(super) const WORD: Kinds = 1 << DIGIT | 1 << CAPITAL | 1 << b'_' | LOWER;
const LOWER: Kinds = ((1 << 26) - 1) << b'a';

/// Of all characters beyond ASCII, of words or not.
pub(super) const BEYOND_ASCII: Kinds = !(WORD | 1 << GAP | SIGNS);
const SIGNS: Kinds = {
    let (mut signs, mut code) = (0, 0_u8);
    while code < 128 {
        if code.is_ascii_punctuation() {
            signs |= 1 << code;
        }
        code += 1;
    }
    signs
};

/// The kinds that ASCII leaves free; characters beyond it share them.
const SHARED: [u8; BEYOND_ASCII.count_ones() as usize] = {
    let mut shared = [0; BEYOND_ASCII.count_ones() as usize];
    let (mut kind, mut at) = (0, 0);
    while kind < 128 {
        if BEYOND_ASCII >> kind & 1 == 1 {
            shared[at] = kind;
            at += 1;
        }
        kind += 1;
    }
    shared
};

const OF_ASCII: [u8; 128] = {
    let (mut kinds, mut code) = ([GAP; 128], 0_u8);
    while code < 128 {
        kinds[code as usize] = match code {
            b'0'..=b'9' => DIGIT,
            b'A'..=b'Z' => CAPITAL,
            b'!'..=b'~' => code,
            _ => GAP,
        };
        code += 1;
    }
    kinds
};

/// The set of one character's kind.
pub(super) fn kind(character: char) -> Kinds {
    1 << index(character)
}

/// The set of the kinds of a range of characters.
pub(super) fn kinds(first: char, last: char) -> Kinds {
    const MANY: u32 = 300;
    match u32::from(last) - u32::from(first) {
        MANY.. if first.is_ascii() => Kinds::MAX,
        MANY.. => BEYOND_ASCII,
        _ => (first..=last).fold(0, |set, character| set | kind(character)),
    }
}

fn index(character: char) -> u8 {
    let code = character as usize;
    OF_ASCII.get(code).copied().unwrap_or_else(|| SHARED[code % SHARED.len()])
}

/// Which kinds stand behind which in a text.
pub(super) struct Neighbours {
    present: Kinds,
    /// The lower and the upper half of a set behind each kind.
    behind: [[u64; 2]; 128],
}

impl Neighbours {
    pub(super) fn of(text: &str) -> Self {
        let mut behind = [[0; 2]; 128];
        let mut present = [0; 2];
        let mut previous = GAP;
        for next in text.chars().map(index).chain([GAP]) {
            let (half, place) = (usize::from(next / 64), 1_u64 << (next % 64));
            behind[usize::from(previous)][half] |= place;
            present[half] |= place;
            previous = next;
        }
        Self { present: Kinds::from(present[1]) << 64 | Kinds::from(present[0]), behind }
    }

    /// Whether one of the first kinds stands in front of one of the second.
    pub(super) fn have(&self, first: Kinds, second: Kinds) -> bool {
        let second = [second as u64, (second >> 64) as u64];
        let stands = |row: [u64; 2]| (row[0] & second[0]) | (row[1] & second[1]) != 0;
        each(first & self.present).any(|kind| stands(self.behind[usize::from(kind)]))
    }
}

/// The kinds of a set.
pub(super) fn each(mut set: Kinds) -> impl Iterator<Item = u8> {
    std::iter::from_fn(move || {
        let kind = (set != 0).then(|| set.trailing_zeros() as u8)?;
        set &= set - 1;
        Some(kind)
    })
}

/// How often pairs of these kinds are found in texts that have numbers, roughly.
pub(super) fn commonness(set: Kinds) -> u32 {
    each(set)
        .map(|kind| match kind {
            DIGIT | GAP => 12,
            CAPITAL => 5,
            b'a'..=b'z' => 3,
            _ => 1,
        })
        .sum()
}
