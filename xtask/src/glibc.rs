//! The C library that a program wants, read from its ELF file.

use anyhow::{Context, Result, ensure};
use object::{Endianness, elf::FileHeader64, read::elf::FileHeader};

/// A version of glibc: 2.34 is `(2, 34)`.
pub(crate) type Version = (u32, u32);

/// The glibc of `provided.al2023`.
const NEWEST: Version = (2, 34);

/// The newest version of glibc that a program wants; `None` for one without glibc.
///
/// # Errors
/// When the bytes are no 64-bit ELF file, or the program wants a newer version than Lambda has.
pub(crate) fn wanted(program: &[u8]) -> Result<Option<Version>> {
    let newest = newest(program).context("it is no program for 64-bit Linux")?;
    if let Some((major, minor)) = newest {
        ensure!(
            (major, minor) <= NEWEST,
            "it wants GLIBC {major}.{minor}, and Lambda has {}.{}: build it with `--zig`, which links for an older one",
            NEWEST.0,
            NEWEST.1
        );
    }
    Ok(newest)
}

fn newest(program: &[u8]) -> Result<Option<Version>> {
    let header = FileHeader64::<Endianness>::parse(program)?;
    let endian = header.endian()?;
    let sections = header.sections(endian, program)?;
    let Some((mut needs, strings)) = sections.gnu_verneed(endian, program)? else { return Ok(None) };
    let strings = sections.strings(endian, program, strings)?;
    let mut newest = None;
    while let Some((_, mut versions)) = needs.next()? {
        while let Some(version) = versions.next()? {
            newest = newest.max(version_of(version.name(endian, strings)?));
        }
    }
    Ok(newest)
}

/// The version in a name such as `GLIBC_2.34`.
fn version_of(name: &[u8]) -> Option<Version> {
    let number = str::from_utf8(name).ok()?.strip_prefix("GLIBC_")?;
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

    #[test]
    fn a_program_that_wants_a_newer_glibc_than_lambda_has_is_refused() {
        let mut program = program();
        let here = name(newest(&program).unwrap().unwrap());
        // The name is doctored, in the table of names: it must keep its length.
        let at = program.windows(here.len()).position(|bytes| bytes == here).unwrap();
        let mut doctored = |version| {
            program[at..at + here.len()].copy_from_slice(&name(version));
            wanted(&program)
        };
        assert_eq!(doctored((2, 34)).unwrap(), Some((2, 34)));
        for newer in [(2, 35), (2, 99), (3, 10)] {
            let error = doctored(newer).unwrap_err().to_string();
            assert!(error.starts_with(&format!("it wants GLIBC {}.{}, and", newer.0, newer.1)), "{error}");
        }
    }

    #[test]
    fn a_file_that_is_no_program_is_refused() {
        for bytes in [&b""[..], b"#!/bin/sh\n", &program()[..100]] {
            assert!(wanted(bytes).is_err());
        }
    }
}
