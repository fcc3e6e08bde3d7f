//! The signs of a call that a caller waits for: prompts, actions, invocations, and the flow that listens.
//!
//! Each sign counts once for each step, so that two steps can wait for the same prompt one after the other.

use std::time::Duration;

/// A kind of sign that has names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Plays,
    Action,
    Invoked,
}

/// The last sign of each kind.
#[derive(Default)]
pub(super) struct Signs {
    serial: u64,
    seen: [Option<Seen>; 3],
    used: [u64; 3],
    listening: Option<Listening>,
    used_listening: u64,
}

struct Seen {
    serial: u64,
    names: Vec<String>,
    since: Duration,
}

/// A block that waits for input.
struct Listening {
    serial: u64,
    /// The start of its prompt.
    asked: Duration,
    /// Whether voice interrupts its prompt.
    by_voice: bool,
    /// The end of its prompt.
    since: Option<Duration>,
}

impl Signs {
    /// Takes a sign with the names by which steps know it.
    pub(super) fn see(&mut self, sign: Sign, names: Vec<String>, since: Duration) {
        self.serial += 1;
        let names = names.into_iter().map(|name| name.to_lowercase()).collect();
        self.seen[sign as usize] = Some(Seen { serial: self.serial, names, since });
    }

    /// A block that waits for input begins its prompt.
    pub(super) fn ask(&mut self, asked: Duration, by_voice: bool) {
        self.serial += 1;
        self.listening = Some(Listening { serial: self.serial, asked, by_voice, since: None });
    }

    /// The block's prompt is over, and the block waits for input.
    pub(super) fn listen(&mut self, since: Duration) {
        if let Some(listening) = &mut self.listening {
            listening.since.get_or_insert(since);
        }
    }

    pub(super) fn stop_listening(&mut self) {
        self.listening = None;
    }

    /// The time since which a block waits, with its serial number, unless a step was taken for it.
    pub(super) fn listening(&self) -> Option<(u64, Duration)> {
        let listening = self.listening.as_ref().filter(|listening| listening.serial > self.used_listening)?;
        Some((listening.serial, listening.since?))
    }

    /// The time at which the caller answers a block: this long into its prompt, or when the block starts to listen if that
    /// is earlier. Speech waits for the block to listen unless it may interrupt the prompt.
    pub(super) fn asking(&self, after: Duration, by_voice: bool) -> Option<Duration> {
        let listening = self.listening.as_ref().filter(|listening| listening.serial > self.used_listening)?;
        let interrupts = (listening.by_voice || !by_voice).then(|| listening.asked + after);
        interrupts.into_iter().chain(listening.since).min()
    }

    /// The time of a step that waits for a sign with a name like this.
    pub(super) fn seen(&self, sign: Sign, name: &str, after: Duration) -> Option<Duration> {
        let seen = self.seen[sign as usize].as_ref().filter(|seen| seen.serial > self.used[sign as usize])?;
        let name = name.to_lowercase();
        let fits = |known: &String| match sign {
            Sign::Plays => known.contains(&name),
            Sign::Action | Sign::Invoked => *known == name,
        };
        seen.names.iter().any(fits).then(|| seen.since + after)
    }

    pub(super) fn use_up(&mut self, sign: Sign) {
        self.used[sign as usize] = self.serial;
    }

    pub(super) fn use_listening(&mut self) {
        self.used_listening = self.serial;
    }

    pub(super) fn serial(&self) -> u64 {
        self.serial
    }
}
