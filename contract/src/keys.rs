//! Names of the S3 objects.

use crate::{ContactId, HostId, StreamId, live::PassCode};

/// Length of the silent clip that a flow plays between two polls, in milliseconds; see [`silence`].
pub const SILENCE_MS: u32 = 400;

/// `streams/{stream}/manifest.json`: written once, when the stream begins.
pub fn manifest(stream: &StreamId) -> String {
    format!("streams/{stream}/manifest.json")
}

/// `streams/{stream}/life.json`: the host that makes the stream, and how the stream ends. Missing until the first
/// change.
pub fn life(stream: &StreamId) -> String {
    format!("streams/{stream}/life.json")
}

/// `streams/{stream}/script/{page}.json`: sentences of a stream whose text was still being written when it began, in the
/// order in which they became certain. Each page is created once. Pages are numbered from 0 without gaps.
pub fn script_page(stream: &StreamId, page: usize) -> String {
    format!("streams/{stream}/script/{page}.json")
}

/// `hosts/{host}`: the host's beat, rewritten about once every [`crate::BEAT_EVERY`].
pub fn beat(host: &HostId) -> String {
    format!("hosts/{host}")
}

/// `streams/{stream}/part{number}.wav`: one part, created once. Numbers start at 0 and have no gaps.
pub fn part(stream: &StreamId, number: usize) -> String {
    format!("streams/{stream}/part{number}.wav")
}

/// The prefix that only the parts of this stream have.
pub fn parts_prefix(stream: &StreamId) -> String {
    format!("streams/{stream}/part")
}

/// `streams/{stream}/final.json`: the sentinel, created once, after the last part.
pub fn sentinel(stream: &StreamId) -> String {
    format!("streams/{stream}/final.json")
}

/// `streams/{stream}/timeline.json`: the moments of the stream, created once, before the sentinel.
pub fn timeline(stream: &StreamId) -> String {
    format!("streams/{stream}/timeline.json")
}

/// `contacts/{contact}/current`: the stream that owns the contact.
pub fn current_stream(contact: &ContactId) -> String {
    format!("contacts/{contact}/current")
}

/// `contacts/{contact}/talk.json`: the memory of a conversation, as far as it was heard.
pub fn talk(contact: &ContactId) -> String {
    format!("contacts/{contact}/talk.json")
}

/// `contacts/{contact}/live.json`: the latest live call of the contact.
pub fn live_call(contact: &ContactId) -> String {
    format!("contacts/{contact}/live.json")
}

/// `live/{code}.json`: the pass of a contact that is about to be transferred to a live call, created once, and taken once.
pub fn live_pass(code: &PassCode) -> String {
    format!("live/{code}.json")
}

/// `prompts/silence-400ms.wav`: the silent clip that paces the flow's loop when no part is ready.
pub fn silence() -> String {
    format!("prompts/silence-{SILENCE_MS}ms.wav")
}

/// `prompts/manifest.json`: the prompts that Amazon Connect has of clips.
pub fn prompt_manifest() -> String {
    "prompts/manifest.json".to_owned()
}

/// `phrases/{digest}.wav`: the clip of an operator's phrase. The digest changes with all that the sound depends on.
pub fn phrase(digest: &str) -> String {
    format!("phrases/{digest}.wav")
}

/// Keys without an object, for tests of the permissions: one below each prefix whose keys are not known in advance.
pub fn probes() -> [String; 2] {
    ["streams", "contacts"].map(|prefix| format!("{prefix}/probe"))
}

/// The number of the part, from its key or from the path of its URL.
///
/// `None` if the name is not that of a part.
pub fn part_number(path: &str) -> Option<usize> {
    let (folder, name) = path.rsplit_once('/')?;
    let digits = name.strip_prefix("part")?.strip_suffix(".wav")?;
    let is_in_a_stream = folder.rsplit('/').nth(1) == Some("streams");
    (is_in_a_stream && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| digits.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_part_is_read_back_from_its_key_and_url_path() -> Result<(), crate::InvalidId> {
        let key = part(&"abc".parse()?, 12);
        assert_eq!(part_number(&key), Some(12));
        assert_eq!(part_number(&format!("/bucket/{key}")), Some(12));
        for other in [
            "part1.wav",
            "prompts/part1.wav",
            "streams/a/final.json",
            "streams/a/part.wav",
            "streams/a/part-1.wav",
        ] {
            assert_eq!(part_number(other), None, "{other}");
        }
        Ok(())
    }
}
