//! Plays a text with Connect's own voice, or a clip from its URL.

use serde_json::Value;
use tokio::time::{Instant, sleep_until, timeout_at};
use url::Url;

use super::session::{Outcome, Session};
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

pub(super) async fn message<'r>(session: &mut Session<'_>, parameters: &Value) -> Outcome<'r> {
    let text = |name: &str| parameters[name].as_str();
    let media = &parameters["Media"];
    match (text("Text"), text("SSML"), media.as_object()) {
        (Some(text), None, None) => speak(session, text).await,
        (None, Some(ssml), None) => speak(session, &without_tags(ssml)).await,
        (None, None, Some(_)) => match media["SourceType"].as_str() {
            Some("S3") => play(session, media["Uri"].as_str().unwrap_or_default()).await,
            _ => Outcome::failed("Media.SourceType must be S3"),
        },
        _ => Outcome::failed("there must be exactly one of Text, SSML and Media"),
    }
}

async fn speak<'r>(session: &mut Session<'_>, text: &str) -> Outcome<'r> {
    if text.trim().is_empty() {
        return Outcome::failed("the text to speak is empty");
    }
    let voice = session.runner.ports.voice.clone();
    match timeout_at(session.deadline, voice.speak(text)).await {
        Err(_) => Outcome::end(session.time_limit()),
        Ok(Err(reason)) => Outcome::failed(format!("cannot speak the text: {reason}")),
        Ok(Ok(samples)) => {
            let sound = Sound::Prompt(Prompt::Text(text.to_owned()));
            hear(session, sound, &samples).await
        }
    }
}

async fn play<'r>(session: &mut Session<'_>, uri: &str) -> Outcome<'r> {
    let shown = without_queries(uri);
    let path = match Url::parse(uri) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => url.path().to_owned(),
        _ => return Outcome::failed(format!("Media.Uri is {shown:?}: an https URL is needed")),
    };
    let clips = session.runner.ports.clips.clone();
    let bytes = match timeout_at(session.deadline, clips.fetch(uri)).await {
        Err(_) => return Outcome::end(session.time_limit()),
        Ok(Err(error)) => return Outcome::failed(format!("cannot fetch {shown}: {error}")),
        Ok(Ok(bytes)) => bytes,
    };
    let clip = match Clip::parse(&bytes) {
        Ok(clip) => clip,
        Err(error) => return Outcome::failed(error.line(&shown)),
    };
    let sound = match contract::keys::part_number(&path) {
        Some(part) => Sound::Part { url: shown, part },
        None => Sound::Prompt(Prompt::Url(shown)),
    };
    hear(session, sound, clip.samples()).await
}

/// Plays samples from now on, until they or the call end.
async fn hear<'r>(session: &mut Session<'_>, sound: Sound, samples: &[i16]) -> Outcome<'r> {
    let start = Instant::now();
    let start_at = session.elapsed();
    let room = samples_in(session.deadline.saturating_duration_since(start));
    let heard = &samples[..samples.len().min(room)];
    let duration = duration_of(heard.len());
    let audible = clip::first_audible(heard);
    session.recording.place(start_at, heard);
    let (starts, ends) = match sound {
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
    if heard.len() < samples.len() {
        return Outcome::end(session.time_limit());
    }
    Outcome::next("Success")
}

/// The text of an SSML document without its tags.
fn without_tags(ssml: &str) -> String {
    let mut words = String::with_capacity(ssml.len());
    let mut in_tag = false;
    for character in ssml.chars() {
        match character {
            '<' => in_tag = true,
            // A tag separates words: a space takes its place.
            '>' if in_tag => {
                in_tag = false;
                words.push(' ');
            }
            _ if in_tag => {}
            _ => words.push(character),
        }
    }
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    entities.iter().fold(words, |words, (entity, character)| words.replace(entity, character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ssml_is_spoken_without_its_tags() {
        let cases = [
            ("<speak>Hello <break time=\"1s\"/>there</speak>", "Hello there"),
            ("<speak><p>One.</p><p>Two &amp; three &amp;lt;</p></speak>", "One. Two & three &lt;"),
            ("plain", "plain"),
            ("<speak></speak>", ""),
        ];
        for (ssml, words) in cases {
            assert_eq!(without_tags(ssml), words);
        }
    }
}
