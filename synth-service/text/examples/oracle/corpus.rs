//! The lines that both sides read: the rows of the tables, and sentences of our own.

use std::{error::Error, fs, path::PathBuf};

use serde::Deserialize;

use crate::language::Language;

#[derive(Deserialize)]
struct Table {
    case: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    text: String,
}

/// A file of the crate `text`.
pub(crate) fn file(path: &str) -> Result<String, Box<dyn Error>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).map_err(|error| format!("{} can't be read: {error}", path.display()).into())
}

/// The lines of one language; no line is twice among them.
pub(crate) fn lines(language: Language) -> Result<Vec<String>, Box<dyn Error>> {
    let name = language.name();
    let table: Table = toml::from_str(&file(&format!("tests/data/normalise-{name}.toml"))?)?;
    let sentences = file(&format!("oracle/sentences-{name}.txt"))?;
    let mut lines: Vec<_> = table.case.into_iter().map(|row| row.text).collect();
    lines.extend(sentences.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned));
    let mut seen = std::collections::HashSet::new();
    lines.retain(|line| seen.insert(line.clone()));
    Ok(lines)
}

/// The lines joined to texts of 100 characters and more: a library's time for a call counts once in each.
pub(crate) fn texts(lines: &[String]) -> Vec<String> {
    let mut texts = vec![String::new()];
    for line in lines {
        match texts.last_mut() {
            Some(text) if text.chars().count() < 100 => {
                text.push_str(line);
                text.push(' ');
            }
            _ => texts.push(format!("{line} ")),
        }
    }
    texts
}
