//! Lists the voices, and fetches the voice that a command names.

use std::{ffi::OsString, fs, path::Path};

use anyhow::{Context, Result};

use crate::fetch;

/// Prints one line per voice.
///
/// # Errors
/// When a `voice.toml` can't be read; the error names the file.
pub(crate) fn list(root: &Path) -> Result<()> {
    let folder = root.join(fetch::ASSETS).join("voices");
    let mut here = Vec::new();
    for entry in fs::read_dir(&folder).into_iter().flatten() {
        let path = entry?.path();
        if path.join("voice.toml").is_file() {
            here.push(path);
        }
    }
    here.sort();
    for path in &here {
        println!("{}", describe(path)?);
    }
    for name in fetch::voice_names()? {
        if !here.iter().any(|path| path.file_name().is_some_and(|file| file == name.as_str())) {
            println!("{name:<12} not fetched: cargo xtask voices fetch {name}");
        }
    }
    Ok(())
}

fn describe(folder: &Path) -> Result<String> {
    let path = folder.join("voice.toml");
    let failed = || format!("{} can't be read", path.display());
    let voice: toml::Table = fs::read_to_string(&path).with_context(failed)?.parse().with_context(failed)?;
    let text = |key: &str| voice.get(key).and_then(toml::Value::as_str).unwrap_or("?").to_owned();
    let speakers = voice.get("speakers").and_then(toml::Value::as_array).into_iter().flatten();
    let speakers: Vec<_> = speakers.filter_map(toml::Value::as_str).collect();
    let rate = voice.get("sample_rate").and_then(toml::Value::as_integer).unwrap_or_default();
    Ok(format!(
        "{:<12} {:<8} {:<6} {rate} Hz  {}  speakers: {}",
        text("name"),
        text("family"),
        text("language"),
        text("licence"),
        speakers.join(", ")
    ))
}

/// Fetches the first pinned voice that an argument of `say` names, if there is one.
///
/// # Errors
/// When fetching fails.
pub(crate) fn fetch_named(root: &Path, arguments: &[OsString]) -> Result<()> {
    let names = fetch::voice_names()?;
    let named = arguments.iter().filter_map(|argument| argument.to_str()).find_map(|argument| {
        let voice = argument.split('/').next().unwrap_or_default();
        names.iter().find(|name| *name == voice)
    });
    named.map_or(Ok(()), |name| fetch::voice(root, name))
}
