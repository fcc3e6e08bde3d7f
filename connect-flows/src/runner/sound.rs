//! The sound of a prompt: a text, a clip from its URL, or a prompt of the instance.

use std::io::Cursor;

use serde_json::Value;
use url::Url;

use super::{
    KnownFlow, PromptSound, PromptVoice,
    frame::{empty, shown},
    names::find,
    session::Session,
    ssml::{self, Piece},
    waiting::{Cut, Passed, Stops},
};
use crate::{
    clip::{Clip, Measured, SAMPLE_RATE, first_audible},
    lint::{speech::excess, ssml::fault},
    model::Action,
    recording::samples_in,
    redact::without_queries,
    reference::text_of,
    timeline::Prompt,
};

/// A sound that is ready to be played.
pub(super) struct Sound {
    pub label: Label,
    /// Empty in a call without a recording.
    pub samples: Vec<i16>,
    pub length: usize,
    /// Index of the first audible sample.
    pub audible: Option<usize>,
    /// The texts by which a caller knows the prompt.
    pub names: Vec<String>,
}

/// The name of a sound on the time line.
pub(super) enum Label {
    Part { url: String, part: usize },
    Prompt(Prompt),
}

/// A sound, or the reason why there is none.
pub(super) type Loaded = Result<Sound, String>;

/// The block with a prompt.
#[derive(Clone, Copy)]
pub(super) struct Block<'a> {
    pub flow: &'a KnownFlow,
    pub action: &'a Action,
}

/// Makes the sound of a prompt's parameters ready.
pub(super) async fn load(
    session: &mut Session<'_>,
    block: Block<'_>,
    parameters: &Value,
) -> Result<Loaded, Cut> {
    let text = |name: &str| Some(text_of(&parameters[name])).filter(|_| !parameters[name].is_null());
    if let Some(name) = ["Text", "SSML", "PromptId"].into_iter().find(|name| text(name).is_some_and(is_blank))
    {
        return Ok(Err(format!("the prompt has no words: {}", empty(block.action, &[name]))));
    }
    if let Some(reason) = refusal(text("Text"), text("SSML")) {
        return Ok(Err(format!("cannot speak the text: {reason}")));
    }
    let media = parameters["Media"].as_object();
    match (text("Text"), text("SSML"), media, text("PromptId")) {
        (Some(text), None, None, None) => speak(session, text).await,
        (None, Some(ssml), None, None) => say(session, ssml::without_tags(&ssml), ssml::pieces(&ssml)).await,
        (None, None, Some(media), None) => match media.get("SourceType").and_then(Value::as_str) {
            Some("S3") => {
                let uri = media.get("Uri").map(text_of).unwrap_or_default();
                fetch(session, &uri).await
            }
            _ => Ok(Err("Media.SourceType must be S3".into())),
        },
        (None, None, None, Some(id)) => stored(session, block, &id).await,
        _ => Ok(Err("there must be exactly one of PromptId, Text, SSML and Media".into())),
    }
}

/// The reason why Amazon Polly would refuse a text.
fn refusal(text: Option<String>, ssml: Option<String>) -> Option<String> {
    let too_long = [&text, &ssml].into_iter().flatten().find_map(|text| excess(text));
    too_long.or_else(|| ssml.and_then(|ssml| fault(&ssml)).map(|(what, remedy)| format!("{what}: {remedy}")))
}

fn is_blank(text: String) -> bool {
    text.trim().is_empty()
}

/// The sound of a text.
async fn speak(session: &mut Session<'_>, text: String) -> Result<Loaded, Cut> {
    say(session, text.clone(), vec![Piece::Words(text)]).await
}

/// The sound of words and the silence between them. `words` are all of them, as the time line shows them.
async fn say(session: &mut Session<'_>, words: String, pieces: Vec<Piece>) -> Result<Loaded, Cut> {
    let (voice, records) = (session.runner.ports.voice.clone(), session.records());
    let spoken = spoken(&*voice, &pieces, records);
    Ok(match whole(session.meanwhile(spoken, Stops::default()).await?) {
        Ok(Spoken { samples, length, audible }) => {
            let names = if words.is_empty() { Vec::new() } else { vec![words.clone()] };
            Ok(Sound { label: Label::Prompt(Prompt::Text(words)), samples, length, audible, names })
        }
        Err(reason) => Err(format!("cannot speak the text: {reason}")),
    })
}

/// Words with the silence between them, as samples: `samples` stays empty in a call without a recording.
#[derive(Default)]
struct Spoken {
    samples: Vec<i16>,
    length: usize,
    audible: Option<usize>,
}

