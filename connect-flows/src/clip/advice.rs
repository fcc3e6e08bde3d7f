//! The message to a designer about a faulty file: the fault, and the command that converts the file.

use super::{error::ClipError, kind::Kind};

/// File name in the commands when the URL contains none.
const NO_NAME: &str = "clip.wav";

impl ClipError {
    /// One line about the file at `url`, which must have no query.
    pub fn line(&self, url: &str) -> String {
        let mend = || format!("make a new file: {}", commands(url));
        match self {
            Self::Encoding(encoding) => {
                format!("{url} is {encoding}; Connect plays mu-law, 8000 Hz, mono: {}", commands(url))
            }
            Self::NotWave(kind @ Kind::Sound(_)) => {
                format!("{url} is {kind}; Connect plays WAV with mu-law, 8000 Hz, mono: {}", commands(url))
            }
            Self::NotWave(kind @ Kind::Text(_)) => {
                format!(
                    "{url} is {kind}, not sound: look at it, it may be an error that was stored as a clip"
                )
            }
            Self::NotWave(kind) => format!("{url} is {kind}, not sound: upload the clip again"),
            Self::RiffSize { .. } | Self::Truncated { .. } => {
                format!("{url} is damaged: {self}; upload it again, or {}", mend())
            }
            Self::TooLarge(_) | Self::TooLong(_) | Self::Empty => {
                format!("Connect would not play {url}: {self}")
            }
            Self::Missing { .. }
            | Self::Repeated { .. }
            | Self::FormatSize(_)
            | Self::Format { .. }
            | Self::Fact { .. } => format!("Connect would not play {url}: {self}; {}", mend()),
        }
    }
}

/// Conversion commands for the two usual tools, sox and ffmpeg.
fn commands(url: &str) -> String {
    let name = url.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(NO_NAME);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let (from, to) = (quoted(name), quoted(&format!("{stem}-8k.wav")));
    format!("sox {from} -r 8000 -c 1 -e mu-law {to}, or: ffmpeg -i {from} -ar 8000 -ac 1 -c:a pcm_mulaw {to}")
}

