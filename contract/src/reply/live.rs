//! The reply of `live_call`. It has keys of its own; as in any reply each is always present, and none is empty.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::{NONE, Status, line};
use crate::live::{LiveCall, LiveOutcome, PassResponse};

/// A reply of `live_call`; serialises as the flat map. `Debug` shows no words.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveReply {
    status: Status,
    pass: Option<PassResponse>,
    outcome: Option<LiveOutcome>,
    call: LiveCall,
    reason: Option<String>,
}

impl LiveReply {
    fn new(status: Status) -> Self {
        Self { status, pass: None, outcome: None, call: LiveCall::default(), reason: None }
    }

    /// The flow can transfer the contact.
    pub fn ready(pass: PassResponse) -> Self {
        Self { pass: Some(pass), ..Self::new(Status::Ready) }
    }

    /// The contact's call is over.
    pub fn done(outcome: LiveOutcome, call: LiveCall) -> Self {
        Self { outcome: Some(outcome), call, ..Self::new(Status::Done) }
    }

    /// Nothing can be said about the call: `reason` is one line for the flow log.
    pub fn error(reason: &str) -> Self {
        Self { reason: line(reason), ..Self::new(Status::Error) }
    }

    /// The flow's next step.
    pub fn status(&self) -> Status {
        self.status
    }

    /// The reply as the map that the flow receives.
    pub fn to_map(&self) -> BTreeMap<String, String> {
        let some = |text: Option<String>| text.filter(|text| !text.is_empty()).unwrap_or(NONE.to_owned());
        let words = |text: &str| some(Some(cut(text, LiveCall::MOST_CHARACTERS)));
        let pass = self.pass.as_ref();
        let pairs = [
            ("Status", self.status.as_str().to_owned()),
            ("Code", some(pass.map(|pass| pass.code.to_string()))),
            ("Digits", some(pass.map(|pass| pass.digits.clone()))),
            ("Turns", self.call.turns.to_string()),
            ("Outcome", some(self.outcome.map(|outcome| outcome.as_str().to_owned()))),
            ("LastSaid", words(&self.call.last_said)),
            ("LastAnswer", words(&self.call.last_answer)),
            ("Said", words(&self.call.said)),
            ("Reason", some(self.reason.clone())),
        ];
        pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    }
}

impl Serialize for LiveReply {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_map().serialize(serializer)
    }
}

/// A text as one line of at most this many characters, cut behind a word where there is one.
pub fn cut(text: &str, characters: usize) -> String {
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.retain(|character| !character.is_control());
    let Some((end, next)) = line.char_indices().nth(characters) else { return line };
    let whole = if next == ' ' { Some(end) } else { line[..end].rfind(' ') };
    line.truncate(whole.unwrap_or(end));
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::PassCode;

    #[test]
    fn every_reply_has_the_same_keys_and_no_empty_value() {
        let code = PassCode::from_random_bits(42);
        let pass = PassResponse { digits: code.digits(), code };
        let call = LiveCall { turns: 1, said: "a\nb  c".into(), ..LiveCall::begun("call-1") };
        let replies = [
            LiveReply::error(""),
            LiveReply::ready(pass),
            LiveReply::done(LiveOutcome::Unknown, LiveCall::default()),
            LiveReply::done(LiveOutcome::Person, call),
        ];
        let maps = replies.map(|reply| reply.to_map());
        let keys: Vec<_> = maps[0].keys().collect();
        for map in &maps {
            assert_eq!(map.keys().collect::<Vec<_>>(), keys);
            assert!(map.values().all(|value| !value.is_empty()), "{map:?}");
        }
        assert_eq!((&*maps[1]["Code"], &*maps[1]["Outcome"], &*maps[1]["Turns"]), ("000042", NONE, "0"));
        assert_eq!((&*maps[3]["Said"], &*maps[3]["Outcome"], &*maps[3]["Code"]), ("a b c", "person", NONE));
    }

    #[test]
    fn long_words_are_cut_behind_a_word() {
        for (text, most, expected) in [
            ("one two three", 7, "one two"),
            ("one two three", 9, "one two"),
            ("one two three", 13, "one two three"),
            ("\u{ac00}\u{ac01}\u{ac02}", 2, "\u{ac00}\u{ac01}"),
            (" one \n two\u{0} ", 20, "one two"),
            ("", 3, ""),
        ] {
            assert_eq!(cut(text, most), expected, "{text:?}");
        }
    }
}
