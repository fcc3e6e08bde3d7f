//! The callers' turns: spoken by our voices, or recordings with their words.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::talk::{CALLER_VOICE, Item, Voices, level, noise, recording};

/// Turns in English about which the demo model knows something.
const ENGLISH: [&str; 12] = [
    "When are you open on Saturdays?",
    "Good morning, what are your opening hours?",
    "Where is my parcel?",
    "The number of my order is 4 7 1 1.",
    "Can you tell me when you close today?",
    "I would like to know more about my order.",
    "It is 2 0 9 5.",
    "Is the shop open at the weekend?",
    "Hello, I am calling about a delivery.",
    "My order has the number 3 8 6 4.",
    "Are you open on Sundays too?",
    "Thank you very much for your help.",
];

/// Paces of the callers' voices.
const SPEEDS: [f32; 3] = [1.0, 0.9, 1.12];

/// A question with a long answer, to be spoken over.
const LONG: &str = "When are you open?";

/// Words with which a caller interrupts.
const OVER: [&str; 5] = [
    "Wait, I have another question about my order.",
    "Sorry, where is my parcel?",
    "No, I mean on Sundays.",
    "Stop, please, I would like to speak to a person.",
    "Excuse me, my order number is 4 7 1 1.",
];

/// Sounds that are no turn.
const MHM: [&str; 4] = ["Mhm.", "Uh huh.", "Yeah.", "Okay."];
const SECOND_SPEAKER: [&str; 2] = ["Did you put the kettle on yet?", "The train leaves at half past seven."];

/// A second speaker in the room is this much quieter than the caller, in dB.
const FURTHER_AWAY_DB: f64 = 12.0;

/// The time from the first sound of an answer until a caller speaks over it.
const OVER_AFTER: Duration = Duration::from_millis(1500);

/// The callers' turns, interruptions and noises in one language.
pub struct Corpus {
    /// BCP 47 tag.
    pub language: String,
    /// Turns, each with its words.
    pub turns: Vec<Item>,
    /// Pairs of a question and the words that interrupt its answer.
    pub interruptions: Vec<[Item; 2]>,
    /// Pairs of a question and a noise over its answer.
    pub noises: Vec<[Item; 2]>,
}

impl Corpus {
    /// English turns, spoken by the voices in these assets with different speakers and paces.
    ///
    /// # Errors
    /// When a voice is not fetched.
    pub fn english(assets: &Path, turns: usize) -> Result<Self> {
        let mut voices = Voices::open(assets)?;
        let mut speakers = voices.speakers(CALLER_VOICE)?;
        speakers.push("piper".into());
        let mut say = |text: &str, number: usize| -> Result<Item> {
            let speed = SPEEDS[number / speakers.len() % SPEEDS.len()];
            let samples = voices.speak(&speakers[number % speakers.len()], text, "en", speed)?;
            Ok(Item { words: Some(text.to_owned()), ..Item::turn(text, samples) })
        };
        let all = (0..turns).map(|number| say(ENGLISH[number % ENGLISH.len()], number));
        let turns = all.collect::<Result<_>>()?;
        let question = say(LONG, 0)?;
        let over = |item: Item| [question.clone(), Item { over: Some(OVER_AFTER), ..item }];
        let mut interruptions = Vec::new();
        for number in 0..4 * OVER.len() {
            interruptions.push(over(say(OVER[number % OVER.len()], number)?));
        }
        let mut sounds = Vec::new();
        for (number, text) in MHM.iter().enumerate() {
            sounds.push((*text, say(text, number)?.samples));
        }
        for (number, text) in SECOND_SPEAKER.iter().enumerate() {
            let speech = say(text, number + 3)?.samples;
            sounds.push(("a second speaker", quieter(&speech, FURTHER_AWAY_DB)));
        }
        sounds.push(("music", noise::music()?.drain(..24_000).collect()));
        for seed in 0..5 {
            sounds.push(("a cough", cough(seed)?));
        }
        let noises =
            sounds.into_iter().map(|(name, samples)| Item { is_turn: false, ..Item::turn(name, samples) });
        Ok(Self { language: "en".into(), turns, interruptions, noises: noises.map(over).collect() })
    }

    /// The recordings in a folder, again from the first one when they are fewer than the turns: each `NAME.wav` with its
    /// words in `NAME.txt`.
    ///
    /// # Errors
    /// When the folder has no recording, or one lacks its words.
    pub fn folder(folder: &Path, language: &str, turns: usize) -> Result<Self> {
        let failed = || format!("no folder {}", folder.display());
        let files = std::fs::read_dir(folder).with_context(failed)?;
        let mut files = files.map(|file| Ok(file?.path())).collect::<Result<Vec<PathBuf>>>()?;
        files.retain(|file| file.extension().is_some_and(|extension| extension == "wav"));
        files.sort();
        let items = files.iter().map(|file| {
            let item = recording(file)?;
            item.words.as_ref().with_context(|| {
                format!("{} has no words: write {0:?}", file.with_extension("txt").display())
            })?;
            Ok(item)
        });
        let items = items.collect::<Result<Vec<_>>>()?;
        if items.is_empty() {
            bail!("{} has no recordings: put NAME.wav with NAME.txt into it", folder.display());
        }
        let turns = items.into_iter().cycle().take(turns).collect();
        Ok(Self { language: language.to_owned(), turns, interruptions: Vec::new(), noises: Vec::new() })
    }
}

fn quieter(samples: &[i16], db: f64) -> Vec<i16> {
    let gain = 10f64.powf(-db / 20.0);
    samples.iter().map(|sample| (f64::from(*sample) * gain) as i16).collect()
}

/// Two bursts of noise that fade, as loud as speech.
fn cough(seed: u64) -> Result<Vec<i16>> {
    const BURST: usize = 2200;
    const PAUSE: usize = 900;
    const POWER: f64 = 9e6;
    let mut samples = noise::pink(seed)?;
    samples.truncate(2 * BURST + PAUSE);
    for (at, sample) in samples.iter_mut().enumerate() {
        let within = at % (BURST + PAUSE);
        let rise = (within as f64 / 80.0).min(1.0);
        let level = if within < BURST { rise * (-(within as f64) / 700.0).exp() } else { 0.0 };
        *sample = (f64::from(*sample) * level) as i16;
    }
    let gain = (POWER / level::power(&samples).max(1.0)).sqrt();
    Ok(samples.into_iter().map(|sample| (f64::from(sample) * gain) as i16).collect())
}
