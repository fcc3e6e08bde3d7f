//! The flat map that a function gives back to the flow.
//!
//! A flow has no null test and refuses empty operands, so every key is always present and no value
//! is ever empty. [`Reply`] can't be built otherwise.

mod live;

use std::collections::BTreeMap;

pub use live::{LiveReply, cut};
use serde::{Serialize, Serializer};

use crate::{STREAM_BATCH, StreamId};

/// The word for a missing value, since a flow can't compare with an empty one.
pub const NONE: &str = "none";

/// Longest reason, in characters: the whole reply may have 32 KB at most.
const MAX_REASON: usize = 300;

/// The flow's next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The reply has clips: play them.
    Play,
    /// No clip is ready yet: pause, then ask again.
    Wait,
    /// A live call is prepared: transfer the contact.
    Ready,
    /// All clips have been played, or the live call is over.
    Done,
    /// The stream was cancelled; no more clips follow.
    Cancelled,
    /// The stream can't continue; `Reason` says why.
    Error,
}

impl Status {
    /// The status as text, as the flow compares it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Play => "play",
            Self::Wait => "wait",
            Self::Ready => "ready",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Error => "error",
        }
    }
}

/// The forms in which a flow can play a clip. Of the two URLs of its object, the plain one is Connect's documented form; the
/// presigned one needs no bucket policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClipUrl {
    /// The presigned URL, for GET.
    pub presigned: String,
    /// The plain URL of the object.
    pub plain: String,
    /// ARN of the prompt that Connect has of this clip, if there is one.
    pub prompt: Option<String>,
}

/// A reply under construction; serialises as the flat map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    status: Status,
    stream_id: Option<StreamId>,
    next_index: usize,
    clips: Vec<ClipUrl>,
    pause: Option<ClipUrl>,
    last: bool,
    reason: Option<String>,
}

impl Reply {
    /// A reply without clips.
    pub fn new(status: Status, stream_id: Option<StreamId>, next_index: usize) -> Self {
        Self { status, stream_id, next_index, clips: Vec::new(), pause: None, last: false, reason: None }
    }

    /// Clips `first_index …` to play. At most [`STREAM_BATCH`] of `clips` are used.
    ///
    /// `last`: no clip follows, so the flow need not ask again.
    pub fn play(stream_id: StreamId, first_index: usize, mut clips: Vec<ClipUrl>, last: bool) -> Self {
        let fits = clips.len() <= STREAM_BATCH;
        clips.truncate(STREAM_BATCH);
        let next_index = first_index + clips.len();
        Self { clips, last: last && fits, ..Self::new(Status::Play, Some(stream_id), next_index) }
    }

    /// A reply that ends the flow with an error: `reason` is one line for the flow log.
    pub fn error(reason: &str) -> Self {
        Self::new(Status::Error, None, 0).because(reason)
    }

    /// The flow's next step.
    pub fn status(&self) -> Status {
        self.status
    }

    /// The stream that the reply is about.
    pub fn stream_id(&self) -> Option<&StreamId> {
        self.stream_id.as_ref()
    }

    /// Adds the silent clip that the flow plays before it asks again.
    pub fn with_pause(self, pause: ClipUrl) -> Self {
        Self { pause: Some(pause), ..self }
    }

    /// Adds a reason; line breaks become spaces, and a text too long for a log line is cut off.
    pub fn because(self, reason: &str) -> Self {
        Self { reason: line(reason), ..self }
    }

    /// Adds the id of the stream and the next index.
    pub fn about(self, stream_id: StreamId, next_index: usize) -> Self {
        Self { stream_id: Some(stream_id), next_index, ..self }
    }

