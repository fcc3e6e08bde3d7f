//! Texts from outside, and properties that hold for all of them.
//!
//! A target takes any text and panics where a promise is broken. `cargo test` gives it the seeds in
//! `corpus/TARGET/` and texts made of them, always the same ones; `cargo xtask fuzz TARGET` lets libFuzzer look for
//! others. The fault behind each finding is corrected, and its text becomes a seed.
//!
//! | target | text | promises |
//! | --- | --- | --- |
//! | `ssml` | the text of a flow, SSML or plain | no word is lost, pauses and rates stay in their bounds, numbers become words |
//! | `voice-toml` | a voice's description | an accepted description can be used |
//! | `contact-event` | the event of a contact flow | ids fit their pattern, so that keys stay in their folder |
//! | `flow` | a contact flow | is the same when it is written and read again; every problem is one line |
//!
//! All targets promise that a refusal is one short line, and that no output is much longer than its input.

mod contact_event;
mod flow;
mod mutants;
mod seeds;
mod ssml;
mod voice_toml;

pub use mutants::Mutants;
pub use seeds::Seeds;

/// A function that reads texts from outside, and its name.
pub struct Target {
    /// Name of the target's folder in `fuzz/corpus`.
    pub name: &'static str,
    /// Checks one text, and panics if a promise is broken.
    pub check: fn(&str) -> Verdict,
}

/// The outcome of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The text was read.
    Accepted,
    /// The text was refused, with one line that names the reason.
    Refused,
}

/// All targets.
pub const TARGETS: [Target; 4] = [
    Target { name: "ssml", check: ssml::check },
    Target { name: "voice-toml", check: voice_toml::check },
    Target { name: "contact-event", check: contact_event::check },
    Target { name: "flow", check: flow::check },
];

impl Target {
    /// The target of this name, if there is one.
    pub fn named(name: &str) -> Option<&'static Self> {
        TARGETS.iter().find(|target| target.name == name)
    }
}

/// Longest error, in characters, even if every character of a name in it is escaped.
const LONGEST_LINE: usize = 1_000;

/// Checks that an error or a problem is one readable line.
fn assert_line(message: &str) {
    assert!(!message.trim().is_empty(), "a message says nothing");
    assert!(!message.contains(breaks_a_line), "more than one line: {message:?}");
    let length = message.chars().count();
    assert!(length <= LONGEST_LINE, "{length} characters: {message:?}");
}

fn breaks_a_line(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}
