//! Unpacks the wanted files of an archive: a wheel is a ZIP file, an npm package a compressed tar file.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Component, Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use flate2::read::GzDecoder;
use tar::Archive;
use zip::ZipArchive;

use super::pins::{Package, Registry};

/// Unpacks the wanted files into `folder`, and returns their names there.
///
/// # Errors
/// When the archive is damaged or lacks a file that `package` wants.
pub(super) fn unpack(package: &Package, archive: &Path, folder: &Path) -> Result<Vec<PathBuf>> {
    let mut unpacking = Unpacking { package, folder, members: Vec::new(), files: Vec::new() };
    let archive = File::open(archive)?;
    match package.registry {
        Registry::PyPi => {
            let mut wheel = ZipArchive::new(archive)?;
            for index in 0..wheel.len() {
                let mut member = wheel.by_index(index)?;
                if member.is_file() {
                    let name = member.name()?.into_owned();
                    unpacking.take(&name, &mut member)?;
                }
            }
        }
        Registry::Npm => {
            for member in Archive::new(GzDecoder::new(archive)).entries()? {
                let mut member = member?;
                if member.header().entry_type().is_file() {
                    let name = member.path()?.to_string_lossy().into_owned();
                    unpacking.take(&name, &mut member)?;
                }
            }
        }
    }
    unpacking.finished()
}

struct Unpacking<'a> {
    package: &'a Package,
    folder: &'a Path,
    /// The unpacked files by their paths in the archive.
    members: Vec<String>,
    /// The same files by their names in the folder.
    files: Vec<PathBuf>,
}

impl Unpacking<'_> {
    fn take(&mut self, member: &str, content: &mut dyn Read) -> Result<()> {
        let Some(name) = self.package.destination(member) else { return Ok(()) };
        let inside = name.components().all(|part| matches!(part, Component::Normal(_)));
        ensure!(inside, "{member} would be unpacked elsewhere");
        let path = self.folder.join(&name);
        let mut write = || -> io::Result<()> {
            fs::create_dir_all(path.parent().unwrap_or(self.folder))?;
            io::copy(content, &mut File::create(&path)?).map(drop)
        };
        write().with_context(|| format!("{} can't be written", path.display()))?;
        self.members.push(member.to_owned());
        self.files.push(name);
        Ok(())
    }

    fn finished(self) -> Result<Vec<PathBuf>> {
        for wanted in self.package.files.keys() {
            let taken = |member: &String| match wanted.ends_with('/') {
                true => member.starts_with(wanted),
                false => member == wanted,
            };
            ensure!(self.members.iter().any(taken), "the archive has no {wanted}");
        }
        Ok(self.files)
    }
}
