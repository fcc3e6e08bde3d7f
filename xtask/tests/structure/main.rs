//! Checks the layout of the source: no dependency circles between the files of a crate, no file that is too long, and
//! lists of the tests that need fetched voices.
//!
//! A file depends on another file if its code names an item that the other file defines. If the name leads through a
//! module that only re-exports the item, there is no dependency on that module. A nested module belongs to the modules
//! around it, so its use of their items is no dependency. Declarations of modules, re-exports and test modules do not
//! count. Methods do not count either: this check reads paths and infers no types.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a check that can't read the source can only stop"
)]

mod assets;
mod circles;
mod krate;
mod reference;
mod resolve;

use std::{
    fs,
    path::{Path, PathBuf},
};

use self::{circles::circles, krate::Crate, resolve::dependencies};

/// Largest number of lines in a file of a program or library. Test files may be longer, since they are lists.
const LONGEST: usize = 350;

/// The folders of all members of the workspace.
fn members() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let manifest = manifest(&root);
    let members = manifest["workspace"]["members"].as_array().expect("members");
    let folders = members.iter().map(|member| root.join(member.as_str().expect("a path")));
    folders.map(|folder| folder.canonicalize().expect("each member has a folder")).collect()
}

fn manifest(folder: &Path) -> toml::Table {
    fs::read_to_string(folder.join("Cargo.toml")).expect("a manifest").parse().expect("TOML")
}

/// The folders `src` of all members.
fn sources() -> Vec<PathBuf> {
    members().iter().map(|folder| folder.join("src")).collect()
}

/// The root files of the crates in a folder: the library and the programs.
fn roots(source: &Path) -> Vec<PathBuf> {
    let programs = fs::read_dir(source.join("bin")).into_iter().flatten();
    let programs = programs.map(|entry| entry.expect("an entry").path());
    let mains = ["lib.rs", "main.rs"].map(|name| source.join(name));
    mains.into_iter().chain(programs).filter(|path| path.is_file()).collect()
}

/// All Rust files below a folder, if the folder exists.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// Each circle as text: its files, and the paths by which they refer to each other.
fn found(krate: &Crate) -> Vec<String> {
    let dependencies = dependencies(krate);
    let describe = |circle: &Vec<usize>| {
        let inside =
            dependencies.iter().filter(|edge| circle.contains(&edge.from) && circle.contains(&edge.to));
        let name = |file: usize| krate.files[file].display();
        let lines: Vec<_> = inside
            .map(|edge| format!("  {} -> {} by {}", name(edge.from), name(edge.to), edge.path))
            .collect();
        format!("a circle of {} files:\n{}", circle.len(), lines.join("\n"))
    };
    circles(krate.files.len(), &dependencies).iter().map(describe).collect()
}

#[test]
fn no_files_depend_on_each_other_in_a_circle() {
    let mut all = Vec::new();
    for root in sources().iter().flat_map(|source| roots(source)) {
        all.extend(found(&Crate::read(&root)));
    }
    assert!(all.is_empty(), "move the shared item into a file below both:\n{}", all.join("\n"));
}

#[test]
fn no_file_is_too_long() {
    let lines = |path: &PathBuf| fs::read_to_string(path).expect("text").lines().count();
    let files = sources().into_iter().flat_map(|source| rust_files(&source));
    let long: Vec<_> = files.map(|path| (lines(&path), path)).filter(|(count, _)| *count > LONGEST).collect();
    assert!(long.is_empty(), "split these, at most {LONGEST} lines each: {long:#?}");
}

/// Writes a crate of these files into a new folder, and returns the crate's circles.
fn found_in(name: &str, files: &[(&str, &str)]) -> Vec<String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    found(&Crate::read(&folder.join("lib.rs")))
}

#[test]
fn circles_are_found_however_the_item_is_named() {
    for (name, a, b) in [
        ("use", "use super::b::g; pub fn f() { g() }", "use super::a::f; pub fn g() { f() }"),
        ("path", "pub fn f() { super::b::g() }", "pub fn g() { crate::a::f() }"),
        ("group", "use super::b::{g as h}; pub fn f() { h() }", "use crate::{a::{f}}; pub fn g() { f() }"),
        ("glob", "use super::b::*; pub fn f() { g() }", "use crate::a::*; pub fn g() { f() }"),
        ("macro", "pub fn f() { vec![crate::b::g()] }", "pub fn g() { println!(\"{}\", super::a::f()) }"),
        ("within", "pub fn f() { use super::b::{g}; g() }", "pub fn g() { use super::a; a::f() }"),
        ("module", "use super::b; pub fn f() { b::g() }", "use crate::a as c; pub fn g() { c::f() }"),
        ("inline", "mod i { pub fn f() { crate::b::g() } }", "pub fn g() { super::a::i::f() }"),
        ("past the root", "pub fn f() { super::g() }", "use super::f; pub fn g() { f() }"),
    ] {
        let root = "mod a; mod b; pub use a::f; pub use b::g;";
        assert_eq!(found_in(name, &[("lib.rs", root), ("a.rs", a), ("b.rs", b)]).len(), 1, "{name}");
    }
}

#[test]
fn only_code_makes_a_circle() {
    for (name, b) in [
        ("declared", "mod a { }"),
        ("re-exported", "pub use super::a::f;"),
        ("visible", "pub(in crate::a) fn g() {}"),
        ("tested", "#[cfg(test)] mod tests { use crate::a::f; fn g() { f() } }"),
        ("said", "/// Like `super::a::f`. \n pub fn g() { \"super::a::f\" }"),
        ("another crate's", "use ::a::f; pub fn g() { a::f() }"),
        ("of the module around it", "pub fn g() { super::h() }"),
    ] {
        let root = "mod a; mod b; fn h() { b::g() }";
        let files = [("lib.rs", root), ("a.rs", "pub fn f() { crate::b::g() }"), ("b.rs", b)];
        assert_eq!(found_in(name, &files), [""; 0], "{name}");
    }
}

#[test]
fn a_module_that_re_exports_an_item_does_not_define_it() {
    let root = ("lib.rs", "mod a; mod b; pub mod c;");
    let c = ("c/mod.rs", "mod d; pub use d::f; pub fn g() { crate::b::h() }");
    let b = ("b.rs", "pub fn h() { crate::c::f() }");
    assert_eq!(found_in("past", &[root, c, b, ("a.rs", ""), ("c/d.rs", "pub fn f() {}")]), [""; 0]);
    let d = ("c/d.rs", "pub fn f() { super::g() }");
    assert_eq!(found_in("through", &[root, c, b, ("a.rs", ""), d]).len(), 0);
    let d = ("c/d.rs", "pub fn f() { crate::b::h() }");
    assert_eq!(found_in("behind", &[root, c, b, ("a.rs", ""), d]).len(), 1);
}

#[test]
fn a_re_export_that_is_also_used_is_a_dependency() {
    let a = ("a.rs", "pub use super::b::g; pub fn f() { g() }");
    let files = [("lib.rs", "mod a; mod b;"), a, ("b.rs", "pub fn g() { crate::a::f() }")];
    assert_eq!(found_in("used", &files).len(), 1);
}
