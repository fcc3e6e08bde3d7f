//! `voice.toml`: the description of a voice and its files.

use std::{
    collections::BTreeMap,
    fs::File,
    io,
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

use digest_io::IoWrapper;
use serde::{Deserialize, Deserializer, de::Error};
use sha2::{Digest, Sha256};

use crate::{Device, DeviceChoice, Runtime, SpeechError, error::one_line};

/// Name of the file that makes a folder a voice.
const FILE_NAME: &str = "voice.toml";

/// Accepted sample rates, in Hz: from a telephone's to more than any model has.
const SAMPLE_RATES: RangeInclusive<u32> = 8_000..=192_000;

/// Most characters of a parser's message that are kept: the message may repeat its input.
const KEPT: usize = 300;

/// The family of a voice: the form of its model's input and output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Family {
    Hibari,
    Piper,
    Kokoro,
}

/// The content of a `voice.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoiceConfig {
    /// The folder from which it was read.
    #[serde(skip)]
    folder: PathBuf,
    /// The name by which a request chooses the voice.
    pub name: String,
    pub(crate) family: Family,
    /// The language of the voice, as a BCP 47 tag.
    pub language: String,
    /// Sample rate of the model's own waveform, in Hz.
    pub sample_rate: u32,
    /// Names of the speakers in the model; the first one speaks unless a request names another.
    pub speakers: Vec<String>,
    /// The device for this model, if the voice prescribes one: only the CPU has the operators of a quantised model, for
    /// instance.
    #[serde(default, deserialize_with = "device")]
    device: Option<Device>,
    /// SPDX expression of the weights' licence.
    pub licence: String,
    /// The origin of the files, for human readers.
    pub source: String,
    /// The files by their role in the family.
    files: BTreeMap<String, VoiceFile>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct VoiceFile {
    /// Path relative to the voice's folder.
    path: PathBuf,
    /// SHA-256 of the file in lower-case hexadecimal.
    sha256: String,
}

impl VoiceConfig {
    /// Reads `folder/voice.toml`.
    ///
    /// # Errors
    /// As [`Self::parse`], and when the file can't be read.
    pub fn read(folder: &Path) -> Result<Self, SpeechError> {
        let text = std::fs::read_to_string(folder.join(FILE_NAME))
            .map_err(|error| failed(folder, &format!("{error}; {}", remedy(&name_of(folder)))))?;
        Self::parse(folder, &text)
    }

    /// Parses `text`, the content of `folder/voice.toml`.
    ///
    /// # Errors
    /// [`SpeechError::Voice`] with one line that describes the fault.
    pub fn parse(folder: &Path, text: &str) -> Result<Self, SpeechError> {
        let config: Self = toml::from_str(text).map_err(|error| failed(folder, &toml_cause(&error)))?;
        config.check().map_err(|cause| failed(folder, &cause))?;
        Ok(Self { folder: folder.to_owned(), ..config })
    }

    /// Rejects values that no family can use.
    fn check(&self) -> Result<(), String> {
        let speakers = self.speakers.iter().map(|name| ("the name of a speaker", name));
        for (what, words) in [("name", &self.name), ("language", &self.language)].into_iter().chain(speakers)
        {
            if words.trim().is_empty() || words.contains(breaks_a_line) {
                return Err(format!("{what} is blank or more than one line: give it one of letters"));
            }
        }
        if self.speakers.is_empty() {
            return Err("speakers is empty: name at least one".to_owned());
        }
        if !SAMPLE_RATES.contains(&self.sample_rate) {
            let (least, most) = SAMPLE_RATES.into_inner();
            return Err(format!(
                "sample_rate is {}: say what the model has, {least} to {most}",
                self.sample_rate
            ));
        }
        Ok(())
    }

    /// Compares every file with its SHA-256, so that a damaged model is reported before it is loaded.
    pub(crate) fn verify_files(&self) -> Result<(), SpeechError> {
        for file in self.files.values() {
            let path = self.folder.join(&file.path);
            let found = sha256(&path).map_err(|error| self.file_error(&path, &error.to_string()))?;
            if found != file.sha256 {
                return Err(self.file_error(&path, "is damaged (its SHA-256 is not the one in voice.toml)"));
            }
        }
        Ok(())
    }

    /// A digest of the model's files: another model has another version.
    pub fn version(&self) -> String {
        let mut hasher = Sha256::new();
        for (role, file) in &self.files {
            hasher.update(format!("{role} {}\n", file.sha256));
        }
        hex(&hasher.finalize())
    }

    /// Path of the voice's own lexicon, which is optional. It has no checksum, because operators edit it.
    pub fn lexicon_path(&self) -> PathBuf {
        self.folder.join("voice.lexicon")
    }

