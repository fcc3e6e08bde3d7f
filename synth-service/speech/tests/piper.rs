//! A real Piper voice: its words, batches compared with single sentences, languages, and broken voices.
//!
//! Needs the files of `cargo xtask fetch`.

#![allow(clippy::expect_used, reason = "a test whose setting fails can only stop")]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use speech::{
    Delivery, Interrupt, Line, Runtime, RuntimeConfig, SpeechError, Utterance, Voice, Words,
    voice::VoiceLoader,
};

const MODEL: &str = "en_US-joe-medium.onnx";
const CONFIG: &str = "en_US-joe-medium.onnx.json";

fn assets() -> PathBuf {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets");
    assert!(assets.join("voices/piper").is_dir(), "run `cargo xtask fetch` first");
    assets
}

/// One per process: the library holds a single environment.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    Runtime::open(RuntimeConfig {
        onnxruntime: assets().join("onnxruntime/libonnxruntime.so"),
        espeak: Some(assets().join("espeak")),
        ..RuntimeConfig::default()
    })
    .expect("the fetched library opens")
});

fn load(folder: &Path) -> Result<Box<dyn Voice>, SpeechError> {
    VoiceLoader::open(folder, &RUNTIME)?.load(1)
}

fn joe() -> Box<dyn Voice> {
    load(&assets().join("voices/piper")).expect("the fetched voice is whole")
}

fn written(text: &str) -> Line {
    Line { words: vec![Words::Written(text.into())], delivery: Delivery::default() }
}

fn speak(voice: &mut dyn Voice, line: &Line) -> Result<Utterance, SpeechError> {
    voice.speak(&[line], &Interrupt::default()).pop().expect("an answer for the line")
}

fn seconds(voice: &mut dyn Voice, text: &str) -> f64 {
    let utterance = speak(voice, &written(text)).unwrap_or_else(|error| panic!("{text}: {error}"));
    utterance.waveform.len() as f64 / f64::from(utterance.sample_rate)
}

/// The fetched voice under another name, with one file rewritten and its SHA-256 adapted.
fn changed(name: &str, file: &str, change: impl Fn(Vec<u8>) -> Vec<u8>) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("piper-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    for entry in fs::read_dir(assets().join("voices/piper")).expect("the fetched voice") {
        let path = entry.expect("an entry").path();
        fs::copy(&path, folder.join(path.file_name().expect("a name"))).expect("a copy");
    }
    let old = fs::read(folder.join(file)).expect("read");
    let new = change(old.clone());
    fs::write(folder.join(file), &new).expect("written");
    let description = fs::read_to_string(folder.join("voice.toml")).expect("read");
    fs::write(folder.join("voice.toml"), description.replace(&sha256(&old), &sha256(&new))).expect("written");
    folder
}

/// The fetched voice with `from` replaced by `to` in its configuration.
fn configured(name: &str, from: &str, to: &str) -> PathBuf {
    changed(name, CONFIG, |config| {
        let config = String::from_utf8(config).expect("text");
        assert!(config.contains(from), "the configuration has no {from}");
        config.replacen(from, to, 1).into_bytes()
    })
}

