//! Spoken syllables to phonemes of the voices' alphabet.

use super::syllable::{SILENT, Syllable};

/// The phonemes of a spoken word.
pub(super) fn phonemes(word: &[Syllable]) -> String {
    let mut phonemes = String::new();
    let mut before: Option<&Syllable> = None;
    for syllable in word {
        phonemes += onset(before, syllable);
        phonemes += vowel(syllable);
        phonemes += coda(syllable.coda);
        before = Some(syllable);
    }
    phonemes
}

/// Plain stops are voiced between voiced sounds; ㄹ is a flap unless it follows another ㄹ.
fn onset(before: Option<&Syllable>, syllable: &Syllable) -> &'static str {
    let coda = before.map(|before| before.coda);
    let is_voiced = coda.is_some_and(|coda| matches!(coda, "" | "ㄴ" | "ㄹ" | "ㅁ" | "ㅇ"));
    match syllable.onset {
        SILENT => "",
        'ㄱ' if is_voiced => "ɡ",
        'ㄷ' if is_voiced => "d",
        'ㅂ' if is_voiced => "b",
        'ㅈ' if is_voiced => "ʥ",
        'ㄱ' | 'ㄲ' => "k",
        'ㄷ' | 'ㄸ' => "t",
        'ㅂ' | 'ㅃ' => "p",
        'ㅈ' | 'ㅉ' => "ʨ",
        'ㅋ' => "kʰ",
        'ㅌ' => "tʰ",
        'ㅍ' => "pʰ",
        'ㅊ' => "ʨʰ",
        'ㄴ' => "n",
        'ㅁ' => "m",
        'ㄹ' if coda == Some("ㄹ") => "l",
        'ㄹ' => "ɾ",
        'ㅅ' | 'ㅆ' if matches!(syllable.vowel, 'ㅣ' | 'ㅑ' | 'ㅕ' | 'ㅛ' | 'ㅠ' | 'ㅟ') => "ɕ",
        'ㅅ' | 'ㅆ' => "s",
        _ => "h",
    }
}

/// Behind ㅈ, ㅉ and ㅊ the sound of y is lost (가져 가저), and behind any consonant that of ㅖ (시계 시게).
fn vowel(syllable: &Syllable) -> &'static str {
    let is_palatal = matches!(syllable.onset, 'ㅈ' | 'ㅉ' | 'ㅊ');
    match syllable.vowel {
        'ㅑ' if is_palatal => "a",
        'ㅕ' if is_palatal => "ʌ",
        'ㅛ' if is_palatal => "o",
        'ㅠ' if is_palatal => "u",
        'ㅖ' if !matches!(syllable.onset, SILENT | 'ㄹ') => "e",
        'ㅏ' => "a",
        'ㅐ' => "ɛ",
        'ㅑ' => "ja",
        'ㅒ' => "jɛ",
        'ㅓ' => "ʌ",
        'ㅔ' => "e",
        'ㅕ' => "jʌ",
        'ㅖ' => "je",
        'ㅗ' => "o",
        'ㅘ' => "wa",
        'ㅙ' => "wɛ",
        'ㅚ' | 'ㅞ' => "we",
        'ㅛ' => "jo",
        'ㅜ' => "u",
        'ㅝ' => "wʌ",
        'ㅟ' => "wi",
        'ㅠ' => "ju",
        'ㅡ' => "ɯ",
        'ㅢ' => "ɯi",
        _ => "i",
    }
}

fn coda(coda: &str) -> &'static str {
    match coda {
        "ㄱ" => "k",
        "ㄴ" => "n",
        "ㄷ" => "t",
        "ㄹ" => "l",
        "ㅁ" => "m",
        "ㅂ" => "p",
        "ㅇ" => "ŋ",
        _ => "",
    }
}
