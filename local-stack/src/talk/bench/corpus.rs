//! The callers' turns: spoken by our voices, or recordings with their words.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, bail};

use super::noises;
use crate::talk::{CALLER_VOICE, Item, Voices, recording};

/// The callers' words in one language, about topics of the demo model.
struct Texts {
    language: &'static str,
    /// The voices, all of whose speakers call.
    voices: &'static [&'static str],
    turns: &'static [&'static str],
    /// A question that the benchmark's script answers at length, to be spoken over.
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
        "Hello, can you hear me?",
        "I would like to know more about my order.",
        "It is 2 0 9 5.",
        "Is the shop open at the weekend?",
        "I am calling about a delivery.",
        "My order has the number 3 8 6 4.",
        "Can I speak to a person, please?",
        "Thank you very much for your help.",
    ],
    long: "Tell me everything about your opening hours.",
    over: &[
        "Wait, I have another question about my order.",
        "Sorry, where is my parcel?",
        "No, I mean on Sundays.",
        "Stop, please, I would like to speak to a person.",
        "Excuse me, my order number is 4 7 1 1.",
    ],
    backchannels: &["Mhm.", "Uh huh.", "Yeah.", "Okay."],
    second_speaker: &[
        "Did you put the kettle on yet?",
        "The train leaves at half past seven.",
        "She said that it would rain.",
        "Where did you leave the keys?",
    ],
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
    long: "영업시간을 전부 알려 주세요.",
    over: &[
        "잠깐만요, 주문을 확인하고 싶어요.",
        "아니요, 일요일 말이에요.",
        "죄송한데 상담원을 연결해 주세요.",
    ],
    backchannels: &["네.", "음.", "아, 네.", "네네."],
    second_speaker: &[
        "주전자는 올려놨어?",
        "기차는 일곱 시 반에 떠나.",
        "오늘 비가 온다고 했어.",
        "열쇠를 어디에 뒀어?",
    ],
};

/// Paces of the callers' voices.
const SPEEDS: [f32; 3] = [1.0, 0.9, 1.12];

/// The time from the first sound of an answer until a caller speaks over it.
const OVER_AFTER: Duration = Duration::from_millis(1200);

/// The numbers of a corpus.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Turns.
    pub turns: usize,
    /// Interruptions, and at most as many noises.
    pub over: usize,
}

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
    /// Turns in a language, `en` or `ko`, with different speakers and paces.
    ///
    /// # Errors
    /// When the language is another one, or a voice is not fetched.
    pub fn spoken(voices: &mut Voices, language: &str, size: Size) -> Result<Self> {
        let texts = [ENGLISH, KOREAN].into_iter().find(|texts| texts.language == language);
        let texts = texts.with_context(|| format!("no turns in {language:?} are here: give --recordings"))?;
        let mut crowd = Speakers::open(voices, &texts)?;
        let turns = (0..size.turns).map(|number| crowd.turn(texts.turns, number));
        let turns = turns.collect::<Result<_>>()?;
        let question = crowd.turn(&[texts.long], 0)?;
        let over = |item: Item| [question.clone(), Item { over: Some(OVER_AFTER), ..item }];
        let interruptions = (0..size.over).map(|number| Ok(over(crowd.turn(texts.over, number)?)));
        let interruptions = interruptions.collect::<Result<_>>()?;
        let noises = crowd.noises(&texts)?.into_iter().take(size.over).map(over).collect();
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
struct Speakers<'a> {
    voices: &'a mut Voices,
    names: Vec<String>,
    language: &'static str,
}

impl<'a> Speakers<'a> {
    fn open(voices: &'a mut Voices, texts: &Texts) -> Result<Self> {
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

    /// Sounds that are no turn, one of each kind after the other.
    fn noises(&mut self, texts: &Texts) -> Result<Vec<Item>> {
        let mut all = Vec::new();
        for (number, _) in texts.backchannels.iter().zip(texts.second_speaker).enumerate() {
            let listener = self.turn(texts.backchannels, number)?.samples;
            let second = noises::further_away(&self.turn(texts.second_speaker, number)?.samples);
            all.extend([
                Item::turn("a listener's \"mhm\"", listener),
                Item::turn("a cough", noises::cough(number as u64)?),
                Item::turn("music", noises::music(number)?),
                Item::turn("a second speaker", second),
            ]);
        }
        Ok(all.into_iter().map(|item| Item { is_turn: false, ..item }).collect())
    }
}
