//! Hangul syllables and the letters that they are made of.

const FIRST: u32 = 0xac00;
/// Code points from one vowel to the next, and from one initial consonant to the next.
const CODAS: usize = 28;
const VOWELS: usize = 21;

const ONSET_LETTERS: [char; 19] = [
    'ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ', 'ㅌ',
    'ㅍ', 'ㅎ',
];
const VOWEL_LETTERS: [char; VOWELS] = [
    'ㅏ', 'ㅐ', 'ㅑ', 'ㅒ', 'ㅓ', 'ㅔ', 'ㅕ', 'ㅖ', 'ㅗ', 'ㅘ', 'ㅙ', 'ㅚ', 'ㅛ', 'ㅜ', 'ㅝ', 'ㅞ', 'ㅟ',
    'ㅠ', 'ㅡ', 'ㅢ', 'ㅣ',
];
const CODA_LETTERS: [&str; CODAS] = [
    "", "ㄱ", "ㄲ", "ㄱㅅ", "ㄴ", "ㄴㅈ", "ㄴㅎ", "ㄷ", "ㄹ", "ㄹㄱ", "ㄹㅁ", "ㄹㅂ", "ㄹㅅ", "ㄹㅌ", "ㄹㅍ",
    "ㄹㅎ", "ㅁ", "ㅂ", "ㅂㅅ", "ㅅ", "ㅆ", "ㅇ", "ㅈ", "ㅊ", "ㅋ", "ㅌ", "ㅍ", "ㅎ",
];

/// The letter that stands where a syllable begins with its vowel.
pub(super) const SILENT: char = 'ㅇ';

/// A syllable, as written or as spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Syllable {
    /// The consonant before the vowel; [`SILENT`] for none.
    pub onset: char,
    pub vowel: char,
    /// None, one or two consonants behind the vowel.
    pub coda: &'static str,
}

impl Syllable {
    /// The letters of a Hangul syllable; `None` for any other character.
    pub(super) fn of(character: char) -> Option<Self> {
        let index = usize::try_from(u32::from(character).checked_sub(FIRST)?).ok()?;
        Some(Self {
            onset: *ONSET_LETTERS.get(index / (VOWELS * CODAS))?,
            vowel: VOWEL_LETTERS[index / CODAS % VOWELS],
            coda: CODA_LETTERS[index % CODAS],
        })
    }

    /// All consonants behind the vowel but the last, and the last.
    pub(super) fn split_coda(&self) -> Option<(&'static str, char)> {
        let last = self.coda.chars().next_back()?;
        Some((&self.coda[..self.coda.len() - last.len_utf8()], last))
    }
}
