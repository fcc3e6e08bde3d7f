//! The keys that the caller presses, and Connect's touch-tone buffer.
//!
//! Times count from the start of the call. Keys are collected while the buffer is on or Lex listens, and lost otherwise.

use std::{collections::VecDeque, time::Duration};

use super::KeyPress;

/// Largest number of keys that the buffer holds.
const CAPACITY: usize = 30;

/// The caller's keypad.
#[derive(Default)]
pub(super) struct Keypad {
    presses: VecDeque<KeyPress>,
    buffering: bool,
    listening: bool,
    keys: String,
}

impl Keypad {
    pub(super) fn new(presses: &[KeyPress]) -> Self {
        let mut presses = presses.to_vec();
        presses.sort_by_key(|press| press.at);
        Self { presses: presses.into(), ..Self::default() }
    }

    /// Collects the keys that were pressed up to `now`, and returns them with their times.
    pub(super) fn advance(&mut self, now: Duration) -> Vec<KeyPress> {
        let mut pressed = Vec::new();
        while let Some(press) = self.presses.pop_front_if(|press| press.at <= now) {
            if (self.buffering || self.listening) && self.keys.len() < CAPACITY {
                self.keys.push(press.key);
            }
            pressed.push(press);
        }
        pressed
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
    pub(super) fn listen(&mut self) {
        self.keys.clear();
        self.listening = true;
    }

    /// Ends [`Self::listen`], and takes the keys that were pressed meanwhile.
    pub(super) fn stop_listening(&mut self) -> String {
        self.listening = false;
        std::mem::take(&mut self.keys)
    }

    /// The keys that were collected.
    pub(super) fn keys(&self) -> &str {
        &self.keys
    }

    /// Time of the next press.
    pub(super) fn next_press(&self) -> Option<Duration> {
        self.presses.front().map(|press| press.at)
    }

    /// Time at which a key interrupts a sound that begins now; the past for one that is not to be begun.
    pub(super) fn interrupts(&self, now: Duration) -> Option<Duration> {
        match (self.buffering || self.listening, self.keys.is_empty()) {
            (false, _) => None,
            (true, false) => Some(now),
            (true, true) => self.next_press(),
        }
    }
}
