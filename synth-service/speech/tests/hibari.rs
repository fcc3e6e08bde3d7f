//! The real voice `hibari`: its sound for words that no dictionary has, for long sentences, and with damaged files.
//!
//! Needs the files of `cargo xtask fetch`.

#![allow(clippy::expect_used, reason = "a test whose setting fails can only stop")]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
    time::{Duration, Instant},
};

use speech::{
    Clip, Device, Engine, Job, Runtime, RuntimeConfig, SpeechError, engine::model_pace, voice::VoiceLoader,
};
use text::Sentence;

fn assets() -> PathBuf {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets");
    assert!(assets.is_dir(), "run `cargo xtask fetch` first");
    assets
}

/// One per process: the library holds a single environment.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    open_runtime(&assets().join("onnxruntime/libonnxruntime.so")).expect("the fetched library opens")
});

fn open_runtime(path: &Path) -> Result<Runtime, SpeechError> {
    Runtime::open(RuntimeConfig { onnxruntime: path.to_owned(), ..RuntimeConfig::default() })
}

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let loader =
        VoiceLoader::open(&assets().join("voices/hibari"), &RUNTIME).expect("the fetched voice is whole");
    Engine::of(&loader, 1, 64).expect("the voice warms up")
});

async fn speak_at(sentence: &str, speed: f32) -> Result<Clip, SpeechError> {
    let mut job = Job::new(Sentence::plain(sentence), Instant::now());
    job.delivery.speed = speed;
    ENGINE.submit(job)?.await.expect("every job is answered")
}

async fn speak(sentence: &str) -> Result<Clip, SpeechError> {
    speak_at(sentence, 1.0).await
}

async fn length(sentence: &str) -> Duration {
    speak(sentence).await.unwrap_or_else(|error| panic!("{sentence}: {error}")).duration
}

#[tokio::test]
async fn a_sentence_lasts_as_long_as_a_person_takes_for_it() {
    let seconds = length("Thank you for calling, how may I help you today?").await.as_secs_f64();
    assert!((2.0..4.5).contains(&seconds), "{seconds} s");
}

#[tokio::test]
async fn every_word_is_spoken_though_no_dictionary_has_it() {
    let without = length("Please ask about the account.").await;
    for with in [
        "Please ask Xzandrikov about the account.",
        "Please ask about the Brumblewick account.",
        "Please ask about the account at 5:30.",
        "Please ask about the account of Zoë Müller-Ångström.",
    ] {
        let longer = length(with).await.saturating_sub(without);
        assert!(longer > Duration::from_millis(200), "{with}: only {longer:?} longer");
    }
}

#[tokio::test]
async fn no_number_is_lost_whatever_it_is_glued_to() {
    let without = length("Please note it.").await;
    for number in [
        "50%",
        "0.5%",
        "24/7",
        "3/4",
        "555-0199",
        "1-800-555-0199",
        "5-10",
        "2024-01-05",
        "01/05/2024",
        "4711/0815",
        "100€",
        "¥100",
        "½",
        "(17)",
        "12345678901234567890",
        "#5",
        "№7",
        "+49",
        "x86_64",
        "10:05",
        "70+",
        "20 × 30",
        "R2-D2",
        "1.000,50",
        "3~4",
        "7²",
    ] {
        let longer = length(&format!("Please note {number} it.")).await.saturating_sub(without);
        assert!(longer > Duration::from_millis(120), "{number}: only {longer:?} longer");
    }
    for (short, long) in [
        ("a hour", "a 24-hour"),
        ("covid", "covid-19"),
        ("B A", "BA-123"),
        ("am", "10:30am"),
        ("k", "100k"),
        ("M", "$1.2M"),
        ("v", "v2.0.1"),
        ("year old", "3-year-old"),
    ] {
        let short = length(&format!("Please note {short} it.")).await;
        let longer = length(&format!("Please note {long} it.")).await.saturating_sub(short);
        assert!(longer > Duration::from_millis(120), "{long}: only {longer:?} longer");
    }
}

#[tokio::test]
async fn the_same_sentence_gives_the_same_file_every_time() {
    let sentence = "Your order has shipped.";
    let first = speak(sentence).await.expect("is spoken").audio;
    speak("Something else comes between.").await.expect("is spoken");
    assert!(first == speak(sentence).await.expect("is spoken").audio);
}

