//! A simulated caller talks to the running service in real time, through Twilio's protocol.
//!
//! | module | responsibility |
//! | --- | --- |
//! | [`twilio`] | webhook, media stream and buffer of Twilio |
//! | `caller` | the caller's part: speaks, listens by ear, interrupts |
//! | `held` | one call in real time |
//! | `sound`, `level`, `noise` | recordings as a telephone carries them; voice and silence; noise on the line |
//! | `voice` | voices of callers, in this process |
//! | `turns`, `interruption` | the turns of a call, taken from its two channels |
//! | [`LiveService`] | the settings of a service that takes such calls |
//! | `log` | the service's own figures |
//! | `verdict`, `table`, `files` | faults, table, recording and time line |
//! | [`mod@bench`] | `cargo xtask bench live` |

pub mod bench;
mod caller;
mod files;
mod held;
mod interruption;
mod level;
mod log;
mod noise;
mod service;
mod sound;
mod table;
mod turns;
mod twilio;
mod verdict;
mod voice;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use self::log::Log;
pub use self::{
    caller::{Item, Spoken},
    files::remove_old_results,
    held::{Happened, Held, hold},
    interruption::Interruption,
    log::LoggedTurn,
    noise::{Noise, NoiseChoice, NoiseKind},
    service::{LiveService, Way, warm_phrases},
    turns::Turn,
    twilio::{Exchange, sign},
    voice::{CALLER_VOICE, Voices},
};

/// The sentences of several people who speak at once.
const BABBLE: [&str; 4] = [
    "We were on the train for three hours before anybody told us why it had stopped.",
    "My sister makes the best soup in town, but she never writes anything down.",
    "If you turn left behind the library, you can see the whole harbour from there.",
    "They painted the kitchen yellow last week, and now nobody wants to cook in it.",
];

/// The configuration of a talk.
pub struct TalkConfig {
    /// The caller's part.
    pub items: Vec<Item>,
    /// Noise on the caller's line.
    pub noise: Option<Noise>,
    /// The service's log.
    pub log: PathBuf,
    /// Folder for `talk.wav` and `talk.json`.
    pub out: PathBuf,
}

/// Whether the service turned the call away and said so.
fn is_refusal(error: &anyhow::Error) -> bool {
    error.is::<twilio::Refused>()
}

/// Holds a call, writes its files, and prints the table.
///
/// # Errors
/// When the service does not take the call, or the call has a fault; then the files are written all the same.
pub async fn talk(exchange: &Exchange, config: TalkConfig) -> Result<()> {
    let held = hold(exchange, config.items, config.noise).await?;
    let turns = timed(&held, &config.log).await?;
    let mut faults = verdict::faults(&held, &turns);
    faults.extend(verdict::not_interrupting(&turns));
    files::write(&held, &turns, &faults, &config.out)?;
    println!("\n{}", table::render(&held, &turns, &faults));
    let out = config.out.display();
    println!("wrote {out}/talk.wav, {out}/talk.json and the programs' logs in {out}/logs");
    match faults.first() {
        Some(first) => bail!("the talk went wrong: {first}"),
        None => Ok(()),
    }
}

/// The turns of a call, beside the service's figures of them.
async fn timed(held: &Held, log: &Path) -> Result<Vec<Turn>> {
    let mut turns = turns::turns(held);
    let expected = turns.iter().filter(|turn| turn.audible_ms.is_some()).count();
    let logged = Log::at(log).turns(&held.call, expected).await?;
    turns::join(held.began_at_ms, &mut turns, logged);
    Ok(turns)
}

/// A turn with the sound of a file; its words are those of the file `NAME.txt` beside it, where there is one.
///
/// # Errors
/// When the file can't be read or has no sound.
pub fn recording(path: &Path) -> Result<Item> {
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let words = std::fs::read_to_string(path.with_extension("txt")).ok();
    let words = words.map(|words| words.trim().to_owned());
    Ok(Item { words, ..Item::turn(name, sound::read(path)?) })
}

/// A turn in which a text is spoken by one of our voices.
///
/// # Errors
/// When the voice does not exist or does not speak the language.
pub fn spoken(voices: &mut Voices, voice: &str, text: &str, language: &str) -> Result<Item> {
    let samples = voices.speak(voice, text, language, 1.0)?;
    Ok(Item { words: Some(text.to_owned()), ..Item::turn(text, samples) })
}

/// Noise of a kind, at a level below the voice of these items.
///
/// # Errors
/// When babble has no voice to be spoken with.
pub fn noise(
    choice: NoiseChoice,
    items: &[Item],
    assets: &Path,
    voices: &mut Option<Voices>,
) -> Result<Noise> {
    let sound = match choice.kind {
        NoiseKind::Pink => pink()?,
        NoiseKind::Music => music()?,
        NoiseKind::Babble => babble(assets, voices)?,
    };
    let voice = items.iter().filter_map(|item| item.samples.get(level::voiced(&item.samples)?));
    let voice = voice.map(level::power).reduce(f64::max).context("the caller says nothing")?;
    Ok(Noise::of(sound, voice, choice.ratio_db))
}

/// Pink noise without a voice: 20 s.
///
/// # Errors
/// Never.
pub fn pink() -> Result<Vec<i16>> {
    noise::pink(1)
}

/// Music without a voice: 20 s.
///
/// # Errors
/// Never.
pub fn music() -> Result<Vec<i16>> {
    noise::music()
}

fn babble(assets: &Path, voices: &mut Option<Voices>) -> Result<Vec<i16>> {
    let voices = match voices {
        Some(voices) => voices,
        None => voices.insert(Voices::open(assets)?),
    };
    let speakers = voices.speakers(CALLER_VOICE)?;
    let sounds = BABBLE.iter().zip(speakers.iter().rev().cycle());
    let sounds = sounds.map(|(text, speaker)| voices.speak(speaker, text, "en", 1.0));
    Ok(noise::babble(&sounds.collect::<Result<Vec<_>>>()?))
}