    /// # Errors
    /// [`SpeechError::Voice`] naming the missing part where voice.toml asks for a device that can't be had.
    pub(crate) fn check_device(&self, runtime: &Runtime) -> Result<(), SpeechError> {
        let Some(device) = self.device else { return Ok(()) };
        runtime.check(device).map_err(|cause| SpeechError::Voice {
            voice: self.name.clone(),
            cause: format!("voice.toml asks for device {device}: {cause}"),
        })
    }

    /// The device on which this model runs.
    pub(crate) fn device(&self, runtime: &Runtime) -> Device {
        runtime.device_for(self.device)
    }

    /// Whether the voice's phonemes come from espeak-ng.
    pub(crate) fn needs_espeak(&self) -> bool {
        self.family == Family::Piper
    }

    /// Whether there is a file with this role.
    pub(crate) fn has_file(&self, role: &str) -> bool {
        self.files.contains_key(role)
    }

    /// The path of the file with this role.
    pub(crate) fn file(&self, role: &str) -> Result<PathBuf, SpeechError> {
        self.files.get(role).map(|file| self.folder.join(&file.path)).ok_or_else(|| SpeechError::Voice {
            voice: self.name.clone(),
            cause: format!("voice.toml names no file for `{role}`: add [files.{role}]"),
        })
    }

    /// Reads a JSON file of this voice, with or without a byte order mark.
    pub(crate) fn read_json<T: serde::de::DeserializeOwned>(&self, role: &str) -> Result<T, SpeechError> {
        let path = self.file(role)?;
        let content = self.read_bytes(&path)?;
        serde_json::from_slice(text::without_byte_order_mark(&content))
            .map_err(|error| self.error(&path, &error.to_string()))
    }

    /// Reads a file of this voice.
    pub(crate) fn read_bytes(&self, path: &Path) -> Result<Vec<u8>, SpeechError> {
        std::fs::read(path).map_err(|error| self.file_error(path, &error.to_string()))
    }

    /// The error for a file that does not fit its family or the rest of the voice.
    pub(crate) fn error(&self, path: &Path, cause: &str) -> SpeechError {
        SpeechError::Voice { voice: self.name.clone(), cause: format!("{}: {cause}", path.display()) }
    }

    /// The error for a missing or damaged file.
    fn file_error(&self, path: &Path, cause: &str) -> SpeechError {
        self.error(path, &format!("{cause}; {}", remedy(&self.name)))
    }
}

/// The error for a file in this folder that can't be used.
fn failed(folder: &Path, cause: &str) -> SpeechError {
    let path = folder.join(FILE_NAME);
    SpeechError::Voice { voice: name_of(folder), cause: format!("{}: {cause}", path.display()) }
}

fn toml_cause(error: &toml::de::Error) -> String {
    let message = one_line(&error.message());
    match message.char_indices().nth(KEPT) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message,
    }
}

fn breaks_a_line(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

fn name_of(folder: &Path) -> String {
    folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy().into_owned()
}

fn remedy(voice: &str) -> String {
    format!("fetch the voice again (`cargo xtask voices fetch {voice}`) or correct voice.toml")
}

fn device<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Device>, D::Error> {
    match String::deserialize(deserializer)?.parse().map_err(D::Error::custom)? {
        DeviceChoice::Auto => Ok(None),
        DeviceChoice::Only(device) => Ok(Some(device)),
    }
}

/// The SHA-256 of a file in the form of `voice.toml`: lower-case hexadecimal.
///
/// # Errors
/// Those of reading the file.
pub fn sha256(path: &Path) -> io::Result<String> {
    let mut hasher = IoWrapper(Sha256::new());
    io::copy(&mut File::open(path)?, &mut hasher)?;
    Ok(hex(&hasher.0.finalize()))
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        name = "anyone"
        family = "piper"
        language = "en-US"
        sample_rate = 22050
        speakers = ["joe"]
        licence = "MIT"
        source = "a folder"
        files = {}
    "#;

    #[test]
    fn what_no_family_can_do_with_is_refused_by_name() {
        let folder = Path::new("voices/anyone");
        assert!(VoiceConfig::parse(folder, GOOD).is_ok());
        for (from, to, expected) in [
            ("\"anyone\"", "\" \"", "name is blank or more than one line"),
            ("en-US", "en\\nUS", "language is blank or more than one line"),
            ("\"joe\"", "\"joe\", \"\"", "the name of a speaker is blank or more than one line"),
            ("\"joe\"", "", "speakers is empty: name at least one"),
            ("22050", "0", "sample_rate is 0: say what the model has, 8000 to 192000"),
            ("22050", "4_000_000_000", "sample_rate is 4000000000"),
            ("name =", "nom =", "unknown field `nom`"),
        ] {
            let error = VoiceConfig::parse(folder, &GOOD.replacen(from, to, 1)).expect_err(to).to_string();
            let start = format!("voice anyone can't be loaded: {}: ", folder.join(FILE_NAME).display());
            assert!(error.strip_prefix(&start).is_some_and(|cause| cause.starts_with(expected)), "{error}");
        }
    }
}
