//! The keys that reach the flow: Connect's touch-tone buffer, and blocks that listen. Other keys are lost.

/// Largest number of keys that the buffer holds.
const CAPACITY: usize = 30;

/// The keys that are collected.
#[derive(Default)]
pub(super) struct Keypad {
    buffering: bool,
    listening: bool,
    /// Whether the block that listens encrypts the keys.
    secret: bool,
    keys: String,
}

impl Keypad {
    /// Takes a key, if anything collects it.
    pub(super) fn press(&mut self, key: char) {
        if (self.buffering || self.listening) && self.keys.len() < CAPACITY {
            self.keys.push(key);
        }
    }

    /// Whether keys are collected.
    pub(super) fn collects(&self) -> bool {
        self.buffering || self.listening
    }

    /// Switches the buffer on.
    pub(super) fn buffer(&mut self) {
        self.buffering = true;
    }

    /// Switches the buffer off, and takes the keys in it.
    pub(super) fn stop_and_clear(&mut self) -> String {
        self.buffering = false;
        std::mem::take(&mut self.keys)
    }

    /// Gives the keys to Lex from now on. Those in the buffer are dropped.
    pub(super) fn listen_anew(&mut self) {
        self.keys.clear();
        self.listen(false);
    }

    /// Gives the keys to a block from now on, those in the buffer first. Keys that it encrypts are `secret`.
    pub(super) fn listen(&mut self, secret: bool) {
        self.listening = true;
        self.secret = secret;
    }

    /// Whether the block that listens encrypts the keys; `None` when no block listens.
    pub(super) fn is_secret(&self) -> Option<bool> {
        self.listening.then_some(self.secret)
    }

    /// Ends listening, and drops the keys that were pressed meanwhile.
    pub(super) fn stop_listening(&mut self) {
        self.listening = false;
        self.keys.clear();
    }

    /// Ends listening, and leaves the keys in the buffer behind the first ones.
    pub(super) fn take(&mut self, count: usize) {
        self.listening = false;
        self.keys.drain(..count.min(self.keys.len()));
        if !self.buffering {
            self.keys.clear();
        }
    }

    /// The keys that were collected.
    pub(super) fn keys(&self) -> &str {
        &self.keys
    }
}
