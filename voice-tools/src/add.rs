//! Turns a downloaded model into a voice: writes its `voice.toml` and lets the voice speak once, so that an unsuitable
//! model fails now and not during a call.

mod describe;

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, Result, bail};
use speech::{DeviceChoice, Engine, Job, Runtime, voice::VoiceLoader};
use text::Sentence;

use self::describe::{Description, describe};
use crate::{check_name, runtime_config};

const FILE_NAME: &str = "voice.toml";

/// The model's folder and its known properties.
#[derive(clap::Args)]
pub struct Arguments {
    /// Folder that holds the model: for Piper one `.onnx` and its `.onnx.json`; for Kokoro one `.onnx`, a
    /// `config.json` or `vocab.json` with its phonemes, and style files (`.bin`), one per speaker.
    pub folder: PathBuf,
    /// The voice's name. The folder's name when absent.
    #[arg(long)]
    pub name: Option<String>,
    /// BCP 47 tag of the model's language, if its files don't name the language.
    #[arg(long)]
    pub language: Option<String>,
    /// SPDX expression of the licence of the model's weights.
    #[arg(long, default_value = "unknown")]
    pub licence: String,
    /// Source of the model's files.
    #[arg(long, default_value = "unknown")]
    pub source: String,
}

/// Writes `voice.toml`. A folder outside of the voices folder is copied into it.
///
/// # Errors
/// One line that names the remedy. After an error the earlier state is restored.
pub fn run(assets: &Path, arguments: &Arguments) -> Result<()> {
    let name = name(arguments)?;
    let folder = assets.join("voices").join(&name);
    let is_inside = arguments.folder.canonicalize().ok() == folder.canonicalize().ok() && folder.is_dir();
    if !is_inside && folder.exists() {
        bail!("{} is there already: remove it or choose another --name", folder.display());
    }
    // The description is checked before the copy, so that only voices are copied.
    let description = describe(&arguments.folder, &name, arguments)?;
    let added = match is_inside {
        true => describe_in_place(assets, &folder, &description),
        false => copy_and_describe(assets, &arguments.folder, &folder, &description),
    };
    added.with_context(|| format!("{name} was not added"))?;
    println!(
        "{} is written; try it: cargo xtask voices say {name} \"Hello.\" --out hello.wav",
        folder.join(FILE_NAME).display()
    );
    Ok(())
}

/// Describes a model inside the voices folder. If the voice does not speak, the earlier description is restored.
fn describe_in_place(assets: &Path, folder: &Path, description: &Description) -> Result<()> {
    let path = folder.join(FILE_NAME);
    let before = match fs::read(&path) {
        Ok(before) => Some(before),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error).with_context(|| format!("{} can't be read", path.display())),
    };
    let done = write(folder, description).and_then(|()| speak_once(assets, folder));
    if done.is_err() {
        match before {
            Some(before) => fs::write(&path, before)?,
            None => fs::remove_file(&path).or_else(missing_is_fine)?,
        }
    }
    done
}

/// Copies and describes a model. All work is done in a folder beside the voice's until the voice is complete and has
/// spoken, so that an incomplete voice is never visible.
fn copy_and_describe(assets: &Path, from: &Path, folder: &Path, description: &Description) -> Result<()> {
    let unfinished = folder.with_added_extension(format!("unfinished-{}", std::process::id()));
    let done = copy(from, &unfinished, description.files())
        .and_then(|()| write(&unfinished, description))
        .and_then(|()| speak_once(assets, &unfinished))
        .and_then(|()| {
            fs::rename(&unfinished, folder).with_context(|| format!("{} can't be made", folder.display()))
        });
    if done.is_err() {
        fs::remove_dir_all(&unfinished).or_else(missing_is_fine)?;
    }
    done
}

fn missing_is_fine(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

fn write(folder: &Path, description: &Description) -> Result<()> {
    let path = folder.join(FILE_NAME);
    fs::write(&path, description.to_toml()?).with_context(|| format!("{} can't be written", path.display()))
}

fn name(arguments: &Arguments) -> Result<String> {
    let name = match &arguments.name {
        Some(name) => name.clone(),
        None => {
            let folder = arguments
                .folder
                .canonicalize()
                .with_context(|| format!("{} can't be opened", arguments.folder.display()))?;
            folder.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase()
        }
    };
    check_name(&name).context("say --name NAME")?;
    Ok(name)
}

fn copy<'a>(from: &Path, to: &Path, files: impl Iterator<Item = &'a str>) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("{} can't be made", to.display()))?;
    for file in files {
        fs::copy(from.join(file), to.join(file)).with_context(|| format!("{file} can't be copied"))?;
    }
    Ok(())
}

fn speak_once(assets: &Path, folder: &Path) -> Result<()> {
    let runtime = Runtime::open(runtime_config(assets, DeviceChoice::Auto))?;
    let loader = VoiceLoader::open(folder, &runtime)?;
    let engine = Engine::of(&loader, 1, 1)?;
    let job = Job::new(Sentence::plain("1, 2, 3."), Instant::now());
    engine.submit(job)?.blocking_recv().context("the engine stopped")??;
    Ok(())
}
