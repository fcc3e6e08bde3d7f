//! Reads the description of a model from its own files.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use speech::voice::sha256;

use super::Arguments;

/// Names of the file with Kokoro's phonemes.
const KOKORO_VOCABULARIES: [&str; 2] = ["config.json", "vocab.json"];

/// The content of `voice.toml`.
#[derive(Serialize)]
pub(super) struct Description {
    name: String,
    family: &'static str,
    language: String,
    sample_rate: u32,
    speakers: Vec<String>,
    licence: String,
    source: String,
    files: BTreeMap<String, VoiceFile>,
}

#[derive(Serialize)]
struct VoiceFile {
    path: String,
    sha256: String,
}

/// The fields of Piper's `.onnx.json` that `voice.toml` repeats. Exporters write null for some fields that are empty.
#[derive(Deserialize)]
struct PiperConfig {
    audio: PiperAudio,
    espeak: Option<PiperEspeak>,
    language: Option<PiperLanguage>,
    dataset: Option<String>,
    num_speakers: Option<u16>,
    speaker_id_map: Option<BTreeMap<String, u32>>,
}

#[derive(Deserialize)]
struct PiperAudio {
    sample_rate: u32,
}

#[derive(Deserialize)]
struct PiperEspeak {
    voice: String,
}

#[derive(Deserialize)]
struct PiperLanguage {
    code: Option<String>,
}

impl Description {
    /// Names of the files, all of them in the voice's folder.
    pub(super) fn files(&self) -> impl Iterator<Item = &str> {
        self.files.values().map(|file| file.path.as_str())
    }

    pub(super) fn to_toml(&self) -> Result<String> {
        Ok(toml::to_string(self)?)
    }
}

/// Finds out the family of a folder's files, and describes them.
pub(super) fn describe(folder: &Path, name: &str, arguments: &Arguments) -> Result<Description> {
    let files = file_names(folder)?;
    let models: Vec<_> = files.iter().filter(|file| file.ends_with(".onnx")).collect();
    let [model] = models.as_slice() else {
        bail!("{} holds {} files .onnx: a voice has exactly one", folder.display(), models.len());
    };
    let mut description = Description {
        name: name.to_owned(),
        family: "piper",
        language: String::new(),
        sample_rate: 0,
        speakers: Vec::new(),
        licence: arguments.licence.clone(),
        source: arguments.source.clone(),
        files: BTreeMap::new(),
    };
    let piper_config = format!("{model}.json");
    let vocabulary = KOKORO_VOCABULARIES.into_iter().find(|name| files.iter().any(|file| file == name));
    let styles: Vec<_> = files.iter().filter(|file| file.ends_with(".bin")).cloned().collect();
    if files.contains(&piper_config) {
        piper(folder, &piper_config, &mut description)?;
        description.add(folder, "config", &piper_config)?;
    } else if let (false, Some(vocabulary)) = (styles.is_empty(), vocabulary) {
        description.family = "kokoro";
        description.sample_rate = 24_000;
        description.language = "en-US".into();
        check_vocabulary(folder, vocabulary)?;
        description.add(folder, "vocabulary", vocabulary)?;
        for style in styles {
            let speaker = style.trim_end_matches(".bin").to_owned();
            description.add(folder, &format!("style_{speaker}"), &style)?;
            description.speakers.push(speaker);
        }
    } else {
        bail!(
            "{} is not a voice: beside {model} there is neither {piper_config} (Piper) nor config.json and a style .bin (Kokoro)",
            folder.display()
        );
    }
    if let Some(language) = &arguments.language {
        description.language.clone_from(language);
    }
    if description.language.is_empty() {
        bail!("{piper_config} does not tell the language: say --language TAG, such as en-US");
    }
    description.add(folder, "model", model)?;
    Ok(description)
}

impl Description {
    fn add(&mut self, folder: &Path, role: &str, file: &str) -> Result<()> {
        let sha256 = sha256(&folder.join(file)).with_context(|| format!("{file} can't be read"))?;
        self.files.insert(role.to_owned(), VoiceFile { path: file.to_owned(), sha256 });
        Ok(())
    }
}

fn piper(folder: &Path, file: &str, description: &mut Description) -> Result<()> {
    let content = fs::read(folder.join(file)).with_context(|| format!("{file} can't be read"))?;
    let config: PiperConfig = serde_json::from_slice(text::without_byte_order_mark(&content))
        .with_context(|| format!("{file} is not a configuration of Piper"))?;
    let code = config.language.and_then(|language| language.code);
    let code = code.or(config.espeak.map(|espeak| espeak.voice)).unwrap_or_default();
    description.language = code.replace('_', "-");
    description.sample_rate = config.audio.sample_rate;
    let mut speakers: Vec<_> = config.speaker_id_map.unwrap_or_default().into_iter().collect();
    speakers.sort_by_key(|(_, id)| *id);
    description.speakers = speakers.into_iter().map(|(speaker, _)| speaker).collect();
    if description.speakers.is_empty() {
        description.speakers = match config.num_speakers.unwrap_or_default() {
            0 | 1 => vec![config.dataset.unwrap_or_else(|| description.name.clone())],
            // Speakers without names are numbered.
            number => (0..number).map(|id| id.to_string()).collect(),
        };
    }
    Ok(())
}

/// The file must contain Kokoro's phonemes, since other models have a `config.json` too.
fn check_vocabulary(folder: &Path, file: &str) -> Result<()> {
    let content = fs::read(folder.join(file)).with_context(|| format!("{file} can't be read"))?;
    let content: serde_json::Value =
        serde_json::from_slice(&content).with_context(|| format!("{file} is not JSON"))?;
    if !content["vocab"].is_object() {
        bail!(
            "{file} has no `vocab`, the numbers of Kokoro's phonemes: take the one that belongs to the model"
        );
    }
    Ok(())
}

fn file_names(folder: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} can't be opened", folder.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.path().is_file() {
            names.extend(entry.file_name().into_string());
        }
    }
    names.sort();
    Ok(names)
}
