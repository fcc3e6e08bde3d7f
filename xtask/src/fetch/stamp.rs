//! The stamp of an unpacked package: the SHA-256 of its archive, then that of each file.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::{pins::Package, sha256};

/// The stamp's name contains the package's, since several packages may share a folder. npm's names may have a `/`.
fn path(package: &Package, folder: &Path) -> PathBuf {
    folder.join(format!(".fetched-{}", package.name.replace('/', "-")))
}

/// Writes the stamp for the unpacked `files`, which are named relative to `folder`.
pub(super) fn write(package: &Package, folder: &Path, files: &[PathBuf]) -> Result<()> {
    let mut stamp = format!("{}\n", package.sha256);
    for name in files {
        stamp.push_str(&format!("{} {}\n", sha256(&folder.join(name))?, name.display()));
    }
    let path = path(package, folder);
    fs::write(&path, stamp).with_context(|| format!("{} can't be written", path.display()))
}

/// Whether the stamp names the pinned archive, and every wanted file is unchanged since it was unpacked, except those
/// that were `joined` since.
pub(super) fn is_complete(package: &Package, folder: &Path, joined: &[&PathBuf]) -> bool {
    let Ok(stamp) = fs::read_to_string(path(package, folder)) else { return false };
    let mut lines = stamp.lines();
    let is_pinned = lines.next() == Some(package.sha256.as_str());
    let files: Vec<_> = lines.filter_map(|line| line.split_once(' ')).collect();
    let is_stamped = |wanted: &PathBuf| files.iter().any(|(_, name)| Path::new(name).starts_with(wanted));
    let is_whole = |(hash, name): &(&str, &str)| {
        joined.iter().any(|part| part.as_path() == Path::new(name))
            || sha256(&folder.join(name)).is_ok_and(|found| found == *hash)
    };
    is_pinned && package.files.values().all(is_stamped) && files.iter().all(is_whole)
}
