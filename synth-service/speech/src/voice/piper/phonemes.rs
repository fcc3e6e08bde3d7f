//! Converts words to the ids that a model reads.

use std::collections::HashMap;

use text::cut;
use unicode_normalization::UnicodeNormalization;

use super::config::{PiperConfig, Source};
use crate::{
    Runtime, SpeechError, Words,
    voice::{VoiceConfig, espeak::Phonemizer},
};

/// Most phonemes in one run; each becomes two ids. The cost of the model's attention grows with the square of the
/// length.
const MAX_PHONEMES: usize = 250;

/// Most ids in one run, if each phoneme has one id.
pub(super) const MAX_IDS: usize = 2 * MAX_PHONEMES + 3;

/// Marks at which phonemes may be cut.
const CLAUSE_ENDS: [&str; 6] = [",", ";", ":", ".", "!", "?"];

/// Signs of IPA that guide readers only: models have no phoneme for them, or use the same character for another
/// phoneme.
const UNSPOKEN_IPA: [char; 9] = ['.', '|', '‖', '/', '[', ']', '\u{203f}', '\u{361}', '\u{35c}'];

/// Marks that modify a sound but are not sounds.
const STRESS_AND_LENGTH: [char; 4] = ['ˈ', 'ˌ', 'ː', 'ˑ'];

/// The phonemes of one voice's language, and their ids.
pub(super) struct Phonemes {
    /// espeak-ng; absent where characters are phonemes.
    espeak: Option<Phonemizer>,
    ids: HashMap<String, Vec<i64>>,
    /// Phonemes of several characters, the longest first.
    clusters: Vec<String>,
    start: Vec<i64>,
    /// Ids of the padding after the start and after each phoneme.
    pad: Vec<i64>,
    end: Vec<i64>,
}

impl Phonemes {
    /// # Errors
    /// [`SpeechError::Voice`] where espeak-ng can't be opened or doesn't know the language, or the alphabet
    /// lacks a mark that every model needs.
    pub(super) fn load(
        config: &PiperConfig,
        voice: &VoiceConfig,
        runtime: &Runtime,
    ) -> Result<Self, SpeechError> {
        let failed = |cause: String| SpeechError::Voice { voice: voice.name.clone(), cause };
        let espeak = match config.source(voice)? {
            Source::Espeak(language) => Some(Phonemizer::open(runtime.espeak(), &language).map_err(failed)?),
            Source::Text => None,
        };
        let mut ids = config.phoneme_id_map.clone();
        let mut special = |mark: &str| {
            ids.remove(mark).ok_or_else(|| failed(format!("phoneme_id_map in its config has no `{mark}`")))
        };
        let (start, pad, end) = (special("^")?, special("_")?, special("$")?);
        let mut clusters: Vec<_> = config.vowel_clusters.iter().map(|cluster| cluster.concat()).collect();
        clusters.sort_by_key(|cluster| std::cmp::Reverse(cluster.len()));
        Ok(Self { espeak, ids, clusters, start, pad, end })
    }

    /// The ids of the words, in as many pieces as the model needs. Phonemes that the model lacks are left out, and the
    /// log says how many.
    ///
    /// # Errors
    /// [`SpeechError::Unpronounceable`] when the rest has no sound.
    pub(super) fn sequences(&self, words: &[Words]) -> Result<Vec<Vec<i64>>, SpeechError> {
        let phonemes: String = self.phonemes(words)?.nfd().collect();
        let mut unknown = 0;
        let sequences: Vec<_> = cut(&phonemes, MAX_PHONEMES, &CLAUSE_ENDS)
            .into_iter()
            .filter_map(|piece| self.sequence(piece, &mut unknown))
            .collect();
        if unknown > 0 {
            tracing::warn!(unknown, "phonemes that this voice does not have were left out");
        }
        if sequences.is_empty() { Err(SpeechError::Unpronounceable) } else { Ok(sequences) }
    }

    /// Ids of some sounds, for a trial run.
    pub(super) fn some(&self) -> Vec<i64> {
        self.ids.values().flatten().chain(&self.pad).copied().collect()
    }

