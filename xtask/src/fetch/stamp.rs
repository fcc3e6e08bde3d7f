//! The stamp of an unpacked package: the SHA-256 of its archive, then that of each file.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::{pins::Package, sha256};

/// Several packages may share a folder.
fn path(package: &Package, folder: &Path) -> PathBuf {
    folder.join(format!(".fetched-{}", package.name))
}

/// Stamps the unpacked `files`, by their names in `folder`.
pub(super) fn write(package: &Package, folder: &Path, files: &[PathBuf]) -> Result<()> {
    let mut stamp = format!("{}\n", package.sha256);
    for name in files {
        stamp.push_str(&format!("{} {}\n", sha256(&folder.join(name))?, name.display()));
    }
    let path = path(package, folder);
    fs::write(&path, stamp).with_context(|| format!("{} can't be written", path.display()))
}

/// Whether every wanted file is there as it was unpacked, from the archive that is pinned now.
pub(super) fn is_complete(package: &Package, folder: &Path) -> bool {
    let Ok(stamp) = fs::read_to_string(path(package, folder)) else { return false };
    let mut lines = stamp.lines();
    let is_pinned = lines.next() == Some(package.sha256.as_str());
    let files: Vec<_> = lines.filter_map(|line| line.split_once(' ')).collect();
    let is_stamped = |wanted: &PathBuf| files.iter().any(|(_, name)| Path::new(name).starts_with(wanted));
    is_pinned
        && package.files.values().all(is_stamped)
        && files.iter().all(|(hash, name)| sha256(&folder.join(name)).is_ok_and(|found| found == *hash))
}
