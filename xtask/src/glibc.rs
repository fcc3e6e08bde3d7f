//! The C library that a program wants, read from its ELF file.

use anyhow::{Context, Result, ensure};
use object::{Endianness, elf::FileHeader64, read::elf::FileHeader};

/// A version of glibc: 2.34 is `(2, 34)`.
pub(crate) type Version = (u32, u32);

/// The glibc of `provided.al2023`.
const NEWEST: Version = (2, 34);

const REMEDY: &str = "build it with `--zig`, which links for an older one";

/// The newest version of glibc that a program wants; `None` for one without glibc.
///
/// # Errors
/// When the bytes are no 64-bit ELF file, or the program wants a newer version than Lambda has.
pub(crate) fn wanted(program: &[u8]) -> Result<Option<Version>> {
    let names = names(program).context("it is no program for 64-bit Linux")?;
    // Such as GLIBC_ABI_DT_RELR of glibc 2.36. All of them are newer than Lambda's.
    if let Some(abi) = names.iter().find(|name| name.starts_with("GLIBC_ABI_")) {
        anyhow::bail!("it wants {abi}, which Lambda's glibc lacks: {REMEDY}");
    }
    let newest = names.iter().filter_map(|name| version_of(name)).max();
    if let Some((major, minor)) = newest {
        ensure!(
            (major, minor) <= NEWEST,
            "it wants GLIBC {major}.{minor}, and Lambda has {}.{}: {REMEDY}",
            NEWEST.0,
            NEWEST.1
        );
    }
    Ok(newest)
}

/// The names of the versions that a program wants of its libraries.
fn names(program: &[u8]) -> Result<Vec<String>> {
    let header = FileHeader64::<Endianness>::parse(program)?;
    let endian = header.endian()?;
    let sections = header.sections(endian, program)?;
    let Some((mut needs, strings)) = sections.gnu_verneed(endian, program)? else { return Ok(vec![]) };
    let strings = sections.strings(endian, program, strings)?;
    let mut names = vec![];
    while let Some((_, mut versions)) = needs.next()? {
        while let Some(version) = versions.next()? {
            names.push(String::from_utf8_lossy(version.name(endian, strings)?).into_owned());
        }
    }
    Ok(names)
}

/// The version in a name such as `GLIBC_2.34`.
fn version_of(name: &str) -> Option<Version> {
    let number = name.strip_prefix("GLIBC_")?;
    let mut parts = number.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

#[cfg(test)]
#[cfg(all(target_os = "linux", target_env = "gnu", target_pointer_width = "64"))]
mod tests {
    use super::*;

    /// This test's own program.
    fn program() -> Vec<u8> {
        std::fs::read(std::env::current_exe().unwrap()).unwrap()
    }

    fn name(version: Version) -> Vec<u8> {
        format!("\0GLIBC_{}.{}\0", version.0, version.1).into_bytes()
    }

    /// Replaces a name in the table of names: it must keep its length.
    fn doctor(program: &mut [u8], old: &[u8], new: &[u8]) {
        let at = program.windows(old.len()).position(|bytes| bytes == old).unwrap();
        program[at..at + new.len()].copy_from_slice(new);
    }

    #[test]
    fn a_program_that_wants_a_newer_glibc_than_lambda_has_is_refused() {
        let mut program = program();
        let names = names(&program).unwrap();
        let mut here = name(names.iter().filter_map(|name| version_of(name)).max().unwrap());
        let mut doctored = |version| {
            doctor(&mut program, &here, &name(version));
            here = name(version);
            wanted(&program)
        };
        assert_eq!(doctored((2, 34)).unwrap(), Some((2, 34)));
        for newer in [(2, 35), (2, 99), (3, 10)] {
            let error = doctored(newer).unwrap_err().to_string();
            assert!(error.starts_with(&format!("it wants GLIBC {}.{}, and", newer.0, newer.1)), "{error}");
        }
    }

    #[test]
    fn a_program_that_wants_a_feature_of_a_newer_glibc_is_refused() {
        let mut program = program();
        let names = names(&program).unwrap();
        // One that is long enough.
        let longest = names.iter().max_by_key(|name| name.len()).unwrap();
        let feature = format!("GLIBC_ABI_{:X<1$}", "", longest.len() - "GLIBC_ABI_".len());
        doctor(&mut program, format!("\0{longest}\0").as_bytes(), format!("\0{feature}\0").as_bytes());
        let error = wanted(&program).unwrap_err().to_string();
        assert!(error.starts_with(&format!("it wants {feature}, ")), "{error}");
    }

    #[test]
    fn a_file_that_is_no_program_is_refused() {
        for bytes in [&b""[..], b"#!/bin/sh\n", &program()[..100]] {
            assert!(wanted(bytes).is_err());
        }
    }
}
