//! Joins files that are too large for one package: several packages contain their parts.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::sha256;

#[derive(PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Join {
    pub(super) folder: PathBuf,
    /// Name of the joined file.
    pub(super) file: PathBuf,
    /// Names of the parts, in order. The parts are removed after they are joined.
    pub(super) parts: Vec<PathBuf>,
    /// SHA-256 of the joined file.
    pub(super) sha256: String,
}

impl Join {
    /// Whether the joined file exists.
    pub(super) fn is_complete(&self, assets: &Path) -> bool {
        sha256(&assets.join(&self.folder).join(&self.file)).is_ok_and(|found| found == self.sha256)
    }

    /// Joins the parts, which must have been fetched.
    ///
    /// # Errors
    /// When a part is missing, or the joined file's hash is not the pinned one.
    pub(super) fn join(&self, assets: &Path) -> Result<()> {
        let folder = assets.join(&self.folder);
        let parts: Vec<_> = self.parts.iter().map(|part| folder.join(part)).collect();
        let file = folder.join(&self.file);
        // A temporary name until the file is complete. It contains the id of this process, since another process may
        // join the same parts.
        let unfinished = file.with_added_extension(format!("unfinished-{}", std::process::id()));
        let done = self.join_as(&unfinished, &parts).with_context(|| file.display().to_string());
        if done.is_err() {
            // The error is ignored: the file may not have been created.
            let _ = fs::remove_file(&unfinished);
            return done;
        }
        fs::rename(&unfinished, &file)?;
        self.remove_parts(assets);
        Ok(())
    }

    /// Removes the parts of the joined file, which a package leaves that is fetched again for another of its files.
    pub(super) fn remove_parts(&self, assets: &Path) {
        for part in &self.parts {
            // The error is ignored: most often there is no such file, and one that stays is harmless.
            let _ = fs::remove_file(assets.join(&self.folder).join(part));
        }
    }

    fn join_as(&self, unfinished: &Path, parts: &[PathBuf]) -> Result<()> {
        concatenate(parts, unfinished).context("can't be joined")?;
        let found = sha256(unfinished)?;
        ensure!(
            found == self.sha256,
            "the SHA-256 of the joined parts is {found}, pinned is {}",
            self.sha256
        );
        Ok(())
    }
}

fn concatenate(parts: &[PathBuf], to: &Path) -> Result<()> {
    let mut joined = File::create(to)?;
    for part in parts {
        let mut content = File::open(part).with_context(|| part.display().to_string())?;
        io::copy(&mut content, &mut joined)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    /// Two parts in a new folder below that of the tests, and their join.
    fn join(folder: &str, sha256: &str) -> Result<(PathBuf, Join)> {
        let assets = std::env::temp_dir().join(format!("firstword-join-{}", std::process::id()));
        let folder = PathBuf::from(folder);
        fs::create_dir_all(assets.join(&folder))?;
        let parts = vec![PathBuf::from("m.0"), PathBuf::from("m.1")];
        for (part, content) in parts.iter().zip(["first, ", "word"]) {
            fs::write(assets.join(&folder).join(part), content)?;
        }
        Ok((assets, Join { folder, file: "m".into(), parts, sha256: sha256.into() }))
    }

    #[test]
    fn parts_are_joined_in_order_and_removed() -> Result<()> {
        let (assets, join) =
            join("order", "eb94a4596a1fa69063dcad1b4708be94a67a4c7b700c30213e6d3a4f6cec3953")?;
        ensure!(!join.is_complete(&assets));
        join.join(&assets)?;
        ensure!(join.is_complete(&assets));
        ensure!(fs::read_dir(assets.join("order"))?.count() == 1, "the parts are still there");
        Ok(fs::remove_dir_all(assets.join("order"))?)
    }

    #[test]
    fn a_joined_file_that_is_not_the_pinned_one_is_refused() -> Result<()> {
        let (assets, join) = join("other", "0000")?;
        let Err(error) = join.join(&assets) else { bail!("it is taken") };
        ensure!(format!("{error:#}").contains("pinned is 0000"), "{error:#}");
        ensure!(fs::read_dir(assets.join("other"))?.count() == 2, "more than the parts is there");
        Ok(fs::remove_dir_all(assets.join("other"))?)
    }
}
