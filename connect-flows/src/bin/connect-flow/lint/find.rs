//! The files that are meant by names of files, folders, and globs.

use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};
use glob::{MatchOptions, Pattern};

use crate::files::PASSED_OVER;

/// A file that is looked at.
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    /// Whether it was named itself. Other files without flows are passed over.
    pub(crate) is_named: bool,
    /// The names by which it was found.
    pub(crate) names: Vec<String>,
}

/// The files, each one once, in the order of the names.
pub(crate) fn find(names: &[String]) -> Result<Vec<Found>> {
    let mut found: Vec<Found> = Vec::new();
    for name in names {
        for one in of_name(name)? {
            match found.iter_mut().find(|other| other.path == one.path) {
                Some(other) => {
                    other.is_named |= one.is_named;
                    other.names.extend(one.names);
                }
                None => found.push(one),
            }
        }
    }
    Ok(found)
}

fn of_name(name: &str) -> Result<Vec<Found>> {
    let path = Path::new(name);
    let found = |path, is_named| Found { path, is_named, names: vec![name.to_owned()] };
    if path.is_dir() {
        let escaped = Pattern::escape(name.trim_end_matches('/'));
        let inside = matches(&format!("{escaped}/**/*.json"))?;
        let is_own = |path: &PathBuf| {
            let below = path.strip_prefix(name).unwrap_or(path);
            !below.iter().any(|part| PASSED_OVER.iter().any(|passed| part == *passed))
        };
        return Ok(inside.into_iter().filter(is_own).map(|path| found(path, false)).collect());
    }
    if !path.exists() && name.contains(['*', '?', '[']) {
        let files = matches(name)?;
        if files.is_empty() {
            bail!("no file matches {name}");
        }
        return Ok(files.into_iter().map(|path| found(path, false)).collect());
    }
    Ok(vec![found(path.to_owned(), true)])
}

fn matches(pattern: &str) -> Result<Vec<PathBuf>> {
    // `*` names no hidden files and does not cross folders.
    let options = MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: true,
    };
    let paths =
        glob::glob_with(pattern, options).map_err(|error| anyhow!("{pattern} is no glob: {error}"))?;
    // A folder that can't be entered is passed over, as by other programs.
    Ok(paths.filter_map(Result::ok).filter(|path| path.is_file()).collect())
}
