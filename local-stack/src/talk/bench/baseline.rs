//! The committed baseline: ratios to the serial way of the same run, so that no machine matters, and wrong words.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// A ratio above the baseline's by more than this share fails.
const WORSE: f64 = 0.15;

/// Wrong words may be more by this share of all words besides: one word of a hundred is chance.
const CHANCE: f64 = 0.01;

/// Ratios by name, such as `en.streamed.p50`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// The ratios.
    pub ratios: BTreeMap<String, f64>,
    /// Wrong words among all words, by language.
    pub word_errors: BTreeMap<String, f64>,
}

impl Baseline {
    /// Reads the committed file.
    ///
    /// # Errors
    /// When it is missing or damaged.
    pub fn read(path: &Path) -> Result<Self> {
        let failed = || format!("baseline {}: `--write-baseline` writes it anew", path.display());
        toml::from_str(&std::fs::read_to_string(path).with_context(failed)?).with_context(failed)
    }

    /// Writes the file.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        let head = "# Ratios of `cargo xtask bench live` to the serial way of the same run, and the share of wrong words;\n\
                    # `--write-baseline` writes them.\n\n";
        let (ratios, word_errors) = (rounded(&self.ratios), rounded(&self.word_errors));
        let text = toml::to_string(&Self { ratios, word_errors })?;
        std::fs::write(path, format!("{head}{text}"))
            .with_context(|| format!("{} can't be written", path.display()))
    }

    /// These figures of a run in some languages, and those that `before` has of others.
    #[must_use]
    pub fn completed_by(mut self, before: Self, languages: &[String]) -> Self {
        let is_other = |name: &str| languages.iter().all(|language| language != language_of(name));
        self.ratios.extend(before.ratios.into_iter().filter(|(name, _)| is_other(name)));
        self.word_errors.extend(before.word_errors.into_iter().filter(|(name, _)| is_other(name)));
        self
    }

    /// The figures of a run in these languages that are worse than these or missing, one line each.
    pub fn worse(&self, run: &Self, languages: &BTreeSet<&str>) -> Vec<String> {
        let is_measured = |name: &str| languages.contains(language_of(name));
        let ratios = self.ratios.iter().filter(|(name, _)| is_measured(name));
        let ratios = ratios.filter_map(|(name, before)| {
            let unit = "of the serial way";
            worse(name, *before, run.ratios.get(name).copied(), before * (1.0 + WORSE), unit)
        });
        let words = self.word_errors.iter().filter(|(name, _)| is_measured(name));
        let words = words.filter_map(|(name, before)| {
            let most = before * (1.0 + WORSE) + CHANCE;
            worse(name, *before, run.word_errors.get(name).copied(), most, "of the words wrong")
        });
        ratios.chain(words).collect()
    }
}

fn language_of(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

fn rounded(figures: &BTreeMap<String, f64>) -> BTreeMap<String, f64> {
    figures.iter().map(|(name, figure)| (name.clone(), (figure * 1000.0).round() / 1000.0)).collect()
}

fn worse(name: &str, before: f64, now: Option<f64>, most: f64, unit: &str) -> Option<String> {
    match now {
        None => Some(format!("{name}: not known in this run, {before:.2} {unit} in the baseline")),
        Some(now) if now > most => Some(format!("{name}: {now:.2} {unit}, {before:.2} in the baseline")),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(ratio: f64, wrong: f64) -> Baseline {
        let ratios = BTreeMap::from([("en.streamed.p50".to_owned(), ratio)]);
        Baseline { ratios, word_errors: BTreeMap::from([("en".to_owned(), wrong)]) }
    }

    fn worse(run: &Baseline) -> Vec<String> {
        of(0.4, 0.04).worse(run, &BTreeSet::from(["en"]))
    }

    #[test]
    fn a_ratio_that_is_worse_by_more_than_15_percent_is_told() {
        assert_eq!(worse(&of(0.459, 0.055)), Vec::<String>::new());
        assert_eq!(worse(&of(0.47, 0.04)), ["en.streamed.p50: 0.47 of the serial way, 0.40 in the baseline"]);
        assert_eq!(worse(&of(0.4, 0.06)), ["en: 0.06 of the words wrong, 0.04 in the baseline"]);
    }

    #[test]
    fn a_figure_that_is_missing_in_a_language_of_the_run_is_told() {
        assert_eq!(worse(&Baseline::default()).len(), 2);
        // A run in one language says nothing of the other.
        let none = of(0.4, 0.04).worse(&Baseline::default(), &BTreeSet::from(["ko"]));
        assert_eq!(none, Vec::<String>::new());
    }

    #[test]
    fn a_run_in_one_language_replaces_that_one_only() {
        let ratios =
            ["en.serial.p50", "en.streamed.p50", "ko.streamed.p50"].map(|name| (name.to_owned(), 0.9));
        let word_errors = BTreeMap::from([("en".to_owned(), 0.5), ("ko".to_owned(), 0.3)]);
        let before = Baseline { ratios: ratios.into(), word_errors };
        let written = of(0.4, 0.04).completed_by(before, &["en".to_owned()]);
        let ratios = [("en.streamed.p50".to_owned(), 0.4), ("ko.streamed.p50".to_owned(), 0.9)];
        assert_eq!(written.ratios, ratios.into());
        assert_eq!(written.word_errors, BTreeMap::from([("en".to_owned(), 0.04), ("ko".to_owned(), 0.3)]));
    }

    #[test]
    fn the_file_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("live-baseline.toml");
        of(0.41, 0.025).write(&path).unwrap();
        assert_eq!(Baseline::read(&path).unwrap(), of(0.41, 0.025));
        assert!(Baseline::read(&folder.path().join("none")).is_err());
    }
}
