//! Reads `packages.toml`.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::{Join, RUNTIME};

/// Folder of all voices in the assets.
pub(super) const VOICES: &str = "voices";

/// Folder of all local ears in the assets.
pub(super) const EARS: &str = "ears";

/// Everything pinned for this machine.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pins {
    #[serde(rename = "package")]
    pub(super) packages: Vec<Package>,
    #[serde(rename = "join", default)]
    pub(super) joins: Vec<Join>,
    /// The folders that each voice needs besides its own.
    #[serde(default)]
    needs: BTreeMap<String, Vec<PathBuf>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Package {
    #[serde(default)]
    pub(super) registry: Registry,
    pub(super) name: String,
    pub(super) version: String,
    /// The target `OS-ARCH` of the package; absent if the package fits every target.
    target: Option<String>,
    /// The platform tag of a wheel, for pip.
    #[serde(default = "any_platform")]
    pub(super) platform: String,
    /// SHA-256 of the archive.
    pub(super) sha256: String,
    pub(super) folder: PathBuf,
    /// Wanted files: path in the archive → name in the folder. A path that ends in `/` stands for all files below it.
    pub(super) files: BTreeMap<String, PathBuf>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Registry {
    #[default]
    PyPi,
    Npm,
}

fn any_platform() -> String {
    "any".to_owned()
}

impl Pins {
    pub(super) fn read() -> Result<Self> {
        let mut pins = Self::of_all_machines()?;
        let target = format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH);
        pins.packages.retain(|package| package.target.as_ref().is_none_or(|wanted| *wanted == target));
        ensure!(
            pins.packages.iter().any(|package| package.folder == Path::new(RUNTIME)),
            "no ONNX Runtime is pinned for {target}: add it to xtask/packages.toml"
        );
        Ok(pins)
    }

    fn of_all_machines() -> Result<Self> {
        toml::from_str(include_str!("../../packages.toml")).context("packages.toml is not valid")
    }

    /// Names of the pinned voices.
    pub(super) fn voices(&self) -> BTreeSet<String> {
        self.folders_in(VOICES)
    }

    /// Names of the pinned local ears.
    pub(super) fn ears(&self) -> BTreeSet<String> {
        self.folders_in(EARS)
    }

    fn folders_in(&self, folder: &str) -> BTreeSet<String> {
        let inside = |package: &Package| {
            Some(package.folder.strip_prefix(folder).ok()?.to_string_lossy().into_owned())
        };
        self.packages.iter().filter_map(inside).collect()
    }

    /// The folders that a voice consists of.
    ///
    /// # Errors
    /// When there is no such voice.
    pub(super) fn folders_of_voice(&self, name: &str) -> Result<Vec<PathBuf>> {
        let voices = self.voices();
        let names = || voices.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        ensure!(voices.contains(name), "no voice `{name}` is pinned in xtask/packages.toml: say {}", names());
        let mut folders = vec![Path::new(VOICES).join(name)];
        folders.extend(self.needs.get(name).cloned().unwrap_or_default());
        Ok(folders)
    }
}

impl Package {
    /// The name in the folder for a path in the archive; `None` if the file is not wanted.
    pub(super) fn destination(&self, member: &str) -> Option<PathBuf> {
        self.files.iter().find_map(|(path, name)| match member.strip_prefix(path.as_str())? {
            "" => (!path.ends_with('/')).then(|| name.clone()),
            below => path.ends_with('/').then(|| name.join(below)),
        })
    }
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    fn ensure_inside(paths: &[&PathBuf]) -> Result<()> {
        for path in paths {
            let inside = path.components().all(|part| matches!(part, std::path::Component::Normal(_)));
            ensure!(inside, "{} leads elsewhere", path.display());
        }
        Ok(())
    }

    fn ensure_sha256(text: &str) -> Result<()> {
        let is_sha256 = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        ensure!(is_sha256, "{text} is no SHA-256");
        Ok(())
    }

    #[test]
    fn every_package_is_pinned_and_unpacks_inside_the_assets() -> Result<()> {
        for package in Pins::of_all_machines()?.packages {
            let paths: Vec<_> = package.files.values().chain([&package.folder]).collect();
            ensure_sha256(&package.sha256).and(ensure_inside(&paths)).context(package.name)?;
        }
        Ok(())
    }

    #[test]
    fn every_part_of_a_joined_file_comes_from_a_package() -> Result<()> {
        let pins = Pins::of_all_machines()?;
        for join in &pins.joins {
            ensure_sha256(&join.sha256)?;
            ensure_inside(&[&join.folder, &join.file])?;
            for part in &join.parts {
                let has_part = |package: &Package| {
                    package.folder == join.folder && package.files.values().any(|name| name == part)
                };
                ensure!(pins.packages.iter().any(has_part), "{}", part.display());
            }
        }
        Ok(())
    }

    #[test]
    fn every_machine_gets_the_runtime_under_the_same_name() -> Result<()> {
        let mut runtimes = Pins::of_all_machines()?.packages;
        runtimes.retain(|package| package.name == "onnxruntime");
        ensure!(runtimes.len() == 3, "three machines are supported");
        for package in runtimes {
            ensure!(
                package.files.values().any(|name| name == Path::new("libonnxruntime.so")),
                "{:?}",
                package.target
            );
        }
        Ok(())
    }

    #[test]
    fn every_voice_and_ear_has_a_description_and_every_need_a_package() -> Result<()> {
        let pins = Pins::of_all_machines()?;
        let voices = pins.voices().into_iter().map(|name| Path::new(VOICES).join(name).join("voice.toml"));
        let ears = pins.ears().into_iter().map(|name| Path::new(EARS).join(name).join("ears.toml"));
        for description in voices.chain(ears) {
            let description = Path::new(env!("CARGO_MANIFEST_DIR")).join(description);
            ensure!(description.is_file(), "{} is missing", description.display());
        }
        for (name, folders) in &pins.needs {
            ensure!(pins.voices().contains(name), "{name} is no voice");
            for folder in folders {
                ensure!(
                    pins.packages.iter().any(|package| package.folder == *folder),
                    "{}",
                    folder.display()
                );
            }
        }
        Ok(())
    }

    #[test]
    fn a_voice_that_is_not_pinned_is_answered_with_those_that_are() -> Result<()> {
        let Err(error) = Pins::of_all_machines()?.folders_of_voice("nobody") else { bail!("it is pinned") };
        let message = error.to_string();
        ensure!(message.contains("`nobody`") && message.contains("hibari, "), "{message}");
        Ok(())
    }

    #[test]
    fn a_path_with_a_slash_at_its_end_takes_all_below_it() -> Result<()> {
        let package: Package = toml::from_str(
            r#"
            name = "a"
            version = "1"
            sha256 = ""
            folder = "f"
            files = { "a/data/" = "data", "a/LICENSE" = "LICENCE" }
            "#,
        )?;
        for (member, destination) in [
            ("a/LICENSE", Some("LICENCE")),
            ("a/data/x/y", Some("data/x/y")),
            ("a/data/", None),
            ("a/dates", None),
        ] {
            ensure!(package.destination(member).as_deref() == destination.map(Path::new), "{member}");
        }
        Ok(())
    }
}
