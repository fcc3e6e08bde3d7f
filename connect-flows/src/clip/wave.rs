//! The chunks of a WAV file.

use super::{
    bytes::{u16_at, u32_at},
    encoding::{Encoding, SAMPLE_RATE},
    error::ClipError,
    kind::Kind,
};

/// The chunks that matter. Others (`LIST`, for example) are skipped, as players do.
pub(super) struct Wave<'a> {
    format: &'a [u8],
    fact: Option<&'a [u8]>,
    data: &'a [u8],
}

impl<'a> Wave<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, ClipError> {
        let not_wave = || ClipError::NotWave(Kind::of(bytes));
        let (header, mut rest) = bytes.split_at_checked(12).ok_or_else(not_wave)?;
        if !header.starts_with(b"RIFF") || !header.ends_with(b"WAVE") {
            return Err(not_wave());
        }
        let stated = u64::from(u32_at(header, 4)) + 8;
        let actual = bytes.len() as u64;
        if stated != actual {
            return Err(ClipError::RiffSize { stated, actual });
        }
        let (mut format, mut fact, mut data) = (None, None, None);
        while !rest.is_empty() {
            let Chunk { name, body, after } = Chunk::read(rest)?;
            match name {
                b"fmt " => once(&mut format, body, "fmt")?,
                b"fact" => once(&mut fact, body, "fact")?,
                b"data" => once(&mut data, body, "data")?,
                _ => {}
            }
            rest = after;
        }
        Ok(Self {
            format: format.ok_or(ClipError::Missing { name: "fmt" })?,
            fact,
            data: data.ok_or(ClipError::Missing { name: "data" })?,
        })
    }

    /// The samples, or an error if Connect does not play their encoding.
    pub(super) fn mu_law(self) -> Result<&'a [u8], ClipError> {
        check_format(self.format)?;
        if let Some(fact) = self.fact {
            check_fact(fact, self.data.len())?;
        }
        Ok(self.data)
    }
}

/// One chunk, and the bytes after it.
struct Chunk<'a> {
    name: &'a [u8],
    body: &'a [u8],
    after: &'a [u8],
}

impl<'a> Chunk<'a> {
    /// Chunks start at even offsets, so a chunk of odd length is followed by one byte of padding.
    fn read(bytes: &'a [u8]) -> Result<Self, ClipError> {
        let truncated =
            || ClipError::Truncated { name: bytes.get(..4).unwrap_or(bytes).escape_ascii().to_string() };
        let (header, rest) = bytes.split_at_checked(8).ok_or_else(truncated)?;
        let size = u32_at(header, 4) as usize;
        let (body, rest) = rest.split_at_checked(size).ok_or_else(truncated)?;
        let padding = (size % 2).min(rest.len());
        Ok(Self { name: &header[..4], body, after: &rest[padding..] })
    }
}

fn once<'a>(slot: &mut Option<&'a [u8]>, body: &'a [u8], name: &'static str) -> Result<(), ClipError> {
    match slot.replace(body) {
        None => Ok(()),
        Some(_) => Err(ClipError::Repeated { name }),
    }
}

fn check_format(format: &[u8]) -> Result<(), ClipError> {
    let size = format.len();
    if size < 16 {
        return Err(ClipError::FormatSize(size));
    }
    let encoding = Encoding::read(format);
    if !encoding.is_played() {
        return Err(ClipError::Encoding(encoding));
    }
    if size != 16 && size != 18 {
        return Err(ClipError::FormatSize(size));
    }
    let extension = if size == 18 { u16_at(format, 16) } else { 0 };
    let fields = [
        ("the byte rate", u32_at(format, 8), SAMPLE_RATE),
        ("the block size", u16_at(format, 12).into(), 1),
        ("the number of bits", u16_at(format, 14).into(), 8),
        ("the size of the extension", extension.into(), 0),
    ];
    match fields.into_iter().find(|(_, actual, expected)| actual != expected) {
        None => Ok(()),
        Some((field, actual, expected)) => Err(ClipError::Format { field, actual, expected }),
    }
}

fn check_fact(fact: &[u8], actual: usize) -> Result<(), ClipError> {
    let stated = if fact.len() >= 4 { u32_at(fact, 0) } else { 0 };
    if stated as usize == actual { Ok(()) } else { Err(ClipError::Fact { stated, actual }) }
}