#[tokio::test]
async fn speed_changes_the_length() {
    let sentence = "The quick brown fox jumps over the lazy dog.";
    let normal = length(sentence).await.as_secs_f64();
    for speed in [0.5, 2.0] {
        let clip = speak_at(sentence, speed).await.expect("is spoken");
        let ratio = normal / clip.duration.as_secs_f64();
        assert!((f64::from(speed) / ratio - 1.0).abs() < 0.35, "speed {speed} gives {ratio}");
    }
}

#[tokio::test]
async fn more_phonemes_than_the_network_takes_are_all_spoken() {
    let clause = "the train to the city leaves at a quarter past seven, ";
    let short = length(&clause.repeat(2)).await.as_secs_f64();
    let long = length(&clause.repeat(14)).await.as_secs_f64();
    assert!(long > 5.5 * short, "{long} s against {short} s");
}

#[tokio::test]
async fn a_sentence_in_a_script_without_readings_is_unpronounceable() {
    assert_eq!(speak("안녕하세요").await.err(), Some(SpeechError::Unpronounceable));
}

#[tokio::test]
async fn a_clip_is_neither_quiet_nor_clipped() {
    let clip = speak("Please hold the line while I look that up for you.").await.expect("is spoken");
    // A mu-law code grows with the magnitude once it is inverted; 0x7f is full scale.
    let loudest = clip.audio.iter().map(|code| !code & 0x7f).max().expect("samples");
    assert!((0x50..0x7f).contains(&loudest), "the loudest code is {loudest:#x}");
}

/// The fetched voice, copied so that a test can damage it.
fn copy_of_the_voice(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    for entry in fs::read_dir(assets().join("voices/hibari")).expect("the fetched voice") {
        let path = entry.expect("an entry").path();
        fs::copy(&path, folder.join(path.file_name().expect("a name"))).expect("a copy");
    }
    folder
}

/// Rewrites one file of a voice.
fn rewrite(folder: &Path, name: &str, change: impl Fn(Vec<u8>) -> Vec<u8>) {
    let content = fs::read(folder.join(name)).expect("read");
    fs::write(folder.join(name), change(content)).expect("written");
}

type Damage = fn(&Path);

#[test]
fn what_is_wrong_with_a_voice_is_said_in_one_line_that_names_it() {
    let damages: [(&str, Damage, &str); 6] = [
        ("no-model", |folder| fs::remove_file(folder.join("hibari.onnx")).expect("removed"), "hibari.onnx"),
        (
            "truncated-model",
            |folder| rewrite(folder, "hibari.onnx", |model| model[..model.len() / 2].to_vec()),
            "hibari.onnx: is damaged",
        ),
        (
            "flipped-bit",
            |folder| {
                rewrite(folder, "hibari.onnx", |mut model| {
                    let middle = model.len() / 2;
                    model[middle] ^= 1;
                    model
                });
            },
            "hibari.onnx: is damaged",
        ),
        ("no-toml", |folder| fs::remove_file(folder.join("voice.toml")).expect("removed"), "voice.toml"),
        ("not-toml", |folder| rewrite(folder, "voice.toml", |_| b"name = [".to_vec()), "voice.toml"),
        (
            "no-vocabulary",
            |folder| {
                rewrite(folder, "voice.toml", |toml| {
                    let toml = String::from_utf8(toml).expect("text");
                    toml.replace("files.vocabulary", "files.other").into_bytes()
                });
            },
            "`vocabulary`",
        ),
    ];
    for (name, damage, expected) in damages {
        let folder = copy_of_the_voice(name);
        damage(&folder);
        let loaded = VoiceLoader::open(&folder, &RUNTIME).and_then(|loader| loader.load(1));
        let message = loaded.err().unwrap_or_else(|| panic!("{name} is loaded")).to_string();
        assert!(message.contains(expected) && !message.contains('\n'), "{name}: {message}");
    }
}

#[test]
fn the_pace_of_the_network_is_measured_on_any_device() {
    let loader = VoiceLoader::open(&assets().join("voices/hibari"), &RUNTIME.only_on(Device::Cpu));
    let pace = model_pace(&loader.expect("the fetched voice is whole")).expect("it speaks");
    let pace = pace.expect("it can speak English");
    // A second of audio never takes nothing, and this voice never takes a second for it.
    assert!(pace > 0.0 && pace < 1.0, "{pace}");
}

#[test]
fn a_runtime_that_is_not_there_is_named() {
    let missing = open_runtime(Path::new("/nowhere/libonnxruntime.so")).err().expect("fails").to_string();
    assert!(missing.contains("/nowhere/libonnxruntime.so"), "{missing}");
}
