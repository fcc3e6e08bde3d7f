use std::sync::LazyLock;

use super::*;

/// A reader without a network: words that the dictionary lacks are spelled.
static AMERICAN: LazyLock<EnglishPhonemes> =
    LazyLock::new(|| EnglishPhonemes::new(Language::EnglishUS, None));

fn written(text: &str) -> String {
    AMERICAN.phonemes(&[Words::Written(text.into())]).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Number of phonemes that are sounds.
fn sounds(phonemes: &str) -> usize {
    phonemes.chars().filter(|phoneme| phoneme.is_alphabetic() && !"ˈˌː".contains(*phoneme)).count()
}

#[test]
fn a_word_that_no_dictionary_has_is_spelled() {
    assert_eq!(written("qzx"), "kjˈu zˈi ˈɛks");
    assert_eq!(written("qzé5"), "kjˈu zˈi ˈi fˈIv");
}

#[test]
fn what_has_no_letters_in_english_is_unpronounceable() {
    for text in ["안녕하세요", "日本", "…", "--"] {
        let error = AMERICAN.phonemes(&[Words::Written(text.into())]);
        assert_eq!(error, Err(SpeechError::Unpronounceable), "{text}");
    }
}

#[test]
fn marks_close_up_where_written_words_and_ipa_meet() {
    let words = [Words::Written("Ask".into()), Words::Ipa("ˈwɪn".into()), Words::Written(", please.".into())];
    assert_eq!(AMERICAN.phonemes(&words).as_deref(), Ok("ˈæsk wˈɪn, plˈiz."));
}

#[test]
fn the_same_text_is_read_the_same_again() {
    let text = "The record that I read is a live record.";
    assert_eq!(written(text), written(text));
}

/// Odd texts, each with the number of sounds in its shortest plausible reading.
const ODD: &[(&str, usize)] = &[
    ("x86_64", 10),
    ("covid19", 10),
    ("covid-19", 10),
    ("B2B", 5),
    ("#5", 3),
    ("R2-D2", 7),
    ("naïve", 4),
    ("AT&T", 6),
    ("a/b", 3),
    ("foo_bar", 5),
    ("C++", 2),
    ("x1", 6),
    ("abc123def", 14),
    ("3rd", 4),
    ("½", 3),
    ("²", 2),
    ("hello[17]world", 12),
    ("[a](b)", 3),
    ("[word](/wrong/)", 7),
    ("iPhone7", 8),
    ("B12", 5),
    ("A1", 4),
    ("1a", 4),
    ("qwrtz", 6),
    ("Ångström", 8),
    ("№7", 5),
    ("ﬁne", 3),
    ("５５", 6),
    ("x²", 5),
    ("N95", 5),
    ("wi-fi", 4),
    ("Xzandrikov-Brumblewick", 16),
    ("nowhere.example.com", 15),
    ("a@b.c", 3),
    ("ø", 1),
    ("ł", 2),
    ("ß", 4),
    ("é", 1),
    ("Zoë", 2),
    ("Müller", 5),
    ("Łódź", 4),
    ("Þór", 4),
    ("q", 2),
    ("Q1", 6),
    ("1Q84", 9),
    ("24h", 7),
    ("4x4", 8),
    ("2x", 4),
    ("mp3", 5),
    ("MP3s", 6),
    ("H2O", 5),
    ("CO2", 4),
    ("G7", 7),
    ("v2.0.1", 8),
    ("1.2.3", 8),
    ("10.0.0.1", 10),
    ("00:15", 6),
    ("5'10\"", 5),
    ("90°", 4),
    ("a1b2c3", 12),
    ("7-Eleven", 10),
    ("(555)", 6),
    ("{42}", 5),
    ("<42>", 5),
    ("~3", 3),
    ("3~4", 6),
    ("=5", 3),
    ("5=5", 6),
    ("5*5", 6),
    ("5^2", 5),
    ("5|6", 6),
    ("a|b", 3),
    ("a\\b", 3),
    ("5\\6", 6),
    ("user_name_1", 10),
    ("__init__", 3),
    ("$HOME", 3),
    ("%d", 2),
    ("foo@bar", 5),
    ("rock'n'roll", 6),
    ("y'all", 2),
    ("ain't", 3),
    ("O'Brien", 5),
    ("d'Artagnan", 7),
    ("l’été", 3),
    ("‘quoted’", 5),
    ("“quoted”", 5),
    ("well—known", 6),
    ("well–known", 6),
    ("one…two", 4),
    ("end.Start", 6),
    ("one,two", 4),
    ("one;two", 4),
    ("one:two", 4),
    ("one!two", 4),
    ("A.B.C.", 4),
    ("e.g.", 2),
    ("PhD", 4),
    ("McXyzzy", 5),
    ("ABCDEFGH", 10),
    ("McDonald's", 7),
    ("1st2nd", 8),
    ("①", 3),
    ("Ⅳ", 2),
];

#[test]
fn nothing_is_lost_whatever_it_is_glued_to() {
    let alone = sounds(&written("Please note it."));
    let mut lost = Vec::new();
    for (odd, least) in ODD {
        let phonemes = written(&format!("Please note {odd} it."));
        let more = sounds(&phonemes).saturating_sub(alone);
        if more < *least {
            lost.push(format!("{odd}: only {more} sounds, {phonemes}"));
        }
    }
    assert!(ODD.len() >= 100 && lost.is_empty(), "{}", lost.join("\n"));
}

#[test]
fn the_language_decides_on_the_dictionary() {
    for (language, expected) in [
        ("en-GB", Some(Language::EnglishGB)),
        ("en_gb", Some(Language::EnglishGB)),
        ("EN-gb", Some(Language::EnglishGB)),
        ("en-US", Some(Language::EnglishUS)),
        ("en", Some(Language::EnglishUS)),
        ("en-AU", Some(Language::EnglishUS)),
        ("ko-KR", None),
        ("eng", None),
        ("", None),
    ] {
        assert_eq!(dictionary(language), expected, "{language}");
    }
}

#[test]
fn phonemes_that_a_network_does_not_have_are_left_out_and_alone_they_are_unpronounceable() {
    let vocabulary = [('a', 1), ('b', 2), (' ', 3)].into();
    assert_eq!(ids(&vocabulary, &["axb a", "xx", "b"]), Ok(vec![vec![1, 2, 3, 1], vec![2]]));
    for pieces in [["x", "y"].as_slice(), &[]] {
        assert_eq!(ids(&vocabulary, pieces), Err(SpeechError::Unpronounceable));
    }
}