    fn phonemes(&self, words: &[Words]) -> Result<String, SpeechError> {
        let mut phonemes = String::new();
        for words in words {
            let read = match (words, &self.espeak) {
                (Words::Ipa(ipa), _) => ipa.replace(UNSPOKEN_IPA, "").replace(':', "ː"),
                (Words::Written(text), Some(espeak)) => {
                    espeak.phonemes(text).map_err(SpeechError::Synthesis)?
                }
                (Words::Written(text), None) => text.trim().to_owned(),
            };
            // A mark alone follows the words before it without a space.
            if !phonemes.is_empty() && !CLAUSE_ENDS.iter().any(|mark| read.starts_with(mark)) {
                phonemes.push(' ');
            }
            phonemes.push_str(read.trim());
        }
        Ok(phonemes)
    }

    /// The ids of one piece; `None` where nothing in it has a sound.
    fn sequence(&self, piece: &str, unknown: &mut usize) -> Option<Vec<i64>> {
        let mut ids = [&*self.start, &*self.pad].concat();
        let mut has_sound = false;
        let mut rest = piece;
        while let Some(first) = rest.chars().next() {
            let cluster = self.clusters.iter().find(|cluster| rest.starts_with(cluster.as_str()));
            let (phoneme, behind) = rest.split_at(cluster.map_or(first.len_utf8(), String::len));
            rest = behind;
            match self.ids.get(phoneme).or_else(|| self.ids.get(&phoneme.to_lowercase())) {
                Some(found) => {
                    ids.extend(found.iter().chain(&self.pad));
                    has_sound |= first.is_alphanumeric() && !STRESS_AND_LENGTH.contains(&first);
                }
                None => *unknown += 1,
            }
        }
        ids.extend(&self.end);
        has_sound.then_some(ids)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A voice whose phonemes are characters: `^` 1, `_` 0, `$` 2, then the letters from 3.
    fn characters(alphabet: &str, clusters: &[&str]) -> Phonemes {
        let ids = alphabet.chars().map(String::from).chain(clusters.iter().map(|&cluster| cluster.into()));
        Phonemes {
            espeak: None,
            ids: ids.zip((3..).map(|id| vec![id])).collect(),
            clusters: clusters.iter().map(|&cluster| cluster.into()).collect(),
            start: vec![1],
            pad: vec![0],
            end: vec![2],
        }
    }

    fn written(text: &str) -> Words {
        Words::Written(text.into())
    }

    #[test]
    fn a_pad_stands_behind_the_start_and_behind_each_phoneme() {
        let ids = characters("ab ", &[]).sequences(&[written("ab a")]);
        assert_eq!(ids, Ok(vec![vec![1, 0, 3, 0, 4, 0, 5, 0, 3, 0, 2]]));
    }

    #[test]
    fn accents_are_phonemes_of_their_own_and_case_matters_only_where_the_voice_knows_both() {
        let phonemes = characters("e\u{301}B", &[]);
        assert_eq!(phonemes.sequences(&[written("ÉB")]), Ok(vec![vec![1, 0, 3, 0, 4, 0, 5, 0, 2]]));
    }

    #[test]
    fn vowels_that_are_one_phoneme_are_taken_together() {
        let phonemes = characters("aɪ", &["aɪ"]);
        assert_eq!(phonemes.sequences(&[written("aɪa")]), Ok(vec![vec![1, 0, 5, 0, 3, 0, 2]]));
    }

    #[test]
    fn unknown_phonemes_are_left_out_and_alone_they_are_unpronounceable() {
        let phonemes = characters("a .ˈ", &[]);
        assert_eq!(phonemes.sequences(&[written("a^_$字")]), phonemes.sequences(&[written("a")]));
        for text in ["字", ". ˈ", "", "$"] {
            assert_eq!(phonemes.sequences(&[written(text)]), Err(SpeechError::Unpronounceable), "{text}");
        }
    }

    #[test]
    fn a_mark_alone_closes_up_and_dots_between_syllables_are_no_marks() {
        let phonemes = characters("ab .ː", &[]);
        assert_eq!(
            phonemes.sequences(&[written("a"), Words::Ipa("b:.b".into()), written(".")]),
            phonemes.sequences(&[written("a bːb.")])
        );
    }

    #[test]
    fn what_is_too_long_is_cut_and_no_phoneme_is_lost() -> Result<(), SpeechError> {
        let phonemes = characters("ab ,", &[]);
        let sequences = phonemes.sequences(&[written(&"abba, ".repeat(400))])?;
        assert!(sequences.iter().all(|ids| ids.len() <= MAX_IDS), "{}", sequences.len());
        let sounds = sequences.iter().flatten().filter(|id| [3, 4].contains(*id)).count();
        assert_eq!(sounds, 1600);
        Ok(())
    }
}
