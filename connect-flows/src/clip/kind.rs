//! Kinds of files other than WAV, recognised by their first bytes.

use std::fmt;

/// Number of leading bytes that decide whether a file is text.
const LOOK: usize = 256;

/// The kind of a file, recognised by its first bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An empty file.
    Empty,
    /// Sound in a format that tools can convert to WAV.
    Sound(&'static str),
    /// Text; in place of a clip, mostly an error message that was stored or served under the clip's name.
    Text(&'static str),
    /// An unknown kind of file, given by its first bytes.
    Unknown(Vec<u8>),
}

/// Name of each sound format, and the bytes with which its files start.
const SOUNDS: [(&str, &[u8]); 12] = [
    ("an MP3 file", b"ID3"),
    ("an Ogg file", b"OggS"),
    ("a FLAC file", b"fLaC"),
    ("an RF64 file (WAV of more than 4 GB)", b"RF64"),
    ("a BW64 file (WAV of more than 4 GB)", b"BW64"),
    ("a big-endian RIFX file", b"RIFX"),
    ("an AU file", b".snd"),
    ("a CAF file", b"caff"),
    ("an AMR file", b"#!AMR"),
    ("a WebM or Matroska file", b"\x1A\x45\xDF\xA3"),
    ("a WMA file", b"\x30\x26\xB2\x75"),
    ("a NIST Sphere file", b"NIST_1A"),
];

impl Kind {
    pub(super) fn of(file: &[u8]) -> Self {
        if file.is_empty() {
            return Self::Empty;
        }
        let sound = SOUNDS.iter().find(|(_, start)| file.starts_with(start)).map(|(name, _)| *name);
        if let Some(name) = sound.or_else(|| inside(file)).or_else(|| frames(file)) {
            return Self::Sound(name);
        }
        text(file).map_or_else(|| Self::Unknown(file[..file.len().min(8)].to_vec()), Self::Text)
    }
}

/// Recognises formats whose marker is not at the start of the file.
fn inside(file: &[u8]) -> Option<&'static str> {
    match (file.get(..4)?, file.get(4..8)?, file.get(8..12)) {
        (b"FORM", _, Some(b"AIFF" | b"AIFC")) => Some("an AIFF file"),
        (b"RIFF", _, Some(b"AVI ")) => Some("an AVI file"),
        (_, b"ftyp", _) => Some("an MP4 or M4A file"),
        _ => None,
    }
}

/// Recognises MPEG audio by its first frame: eleven set bits, then a layer. In AAC the layer bits are zero.
fn frames(file: &[u8]) -> Option<&'static str> {
    let [0xFF, second, third, ..] = *file else { return None };
    match (second & 0xE0 == 0xE0, second & 0x06) {
        (true, 0) if second & 0xF0 == 0xF0 => Some("an AAC file"),
        // Version 1, this bit rate and this sample rate are reserved, so no real frame has them.
        (true, layer) if layer != 0 && second & 0x18 != 0x08 && third >> 4 != 0xF && third & 0x0C != 0x0C => {
            Some("an MP3 file")
        }
        _ => None,
    }
}

fn text(file: &[u8]) -> Option<&'static str> {
    let start = file.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(file);
    let start = String::from_utf8_lossy(&start[..start.len().min(LOOK)]);
    let start = start.trim_start().to_ascii_lowercase();
    match start.chars().next()? {
        _ if start.starts_with("<!doctype html") || start.starts_with("<html") => Some("an HTML page"),
        '<' => Some("an XML text"),
        '{' | '[' => Some("a JSON text"),
        _ if start.chars().all(|character| !character.is_control() || character.is_whitespace())
            && !start.contains(char::REPLACEMENT_CHARACTER) =>
        {
            Some("a plain text")
        }
        _ => None,
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("an empty file"),
            Self::Sound(name) | Self::Text(name) => f.write_str(name),
            Self::Unknown(start) => write!(f, "a file that begins with \"{}\"", start.escape_ascii()),
        }
    }
}