    /// The reply as the map that the flow receives.
    pub fn to_map(&self) -> BTreeMap<String, String> {
        let none = || NONE.to_owned();
        let presigned = |clip: Option<&ClipUrl>| clip.map_or_else(none, |clip| clip.presigned.clone());
        let plain = |clip: Option<&ClipUrl>| clip.map_or_else(none, |clip| clip.plain.clone());
        let prompt = |clip: Option<&ClipUrl>| clip.and_then(|clip| clip.prompt.clone()).unwrap_or_else(none);
        let mut map = BTreeMap::from([
            ("Status".to_owned(), self.status.as_str().to_owned()),
            ("StreamId".to_owned(), self.stream_id.as_ref().map_or_else(none, ToString::to_string)),
            ("NextIndex".to_owned(), self.next_index.to_string()),
            ("Count".to_owned(), self.clips.len().to_string()),
            ("PauseUrl".to_owned(), presigned(self.pause.as_ref())),
            ("PauseS3Url".to_owned(), plain(self.pause.as_ref())),
            ("PausePromptArn".to_owned(), prompt(self.pause.as_ref())),
            ("Last".to_owned(), self.last.to_string()),
            ("Reason".to_owned(), self.reason.clone().unwrap_or_else(none)),
        ]);
        for slot in 0..STREAM_BATCH {
            let clip = self.clips.get(slot);
            map.insert(format!("Url{slot}"), presigned(clip));
            map.insert(format!("S3Url{slot}"), plain(clip));
            map.insert(format!("PromptArn{slot}"), prompt(clip));
        }
        map
    }
}

/// A reason as a line of the flow log; `None` where it has no words.
fn line(reason: &str) -> Option<String> {
    let words = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = words.chars().filter(|character| !character.is_control()).take(MAX_REASON).collect();
    (!line.is_empty()).then_some(line)
}

impl Serialize for Reply {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_map().serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clip(name: &str) -> ClipUrl {
        let (presigned, plain) = (format!("https://b/{name}?sig"), format!("https://b/{name}"));
        ClipUrl { presigned, plain, prompt: None }
    }

    fn stream() -> StreamId {
        "abc".parse().unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn every_reply_has_the_same_keys_and_no_empty_value() {
        let replies = [
            Reply::error(""),
            Reply::new(Status::Wait, Some(stream()), 3).with_pause(clip("silence")),
            Reply::new(Status::Done, Some(stream()), 3),
            Reply::play(stream(), 0, vec![clip("part0.wav")], true),
        ];
        let keys: Vec<_> = replies[0].to_map().into_keys().collect();
        for reply in replies {
            let map = reply.to_map();
            assert_eq!(map.keys().cloned().collect::<Vec<_>>(), keys);
            assert!(map.values().all(|value| !value.is_empty()), "{map:?}");
        }
        assert_eq!(keys.len(), 9 + 3 * STREAM_BATCH);
    }

    #[test]
    fn a_clip_with_a_prompt_names_it_and_the_others_have_none() {
        let with_prompt = |name| ClipUrl { prompt: Some(format!("arn:{name}")), ..clip(name) };
        let map = Reply::play(stream(), 0, vec![clip("part0.wav"), with_prompt("part1.wav")], false)
            .with_pause(with_prompt("silence"))
            .to_map();
        let arns = ["PromptArn0", "PromptArn1", "PausePromptArn"].map(|key| map[key].as_str());
        assert_eq!(arns, [NONE, "arn:part1.wav", "arn:silence"]);
    }

    #[test]
    fn clips_beyond_the_batch_are_left_for_the_next_round() {
        let clips = (0..=STREAM_BATCH).map(|number| clip(&number.to_string())).collect();
        let map = Reply::play(stream(), 4, clips, true).to_map();
        assert_eq!(map["Count"], STREAM_BATCH.to_string());
        assert_eq!(map["NextIndex"], (4 + STREAM_BATCH).to_string());
        assert_eq!(map["Last"], "false");
    }

    #[test]
    fn a_reason_is_one_line() {
        assert_eq!(Reply::error("a\n  b\tc").to_map()["Reason"], "a b c");
        assert_eq!(Reply::error(&"é".repeat(40_000)).to_map()["Reason"].chars().count(), MAX_REASON);
    }
}
