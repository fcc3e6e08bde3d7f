//! The libraries that a shared library itself asks for: the `DT_NEEDED` entries of a 64-bit, little-endian ELF file.
//!
//! A provider of another release may want another CUDA than the one this program knows of.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};

/// From `elf.h`.
const LOAD: u32 = 1;
const DYNAMIC: u32 = 2;
const NEEDED: u64 = 1;
const STRING_TABLE: u64 = 5;

/// Longest parts that are read of a file: a damaged one may claim any length.
const LONGEST_TABLE: u64 = 1 << 20;
const LONGEST_NAME: u64 = 256;

/// One entry of the table of segments.
struct Segment {
    kind: u32,
    offset: u64,
    address: u64,
    length: u64,
}

/// The sonames that the library at `path` needs.
///
/// # Errors
/// When the file can't be read, or is no such library.
pub(super) fn sonames(path: &Path) -> io::Result<Vec<String>> {
    let mut file = File::open(path)?;
    let segments = segments(&mut file)?;
    let dynamic = segments.iter().find(|segment| segment.kind == DYNAMIC).ok_or_else(no_library)?;
    let entries = read(&mut file, dynamic.offset, dynamic.length)?;
    let entries: Vec<(u64, u64)> =
        entries.chunks_exact(16).map(|entry| (number(entry, 0, 8), number(entry, 8, 8))).collect();
    let strings = entries.iter().find(|(tag, _)| *tag == STRING_TABLE).ok_or_else(no_library)?.1;
    let strings = in_file(&segments, strings).ok_or_else(no_library)?;
    let names = entries.iter().filter(|(tag, _)| *tag == NEEDED);
    names.map(|(_, at)| name(&mut file, strings.saturating_add(*at))).collect()
}

fn segments(file: &mut File) -> io::Result<Vec<Segment>> {
    let head = read(file, 0, 64)?;
    // The mark, 64 bit, little-endian.
    if head.len() < 64 || !head.starts_with(b"\x7fELF\x02\x01") {
        return Err(no_library());
    }
    let (at, size, count) = (number(&head, 32, 8), number(&head, 54, 2), number(&head, 56, 2));
    let table = read(file, at, size * count)?;
    let segment = |entry: &[u8]| Segment {
        kind: number(entry, 0, 4) as u32,
        offset: number(entry, 8, 8),
        address: number(entry, 16, 8),
        length: number(entry, 32, 8),
    };
    // An entry of the format's version has 56 bytes.
    Ok(table.chunks_exact(size.max(56) as usize).map(segment).collect())
}

/// The position in the file of an address in memory.
fn in_file(segments: &[Segment], address: u64) -> Option<u64> {
    let loaded = segments.iter().filter(|segment| segment.kind == LOAD);
    loaded
        .filter(|segment| address.checked_sub(segment.address).is_some_and(|inside| inside < segment.length))
        .find_map(|segment| segment.offset.checked_add(address - segment.address))
}

fn name(file: &mut File, at: u64) -> io::Result<String> {
    let bytes = read(file, at, LONGEST_NAME)?;
    let name = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    Ok(String::from_utf8_lossy(name).into_owned())
}

fn read(file: &mut File, at: u64, length: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::new();
    file.take(length.min(LONGEST_TABLE)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A little-endian number of `length` bytes; 0 where the bytes are missing.
fn number(bytes: &[u8], at: usize, length: usize) -> u64 {
    let bytes = bytes.get(at..at + length).unwrap_or_default();
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn no_library() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "it is no shared library of Linux")
}
