//! The committed baseline: ratios to the serial way of the same run, so that no machine matters.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// A ratio above the baseline's by more than this share fails.
const WORSE: f64 = 0.15;

/// Ratios by name, such as `en.streamed.p50`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// The ratios.
    pub ratios: BTreeMap<String, f64>,
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
        let head = "# Ratios of `cargo xtask bench live` to the serial way of the same run; `--write-baseline` writes them.\n";
        let rounded =
            self.ratios.iter().map(|(name, ratio)| (name.clone(), (ratio * 1000.0).round() / 1000.0));
        let text = toml::to_string(&Self { ratios: rounded.collect() })?;
        std::fs::write(path, format!("{head}{text}"))
            .with_context(|| format!("{} can't be written", path.display()))
    }

    /// The ratios of a run that are worse than these, one line each.
    pub fn worse(&self, run: &Self) -> Vec<String> {
        let worse = |(name, ratio): (&String, &f64)| {
            let now = run.ratios.get(name)?;
            let line = || format!("{name}: {now:.2} of the serial way, {ratio:.2} in the baseline");
            (*now > ratio * (1.0 + WORSE)).then(line)
        };
        self.ratios.iter().filter_map(worse).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(ratio: f64) -> Baseline {
        Baseline { ratios: BTreeMap::from([("en.streamed.p50".to_owned(), ratio)]) }
    }

    #[test]
    fn a_ratio_that_is_worse_by_more_than_15_percent_is_told() {
        assert_eq!(of(0.4).worse(&of(0.459)), Vec::<String>::new());
        let expected = ["en.streamed.p50: 0.47 of the serial way, 0.40 in the baseline"];
        assert_eq!(of(0.4).worse(&of(0.47)), expected);
        // A run in one language says nothing of the other.
        assert_eq!(of(0.4).worse(&Baseline::default()), Vec::<String>::new());
    }

    #[test]
    fn the_file_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("live-baseline.toml");
        of(0.41).write(&path).unwrap();
        assert_eq!(Baseline::read(&path).unwrap(), of(0.41));
        assert!(Baseline::read(&folder.path().join("none")).is_err());
    }
}
