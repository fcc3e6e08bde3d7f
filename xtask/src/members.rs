//! The crates of the workspace and their tests, according to their manifests.

use std::{
    collections::BTreeSet,
    fmt, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde::Deserialize;

pub(crate) struct Member {
    pub(crate) name: String,
    /// Names of the programs with their own tests.
    pub(crate) programs: Vec<String>,
    /// The tests in `tests`: files and folders.
    pub(crate) tests: Vec<String>,
    /// The tests that need fetched files: names in `tests`, and paths of modules with unit tests.
    pub(crate) needs_assets: Vec<String>,
}

/// The fields of a manifest that this module reads.
#[derive(Deserialize)]
struct Manifest {
    package: Package,
    #[serde(default)]
    bin: Vec<Program>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Metadata {
    tests_that_need_assets: Vec<String>,
}

#[derive(Deserialize)]
struct Program {
    name: String,
    #[serde(default = "yes")]
    test: bool,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
struct Root {
    workspace: Workspace,
}

#[derive(Deserialize)]
struct Workspace {
    members: Vec<PathBuf>,
}

impl Member {
    /// # Errors
    /// When a manifest can't be read; the error names the manifest.
    pub(crate) fn all(root: &Path) -> Result<Vec<Self>> {
        let Root { workspace } = manifest(root)?;
        workspace.members.iter().map(|folder| Self::read(&root.join(folder))).collect()
    }

    fn read(folder: &Path) -> Result<Self> {
        let Manifest { package, bin } = manifest(folder)?;
        let mut programs = BTreeSet::new();
        if folder.join("src/main.rs").is_file() {
            programs.insert(package.name.clone());
        }
        programs.extend(rust_names(&folder.join("src/bin"))?);
        for Program { name, test } in bin {
            if test {
                programs.insert(name)
            } else {
                programs.remove(&name)
            };
        }
        Ok(Self {
            name: package.name,
            programs: programs.into_iter().collect(),
            tests: rust_names(&folder.join("tests"))?,
            needs_assets: package.metadata.tests_that_need_assets,
        })
    }
}

impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.needs_assets.join(", "))
    }
}

fn manifest<T: for<'de> Deserialize<'de>>(folder: &Path) -> Result<T> {
    let path = folder.join("Cargo.toml");
    let failed = || format!("{} can't be read", path.display());
    toml::from_str(&fs::read_to_string(&path).with_context(failed)?).with_context(failed)
}

/// Names of the targets that cargo finds in a folder: `NAME.rs` or `NAME/main.rs`.
fn rust_names(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry?.path();
        let is_file = path.extension().is_some_and(|extension| extension == "rs");
        if is_file || path.join("main.rs").is_file() {
            names.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
        }
    }
    names.sort();
    Ok(names)
}
