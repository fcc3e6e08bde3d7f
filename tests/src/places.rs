//! Paths of programs, assets and logs.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};

/// The folder of the built programs, found from the path of the test's own program, which is in the subfolder `deps`.
pub fn programs() -> Result<PathBuf> {
    let test = std::env::current_exe()?;
    let folder = test.parent().and_then(Path::parent);
    Ok(folder.context("a test lies in target/PROFILE/deps")?.to_owned())
}

/// The path of one built program.
pub fn program(name: &str) -> Result<PathBuf> {
    let path = programs()?.join(name);
    ensure!(path.is_file(), "{name} is not built: run `cargo build --workspace --bins`");
    Ok(path)
}

/// The folder of the voices and of ONNX Runtime.
pub fn assets() -> Result<PathBuf> {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets");
    for needed in ["voices/hibari/hibari.onnx", "onnxruntime/libonnxruntime.so"] {
        ensure!(assets.join(needed).is_file(), "assets/{needed} is missing: run `cargo xtask fetch`");
    }
    Ok(assets.canonicalize()?)
}

/// The name and text of every file below a folder.
pub fn files(folder: &Path) -> Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let text = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
                files.push((name.into_owned(), text));
            }
        }
    }
    Ok(files)
}

/// The first line in these files that contains a text, ignoring case.
pub fn mention(files: &[(String, String)], of: &str) -> Option<String> {
    let wanted = of.to_lowercase();
    files.iter().find_map(|(name, text)| {
        let line = text.lines().find(|line| line.to_lowercase().contains(&wanted))?;
        Some(format!("{name}: {line}"))
    })
}
