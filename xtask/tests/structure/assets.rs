//! Checks that each manifest lists exactly the tests that need fetched files. So `cargo xtask test --fast` runs all
//! other tests, and `cargo xtask test` omits none.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use crate::{manifest, members, rust_files};

/// The code by which tests access fetched files: the path of their folder or, in the crate `e2e`, a function of its
/// library.
const WAYS: [&str; 3] =
    [concat!("../", "assets"), concat!("places::", "assets"), concat!("Bench::", "start")];

/// The test that a file belongs to: a target in `tests`, or the path of a module with unit tests.
fn test_of(folder: &Path, file: &Path) -> Option<String> {
    let inside = |of: &str| file.strip_prefix(folder.join(of)).ok().map(|path| path.with_extension(""));
    if let Some(path) = inside("tests") {
        let first = path.components().next()?;
        return Some(first.as_os_str().to_string_lossy().into_owned());
    }
    let parts: Vec<_> = inside("src")?.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    (parts.last()? == "tests").then(|| parts.join("::"))
}

#[test]
fn tests_that_need_fetched_voices_are_listed() {
    for folder in members() {
        let listed = manifest(&folder).get("package").and_then(|package| {
            let names = package.get("metadata")?.get("tests-that-need-assets")?.as_array()?.clone();
            Some(names.iter().map(|name| name.as_str().expect("a name").to_owned()).collect())
        });
        let needy: BTreeSet<String> = ["src", "tests"]
            .iter()
            .flat_map(|below| rust_files(&folder.join(below)))
            .filter(|file| {
                let text = fs::read_to_string(file).expect("text");
                WAYS.iter().any(|way| text.contains(way))
            })
            .filter_map(|file| test_of(&folder, &file))
            .collect();
        let listed: BTreeSet<String> = listed.unwrap_or_default();
        assert_eq!(listed, needy, "tests-that-need-assets in {}", folder.join("Cargo.toml").display());
    }
}

/// `cargo test --workspace --test NAME` must run exactly one test.
#[test]
fn no_two_crates_have_a_test_of_one_name() {
    let mut owners: BTreeMap<String, BTreeSet<_>> = BTreeMap::new();
    for folder in members() {
        for file in rust_files(&folder.join("tests")) {
            let is_target = file.parent() == Some(&folder.join("tests")) || file.ends_with("main.rs");
            if let Some(name) = test_of(&folder, &file).filter(|_| is_target) {
                owners.entry(name).or_default().insert(folder.clone());
            }
        }
    }
    owners.retain(|_, owners| owners.len() > 1);
    assert!(owners.is_empty(), "give one of them another name: {owners:#?}");
}
