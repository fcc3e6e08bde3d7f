//! The tokens that are allowed.

use std::{fs, path::Path};

use serde::Deserialize;

use crate::HearingError;

/// The tokens that are never words.
pub(super) struct Choice {
    /// Marks of sounds such as `♪`, never allowed.
    never: Vec<u32>,
    /// Not allowed as the first token.
    never_first: Vec<u32>,
    /// The end of the text. The tokens above it are never words either.
    end: u32,
}

#[derive(Deserialize)]
struct Config {
    suppress_ids: Vec<u32>,
    suppress_ids_begin: Vec<u32>,
}

impl Choice {
    /// # Errors
    /// When `config.json` can't be read; the error names it.
    pub(super) fn read(path: &Path, end: u32) -> Result<Self, HearingError> {
        let failed =
            |reason: String| HearingError::Model(format!("{} can't be read: {reason}", path.display()));
        let text = fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
        let config: Config = serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?;
        Ok(Self { never: config.suppress_ids, never_first: config.suppress_ids_begin, end })
    }

    /// Makes all tokens impossible that are not allowed.
    pub(super) fn forbid(&self, logits: &mut [f32], is_first: bool) {
        let first = self.never_first.iter().filter(|_| is_first);
        let beyond = self.end + 1..u32::try_from(logits.len()).unwrap_or(u32::MAX);
        for token in self.never.iter().chain(first).copied().chain(beyond) {
            if let Some(logit) = usize::try_from(token).ok().and_then(|token| logits.get_mut(token)) {
                *logit = f32::NEG_INFINITY;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::super::model::greatest, *};

    fn choice() -> Choice {
        Choice { never: vec![1], never_first: vec![4], end: 4 }
    }

    #[test]
    fn the_likeliest_allowed_token_is_left() {
        let left = |is_first| {
            // 1 is never a word, 4 is the end, 5 is beyond it.
            let mut logits = [0.0, 9.0, 2.0, 1.0, 3.0, 9.0];
            choice().forbid(&mut logits, is_first);
            greatest(&logits)
        };
        assert_eq!(left(true), 2);
        assert_eq!(left(false), 4);
    }
}
