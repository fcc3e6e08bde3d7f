//! The choice of the next token: the likeliest that is allowed.

use std::{fs, path::Path};

use serde::Deserialize;

use super::super::model::greatest;
use crate::HearingError;

/// No three tokens follow each other twice: a network that hears nothing would go round in circles.
const RUN: usize = 3;

/// The tokens that are never words.
pub(super) struct Choice {
    /// Marks of sounds such as `♪`, never allowed.
    never: Vec<u32>,
    /// Not allowed as the first token.
    never_first: Vec<u32>,
    /// The end of the text. The tokens above it are none of words either.
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

    /// The next token behind `tokens`, and the logarithm of its probability among all.
    pub(super) fn choose(&self, logits: &mut [f32], tokens: &[u32]) -> (u32, f32) {
        let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let all = most + logits.iter().map(|logit| (logit - most).exp()).sum::<f32>().ln();
        let first = self.never_first.iter().filter(|_| tokens.is_empty());
        let beyond = self.end + 1..u32::try_from(logits.len()).unwrap_or(u32::MAX);
        let banned = self.never.iter().chain(first).copied().chain(repeated(tokens)).chain(beyond);
        for token in banned {
            if let Some(logit) = usize::try_from(token).ok().and_then(|token| logits.get_mut(token)) {
                *logit = f32::NEG_INFINITY;
            }
        }
        let token = greatest(logits);
        let logit = usize::try_from(token).ok().and_then(|token| logits.get(token)).copied();
        (token, logit.unwrap_or(f32::NEG_INFINITY) - all)
    }
}

/// The tokens that would repeat a run of [`RUN`].
fn repeated(tokens: &[u32]) -> impl Iterator<Item = u32> {
    let last = &tokens[tokens.len().saturating_sub(RUN - 1)..];
    tokens.windows(RUN).filter(move |run| run[..RUN - 1] == *last).map(|run| run[RUN - 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice() -> Choice {
        Choice { never: vec![1], never_first: vec![4], end: 4 }
    }

    #[test]
    fn the_likeliest_allowed_token_is_chosen() {
        // 1 is never a word, 4 is the end, 5 is beyond it.
        let logits = || vec![0.0, 9.0, 2.0, 1.0, 3.0, 9.0];
        assert_eq!(choice().choose(&mut logits(), &[]).0, 2);
        assert_eq!(choice().choose(&mut logits(), &[2]).0, 4);
    }

    #[test]
    fn the_probability_is_among_all_tokens() {
        let (_, likely) = choice().choose(&mut [0.0, 0.0, 0.0, 0.0], &[0]);
        assert!((likely - 0.25_f32.ln()).abs() < 1e-6, "{likely}");
    }

    #[test]
    fn three_tokens_do_not_repeat() {
        assert_eq!(repeated(&[7, 8, 9, 7, 8]).collect::<Vec<_>>(), [9]);
        assert_eq!(repeated(&[7, 8, 9, 8]).count(), 0);
        assert_eq!(repeated(&[]).count(), 0);
    }
}