async fn spoken(voice: &dyn PromptVoice, pieces: &[Piece], records: bool) -> Result<Spoken, String> {
    let mut spoken = Spoken::default();
    for piece in pieces {
        let start = spoken.length;
        match piece {
            Piece::Silence(time) => {
                spoken.length += samples_in(*time);
                spoken.samples.resize(if records { spoken.length } else { 0 }, 0);
            }
            Piece::Words(words) if records => {
                let samples = voice.speak(words).await?;
                let audible = first_audible(&samples).map(|at| start + at);
                spoken.audible = spoken.audible.or(audible);
                spoken.length += samples.len();
                spoken.samples.extend(samples);
            }
            Piece::Words(words) => {
                spoken.audible = spoken.audible.or(Some(start));
                spoken.length += voice.length(words).await?;
            }
        }
    }
    Ok(spoken)
}

/// The sound at a URL.
async fn fetch(session: &mut Session<'_>, uri: &str) -> Result<Loaded, Cut> {
    let shown = without_queries(uri);
    let path = match Url::parse(uri) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => url.path().to_owned(),
        _ => return Ok(Err(format!("Media.Uri is {shown:?}: an https URL is needed"))),
    };
    let clips = session.runner.ports.clips.clone();
    let fetched = async { clips.fetch(uri).await.map_err(|error| error.to_string()) };
    let bytes = match whole(session.meanwhile(fetched, Stops::default()).await?) {
        Err(error) => return Ok(Err(format!("cannot fetch {shown}: {error}"))),
        Ok(bytes) => bytes,
    };
    let label = match contract::keys::part_number(&path) {
        Some(part) => Label::Part { url: shown.clone(), part },
        None => Label::Prompt(Prompt::Url(shown.clone())),
    };
    Ok(clip(&bytes, session.records(), label, vec![shown.clone()]).map_err(|reason| reason(&shown)))
}

/// A prompt of the instance: the file that stands for it, or its words, or its name.
async fn stored(session: &mut Session<'_>, block: Block<'_>, id: &str) -> Result<Loaded, Cut> {
    let name =
        shown(block.flow, block.action, "PromptId").unwrap_or_else(|| id.rsplit('/').next().unwrap_or(id));
    let (spoken, label) = match find(&session.runner.settings.world.prompts, &[id, name]) {
        Some(PromptSound::File(path)) => {
            let shown = path.display().to_string();
            let label = Label::Prompt(Prompt::Id(name.to_owned()));
            let names = vec![id.to_owned(), name.to_owned()];
            return Ok(match std::fs::read(path) {
                Ok(bytes) => {
                    library_clip(&bytes, session.records(), label, names).map_err(|reason| reason(&shown))
                }
                Err(error) => Err(format!("{shown} can't be read: {error}")),
            });
        }
        Some(PromptSound::Words(words)) => (speak(session, words.clone()).await?, None),
        None => (speak(session, readable(name)).await?, Some(Prompt::Id(name.to_owned()))),
    };
    Ok(spoken.map(|mut sound| {
        if let Some(label) = label {
            sound.label = Label::Prompt(label);
        }
        sound.names.extend([id.to_owned(), name.to_owned()]);
        sound
    }))
}

/// The name of a prompt as words: `Menu_one.wav` is "Menu one".
fn readable(name: &str) -> String {
    let name = name.strip_suffix(".wav").unwrap_or(name);
    let words: String =
        name.chars().map(|letter| if letter.is_alphanumeric() { letter } else { ' ' }).collect();
    if words.trim().is_empty() { "prompt".into() } else { words }
}

type Reason = Box<dyn FnOnce(&str) -> String>;

fn clip(bytes: &[u8], records: bool, label: Label, names: Vec<String>) -> Result<Sound, Reason> {
    let reason = |error: crate::clip::ClipError| -> Reason { Box::new(move |name| error.line(name)) };
    let Measured { length, audible } = Clip::measure(bytes).map_err(reason)?;
    let samples = if records { Clip::parse(bytes).map_err(reason)?.samples().to_vec() } else { Vec::new() };
    Ok(Sound { label, samples, length, audible, names })
}

/// A file of the instance's library of prompts: PCM of 16 bits is converted when it is uploaded.
fn library_clip(bytes: &[u8], records: bool, label: Label, names: Vec<String>) -> Result<Sound, Reason> {
    let pcm = hound::WavReader::new(Cursor::new(bytes)).ok().filter(|reader| {
        let format = reader.spec();
        (format.channels, format.sample_rate, format.bits_per_sample) == (1, SAMPLE_RATE, 16)
    });
    let samples: Option<Vec<i16>> =
        pcm.and_then(|reader| reader.into_samples().collect::<Result<_, _>>().ok());
    match samples.filter(|samples| !samples.is_empty()) {
        Some(samples) => {
            let (length, audible) = (samples.len(), first_audible(&samples));
            Ok(Sound { label, samples: if records { samples } else { Vec::new() }, length, audible, names })
        }
        None => clip(bytes, records, label, names),
    }
}

/// The output of a wait that nothing stops.
fn whole<T>(passed: Passed<Result<T, String>>) -> Result<T, String> {
    match passed {
        Passed::Done(result) => result,
        Passed::Stopped(..) => Err("the caller interrupted it".into()),
    }
}
