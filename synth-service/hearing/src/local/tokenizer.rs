//! Turns a model's token ids into text. Reads the `tokenizer.json` of Hugging Face: byte-level BPE, where each character
//! stands for a byte, or BPE with `▁` for a space and `<0x0A>` for a byte.

use std::{collections::HashMap, fs, path::Path};

use serde::Deserialize;

use crate::HearingError;

/// The pieces of text of all token ids.
pub(super) struct Tokenizer {
    pieces: Vec<Vec<u8>>,
    special: HashMap<String, u32>,
}

#[derive(Deserialize)]
struct Content {
    model: Model,
    #[serde(default)]
    added_tokens: Vec<Added>,
}

#[derive(Deserialize)]
struct Model {
    vocab: HashMap<String, u32>,
    #[serde(default)]
    byte_fallback: bool,
}

#[derive(Deserialize)]
struct Added {
    id: u32,
    content: String,
}

impl Tokenizer {
    /// # Errors
    /// When the file can't be read or has another format; the error names it.
    pub(super) fn read(path: &Path) -> Result<Self, HearingError> {
        let failed =
            |reason: String| HearingError::Model(format!("{} can't be read: {reason}", path.display()));
        let text = fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
        Self::parse(&text).map_err(|error| failed(error.to_string()))
    }

    fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let Content { model, added_tokens } = serde_json::from_str(text)?;
        let bytes_of = bytes_of_characters();
        let mut pieces = Vec::new();
        for (piece, id) in &model.vocab {
            let bytes = match model.byte_fallback {
                true => marked_spaces(piece),
                false => piece.chars().filter_map(|character| bytes_of.get(&character).copied()).collect(),
            };
            put(&mut pieces, *id, bytes);
        }
        let mut special = HashMap::new();
        for Added { id, content } in added_tokens {
            put(&mut pieces, id, Vec::new());
            special.insert(content, id);
        }
        Ok(Self { pieces, special })
    }

    /// The id of a special token, such as `<|ko|>`.
    pub(super) fn special(&self, token: &str) -> Option<u32> {
        self.special.get(token).copied()
    }

    /// The text of these tokens, without special ones, trimmed. Bytes that are no UTF-8 become `U+FFFD`.
    pub(super) fn text(&self, tokens: &[u32]) -> String {
        let pieces = tokens.iter().filter_map(|&token| self.pieces.get(usize::try_from(token).ok()?));
        let bytes: Vec<u8> = pieces.flatten().copied().collect();
        String::from_utf8_lossy(&bytes).trim().to_owned()
    }
}

fn put(pieces: &mut Vec<Vec<u8>>, id: u32, piece: Vec<u8>) {
    /// No vocabulary is larger; a damaged file must not take all memory.
    const MOST: usize = 1 << 20;
    let id = usize::try_from(id).unwrap_or(MOST);
    if id < MOST {
        if pieces.len() <= id {
            pieces.resize(id + 1, Vec::new());
        }
        pieces[id] = piece;
    }
}

fn marked_spaces(piece: &str) -> Vec<u8> {
    let byte = piece.strip_prefix("<0x").and_then(|rest| rest.strip_suffix('>'));
    match byte.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
        Some(byte) => vec![byte],
        None if matches!(piece, "<unk>" | "<s>" | "</s>") => Vec::new(),
        None => piece.replace('▁', " ").into_bytes(),
    }
}

/// The byte of each character of a byte-level vocabulary: visible characters of Latin-1 stand for themselves, the other
/// bytes in order for the characters from U+0100 on.
fn bytes_of_characters() -> HashMap<char, u8> {
    let visible = |byte: u8| matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..);
    let others = (0..=u8::MAX).filter(|&byte| !visible(byte));
    let stand_ins = ('\u{100}'..).zip(others);
    (0..=u8::MAX)
        .filter(|&byte| visible(byte))
        .map(|byte| (char::from(byte), byte))
        .chain(stand_ins)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_level_pieces_become_text_across_tokens() {
        // 네 is ED 84 A4 wrongly cut into two tokens: eb 84 | a4.
        let text = r#"{"model": {"vocab": {"Ġhi": 0, "ë": 1, "Ħ": 2, "¤": 3}},
            "added_tokens": [{"id": 4, "content": "<|ko|>"}]}"#;
        let tokenizer = Tokenizer::parse(text).unwrap();
        assert_eq!(tokenizer.text(&[0]), "hi");
        assert_eq!(tokenizer.text(&[4, 1, 2, 3]), "네");
        assert_eq!(tokenizer.text(&[1, 99]), "\u{fffd}");
        assert_eq!(tokenizer.special("<|ko|>"), Some(4));
    }

    #[test]
    fn marked_spaces_and_single_bytes_become_text() {
        let text = r#"{"model": {"byte_fallback": true,
            "vocab": {"<s>": 0, "▁Hello": 1, "▁world": 2, "<0xC3>": 3, "<0xA9>": 4}}}"#;
        let tokenizer = Tokenizer::parse(text).unwrap();
        assert_eq!(tokenizer.text(&[0, 1, 2, 3, 4]), "Hello worldé");
    }
}
