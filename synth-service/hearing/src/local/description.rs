//! The file `ears.toml` in a model's folder.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::{HearingError, language::primary};

/// Name of the file.
const FILE: &str = "ears.toml";

/// A model in a folder of its own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Description {
    /// The kind of its files.
    pub(super) family: Family,
    /// The languages it serves: primary subtags such as `ko`, or `*` for those that no other model names.
    pub(super) languages: Vec<String>,
    /// The most tokens per second of sound. A model that makes more repeats itself.
    #[serde(default = "tokens_per_second")]
    pub(super) tokens_per_second: f32,
    /// SPDX expression, for people.
    #[serde(rename = "licence")]
    _licence: String,
    /// Where the files come from, for people.
    #[serde(rename = "source")]
    _source: String,
    /// The folder.
    #[serde(skip)]
    pub(super) folder: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Family {
    /// Useful Sensors' Moonshine: `encoder_model.onnx`, `decoder_model_merged.onnx`, `tokenizer.json`.
    Moonshine,
    /// OpenAI's Whisper for CTranslate2: `model.bin`, `config.json`, `tokenizer.json`.
    Whisper,
}

fn tokens_per_second() -> f32 {
    6.5
}

/// The models in the folders below `folder`, in order of their names.
///
/// # Errors
/// When there is none, or a file is not valid; the error names it.
pub(super) fn all(folder: &Path) -> Result<Vec<Description>, HearingError> {
    let mut folders: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    folders.retain(|path| path.join(FILE).is_file());
    folders.sort();
    if folders.is_empty() {
        let message = format!("no local ears in {}: run `cargo xtask ears fetch`", folder.display());
        return Err(HearingError::Model(message));
    }
    folders.iter().map(|path| read(path)).collect()
}

fn read(folder: &Path) -> Result<Description, HearingError> {
    let path = folder.join(FILE);
    let failed = |reason: String| HearingError::Model(format!("{} is not valid: {reason}", path.display()));
    let text = fs::read_to_string(&path).map_err(|error| failed(error.to_string()))?;
    let description: Description =
        toml::from_str(&text).map_err(|error| failed(error.message().to_owned()))?;
    Ok(Description { folder: folder.to_owned(), ..description })
}

/// The index of the model for a BCP 47 tag: the first that names its language, else the first for all others.
pub(super) fn serving<'a>(models: impl Iterator<Item = &'a Description> + Clone, tag: &str) -> Option<usize> {
    let language = primary(tag);
    let names =
        |wanted: &str| models.clone().position(|model| model.languages.iter().any(|name| name == wanted));
    names(&language).or_else(|| names("*"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(languages: &[&str]) -> Description {
        let text = format!("family = 'whisper'\nlanguages = {languages:?}\nlicence = 'MIT'\nsource = 'here'");
        toml::from_str(&text).unwrap()
    }

    #[test]
    fn a_model_that_names_the_language_comes_before_one_for_all() {
        let models = [model(&["*"]), model(&["en"]), model(&["ko", "ja"])];
        let serving = |tag| serving(models.iter(), tag);
        assert_eq!(serving("en-US"), Some(1));
        assert_eq!(serving("KO"), Some(2));
        assert_eq!(serving("de"), Some(0));
        assert_eq!(super::serving(models[1..].iter(), "de"), None);
        assert_eq!(super::serving(models[..1].iter(), "en"), Some(0));
    }

    #[test]
    fn a_folder_without_models_names_the_command_that_fetches_them() {
        let error = all(Path::new("nowhere")).unwrap_err();
        assert!(error.to_string().contains("cargo xtask ears fetch"), "{error}");
    }
}
