use super::{is_korean, phonemes, rules::pronounce, syllable::Syllable};
use crate::{SpeechError, Words};

/// The spoken syllables as letters: "문을" becomes "ㅁㅜ ㄴㅡㄹ".
fn letters(word: &str) -> String {
    let mut syllables: Vec<_> = word.chars().filter_map(Syllable::of).collect();
    pronounce(&mut syllables);
    let letters = |syllable: &Syllable| format!("{}{}{}", syllable.onset, syllable.vowel, syllable.coda);
    syllables.iter().map(letters).collect::<Vec<_>>().join(" ")
}

fn read(text: &str) -> Result<String, SpeechError> {
    phonemes(&[Words::Written(text.into())])
}

#[test]
fn words_sound_as_their_respelling_in_the_standard_pronunciation() {
    for (written, spoken) in [
        ("문을", "무늘"),
        ("없어요", "업써요"),
        ("앉아", "안자"),
        ("닭이", "달기"),
        ("꽃잎", "꼬칩"),
        ("같이", "가치"),
        ("굳이", "구지"),
        ("닫히다", "다치다"),
        ("국민", "궁민"),
        ("합니다", "함니다"),
        ("있는", "인는"),
        ("신라", "실라"),
        ("설날", "설랄"),
        ("종로", "종노"),
        ("협력", "혐녁"),
        ("학교", "학꾜"),
        ("읽고", "일꼬"),
        ("앉고", "안꼬"),
        ("젊지", "점찌"),
        ("놓고", "노코"),
        ("많다", "만타"),
        ("많아", "마나"),
        ("좋아", "조아"),
        ("싫소", "실쏘"),
        ("놓는", "논는"),
        ("않는", "안는"),
        ("입학", "이팍"),
        ("못해", "모태"),
        ("밖에", "바께"),
        ("영어", "영어"),
        ("부엌", "부억"),
        ("값", "갑"),
        ("나의", "나에"),
        ("문의", "무니"),
        ("희망", "히망"),
        ("의사", "의사"),
    ] {
        let expected: Vec<_> = spoken.chars().filter_map(Syllable::of).collect();
        let expected = expected.iter().map(|syllable| {
            let Syllable { onset, vowel, coda } = syllable;
            format!("{onset}{vowel}{coda}")
        });
        assert_eq!(letters(written), expected.collect::<Vec<_>>().join(" "), "{written}");
    }
}

#[test]
fn stops_are_voiced_between_voiced_sounds_only() {
    assert_eq!(read("가구").as_deref(), Ok("kaɡu"));
    assert_eq!(read("학교").as_deref(), Ok("hakkjo"));
    assert_eq!(read("감자 튀김").as_deref(), Ok("kamʥa tʰwiɡim"));
    assert_eq!(read("달라 나라").as_deref(), Ok("talla naɾa"));
}

#[test]
fn a_sentence_keeps_its_marks_and_its_words() {
    assert_eq!(
        read(" 네,확인해  보겠습니다 . 잠시만요! ").as_deref(),
        Ok("ne,hwaɡinhɛ poɡetsɯmnida. ʨamɕimanjo!")
    );
}

#[test]
fn decomposed_hangul_reads_like_composed_hangul() {
    assert_eq!(read("\u{1112}\u{1161}\u{11ab}"), read("한"));
}

#[test]
fn ipa_of_the_lexicon_is_put_into_the_alphabet() {
    let words = [Words::Written("저는".into()), Words::Ipa("tɕisu".into()), Words::Written(".".into())];
    assert_eq!(phonemes(&words).as_deref(), Ok("ʨʌnɯn ʨisu."));
}

#[test]
fn text_without_hangul_has_no_reading() {
    for text in ["", "...", "abc", "漢字", "ㅋㅋ"] {
        assert!(matches!(read(text), Err(SpeechError::Unpronounceable)), "{text}");
    }
}

#[test]
fn the_tag_of_the_language_decides() {
    for (language, expected) in
        [("ko", true), ("ko-KR", true), ("KO_kr", true), ("kok", false), ("en-US", false)]
    {
        assert_eq!(is_korean(language), expected, "{language}");
    }
}
