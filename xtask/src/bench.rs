//! Fetches the files and peers of a benchmark. The program `bench` measures.

use std::{ffi::OsString, path::Path};

use anyhow::Result;

use crate::{
    cargo, fetch, package_functions,
    peers::{self, BENCH, COLD},
};

/// The voices that are measured when none is named.
const VOICES: [&str; 3] = ["hibari", "piper", "kokoro"];

/// The voices of `bench chat` when none is named.
const CHAT_VOICES: [&str; 2] = ["hibari", "piper"];

/// The voices that are measured on a GPU when none is named.
pub(crate) const GPU_VOICES: [&str; 1] = ["piper"];

/// The names of the measurements in `cargo xtask bench --help`.
const MEASUREMENTS: [&str; 4] = ["compare", "callers", "memory", "gpu"];

/// Fetches the voices that the arguments name, then starts the program.
///
/// # Errors
/// When something can't be fetched, installed or built.
pub(crate) fn run(root: &Path, arguments: &[OsString]) -> Result<()> {
    let words: Vec<_> = arguments.iter().map(|argument| argument.to_string_lossy()).collect();
    let words: Vec<_> = words.iter().map(AsRef::as_ref).collect();
    if asks_for_help(&words) {
        return cargo::run_release(root, &["bench"], "", arguments, || Ok(()));
    }
    let measurement = words.iter().find(|word| MEASUREMENTS.contains(word)).copied();
    let mut options = Vec::new();
    if measurement.is_none_or(|measurement| measurement == "compare") {
        options = peers_of(root)?;
    }
    let arguments = [options, arguments.to_vec()].concat();
    cargo::run_release(root, &["bench"], "", &arguments, || fetch_for(root, measurement, &words))
}

/// Fetches the voices that the arguments name, then holds conversations.
///
/// # Errors
/// When something can't be fetched or built.
pub(crate) fn chat(root: &Path, arguments: &[OsString]) -> Result<()> {
    let words: Vec<_> = arguments.iter().map(|argument| argument.to_string_lossy()).collect();
    let words: Vec<_> = words.iter().map(AsRef::as_ref).collect();
    cargo::run_call(root, "chat", arguments, || {
        fetch::runtime(root)?;
        pinned(&words, &CHAT_VOICES)?.iter().try_for_each(|voice| fetch::voice(root, voice))
    })
}

/// Builds the functions, then starts one of them cold, beside one in Python.
///
/// # Errors
/// When something can't be built or installed.
pub(crate) fn cold(root: &Path, arguments: &[OsString]) -> Result<()> {
    let words: Vec<_> = arguments.iter().map(|argument| argument.to_string_lossy()).collect();
    let words: Vec<_> = words.iter().map(AsRef::as_ref).collect();
    let mut options = Vec::new();
    if !asks_for_help(&words) {
        let built = package_functions::for_this_machine(root)?;
        let work = cargo::target_folder()?.join("cold");
        let python = peers::python(&COLD.install(root)?);
        let paths = [
            ("--program", built.programs.join("get_next_batch")),
            ("--zips", built.zips),
            ("--python", python),
            ("--handler", root.join("local-stack/cold")),
            ("--work", work),
        ];
        options.extend(paths.into_iter().flat_map(|(name, path)| [name.into(), path.into()]));
    }
    cargo::run_release(root, &["local-stack"], "cold", &[options, arguments.to_vec()].concat(), || Ok(()))
}

/// The pinned voices among those that the arguments name, else the usual ones. A user's own voice is not fetched; the
/// program reports a voice that does not exist.
fn pinned<'a>(words: &[&'a str], usual: &[&'a str]) -> Result<Vec<&'a str>> {
    let Some(names) = named_voices(words) else { return Ok(usual.to_vec()) };
    let pinned = fetch::voice_names()?;
    Ok(names.into_iter().filter(|name| pinned.iter().any(|pinned| pinned == name)).collect())
}

/// The options that tell the program where its peers are.
fn peers_of(root: &Path) -> Result<Vec<OsString>> {
    let python = peers::python(&BENCH.install(root)?);
    let script = root.join("voice-tools/peers/measure.py");
    Ok(["--python".into(), python.into(), "--peers".into(), script.into()].into())
}

fn asks_for_help(words: &[&str]) -> bool {
    words.first() == Some(&"help") || words.iter().any(|word| ["-h", "--help"].contains(word))
}

fn fetch_for(root: &Path, measurement: Option<&str>, words: &[&str]) -> Result<()> {
    let is_gpu = measurement == Some("gpu");
    match is_gpu {
        true => fetch::gpu_runtime(root)?,
        false => fetch::runtime(root)?,
    }
    let usual: &[&str] = if is_gpu { &GPU_VOICES } else { &VOICES };
    pinned(words, usual)?.iter().try_for_each(|voice| fetch::voice(root, voice))
}

/// The names in `--voices A,B` or `--voices=A,B`.
fn named_voices<'a>(words: &[&'a str]) -> Option<Vec<&'a str>> {
    let mut names = None;
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        let value = if word == "--voices" { words.next() } else { word.strip_prefix("--voices=") };
        if let Some(value) = value {
            names.get_or_insert_with(Vec::new).extend(value.split(','));
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_voices_that_are_named_are_fetched() {
        for (words, expected) in [
            (&["callers"][..], None),
            (&["--voices", "a,b", "memory"], Some(vec!["a", "b"])),
            (&["gpu", "--voices=a", "--voices", "b"], Some(vec!["a", "b"])),
            (&["gpu", "--voices"], None),
        ] {
            assert_eq!(named_voices(words), expected, "{words:?}");
        }
    }
}
