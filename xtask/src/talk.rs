//! `cargo xtask talk` and `cargo xtask bench live`: fetches voices and ears, then starts the program.

use std::{ffi::OsString, path::Path};

use anyhow::Result;

use crate::{VOICE, cargo, fetch};

/// The callers' voices when none is named.
const TALK_VOICES: [&str; 1] = ["kokoro"];
const BENCH_VOICES: [&str; 3] = ["kokoro", "kokoro-ko", "piper"];

/// Holds a talk.
///
/// # Errors
/// When something can't be fetched or built.
pub(crate) fn talk(root: &Path, arguments: &[OsString]) -> Result<()> {
    run(root, "talk", arguments, &TALK_VOICES)
}

/// Measures live calls.
///
/// # Errors
/// When something can't be fetched or built.
pub(crate) fn bench(root: &Path, arguments: &[OsString]) -> Result<()> {
    run(root, "live", arguments, &BENCH_VOICES)
}

fn run(root: &Path, command: &str, arguments: &[OsString], callers: &[&str]) -> Result<()> {
    let words: Vec<_> = arguments.iter().map(|argument| argument.to_string_lossy()).collect();
    let asks_for_help = words.iter().any(|word| ["-h", "--help"].contains(&&**word));
    cargo::run_release(root, &cargo::CALL, command, arguments, || {
        if asks_for_help {
            return Ok(());
        }
        fetch::runtime(root)?;
        fetch::ears(root)?;
        let pinned = fetch::voice_names()?;
        let named =
            words.iter().map(|word| voice_in(word)).filter(|word| pinned.iter().any(|pinned| pinned == word));
        let korean = is_korean(&words).then_some("kokoro-ko");
        let usual = callers.iter().copied().chain([VOICE]).chain(korean);
        usual.chain(named).try_for_each(|voice| fetch::voice(root, voice))
    })
}

/// Whether the caller speaks Korean, with or without a region: both sides of a talk then have another voice.
fn is_korean<W: AsRef<str>>(words: &[W]) -> bool {
    let after = |pair: &[W]| pair[0].as_ref() == "--lang" && pair[1].as_ref().starts_with("ko");
    words.windows(2).any(after) || words.iter().any(|word| word.as_ref().starts_with("--lang=ko"))
}

/// The voice in `VOICE`, `VOICE/SPEAKER` or `--option=VOICE`.
fn voice_in(word: &str) -> &str {
    let value = word.split_once('=').map_or(word, |(_, value)| value);
    value.split_once('/').map_or(value, |(voice, _)| voice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn korean_is_known_with_its_region() {
        for words in [&["--lang", "ko"][..], &["--lang", "ko-KR"], &["--open", "--lang=ko-KR"]] {
            assert!(is_korean(words), "{words:?}");
        }
        assert!(!is_korean(&["--lang", "en", "--text", "ko"]));
    }

    #[test]
    fn a_voice_is_found_in_an_argument() {
        for word in ["piper", "piper/joe", "--voice=piper", "--caller-voice=piper/joe"] {
            assert_eq!(voice_in(word), "piper", "{word}");
        }
    }
}
