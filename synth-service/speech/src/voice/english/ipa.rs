//! Converts the International Phonetic Alphabet, as lexicons and markup use it, to misaki's alphabet.
//!
//! misaki writes diphthongs and affricates as single characters, has no long vowels in American English, and
//! puts a stress mark before its vowel instead of before its syllable.

use misaki_rs::Language;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The combining mark of a consonant that carries a syllable.
const SYLLABIC: char = '\u{329}';

/// Sounds that may carry stress.
const VOWELS: &str = "AIOQWYaeiouyæøœɐɑɒɔəɘɛɜɞɤɨɪɯɵʉʊʌʏᵻ";

const STRESSES: [char; 2] = ['ˈ', 'ˌ'];

type Replacements = [(&'static str, &'static str)];

/// Other spellings of the same sound, and signs of notation without a sound.
const NOTATION: &Replacements = &[
    ("\u{361}", ""),
    ("\u{35c}", ""),
    ("'", "ˈ"),
    (":", "ː"),
    ("ˑ", ""),
    (".", ""),
    ("‿", ""),
    ("g", "ɡ"),
    ("ɫ", "l"),
    ("ɬ", "l"),
    ("r", "ɹ"),
    ("ɻ", "ɹ"),
    ("ʁ", "ɹ"),
    ("ʍ", "w"),
    ("ʷ", "w"),
    ("ʰ", ""),
    ("ʲ", "j"),
    ("ɲ", "nj"),
    ("x", "k"),
    ("χ", "k"),
    ("ç", "k"),
    ("ʔ", "t"),
    ("ɾ", "T"),
    ("ɨ", "ᵻ"),
    ("ʉ", "u"),
    ("ɐ", "ə"),
];

/// Diphthongs and affricates. Longer spellings come first.
const SINGLE_CHARACTERS: &Replacements = &[
    ("eɪ", "A"),
    ("ɛɪ", "A"),
    ("aɪ", "I"),
    ("ɑɪ", "I"),
    ("aʊ", "W"),
    ("ɑʊ", "W"),
    ("ɔɪ", "Y"),
    ("tʃ", "ʧ"),
    ("dʒ", "ʤ"),
];

const AMERICAN: &Replacements = &[
    ("oʊ", "O"),
    ("əʊ", "O"),
    ("eəɹ", "ɛɹ"),
    ("eə", "ɛɹ"),
    ("ɛəɹ", "ɛɹ"),
    ("ɪəɹ", "ɪɹ"),
    ("ʊəɹ", "ʊɹ"),
    ("ɜːɹ", "ɜɹ"),
    ("ɜː", "ɜɹ"),
    ("ɝːɹ", "ɜɹ"),
    ("ɝɹ", "ɜɹ"),
    ("ɝ", "ɜɹ"),
    ("ɚɹ", "əɹ"),
    ("ɚ", "əɹ"),
    ("ɒ", "ɑ"),
    ("a", "ɑ"),
    ("ː", ""),
];

const BRITISH: &Replacements =
    &[("əʊ", "Q"), ("oʊ", "Q"), ("eə", "ɛː"), ("ɝː", "ɜː"), ("ɝ", "ɜː"), ("ɚ", "ə"), ("æ", "a")];

/// `ipa` in misaki's alphabet.
pub(super) fn from_ipa(ipa: &str, language: Language) -> String {
    let accent = if language == Language::EnglishGB { BRITISH } else { AMERICAN };
    let mut phonemes: String = ipa.nfc().collect();
    for (from, to) in [NOTATION, SINGLE_CHARACTERS, accent].into_iter().flatten() {
        phonemes = phonemes.replace(from, to);
    }
    let long_o = if language == Language::EnglishGB { 'Q' } else { 'O' };
    stress_before_vowels(&pure_vowels(&syllabic_consonants(&phonemes), long_o))
}

/// Puts a short vowel before each syllabic consonant, as misaki does. Drops other combining marks: misaki's alphabet
/// has no such detail.
fn syllabic_consonants(phonemes: &str) -> String {
    let mut written = String::new();
    for character in phonemes.chars() {
        match character {
            SYLLABIC => {
                if let Some(consonant) = written.pop() {
                    written.extend(['ᵊ', consonant]);
                }
            }
            other if is_combining_mark(other) => {}
            other => written.push(other),
        }
    }
    written
}