/// Quotes a file name for a shell.
fn quoted(name: &str) -> String {
    // A leading `-` would make the name an option of the tool.
    let name = if name.starts_with('-') { format!("./{name}") } else { name.to_owned() };
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_./".contains(character);
    if name.chars().all(plain) { name } else { format!("'{}'", name.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use crate::clip::{Clip, tests::*};

    fn line(file: &[u8], url: &str) -> String {
        Clip::parse(file).unwrap_err().line(url)
    }

    #[test]
    fn each_encoding_is_named_with_the_command_that_mends_it() {
        let float = [format(3, 2, 48000, 32), vec![0, 0]].concat();
        let extensible = |tag: u16, bits: u16| {
            let extension = [&[22, 0, bits as u8, 0, 3, 0, 0, 0], &tag.to_le_bytes()[..], &[0; 14]].concat();
            [format(0xFFFE, 1, 8000, bits), extension].concat()
        };
        for (format, said) in [
            (format(1, 2, 44100, 16), "16 bit PCM, 44100 Hz, stereo"),
            (format(1, 1, 8000, 16), "16 bit PCM, 8000 Hz, mono"),
            (format(6, 1, 8000, 8), "A-law, 8000 Hz, mono"),
            (format(7, 1, 16000, 8), "mu-law, 16000 Hz, mono"),
            (format(7, 6, 8000, 8), "mu-law, 8000 Hz, 6 channels"),
            (float, "32 bit floating point, 48000 Hz, stereo"),
            (format(0x11, 1, 8000, 8), "IMA ADPCM, 8000 Hz, mono"),
            (format(0x55, 2, 44100, 0), "MPEG audio in a WAV file, 44100 Hz, stereo"),
            (format(0x1234, 1, 8000, 8), "an encoding that has the number 4660, 8000 Hz, mono"),
            (extensible(1, 24), "24 bit PCM, 8000 Hz, mono"),
            (extensible(7, 8), "mu-law behind an extensible header, 8000 Hz, mono"),
        ] {
            let file = riff(&[chunk(b"fmt ", &format), chunk(b"data", &[0; 4])]);
            assert_eq!(
                line(&file, "https://b/prompts/hold.wav"),
                format!(
                    "https://b/prompts/hold.wav is {said}; Connect plays mu-law, 8000 Hz, mono: \
                     sox hold.wav -r 8000 -c 1 -e mu-law hold-8k.wav, \
                     or: ffmpeg -i hold.wav -ar 8000 -ac 1 -c:a pcm_mulaw hold-8k.wav"
                )
            );
        }
    }

    #[test]
    fn a_file_that_is_no_wav_is_named_by_its_first_bytes() {
        const SOUND: &str = "; Connect plays WAV with mu-law, 8000 Hz, mono: sox hold.mp3 -r 8000";
        const TEXT: &str = ", not sound: look at it";
        const OTHER: &str = ", not sound: upload the clip again";
        for (start, said, then) in [
            (&b"ID3\x04\x00\x00"[..], "an MP3 file", SOUND),
            (b"\xFF\xFB\x90\x64", "an MP3 file", SOUND),
            (b"\xFF\xF3\x40\xC4", "an MP3 file", SOUND),
            (b"\xFF\xF1\x50\x80", "an AAC file", SOUND),
            (b"OggS\0\x02", "an Ogg file", SOUND),
            (b"fLaC\0\0\0\x22", "a FLAC file", SOUND),
            (b"FORM\0\0\x10\0AIFFCOMM", "an AIFF file", SOUND),
            (b"FORM\0\0\x10\0AIFCFVER", "an AIFF file", SOUND),
            (b"RF64\xFF\xFF\xFF\xFFWAVEds64", "an RF64 file (WAV of more than 4 GB)", SOUND),
            (b"\0\0\0\x20ftypM4A ", "an MP4 or M4A file", SOUND),
            (b"{\"message\": \"Forbidden\"}", "a JSON text", TEXT),
            (b"<?xml version=\"1.0\"?>\n<Error>", "an XML text", TEXT),
            (b"<Error><Code>AccessDenied</Code></Error>", "an XML text", TEXT),
            (b"\xEF\xBB\xBF\n<!DOCTYPE html><html>", "an HTML page", TEXT),
            (b"version https://git-lfs.github.com/spec/v1\n", "a plain text", TEXT),
            (b"", "an empty file", OTHER),
            // Mu-law silence without a header.
            (&[0xFF; 32], r#"a file that begins with "\xff\xff\xff\xff\xff\xff\xff\xff""#, OTHER),
        ] {
            let line = line(start, "https://b/hold.mp3");
            assert!(line.starts_with(&format!("https://b/hold.mp3 is {said}{then}")), "{line}");
        }
    }

    #[test]
    fn the_command_is_safe_to_paste() {
        let file = riff(&[chunk(b"fmt ", &format(1, 1, 8000, 16)), chunk(b"data", &[0; 4])]);
        for (url, command) in [
            ("https://b/a/my song.wav", "sox 'my song.wav' -r 8000 -c 1 -e mu-law 'my song-8k.wav', or"),
            ("https://b/it's.wav", r"sox 'it'\''s.wav' -r 8000 -c 1 -e mu-law 'it'\''s-8k.wav', or"),
            ("https://b/$(id).wav", "sox '$(id).wav' -r"),
            ("https://b/-n.wav", "sox ./-n.wav -r 8000 -c 1 -e mu-law ./-n-8k.wav, or"),
            ("https://b/hold", "sox hold -r 8000 -c 1 -e mu-law hold-8k.wav, or"),
            ("https://b/", "sox clip.wav -r"),
        ] {
            let line = line(&file, url);
            assert!(line.contains(&format!("mono: {command}")), "{line}");
        }
    }
}
