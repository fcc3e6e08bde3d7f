//! Korean names in Latin letters, as addresses have them: "gildong" is 길동.

use super::{letters, words};

const ONSETS: [(&str, u32); 23] = [
    ("kk", 1),
    ("gg", 1),
    ("tt", 4),
    ("pp", 8),
    ("ss", 10),
    ("jj", 13),
    ("ch", 14),
    ("sh", 9),
    ("g", 0),
    ("n", 2),
    ("d", 3),
    ("r", 5),
    ("l", 5),
    ("m", 6),
    ("b", 7),
    ("s", 9),
    ("j", 12),
    ("k", 15),
    ("t", 16),
    ("p", 17),
    ("h", 18),
    ("c", 15),
    ("", 11),
];

/// With the spellings that people choose for their names: 수 is "soo", 영 is "young".
const VOWELS: [(&str, u32); 31] = [
    ("yeou", 6),
    ("you", 6),
    ("yae", 3),
    ("yeo", 6),
    ("wae", 10),
    ("yoo", 17),
    ("weo", 14),
    ("ae", 1),
    ("ai", 1),
    ("ya", 2),
    ("eo", 4),
    ("ee", 20),
    ("ye", 7),
    ("wa", 9),
    ("oe", 11),
    ("oi", 11),
    ("yo", 12),
    ("oo", 13),
    ("ou", 13),
    ("wo", 14),
    ("we", 15),
    ("wi", 16),
    ("yu", 17),
    ("eu", 18),
    ("ui", 19),
    ("yi", 20),
    ("a", 0),
    ("e", 5),
    ("o", 8),
    ("u", 13),
    ("i", 20),
];

const CODAS: [(&str, u32); 13] = [
    ("ng", 21),
    ("ck", 1),
    ("k", 1),
    ("g", 1),
    ("n", 4),
    ("t", 19),
    ("l", 8),
    ("m", 16),
    ("p", 17),
    ("b", 17),
    ("d", 7),
    ("s", 19),
    ("", 0),
];

/// Longest word that is read so.
const LONGEST: usize = 16;

/// Syllables that names spell in their own way.
const NAMES: [(&str, &str); 14] = [
    ("hyun", "현"),
    ("kyung", "경"),
    ("kyoung", "경"),
    ("young", "영"),
    ("jung", "정"),
    ("sung", "성"),
    ("sun", "선"),
    ("woo", "우"),
    ("choi", "최"),
    ("park", "박"),
    ("kwon", "권"),
    ("yoon", "윤"),
    ("joon", "준"),
    ("hee", "희"),
];

/// The word in Hangul, if all of it can be read as Korean.
fn hangul(word: &str) -> Option<String> {
    let lower = word.to_ascii_lowercase();
    let is_word = (4..=LONGEST).contains(&lower.len()) && lower.bytes().all(|it| it.is_ascii_lowercase());
    let mut spoken = String::new();
    (is_word && read(&lower, &mut spoken)).then_some(spoken)
}

/// A label of an address: a known word, a Korean name, two of them in one, or letters by name. Other words stay.
pub(super) fn label(part: &str) -> String {
    let is_spelled = part.len() <= 3 || letters::has_no_vowel(part);
    words::reading(part)
        .map(str::to_owned)
        .or_else(|| compound(part, |first| words::reading(first).map(str::to_owned)))
        .or_else(|| is_spelled.then(|| letters::spell(part)))
        .or_else(|| compound(part, initials))
        .or_else(|| hangul(part))
        .or_else(|| compound(part, hangul))
        .unwrap_or_else(|| part.to_owned())
}

/// "onlineshop", "kmail", "hanbitcard": a known word behind something that can be read.
fn compound(part: &str, first: impl Fn(&str) -> Option<String>) -> Option<String> {
    let places = (1..part.len().saturating_sub(2)).rev().filter(|at| part.is_char_boundary(*at));
    places.map(|at| part.split_at(at)).find_map(|(start, end)| Some(first(start)? + words::reading(end)?))
}

fn initials(start: &str) -> Option<String> {
    (start.len() == 1 || start.len() == 2 && letters::has_no_vowel(start)).then(|| letters::spell(start))
}

/// Reads syllable by syllable; a consonant between two vowels belongs to the second.
fn read(rest: &str, spoken: &mut String) -> bool {
    if rest.is_empty() {
        return true;
    }
    let length = spoken.len();
    for (written, syllable) in NAMES {
        if let Some(behind) = rest.strip_prefix(written) {
            spoken.push_str(syllable);
            if !behind.starts_with(is_vowel) && read(behind, spoken) {
                return true;
            }
            spoken.truncate(length);
        }
    }
    let onset = ONSETS.iter().find(|(written, _)| rest.starts_with(written));
    let Some((onset, first)) = onset.map(|&(written, first)| (&rest[written.len()..], first)) else {
        return false;
    };
    let vowel = VOWELS.iter().find(|(written, _)| onset.starts_with(written));
    let Some((body, middle)) = vowel.map(|&(written, middle)| (&onset[written.len()..], middle)) else {
        return false;
    };
    for (written, last) in CODAS {
        let Some(behind) = body.strip_prefix(written) else { continue };
        if !written.is_empty() && behind.starts_with(is_vowel) {
            continue;
        }
        let Some(syllable) = char::from_u32(0xac00 + (first * 21 + middle) * 28 + last) else { continue };
        spoken.push(syllable);
        if read(behind, spoken) {
            return true;
        }
        spoken.truncate(length);
    }
    false
}

fn is_vowel(letter: char) -> bool {
    "aeiouyw".contains(letter)
}
