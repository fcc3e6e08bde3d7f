//! The real voice of the family `kokoro`: its speakers, its pace, lines beyond its limit, damaged files. Few
//! sentences: the model is slow.
//!
//! Needs the files of `cargo xtask fetch`.

#![allow(clippy::expect_used, reason = "a test whose setting fails can only stop")]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{LazyLock, Mutex, PoisonError},
};

use speech::{
    Band, Delivery, Interrupt, Line, Runtime, RuntimeConfig, SpeechError, Utterance, Voice, Words,
    voice::VoiceLoader,
};

fn assets() -> PathBuf {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets");
    assert!(assets.join("voices/kokoro").is_dir(), "run `cargo xtask fetch` first");
    assets
}

/// One per process: the library holds a single environment.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let onnxruntime = assets().join("onnxruntime/libonnxruntime.so");
    Runtime::open(RuntimeConfig { onnxruntime, ..RuntimeConfig::default() })
        .expect("the fetched library opens")
});

static VOICE: LazyLock<Mutex<Box<dyn Voice>>> = LazyLock::new(|| {
    let loader =
        VoiceLoader::open(&assets().join("voices/kokoro"), &RUNTIME).expect("the fetched voice is whole");
    Mutex::new(loader.load(1).expect("the model loads"))
});

fn speak(words: Words, speaker: usize, speed: f32) -> Result<Utterance, SpeechError> {
    let line = Line { words: vec![words], delivery: Delivery { speaker, speed, band: Band::Wide } };
    VOICE
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .speak(&[&line], &Interrupt::default())
        .pop()
        .expect("one answer per line")
}

fn written(text: &str, speaker: usize, speed: f32) -> Utterance {
    speak(Words::Written(text.into()), speaker, speed).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Seconds from the first loud sample to the last one.
fn length(utterance: &Utterance) -> f64 {
    let is_loud = |sample: &f32| sample.abs() > 0.02;
    let first = utterance.waveform.iter().position(is_loud).expect("speech");
    let last = utterance.waveform.iter().rposition(is_loud).expect("speech");
    (last - first) as f64 / f64::from(utterance.sample_rate)
}

/// Pitch in Hz: the frequency of the delay at which the waveform is most similar to itself.
fn pitch(utterance: &Utterance) -> f64 {
    let waveform = &utterance.waveform;
    let likeness = |lag: usize| -> f32 { waveform.iter().zip(&waveform[lag..]).map(|(a, b)| a * b).sum() };
    let rate = utterance.sample_rate as usize;
    let lag = (rate / 350..rate / 70).max_by(|one, other| likeness(*one).total_cmp(&likeness(*other)));
    rate as f64 / lag.expect("lags") as f64
}

#[test]
fn the_same_model_speaks_korean() {
    let loader =
        VoiceLoader::open(&assets().join("voices/kokoro-ko"), &RUNTIME).expect("the fetched voice is whole");
    let mut voice = loader.load(1).expect("the model loads");
    let words = vec![Words::Written("안녕하세요, 무엇을 도와드릴까요?".into())];
    let line = Line { words, delivery: Delivery { speaker: 0, speed: 1.0, band: Band::Wide } };
    let mut answers = voice.speak(&[&line], &Interrupt::default());
    let length = length(&answers.pop().expect("one answer per line").expect("speech"));
    assert!((1.2..4.0).contains(&length), "it lasts {length} s");
}

#[test]
fn a_sentence_lasts_as_long_as_a_person_takes_for_it() {
    for (sentence, seconds) in [
        ("Yes.", 0.2..1.0),
        ("Thank you for calling, how may I help you today?", 2.0..4.5),
        ("Please ask Xzandrikov about covid nineteen.", 2.0..4.5),
    ] {
        let length = length(&written(sentence, 0, 1.0));
        assert!(seconds.contains(&length), "{sentence} lasts {length} s");
    }
}

#[test]
fn speakers_differ_and_the_same_one_says_the_same_again() {
    let sentence = "Your order has shipped.";
    let woman = written(sentence, 0, 1.0);
    let man = written(sentence, 3, 1.0);
    assert!(woman.waveform == written(sentence, 0, 1.0).waveform);
    let (high, low) = (pitch(&woman), pitch(&man));
    assert!(low < 0.75 * high, "{low} Hz against {high} Hz");
}

#[test]
fn speed_changes_the_length() {
    let sentence = "The quick brown fox jumps over the lazy dog.";
    let normal = length(&written(sentence, 0, 1.0));
    for speed in [0.5, 2.0] {
        let ratio = normal / length(&written(sentence, 0, speed));
        assert!((f64::from(speed) / ratio - 1.0).abs() < 0.35, "speed {speed} gives {ratio}");
    }
}

#[test]
fn words_in_ipa_sound_like_the_same_words_written() {
    let written = length(&written("better", 0, 1.0));
    let ipa = length(&speak(Words::Ipa("ˈbɛɾɚ".into()), 0, 1.0).expect("is spoken"));
    assert!((written / ipa - 1.0).abs() < 0.05, "{ipa} s against {written} s");
}

#[test]
fn more_phonemes_than_the_network_takes_are_all_spoken() {
    let clause = "the train to the city leaves at a quarter past seven, ";
    let short = length(&written(&clause.repeat(2), 0, 2.0));
    let long = length(&written(&clause.repeat(12), 0, 2.0));
    assert!(long > 4.7 * short, "{long} s against {short} s");
}

#[test]
fn a_speaker_that_is_not_there_is_named() {
    let error = speak(Words::Written("Hello.".into()), 99, 1.0).expect_err("there are few").to_string();
    assert!(error.contains("no speaker 99: this voice has 7"), "{error}");
}

#[test]
fn a_line_in_a_script_without_readings_is_unpronounceable() {
    let error = speak(Words::Written("안녕하세요".into()), 0, 1.0);
    assert_eq!(error.err(), Some(SpeechError::Unpronounceable));
}

/// A folder with links to the voice's files and a changed `voice.toml`.
fn changed_voice(name: &str, change: impl Fn(String) -> String) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    for entry in fs::read_dir(assets().join("voices/kokoro")).expect("the fetched voice") {
        let path = entry.expect("an entry").path().canonicalize().expect("a path");
        let link = folder.join(path.file_name().expect("a name"));
        if link.ends_with("voice.toml") {
            fs::write(link, change(fs::read_to_string(path).expect("text"))).expect("written");
        } else {
            std::os::unix::fs::symlink(path, link).expect("a link");
        }
    }
    folder
}

