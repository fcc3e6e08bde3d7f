//! The rules of standard pronunciation (표준 발음법) that hold inside a word.

use super::syllable::{SILENT, Syllable};

/// Nouns that end in 의 as it is written. Behind other words it is the particle, which sounds like 에.
const NOUNS_IN_UI: [&str; 15] = [
    "거의", "강의", "논의", "동의", "명의", "문의", "상의", "예의", "정의", "주의", "편의", "합의", "협의",
    "회의", "의의",
];

/// Turns written syllables of one word into spoken ones.
pub(super) fn pronounce(word: &mut [Syllable]) {
    sound_ui(word);
    for index in 1..word.len() {
        let (before, behind) = word.split_at_mut(index);
        if let (Some(syllable), Some(next)) = (before.last_mut(), behind.first_mut()) {
            meet(syllable, next);
        }
    }
    if let Some(last) = word.last_mut() {
        last.coda = closed(last.coda);
    }
}

/// 의 is itself only where a word begins: in a noun it sounds like 이, and as a particle like 에.
fn sound_ui(word: &mut [Syllable]) {
    let Some((last, rest)) = word.split_last_mut() else { return };
    let is_ui = |syllable: &Syllable| syllable.vowel == 'ㅢ';
    if !rest.is_empty() && is_ui(last) && last.onset == SILENT && last.coda.is_empty() {
        let is_noun = rest.last().is_some_and(|before| {
            NOUNS_IN_UI.iter().any(|noun| noun.chars().next().and_then(Syllable::of) == Some(*before))
        });
        last.vowel = if is_noun { 'ㅣ' } else { 'ㅔ' };
    }
    for (index, syllable) in word.iter_mut().enumerate() {
        if is_ui(syllable) && (index > 0 || syllable.onset != SILENT) {
            syllable.vowel = 'ㅣ';
        }
    }
}

fn meet(syllable: &mut Syllable, next: &mut Syllable) {
    if !drop_h(syllable, next) && !aspirate(syllable, next) && !link(syllable, next) {
        assimilate(syllable, next);
    }
}

/// A final ㅎ goes into the next consonant (놓고 노코, 싫소 실쏘) or falls silent (좋아 조아, 많아 마나).
fn drop_h(syllable: &mut Syllable, next: &mut Syllable) -> bool {
    let Some(rest) = syllable.coda.strip_suffix('ㅎ') else { return false };
    match (next.onset, aspirated(next.onset)) {
        (SILENT, _) => {
            syllable.coda = rest;
            // A second consonant moves on: 많아 is 마나.
            return rest.is_empty();
        }
        ('ㅅ', _) => next.onset = 'ㅆ',
        (_, Some(aspirated)) => next.onset = aspirated,
        _ => return false,
    }
    syllable.coda = closed(rest);
    true
}

/// A stop goes into a following ㅎ: 입학 이팍, 못해 모태, 닫혀 다처.
fn aspirate(syllable: &mut Syllable, next: &mut Syllable) -> bool {
    let (Some((rest, last)), 'ㅎ') = (syllable.split_coda(), next.onset) else { return false };
    next.onset = match last {
        'ㄱ' | 'ㄲ' | 'ㅋ' => 'ㅋ',
        'ㅂ' | 'ㅍ' => 'ㅍ',
        'ㅈ' => 'ㅊ',
        'ㄷ' if matches!(next.vowel, 'ㅣ' | 'ㅕ') => 'ㅊ',
        'ㄷ' | 'ㅅ' | 'ㅆ' | 'ㅊ' | 'ㅌ' => 'ㅌ',
        _ => return false,
    };
    syllable.coda = closed(rest);
    true
}

/// The last consonant begins the next syllable where that has none: 문을 무늘, 없어 업써, 같이 가치.
fn link(syllable: &mut Syllable, next: &mut Syllable) -> bool {
    let (Some((rest, last)), SILENT) = (syllable.split_coda(), next.onset) else { return false };
    if last == SILENT {
        return false;
    }
    next.onset = match last {
        'ㄷ' if next.vowel == 'ㅣ' => 'ㅈ',
        'ㅌ' if next.vowel == 'ㅣ' => 'ㅊ',
        'ㅅ' if !rest.is_empty() => 'ㅆ',
        last => last,
    };
    syllable.coda = closed(rest);
    true
}

/// Two consonants that meet: 국민 궁민, 신라 실라, 종로 종노, 학교 학꾜.
fn assimilate(syllable: &mut Syllable, next: &mut Syllable) {
    let written = syllable.coda;
    let spoken = if written == "ㄹㄱ" && next.onset == 'ㄱ' { "ㄹ" } else { closed(written) };
    let is_stop = matches!(spoken, "ㄱ" | "ㄷ" | "ㅂ");
    syllable.coda = match (spoken, next.onset) {
        ("ㄱ", 'ㄴ' | 'ㅁ' | 'ㄹ') => "ㅇ",
        ("ㄷ", 'ㄴ' | 'ㅁ' | 'ㄹ') => "ㄴ",
        ("ㅂ", 'ㄴ' | 'ㅁ' | 'ㄹ') => "ㅁ",
        ("ㄴ", 'ㄹ') => "ㄹ",
        _ => spoken,
    };
    next.onset = match (spoken, next.onset) {
        ("ㄹ", 'ㄴ') => 'ㄹ',
        ("ㄱ" | "ㄷ" | "ㅂ" | "ㅁ" | "ㅇ", 'ㄹ') => 'ㄴ',
        (_, onset) if is_stop || matches!(written, "ㄴㅈ" | "ㄹㄱ" | "ㄹㅁ" | "ㄹㅂ" | "ㄹㅌ") => {
            tense(onset)
        }
        (_, onset) => onset,
    };
}

/// The one consonant of seven that closes a syllable.
fn closed(coda: &'static str) -> &'static str {
    match coda {
        "ㄲ" | "ㅋ" | "ㄱㅅ" | "ㄹㄱ" => "ㄱ",
        "ㅅ" | "ㅆ" | "ㅈ" | "ㅊ" | "ㅌ" | "ㅎ" => "ㄷ",
        "ㅍ" | "ㅂㅅ" | "ㄹㅍ" => "ㅂ",
        "ㄴㅈ" | "ㄴㅎ" => "ㄴ",
        "ㄹㅂ" | "ㄹㅅ" | "ㄹㅌ" | "ㄹㅎ" => "ㄹ",
        "ㄹㅁ" => "ㅁ",
        single => single,
    }
}

fn aspirated(onset: char) -> Option<char> {
    [('ㄱ', 'ㅋ'), ('ㄷ', 'ㅌ'), ('ㅂ', 'ㅍ'), ('ㅈ', 'ㅊ')]
        .into_iter()
        .find_map(|(plain, aspirated)| (plain == onset).then_some(aspirated))
}

fn tense(onset: char) -> char {
    match onset {
        'ㄱ' => 'ㄲ',
        'ㄷ' => 'ㄸ',
        'ㅂ' => 'ㅃ',
        'ㅅ' => 'ㅆ',
        'ㅈ' => 'ㅉ',
        other => other,
    }
}
