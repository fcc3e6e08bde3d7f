use super::*;

fn fetched() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/espeak")
}

fn phonemes(language: &str, text: &str) -> String {
    Phonemizer::open(Some(&fetched()), language)
        .and_then(|phonemizer| phonemizer.phonemes(text))
        .unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn marks_stay_where_they_end_a_clause() {
    for (language, text, expected) in [
        (
            "en-us",
            "Hello, world! How are you? Fine; thanks: yes.",
            "həlˈoʊ, wˈɜːld! hˈaʊ ɑːɹ juː? fˈaɪn; θˈæŋks: jˈɛs.",
        ),
        ("en-us", "It is 3.5 at 10:30. X", "ɪɾ ɪz θɹˈiː pɔɪnt fˈaɪv æt tˈɛn θˈɜːɾi. ˈɛks"),
        ("en-us", "He said \"yes.\"", "hiː sˈɛd jˈɛs."),
        ("de", "Guten Tag.", "ɡˈuːtən tˈɑːk."),
        ("fr", "Bon weekend !", "bˈɔ̃ wiːkˈɛnd!"),
        ("ko", "안녕하세요, 반갑습니다.", "ˈɐnnjʌŋhˌɐsejˌo, pˈɐnqɐps-ˌɯpnidˌɐ."),
        ("en-us", ".", "."),
        ("en-us", " ", ""),
    ] {
        assert_eq!(phonemes(language, text), expected, "{text}");
    }
}

#[test]
fn languages_are_switched_and_nothing_of_one_text_gets_into_the_next() {
    std::thread::scope(|scope| {
        for number in 0..8 {
            scope.spawn(move || {
                let (language, text) = [("en-us", "Hello. X"), ("ko", "네"), ("de", "Hallo. X")][number % 3];
                let alone = phonemes(language, text);
                for _ in 0..100 {
                    assert_eq!(phonemes(language, text), alone, "{language}");
                }
            });
        }
    });
}

#[test]
fn text_that_no_one_writes_is_survived() {
    for language in ["en-us", "ar", "da", "ko", "vi", "ml", "my", "ti", "ja"] {
        for text in [
            "`".to_owned(),
            "ⓜ ຣ🅱 ⠿".to_owned(),
            "\"-a '-m {-सम >-x".to_owned(),
            "a".repeat(50_000),
            "😀 ".repeat(10_000),
            "1234567890".repeat(200),
            "שלום مرحبا \u{202e}".repeat(300),
            "𒐝".repeat(1000),
            "\0\u{1}\u{2}B1 x\u{1b}".to_owned(),
        ] {
            phonemes(language, &text);
        }
    }
}

#[test]
fn a_language_that_is_not_known_is_named_with_those_that_are() {
    for language in ["xx-nowhere", "", "en\0"] {
        let error = Phonemizer::open(Some(&fetched()), language).expect_err(language);
        assert!(error.contains("no language `") && error.contains("espeak-ng-data/lang"), "{error}");
        assert!(!error.contains('\n') && !error.contains('\0'), "{error}");
    }
}

#[test]
fn a_library_that_is_not_there_is_named_with_what_to_do() {
    let folder = Path::new("/nowhere");
    let broken = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let expected = format!("{} (", broken.display());
    for (candidates, expected) in [
        // The system's library never replaces a named folder's.
        (candidates(Some(folder)), "/nowhere (has no libespeak-ng.so"),
        (vec![(broken.clone(), Some(folder))], expected.as_str()),
    ] {
        let error = open_first(&candidates, Some(folder)).err().expect("fails");
        for part in [expected, "cargo xtask fetch", "FIRSTWORD_ESPEAK"] {
            assert!(error.contains(part) && !error.contains('\n'), "{error}");
        }
    }
}
