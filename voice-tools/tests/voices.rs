//! Tests the commands `voices add` and `voices say` with real voices.
//!
//! Needs the files that `cargo xtask fetch` downloads.

#![allow(clippy::expect_used, reason = "a test whose setting fails can only stop")]

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

fn fetched() -> PathBuf {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets").canonicalize();
    assets.expect("run `cargo xtask fetch` first")
}

/// An assets folder with the libraries and without voices.
fn assets() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for name in ["onnxruntime", "espeak"] {
        symlink(fetched().join(name), folder.path().join(name)).expect("linked");
    }
    folder
}

/// A folder like that of a downloaded voice, with these files.
fn downloaded(voice: &str, files: &[&str]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for file in files {
        fs::copy(fetched().join("voices").join(voice).join(file), folder.path().join(file)).expect("copied");
    }
    folder
}

fn voices(assets: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_voices"))
        .args(arguments)
        .arg("--assets")
        .arg(assets)
        .output()
        .expect("the program starts")
}

/// The last line of the error output.
fn complaint(output: &Output) -> String {
    assert!(!output.status.success(), "it succeeded");
    String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default().to_owned()
}

fn path(folder: &TempDir) -> &str {
    folder.path().to_str().expect("UTF-8")
}

#[test]
fn a_downloaded_voice_is_added_and_speaks() {
    let piper = ["en_US-joe-medium.onnx", "en_US-joe-medium.onnx.json"];
    let kokoro = ["kokoro.onnx", "vocab.json", "af_bella.bin"];
    for (name, folder) in [("joe", downloaded("piper", &piper)), ("bella", downloaded("kokoro", &kokoro))] {
        let assets = assets();
        let added = voices(assets.path(), &["add", path(&folder), "--name", name]);
        assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
        let out = assets.path().join("out.wav");
        let text = "Hi there.";
        let said = voices(assets.path(), &["say", name, text, "--out", out.to_str().expect("UTF-8")]);
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        let file = fs::read(&out).expect("written");
        // The file is mu-law at 8000 Hz, at least half a second long.
        assert_eq!((&file[..4], file[20], &file[24..28]), (&b"RIFF"[..], 7, &8000u32.to_le_bytes()[..]));
        assert!(file.len() > 4000, "{name}: {} bytes", file.len());
        let again = voices(assets.path(), &["add", path(&folder), "--name", name]);
        assert!(complaint(&again).contains("is there already"), "{}", complaint(&again));
    }
}

#[test]
fn a_configuration_that_another_exporter_wrote_is_read() {
    let folder = downloaded("piper", &["en_US-joe-medium.onnx", "en_US-joe-medium.onnx.json"]);
    let config = folder.path().join("en_US-joe-medium.onnx.json");
    let written = fs::read_to_string(&config).expect("text");
    let written = written.replacen(r#""speaker_id_map": {}"#, r#""speaker_id_map": null"#, 1);
    let written = written.replacen(r#""num_speakers": 1"#, r#""num_speakers": null"#, 1);
    fs::write(&config, format!("\u{feff}{written}")).expect("written");
    let assets = assets();
    let added = voices(assets.path(), &["add", path(&folder), "--name", "joe"]);
    assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
}

#[test]
fn a_text_may_begin_with_a_minus() {
    let out = TempDir::new().expect("a folder");
    let file = out.path().join("out.wav");
    let said = voices(&fetched(), &["say", "hibari", "-5 degrees", "--out", file.to_str().expect("UTF-8")]);
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    assert!(fs::metadata(&file).expect("written").len() > 4000);
}

#[test]
fn a_bad_model_is_refused_and_leaves_nothing_behind() {
    let nothing = TempDir::new().expect("a folder");
    let alone = downloaded("piper", &["en_US-joe-medium.onnx"]);
    let misfit = downloaded("piper", &["en_US-joe-medium.onnx.json"]);
    fs::copy(fetched().join("voices/hibari/hibari.onnx"), misfit.path().join("en_US-joe-medium.onnx"))
        .expect("copied");
    let silent = downloaded("piper", &["en_US-joe-medium.onnx"]);
    fs::write(silent.path().join("en_US-joe-medium.onnx.json"), r#"{"audio": {"sample_rate": 22050}}"#)
        .expect("written");
    let other = downloaded("kokoro", &["kokoro.onnx", "af_bella.bin"]);
    fs::write(other.path().join("config.json"), r#"{"model_type": "other"}"#).expect("written");
    for (folder, expected) in [
        (&nothing, "holds 0 files .onnx"),
        (&alone, "there is neither en_US-joe-medium.onnx.json"),
        (&misfit, "a piper model has"),
        (&silent, "say --language"),
        (&other, "config.json has no `vocab`"),
    ] {
        let assets = assets();
        let complaint = complaint(&voices(assets.path(), &["add", path(folder), "--name", "new"]));
        assert!(complaint.contains(expected), "{complaint}");
        let left = fs::read_dir(assets.path().join("voices")).map_or(0, Iterator::count);
        assert_eq!(left, 0, "{expected}: something was left behind");
    }
}

#[test]
fn an_impossible_request_is_refused_in_one_line() {
    let out = TempDir::new().expect("a folder");
    let file = out.path().join("out.wav");
    let file = file.to_str().expect("UTF-8");
    let wrong = out.path().join("wrong.lexicon");
    fs::write(&wrong, "one = two\ntwo = one\n").expect("written");
    let wrong = wrong.to_str().expect("UTF-8");
    // Without the CUDA build, so that CUDA is missing on every machine.
    let assets = assets();
    symlink(fetched().join("voices"), assets.path().join("voices")).expect("linked");
    for (arguments, expected) in [
        (vec!["say", "nobody", "Hi.", "--out", file], "there is no voice `nobody`; the voices are: hibari"),
        (vec!["say", "hibari/nobody", "Hi.", "--out", file], "the speakers are: heart"),
        (vec!["say", "../hibari", "Hi.", "--out", file], "can't name a voice"),
        (vec!["say", "hibari", "…", "--out", file], "nothing to say"),
        (vec!["say", "hibari", "<speak>Hi.", "--out", file], "SSML line 1, column 1"),
        (vec!["say", "hibari", "Hi.", "--out", file, "--lexicon", wrong], "leads back to itself"),
        (vec!["say", "hibari", "Hi.", "--out", file, "--device", "cuda"], "device cuda:0 can't be used"),
    ] {
        let complaint = complaint(&voices(assets.path(), &arguments));
        assert!(complaint.contains(expected), "{arguments:?}: {complaint}");
    }
}