fn load(folder: &Path) -> Result<Box<dyn Voice>, SpeechError> {
    VoiceLoader::open(folder, &RUNTIME)?.load(1)
}

/// The two lines of a file in `voice.toml`: its path and its SHA-256.
fn file<'a>(toml: &'a str, role: &str) -> &'a str {
    let start = toml.find(&format!("[files.{role}]\n")).expect("the role") + role.len() + 9;
    toml[start..].split("\n\n").next().expect("two lines").trim_end()
}

fn with_file_of(toml: &str, role: &str, other: &str) -> String {
    toml.replace(file(toml, role), file(toml, other))
}

#[test]
fn what_is_wrong_with_a_voice_is_said_in_one_line_that_names_it() {
    type Change = fn(String) -> String;
    let changes: [(&str, Change, &str); 7] = [
        (
            "style-of-wrong-size",
            |toml| with_file_of(&toml, "style_am_michael", "vocabulary"),
            "vocab.json: must be 522240 bytes",
        ),
        (
            "model-of-another-family",
            |toml| with_file_of(&toml, "model", "unknown_words"),
            "oov.onnx: a kokoro model has an input `tokens`",
        ),
        ("no-style", |toml| toml.replace("style_af_bella", "style_other"), "`style_af_bella`"),
        ("no-model", |toml| toml.replace("kokoro.onnx", "other.onnx"), "other.onnx"),
        (
            "other-device",
            |toml| toml.replace("device = \"cpu\"", "device = \"cuda:200\""),
            "voice.toml asks for device cuda:200: ",
        ),
        ("other-language", |toml| toml.replace("\"en-US\"", "\"ja-JP\""), "doesn't speak"),
        ("wrong-rate", |toml| toml.replace("24000", "22050"), "sample_rate must be 24000"),
    ];
    for (name, change, expected) in changes {
        let error = load(&changed_voice(name, change)).err().unwrap_or_else(|| panic!("{name} is loaded"));
        let message = error.to_string();
        assert!(message.contains(expected) && !message.contains('\n'), "{name}: {message}");
        // Fetching another copy of a file helps only where this one is missing or damaged.
        assert_eq!(message.contains("cargo xtask voices fetch kokoro"), name == "no-model", "{message}");
    }
}

#[test]
fn the_network_for_unknown_words_may_be_missing() {
    let folder = changed_voice("no-network", |toml| {
        let rest = toml.find("[files.style_").expect("the styles");
        let network = toml.find("[files.unknown_words]").expect("the network");
        format!("{}{}", &toml[..network], &toml[rest..])
    });
    assert!(load(&folder).is_ok());
}

/// `tests/data/kokoro-half.onnx` adds its `input_ids`, its whole `speed` and the first number of its `style`, and
/// gives the sums in half precision as `waveform`.
#[test]
fn an_export_with_other_names_and_formats_is_fed_what_it_takes() {
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/kokoro-half.onnx");
    let folder = changed_voice("half", |toml| {
        let half = "path = \"half.onnx\"\nsha256 = \"b84208022b6e62afbeed751e474e4a7711a3880c22b77d0656d1f7c8f04f20f9\"";
        toml.replace(file(&toml, "model"), half)
    });
    fs::copy(model, folder.join("half.onnx")).expect("a copy");
    let line = Line {
        words: vec![Words::Ipa("ˈiː".into())],
        delivery: Delivery { speaker: 0, speed: 1.8, band: Band::Wide },
    };
    let spoken =
        load(&folder).expect("is loaded").speak(&[&line], &Interrupt::default()).pop().expect("an answer");
    let styles = fs::read(folder.join("af_heart.bin")).expect("the style");
    // Two phonemes, so the second style vector is used; 156 and 51 are their ids, 2 is the speed.
    let style: [u8; 4] = styles[1024..1028].try_into().expect("a number");
    let expected = [0.0, 156.0, 51.0, 0.0].map(|id| id + 2.0 + f32::from_le_bytes(style));
    let waveform = spoken.expect("is spoken").waveform;
    assert_eq!(waveform.len(), expected.len());
    for (sample, expected) in waveform.iter().zip(expected) {
        assert!((sample - expected).abs() < 0.1, "{sample} instead of {expected}");
    }
}
