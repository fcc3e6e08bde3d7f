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

/// The kinds that ASCII leaves free. Characters beyond it share them: the first ones all but Hangul, so that a Korean
/// text does not seem to have every sign, and the other ones Hangul.
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

/// Kinds of characters beyond ASCII that are no Hangul.
const OTHERS: usize = 12;

const OTHER: Kinds = {
    let (mut set, mut at) = (0, 0);
    while at < OTHERS {
        set |= 1 << SHARED[at];
        at += 1;
    }
    set
};

const HANGUL: Kinds = BEYOND_ASCII & !OTHER;

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
        MANY.. if is_hangul(first) && is_hangul(last) => HANGUL,
        MANY.. if last < FIRST_SYLLABLE || first > LAST_SYLLABLE => OTHER,
        MANY.. => BEYOND_ASCII,
        _ => (first..=last).fold(0, |set, character| set | kind(character)),
    }
}

fn index(character: char) -> u8 {
    const OF_HANGUL: usize = SHARED.len() - OTHERS;
    let code = character as usize;
    match character {
        _ if code < OF_ASCII.len() => OF_ASCII[code],
        _ if is_hangul(character) => SHARED[OTHERS + code % OF_HANGUL],
        _ => SHARED[code % OTHERS],
    }
}

const FIRST_SYLLABLE: char = '가';
const LAST_SYLLABLE: char = '힣';

/// Whether the character is a syllable of Hangul.
pub(super) fn is_hangul(character: char) -> bool {
    (FIRST_SYLLABLE..=LAST_SYLLABLE).contains(&character)
}

/// Half of a set of kinds each.
type Halves = [u64; 2];

/// Which kinds stand behind which in a text.
pub(super) struct Neighbours {
    /// The kinds behind each kind.
    behind: [Halves; 128],
    /// The kinds behind each pair; pairs share places.
    behind_pair: [Halves; PLACES],
}

const PLACES: usize = 128;

impl Neighbours {
    pub(super) fn none() -> Self {
        Self { behind: [[0; 2]; 128], behind_pair: [[0; 2]; PLACES] }
    }

    /// Takes the place of all that was seen before. `see` is told each character.
    pub(super) fn look_at(&mut self, text: &str, mut see: impl FnMut(char)) {
        self.behind.fill([0; 2]);
        self.behind_pair.fill([0; 2]);
        let (mut before, mut last) = (GAP, GAP);
        let mut add = |next: u8| {
            let (half, place) = (usize::from(next / 64), 1_u64 << (next % 64));
            self.behind[usize::from(last % 128)][half] |= place;
            self.behind_pair[place_of(before, last)][half] |= place;
            (before, last) = (last, next);
        };
        for character in text.chars() {
            see(character);
            add(index(character));
        }
        // The second gap stands behind the pair of the last character and the first gap.
        [GAP; 2].into_iter().for_each(&mut add);
    }

    /// Whether the first kind stands in front of one of the second ones, and that one in front of one of the thirds.
    pub(super) fn have(&self, first: u8, seconds: Kinds, thirds: Kinds) -> bool {
        let met = whole(self.behind[usize::from(first % 128)]) & seconds;
        met != 0 && each(met).any(|second| whole(self.behind_pair[place_of(first, second)]) & thirds != 0)
    }
}

fn place_of(first: u8, second: u8) -> usize {
    (usize::from(first) * 37 + usize::from(second)) % PLACES
}

fn whole([low, high]: Halves) -> Kinds {
    Kinds::from(high) << 64 | Kinds::from(low)
}

/// The kinds of a set.
pub(super) fn each(mut set: Kinds) -> impl Iterator<Item = u8> {
    std::iter::from_fn(move || {
        let kind = (set != 0).then(|| set.trailing_zeros() as u8)?;
        set &= set - 1;
        Some(kind)
    })
}

/// How common the kinds are in texts that have numbers, roughly; all of them together are about 128.
pub(super) fn commonness(set: Kinds) -> u64 {
    let of_kind = |kind| match kind {
        DIGIT | GAP => 16,
        CAPITAL => 5,
        b'a'..=b'z' => 2,
        _ => 1,
    };
    each(set).map(of_kind).sum()
}