fn sha256(content: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_sentence_lasts_as_long_as_a_person_takes_for_it() {
    let mut joe = joe();
    for (text, range) in [
        ("Thank you for calling, how may I help you today?", 1.8..4.5),
        ("Yes.", 0.3..1.5),
        ("Your order has shipped and will arrive on Thursday, between nine and eleven.", 3.0..7.0),
    ] {
        let seconds = seconds(&mut *joe, text);
        assert!(range.contains(&seconds), "{text}: {seconds} s");
    }
}

#[test]
fn speed_changes_the_length() {
    let mut line = written("The quick brown fox jumps over the lazy dog.");
    let mut joe = joe();
    let normal = speak(&mut *joe, &line).expect("is spoken").waveform.len() as f64;
    for speed in [0.5, 2.0] {
        line.delivery.speed = speed;
        let ratio = normal / speak(&mut *joe, &line).expect("is spoken").waveform.len() as f64;
        assert!((f64::from(speed) / ratio - 1.0).abs() < 0.35, "speed {speed} gives {ratio}");
    }
}

#[test]
fn more_phonemes_than_go_into_one_run_are_all_spoken() {
    let clause = "the train to the city leaves at a quarter past seven, ";
    let mut joe = joe();
    let short = seconds(&mut *joe, &clause.repeat(2));
    let long = seconds(&mut *joe, &clause.repeat(14));
    assert!(long > 5.5 * short, "{long} s against {short} s");
}

#[test]
fn words_given_in_ipa_are_spoken_among_the_others() {
    let mut joe = joe();
    let words = |middle| Line {
        words: vec![Words::Written("Please ask".into()), middle, Words::Written("about it.".into())],
        delivery: Delivery::default(),
    };
    let mut length = |middle| speak(&mut *joe, &words(middle)).expect("is spoken").waveform.len();
    let (short, long) =
        (length(Words::Ipa("ˈwɪn".into())), length(Words::Ipa("ˌɪn.tɚˈnæ.ʃə.nəl.aɪˈzeɪ.ʃən".into())));
    assert!(long > short + 22_050 / 4, "{short} and {long} samples");
}

#[test]
fn a_language_is_read_by_its_own_rules() {
    let mut korean = load(&configured("korean", "en-us", "ko")).expect("espeak-ng knows Korean");
    let seconds = seconds(&mut *korean, "안녕하세요, 무엇을 도와드릴까요?");
    assert!((1.0..6.0).contains(&seconds), "{seconds} s");
}

#[test]
fn a_voice_of_characters_needs_no_espeak() {
    let folder = configured("characters", "\"phoneme_type\": \"espeak\"", "\"phoneme_type\": \"text\"");
    assert!(seconds(&mut *load(&folder).expect("is loaded"), "Hello there") > 0.2);
}

#[test]
fn phonemes_that_a_voice_does_not_have_are_left_out_and_the_rest_is_spoken() {
    // The schwa is removed; the rest of "hello" is shorter but is still speech.
    let folder = configured("without-schwa", "\"ə\"", "\"no phoneme\"");
    let mut voice = load(&folder).expect("is loaded");
    let seconds = seconds(&mut *voice, "Hello, how are you?");
    assert!((0.6..3.0).contains(&seconds), "{seconds} s");
    let alone = Line { words: vec![Words::Ipa("ə".into())], delivery: Delivery::default() };
    assert_eq!(speak(&mut *voice, &alone).err(), Some(SpeechError::Unpronounceable));
}

#[test]
fn no_text_is_too_strange() {
    let mut joe = joe();
    for text in ["🎉🎉", "\u{202e}\u{200f}", "... — ?!", "", "\0", "()"] {
        assert_eq!(speak(&mut *joe, &written(text)).err(), Some(SpeechError::Unpronounceable), "{text:?}");
    }
    for text in ["שלום, מה שלומך?", "مرحبا، كيف حالك؟", "네 🎉 ok", "`ls`", "naïve Ångström", "漢字。", "ⓜ a"]
    {
        assert!(seconds(&mut *joe, text) > 0.1, "{text}");
    }
}

#[test]
fn fifty_thousand_characters_without_a_sound_do_not_hide_the_one_word_behind_them() {
    let text = "🎉 ".repeat(25_000) + "Hello.";
    assert!(seconds(&mut *joe(), &text) > 0.2);
}

#[test]
fn many_threads_speak_at_once_and_each_gets_its_own_words() {
    let texts = ["Yes.", "Thank you for calling, how may I help you today?"];
    let lengths: Vec<f64> = std::thread::scope(|scope| {
        let speak = |number: usize| move || seconds(&mut *joe(), texts[number % 2]);
        let threads: Vec<_> = (0..4).map(|number| scope.spawn(speak(number))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    for pair in lengths.chunks(2) {
        assert!(pair[1] > 1.5 * pair[0], "{lengths:?}");
    }
}

#[test]
fn a_speaker_that_the_voice_does_not_have_is_refused() {
    let mut line = written("Hello.");
    line.delivery.speaker = 1;
    let error = speak(&mut *joe(), &line).expect_err("there is one speaker").to_string();
    assert!(error.contains("speaker number 1"), "{error}");
}

#[test]
fn a_configuration_that_another_exporter_wrote_is_read() {
    let folder = changed("exported", CONFIG, |config| {
        let config = String::from_utf8(config).expect("text");
        let written = config.replacen(r#""espeak","#, r#""PhonemeType.ESPEAK","#, 1);
        let written = written.replacen(r#""speaker_id_map": {}"#, r#""speaker_id_map": null"#, 1);
        assert!(written.contains("PhonemeType") && written.contains("null"), "{written}");
        format!("\u{feff}{written}").into_bytes()
    });
    let mut voice = load(&folder).expect("is read");
    assert!((0.3..1.5).contains(&seconds(&mut *voice, "Yes.")));
}

#[test]
fn what_is_wrong_with_a_voice_is_said_in_one_line_that_names_it() {
    let hibari = fs::read(assets().join("voices/hibari/hibari.onnx")).expect("the fetched voice");
    for (folder, expected) in [
        (
            changed("other-family", MODEL, |_| hibari.clone()),
            "a piper model has an input `input`, this one has ids",
        ),
        (changed("truncated", MODEL, |model| model[..model.len() / 2].to_vec()), MODEL),
        (changed("not-a-model", MODEL, |_| b"hello".to_vec()), MODEL),
        (changed("not-json", CONFIG, |_| b"{".to_vec()), CONFIG),
        (configured("no-ids", "phoneme_id_map", "phonemes"), "missing field `phoneme_id_map`"),
        (configured("no-start", "\"^\"", "\"start\""), "no `^`"),
        (configured("pinyin", "\"espeak\",", "\"pinyin\","), "unknown variant `pinyin`"),
        (configured("unknown-language", "en-us", "xx-nowhere"), "no language `xx-nowhere`"),
        (configured("no-language", "\"espeak\": {", "\"other\": {"), "no espeak.voice"),
        (configured("other-rate", "22050", "16000"), "sample_rate is 16000"),
        (configured("few-symbols", "\"num_symbols\": 256", "\"num_symbols\": 100"), "num_symbols"),
        (
            configured("other-speakers", "\"speaker_id_map\": {}", "\"speaker_id_map\": {\"ann\": 0}"),
            "has no `joe`",
        ),
    ] {
        let message =
            load(&folder).err().unwrap_or_else(|| panic!("{} is loaded", folder.display())).to_string();
        assert!(message.contains(expected) && !message.contains('\n'), "{expected}: {message}");
    }
}
