//! Plays a text with Connect's own voice, or a clip from its URL.

use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, sleep_until, timeout_at};
use url::Url;

use super::{
    session::{Outcome, Session},
    ssml,
};
use crate::{
    clip::{self, Clip},
    recording::{duration_of, samples_in},
    redact::without_queries,
    timeline::{EventKind, Prompt},
};

/// The kind of a sound on the time line.
enum Sound {
    Part { url: String, part: usize },
    Prompt(Prompt),
}

/// The end of a sound.
pub(super) enum Heard {
    Whole,
    /// A key was pressed, or the caller spoke: the sound ended at once, or never began.
    Interrupted,
    TimeLimit,
}

/// Events that interrupt a sound.
#[derive(Clone, Copy, Default)]
pub(super) struct Interruptions {
    /// A key that is collected.
    pub by_key: bool,
    /// The caller's voice, this long after the sound's start.
    pub by_voice_after: Option<Duration>,
}

pub(super) async fn message<'r>(session: &mut Session<'_>, parameters: &Value) -> Outcome<'r> {
    let flag = parameters["SkipWhenDTMFBufferEnabled"].as_str().unwrap_or_default();
    let interruptions = Interruptions { by_key: flag.eq_ignore_ascii_case("true"), by_voice_after: None };
    match prompt(session, parameters, interruptions).await {
        Ok(Heard::Whole) => Outcome::next("Success"),
        Ok(Heard::Interrupted) => Outcome::next("Interrupted"),
        Ok(Heard::TimeLimit) => Outcome::end(session.time_limit()),
        Err(reason) => Outcome::failed(reason),
    }
}

/// Plays the prompt in a block's parameters. The error is the reason why it can't be played.
pub(super) async fn prompt(
    session: &mut Session<'_>,
    parameters: &Value,
    interruptions: Interruptions,
) -> Result<Heard, String> {
    session.note_keys();
    if interruptions.by_key && !session.keypad.keys().is_empty() {
        return Ok(Heard::Interrupted);
    }
    let text = |name: &str| parameters[name].as_str();
    let media = &parameters["Media"];
    let sound = match (text("Text"), text("SSML"), media.as_object()) {
        (Some(text), None, None) => speak(session, text).await?,
        (None, Some(ssml), None) => match ssml::only_silence(ssml) {
            Some(silence) => Some((Sound::Prompt(Prompt::Text(String::new())), vec![0; samples_in(silence)])),
            None => speak(session, &ssml::without_tags(ssml)).await?,
        },
        (None, None, Some(_)) => match media["SourceType"].as_str() {
            Some("S3") => fetch(session, media["Uri"].as_str().unwrap_or_default()).await?,
            _ => return Err("Media.SourceType must be S3".into()),
        },
        _ => return Err("there must be exactly one of Text, SSML and Media".into()),
    };
    match sound {
        Some((sound, samples)) => Ok(hear(session, sound, &samples, interruptions).await),
        None => Ok(Heard::TimeLimit),
    }
}

/// The sound of a text; `None` when the call's time is over first.
async fn speak(session: &mut Session<'_>, text: &str) -> Result<Option<(Sound, Vec<i16>)>, String> {
    if text.trim().is_empty() {
        return Err("the text to speak is empty".into());
    }
    let voice = session.runner.ports.voice.clone();
    match timeout_at(session.deadline, voice.speak(text)).await {
        Err(_) => Ok(None),
        Ok(Err(reason)) => Err(format!("cannot speak the text: {reason}")),
        Ok(Ok(samples)) => Ok(Some((Sound::Prompt(Prompt::Text(text.to_owned())), samples))),
    }
}

/// The sound at a URL; `None` when the call's time is over first.
async fn fetch(session: &mut Session<'_>, uri: &str) -> Result<Option<(Sound, Vec<i16>)>, String> {
    let shown = without_queries(uri);
    let path = match Url::parse(uri) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => url.path().to_owned(),
        _ => return Err(format!("Media.Uri is {shown:?}: an https URL is needed")),
    };
    let clips = session.runner.ports.clips.clone();
    let bytes = match timeout_at(session.deadline, clips.fetch(uri)).await {
        Err(_) => return Ok(None),
        Ok(Err(error)) => return Err(format!("cannot fetch {shown}: {error}")),
        Ok(Ok(bytes)) => bytes,
    };
    let clip = Clip::parse(&bytes).map_err(|error| error.line(&shown))?;
    let sound = match contract::keys::part_number(&path) {
        Some(part) => Sound::Part { url: shown, part },
        None => Sound::Prompt(Prompt::Url(shown)),
    };
    Ok(Some((sound, clip.samples().to_vec())))
}

/// Plays samples from now on, until they or the call end, or the caller interrupts them.
async fn hear(
    session: &mut Session<'_>,
    sound: Sound,
    samples: &[i16],
    interruptions: Interruptions,
) -> Heard {
    session.note_keys();
    let start = Instant::now();
    let start_at = session.elapsed();
    let by_key = interruptions.by_key.then(|| session.keypad.interrupts(start_at)).flatten();
    let by_voice = interruptions.by_voice_after.map(|after| start_at + after);
    let interrupts = by_key.into_iter().chain(by_voice).min();
    let until_interrupted = interrupts.map_or(usize::MAX, |at| samples_in(at.saturating_sub(start_at)));
    let room = samples_in(session.deadline.saturating_duration_since(start)).min(until_interrupted);
    let heard = &samples[..samples.len().min(room)];
    let duration = duration_of(heard.len());
    let audible = clip::first_audible(heard);
    session.recording.place(start_at, heard);
    let (starts, ends) = match sound {
        // A key was pressed while the sound was fetched, or the caller speaks at once.
        _ if interrupts == Some(start_at) => (None, None),
        Sound::Part { url, part } => {
            let starts = EventKind::ClipStart { url: url.clone(), part };
            (Some(starts), Some(EventKind::ClipEnd { url, part }))
        }
        Sound::Prompt(prompt) if audible.is_some() => {
            let starts = EventKind::PromptStart { prompt: prompt.clone() };
            (Some(starts), Some(EventKind::PromptEnd { prompt }))
        }
        // A clip of silence has no events of its own: for the caller it is no different from waiting.
        Sound::Prompt(_) => (None, None),
    };
    if let Some(starts) = starts {
        if let (EventKind::ClipStart { .. }, Some(sample)) = (&starts, audible) {
            session.recorder.part_audible(start_at + duration_of(sample));
        }
        session.recorder.sound_started(start_at, starts);
    }
    sleep_until(start + duration).await;
    if let Some(ends) = ends {
        // The time at which the last sample ends: the timer fires a little later.
        session.recorder.sound_ended(start_at + duration, ends);
    }
    match interrupts.filter(|_| heard.len() == until_interrupted) {
        // The key may have been pressed within the sample after the last one.
        Some(at) if session.sleep_to(at).await.is_ok() => {
            session.note_keys();
            Heard::Interrupted
        }
        _ if heard.len() < samples.len() => Heard::TimeLimit,
        _ => Heard::Whole,
    }
}