/// Replaces pure e and o, which English lacks. Dictionaries mean the vowels of "dress" and "thought" by them; in names
/// from other languages, where no consonant closes the syllable, they stand for the vowels of "face" and "goat".
fn pure_vowels(phonemes: &str, long_o: char) -> String {
    let mut characters = phonemes.chars().peekable();
    let mut written = String::new();
    while let Some(character) = characters.next() {
        let next = characters.peek().copied().unwrap_or(' ');
        let is_closed = next.is_alphabetic() && !VOWELS.contains(next) && !STRESSES.contains(&next);
        written.push(match character {
            'e' if is_closed => 'ɛ',
            'e' => 'A',
            'o' if is_closed && next == 'ɹ' => 'ɔ',
            'o' if next == 'ː' => 'ɔ',
            'o' => long_o,
            other => other,
        });
    }
    written
}

/// Moves each stress mark from the start of its syllable to the vowel.
fn stress_before_vowels(phonemes: &str) -> String {
    let mut written = String::new();
    let mut stress = None;
    for character in phonemes.chars() {
        if STRESSES.contains(&character) {
            stress = Some(character);
            continue;
        }
        if character.is_whitespace() {
            stress = None;
        } else if VOWELS.contains(character) {
            written.extend(stress.take());
        }
        written.push(character);
    }
    written
}

#[cfg(test)]
mod tests {
    use misaki_rs::G2P;

    use super::*;

    /// Compares the conversion of dictionaries' IPA with misaki's own reading of the words.
    fn check(language: Language, words: &[(&str, &str)]) {
        let g2p = G2P::with_fallback(language, None);
        for (word, ipa) in words {
            let (reading, _) = g2p.g2p(word).expect("is read");
            assert_eq!(from_ipa(ipa, language), reading, "{word} /{ipa}/");
        }
    }

    #[test]
    fn american_words_come_out_as_misaki_reads_them() {
        check(
            Language::EnglishUS,
            &[
                ("day", "ˈdeɪ"),
                ("eye", "ˈaɪ"),
                ("boy", "ˈbɔɪ"),
                ("lower", "ˈloʊɚ"),
                ("about", "əˈbaʊt"),
                ("church", "ˈt͡ʃɝːt͡ʃ"),
                ("judge", "ˈdʒʌdʒ"),
                ("city", "ˈsɪ.ɾi"),
                ("letter", "ˈlɛɾɚ"),
                ("bird", "ˈbɜːrd"),
                ("nurse", "ˈnɝs"),
                ("father", "ˈfɑːðəɹ"),
                ("lot", "ˈlɒt"),
                ("thought", "ˈθɔːt"),
                ("square", "ˈskweər"),
                ("cure", "ˈkjʊər"),
                ("settle", "ˈsɛɾl̩"),
                ("bed", "ˈbed"),
                ("roses", "ˈroʊzɨz"),
                ("music", "ˈmjuːzɪk"),
                ("go", "ˌɡoʊ"),
                ("north", "ˈnorθ"),
                ("create", "kriˈeɪt"),
                ("loch", "ˈlɑx"),
                ("hot dog", "ˈhɑt ˈdɔɡ"),
            ],
        );
    }

    #[test]
    fn british_words_come_out_as_misaki_reads_them() {
        check(
            Language::EnglishGB,
            &[
                ("church", "ˈtʃɜːtʃ"),
                ("yellow", "ˈjɛləʊ"),
                ("square", "ˈskweə"),
                ("cat", "ˈkæt"),
                ("lot", "ˈlɒt"),
                ("water", "ˈwɔːtə"),
                ("idea", "aɪˈdɪə"),
                ("bottle", "ˈbɒtl̩"),
                ("few", "ˈfjuː"),
                ("fire", "ˈfaɪə"),
            ],
        );
    }

    #[test]
    fn names_of_other_languages_get_the_nearest_english_sounds() {
        for (ipa, phonemes) in
            [("xoˈse", "kOsˈA"), ("ʒɑ̃", "ʒɑ"), ("ˈmaɲana", "mˈɑnjɑnɑ"), ("kaˈfe", "kɑfˈA"), ("ˈ", "")]
        {
            assert_eq!(from_ipa(ipa, Language::EnglishUS), phonemes);
        }
    }
}
