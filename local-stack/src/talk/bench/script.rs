//! The answers of the demo model in a benchmark: short ones, since each is heard to its end.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Its first sentences are those of the built-in script.
const SCRIPT: &str = include_str!("script.toml");

/// Writes the script for the service into a folder; returns its path.
///
/// # Errors
/// When it can't be written.
pub fn write_script(folder: &Path) -> Result<PathBuf> {
    let path = folder.join("live-script.toml");
    let failed = || format!("{} can't be written", path.display());
    std::fs::create_dir_all(folder).with_context(failed)?;
    std::fs::write(&path, SCRIPT).with_context(failed)?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUILT_IN: &str = include_str!("../../../../synth-service/chat/src/demo/script.toml");

    /// The pattern and the answer of each rule.
    fn rules(script: &str) -> Vec<(String, String)> {
        let script: toml::Table = script.parse().unwrap();
        let languages = script["languages"].as_array().unwrap();
        let rules = languages.iter().flat_map(|language| language["rules"].as_array().unwrap());
        let text = |rule: &toml::Value, name: &str| rule[name].as_str().unwrap().to_owned();
        rules.map(|rule| (text(rule, "pattern") + &after(rule), text(rule, "answer"))).collect()
    }

    fn after(rule: &toml::Value) -> String {
        rule.get("after").and_then(toml::Value::as_str).unwrap_or_default().to_owned()
    }

    #[test]
    fn each_answer_begins_as_the_built_in_one_does() {
        let built_in = rules(BUILT_IN);
        let (mut known, mut own) = (0, 0);
        for (pattern, answer) in rules(SCRIPT) {
            // Both languages have a rule for any words.
            let mut whole =
                built_in.iter().filter(|(other, _)| *other == pattern).map(|(_, whole)| whole).peekable();
            if whole.peek().is_none() {
                own += 1;
                continue;
            }
            assert!(whole.any(|whole| whole.starts_with(&answer)), "{answer}");
            known += 1;
        }
        assert_eq!((known, own), (16, 2), "one rule of each language has the long answer");
    }
}
