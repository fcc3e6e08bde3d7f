//! The callers' turns: spoken by our voices, or recordings with their words.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::talk::{CALLER_VOICE, Item, Voices, level, noise, recording};

/// The callers' words in one language, about topics of the demo model.
struct Texts {
    language: &'static str,
    /// The voices, all of whose speakers call.
    voices: &'static [&'static str],
    turns: &'static [&'static str],
    /// A question with a long answer, to be spoken over.
    long: &'static str,
    /// Words with which a caller interrupts.
    over: &'static [&'static str],
    /// Words that are no turn.
    backchannels: &'static [&'static str],
    second_speaker: &'static [&'static str],
}

const ENGLISH: Texts = Texts {
    language: "en",
    voices: &[CALLER_VOICE, "piper"],
    turns: &[
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
    ],
    long: "When are you open?",
    over: &[
        "Wait, I have another question about my order.",
        "Sorry, where is my parcel?",
        "No, I mean on Sundays.",
        "Stop, please, I would like to speak to a person.",
        "Excuse me, my order number is 4 7 1 1.",
    ],
    backchannels: &["Mhm.", "Uh huh.", "Yeah.", "Okay."],
    second_speaker: &["Did you put the kettle on yet?", "The train leaves at half past seven."],
};

const KOREAN: Texts = Texts {
    language: "ko",
    voices: &["kokoro-ko"],
    turns: &[
        "안녕하세요, 영업시간이 어떻게 되나요?",
        "토요일에는 몇 시까지 하세요?",
        "제가 주문한 택배가 어디에 있나요?",
        "주문 번호는 4 7 1 1이에요.",
        "주말에도 문을 여나요?",
        "배송이 언제 도착하는지 궁금해요.",
        "번호는 2 0 9 5입니다.",
        "주문 상태를 확인하고 싶어요.",
        "상담원하고 이야기하고 싶어요.",
        "오늘은 언제 문을 닫아요?",
        "도와주셔서 감사합니다.",
    ],
    long: "영업시간이 어떻게 되나요?",
    over: &[
        "잠깐만요, 주문을 확인하고 싶어요.",
        "아니요, 일요일 말이에요.",
        "죄송한데 상담원을 연결해 주세요.",
    ],
    backchannels: &["네.", "음.", "아, 네."],
    second_speaker: &["주전자는 올려놨어?", "기차는 일곱 시 반에 떠나."],
};

/// Paces of the callers' voices.
const SPEEDS: [f32; 3] = [1.0, 0.9, 1.12];

/// Interruptions in each language.
const INTERRUPTIONS: usize = 20;

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
    /// Turns in a language, `en` or `ko`, spoken by the voices in these assets with different speakers and paces.
    ///
    /// # Errors
    /// When the language is another one, or a voice is not fetched.
    pub fn spoken(assets: &Path, language: &str, turns: usize) -> Result<Self> {
        let texts = [ENGLISH, KOREAN].into_iter().find(|texts| texts.language == language);
        let texts = texts.with_context(|| format!("no turns in {language:?} are here: give --recordings"))?;
        let mut crowd = Speakers::open(assets, &texts)?;
        let turns = (0..turns).map(|number| crowd.turn(texts.turns, number));
        let turns = turns.collect::<Result<_>>()?;
        let question = crowd.turn(&[texts.long], 0)?;
        let over = |item: Item| [question.clone(), Item { over: Some(OVER_AFTER), ..item }];
        let interruptions = (0..INTERRUPTIONS).map(|number| Ok(over(crowd.turn(texts.over, number)?)));
        let interruptions = interruptions.collect::<Result<_>>()?;
        let noises = crowd.noises(&texts)?.into_iter().map(over).collect();
        Ok(Self { language: language.to_owned(), turns, interruptions, noises })
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

/// The callers' voices.
struct Speakers {
    voices: Voices,
    names: Vec<String>,
    language: &'static str,
}

impl Speakers {
    fn open(assets: &Path, texts: &Texts) -> Result<Self> {
        let mut voices = Voices::open(assets)?;
        let mut names = Vec::new();
        for voice in texts.voices {
            names.extend(voices.speakers(voice)?);
        }
        Ok(Self { voices, names, language: texts.language })
    }

    /// One of the texts, by one of the speakers at one of the paces.
    fn turn(&mut self, texts: &[&str], number: usize) -> Result<Item> {
        let (text, speaker) = (texts[number % texts.len()], &self.names[number % self.names.len()]);
        let speed = SPEEDS[number / self.names.len() % SPEEDS.len()];
        let samples = self.voices.speak(speaker, text, self.language, speed)?;
        Ok(Item { words: Some(text.to_owned()), ..Item::turn(text, samples) })
    }

    /// Sounds that are no turn.
    fn noises(&mut self, texts: &Texts) -> Result<Vec<Item>> {
        let mut noises = Vec::new();
        for number in 0..texts.backchannels.len() {
            noises.push(self.turn(texts.backchannels, number)?);
        }
        for number in 0..texts.second_speaker.len() {
            let speech = self.turn(texts.second_speaker, number)?.samples;
            noises.push(Item::turn("a second speaker", quieter(&speech, FURTHER_AWAY_DB)));
        }
        noises.push(Item::turn("music", noise::music()?.drain(..24_000).collect()));
        for seed in 0..5 {
            noises.push(Item::turn("a cough", cough(seed)?));
        }
        Ok(noises.into_iter().map(|item| Item { is_turn: false, ..item }).collect())
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
