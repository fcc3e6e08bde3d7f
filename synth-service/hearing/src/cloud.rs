//! Recognisers of others, over a WebSocket.
//!
//! | module | responsibility |
//! | --- | --- |
//! | `rtzr`, `deepgram` | their settings, addresses, keys and messages |
//! | `link` | one service: its HTTP client, its channels, its sockets' limits |
//! | `socket` | one WebSocket: upgrade, messages, close |
//! | `worker` | one session: frames out, results in, keep-alive, time limits |
//! | `transcript` | results put together to partial and final texts |
//! | `fault` | refusals and faults as errors that quote nothing |
//!
//! A session's socket is opened by `open`, which is called while the call rings, so no handshake delays a turn. The
//! HTTP client keeps its TLS sessions and idle connections for the next one.

mod deepgram;
mod fault;
mod link;
mod protocol;
mod rtzr;
mod settings;
mod socket;
mod transcript;
mod worker;

pub use deepgram::{Deepgram, DeepgramSettings};
pub use rtzr::{Rtzr, RtzrSettings};
pub use settings::{CloudSettingsError, Patience};

#[cfg(test)]
mod tests {
    /// Tries a reader with 20,000 messages: JSON with these keys and values of all types, and such JSON cut short.
    pub(super) fn try_messages(keys: &[&str], read: impl Fn(&str)) {
        let mut random = Random(0x9E37_79B9_7F4A_7C15);
        for _ in 0..20_000 {
            let mut text = String::new();
            random.value(keys, 4, &mut text);
            if random.below(8) == 0 {
                let characters = text.chars().count() as u64;
                text = text.chars().take(random.below(characters + 1) as usize).collect();
            }
            read(&text);
        }
    }

    /// Xorshift: a seed gives the same messages everywhere.
    struct Random(u64);

    impl Random {
        fn below(&mut self, limit: u64) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0 % limit
        }

        fn value(&mut self, keys: &[&str], depth: u32, text: &mut String) {
            const PLAIN: [&str; 12] = [
                "null",
                "true",
                "false",
                "0",
                "-1",
                "1e308",
                "18446744073709551615",
                "0.5",
                "\"\"",
                "\"네\"",
                "\"Results\"",
                "\"error\"",
            ];
            match self.below(if depth == 0 { 1 } else { 4 }) {
                0 => text.push_str(PLAIN[self.below(PLAIN.len() as u64) as usize]),
                1 => self.list(depth, text, ('[', ']'), |random, text| random.value(keys, depth - 1, text)),
                _ => self.list(depth, text, ('{', '}'), |random, text| {
                    let key = keys[random.below(keys.len() as u64) as usize];
                    text.push_str(&format!("\"{key}\":"));
                    random.value(keys, depth - 1, text);
                }),
            }
        }

        fn list(
            &mut self,
            depth: u32,
            text: &mut String,
            (open, close): (char, char),
            mut item: impl FnMut(&mut Self, &mut String),
        ) {
            text.push(open);
            for index in 0..self.below(u64::from(depth) + 2) {
                if index > 0 {
                    text.push(',');
                }
                item(self, text);
            }
            text.push(close);
        }
    }
}
