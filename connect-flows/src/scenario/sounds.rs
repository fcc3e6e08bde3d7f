//! The clips of a scenario, by their URLs.

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;

use crate::runner::{Beeps, Clips, FetchError, PromptVoice};

/// A clip of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClipSound {
    /// A tone of this length.
    Tone(Duration),
    /// Silence of this length.
    Silence(Duration),
    /// Words: a tone as long as they take.
    Words(String),
    /// A WAV file as Connect plays it.
    File(PathBuf),
    /// The store has no such clip.
    Missing,
}

/// The length of a clip that a scenario does not name.
const UNNAMED: Duration = Duration::from_secs(1);

/// Samples of telephone audio in a millisecond.
const SAMPLES_PER_MS: usize = 8;

/// A tone in mu-law: a square wave of 400 Hz at a quarter of full scale.
const TONE: [u8; 2] = [0x9F, 0x1F];

/// Silence in mu-law.
const QUIET: u8 = 0xFF;

/// Files by their length, and whether they have a tone.
type Made = HashMap<(bool, Duration), Arc<[u8]>>;

/// Clips by their URLs without the query.
#[derive(Debug)]
pub struct SceneClips {
    pub(super) sounds: BTreeMap<String, ClipSound>,
    /// The files of tones and silences, which many calls of one scenario share.
    made: Mutex<Made>,
}

impl SceneClips {
    /// Takes the clips by their URLs, or the last parts of these; `*` for all others.
    pub fn new(sounds: BTreeMap<String, ClipSound>) -> Self {
        Self { sounds, made: Mutex::default() }
    }

    fn made(&self, tone: bool, length: Duration) -> Vec<u8> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.entry((tone, length)).or_insert_with(|| wav(tone, length).into()).to_vec()
    }
}

#[async_trait]
impl Clips for SceneClips {
    async fn fetch(&self, url: &str) -> Result<Vec<u8>, FetchError> {
        match sound(&self.sounds, url) {
            None => Ok(self.made(true, UNNAMED)),
            Some(ClipSound::Tone(length)) => Ok(self.made(true, *length)),
            Some(ClipSound::Silence(length)) => Ok(self.made(false, *length)),
            Some(ClipSound::Words(words)) => {
                let samples = Beeps.length(words).await.unwrap_or_default();
                let ms = samples.div_ceil(SAMPLES_PER_MS);
                Ok(self.made(true, Duration::from_millis(u64::try_from(ms).unwrap_or_default())))
            }
            Some(ClipSound::Missing) => Err(FetchError::Status { status: 404 }),
            Some(ClipSound::File(path)) => std::fs::read(path).map_err(|error| FetchError::Transport {
                message: format!("{} can't be read: {error}", path.display()),
            }),
        }
    }
}

/// The sound of a URL: of the URL itself, of its last part, or of `*`.
pub(super) fn sound<'s>(sounds: &'s BTreeMap<String, ClipSound>, url: &str) -> Option<&'s ClipSound> {
    let plain = url.split('?').next().unwrap_or(url);
    let last = plain.rsplit('/').next().unwrap_or(plain);
    sounds.get(plain).or_else(|| sounds.get(last)).or_else(|| sounds.get("*"))
}

fn samples(length: Duration) -> usize {
    usize::try_from(length.as_millis()).unwrap_or(usize::MAX).saturating_mul(SAMPLES_PER_MS)
}

/// A file as our service makes them: mu-law, 8000 Hz, mono.
fn wav(tone: bool, length: Duration) -> Vec<u8> {
    let count = samples(length);
    let bytes = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes();
    let mut file = Vec::with_capacity(count + 46);
    file.extend(b"RIFF");
    file.extend(bytes(count + 38));
    file.extend(b"WAVEfmt \x12\0\0\0\x07\0\x01\0");
    file.extend(bytes(8000));
    file.extend(bytes(8000));
    file.extend(b"\x01\0\x08\0\0\0data");
    file.extend(bytes(count));
    file.extend((0..count).map(|at| if tone { TONE[at / 10 % 2] } else { QUIET }));
    file
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clip::{Clip, first_audible};

    #[test]
    fn made_clips_have_their_length_and_are_as_connect_wants_them() {
        let clip = Clip::parse(&wav(true, Duration::from_millis(1500))).unwrap();
        assert_eq!(clip.samples().len(), 12_000);
        assert_eq!(first_audible(clip.samples()), Some(0));
        let quiet = Clip::parse(&wav(false, Duration::from_millis(400))).unwrap();
        assert_eq!(first_audible(quiet.samples()), None);
    }

    #[test]
    fn a_clip_is_found_by_its_url_or_its_file_name() {
        let sounds = BTreeMap::from([
            ("a.wav".to_owned(), ClipSound::Missing),
            ("https://b/a.wav".to_owned(), ClipSound::Words("b".into())),
        ]);
        assert_eq!(sound(&sounds, "https://c/a.wav?secret"), Some(&ClipSound::Missing));
        assert_eq!(sound(&sounds, "https://b/a.wav?secret"), Some(&ClipSound::Words("b".into())));
        assert_eq!(sound(&sounds, "https://b/c.wav"), None);
    }
}
