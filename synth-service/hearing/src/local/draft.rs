//! Tokens one after the other, sooner where most of them are known: the text of a little less sound is a draft of this
//! one. The network reads the draft in one run; its tokens stay as far as each is the one that would have been chosen.
//! Behind a wrong one the rest is tried again, a few times.

use super::model::Run;
use crate::HearingError;

/// Wrong tokens after which the draft is given up: each costs a little.
const WRONG: usize = 3;

/// Tokens of the draft that the right one may lack or have in addition.
const SHIFT: usize = 3;

/// A network that writes about one sound.
pub(super) trait Writer {
    /// Takes further tokens, and returns the logits behind each of the last `wanted` ones, one row after the other.
    ///
    /// # Errors
    /// When the network fails.
    fn follow(&mut self, tokens: &[u32], wanted: usize, run: &Run) -> Result<Vec<f32>, HearingError>;

    /// Forgets the last `count` tokens.
    ///
    /// # Errors
    /// When its memory is not as it should be.
    fn forget(&mut self, count: usize) -> Result<(), HearingError>;
}

/// Writes until `next` finds the end: it takes the logits of each place once, in order, and chooses the token. The
/// result is the same without a draft.
///
/// # Errors
/// When the network fails, or on [`Run::stop`].
pub(super) fn write(
    writer: &mut impl Writer,
    prompt: &[u32],
    draft: &[u32],
    run: &Run,
    mut next: impl FnMut(&mut [f32]) -> Option<u32>,
) -> Result<(), HearingError> {
    let mut tokens = [prompt, draft].concat();
    let mut drafted = draft.len();
    let mut tries = WRONG;
    loop {
        run.go_on()?;
        let mut logits = writer.follow(&tokens, drafted + 1, run)?;
        let length = logits.len() / (drafted + 1);
        let draft = &tokens[tokens.len() - drafted..];
        let Some((right, token)) = first_wrong(logits.chunks_exact_mut(length.max(1)), draft, &mut next)
        else {
            return Ok(());
        };
        writer.forget(drafted - right)?;
        tries = tries.saturating_sub(1);
        let rest = if tries > 0 { rest(&draft[right..], token) } else { &[] };
        drafted = rest.len();
        tokens = [&[token], rest].concat();
    }
}

/// The part of a draft that may follow `token`, which was not its first one: behind the same token, or one further.
fn rest(draft: &[u32], token: u32) -> &[u32] {
    let same = draft.iter().take(SHIFT).position(|other| *other == token);
    draft.get(same.unwrap_or(0) + 1..).unwrap_or_default()
}

/// The number of right tokens in the draft, and the one behind them. `None` at the end of the text.
fn first_wrong<'a>(
    logits: impl Iterator<Item = &'a mut [f32]>,
    draft: &[u32],
    next: &mut impl FnMut(&mut [f32]) -> Option<u32>,
) -> Option<(usize, u32)> {
    for (place, logits) in logits.enumerate() {
        let token = next(logits)?;
        if draft.get(place) != Some(&token) {
            return Some((place, token));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, atomic::AtomicBool};

    use rten::ThreadPool;

    use super::*;

    const END: u32 = 0;

    /// Writes 1, 2, 3 … up to `last`, whatever it was told before.
    struct Counting {
        last: u32,
        known: Vec<u32>,
        runs: usize,
    }

    impl Writer for Counting {
        fn follow(&mut self, tokens: &[u32], wanted: usize, _: &Run) -> Result<Vec<f32>, HearingError> {
            self.runs += 1;
            self.known.extend(tokens);
            let last = self.last;
            let behind = |&token: &u32| {
                let mut logits = vec![0.0; 20];
                logits[if token < last { token + 1 } else { END } as usize] = 1.0;
                logits
            };
            Ok(tokens[tokens.len() - wanted..].iter().flat_map(behind).collect())
        }

        fn forget(&mut self, count: usize) -> Result<(), HearingError> {
            self.known.truncate(self.known.len() - count);
            Ok(())
        }
    }

    /// The text with this draft, and the number of runs it took.
    fn written(draft: &[u32]) -> (Vec<u32>, usize) {
        let run = Run {
            threads: Arc::new(ThreadPool::with_num_threads(1)),
            stop: Arc::new(AtomicBool::new(false)),
        };
        let mut writer = Counting { last: 5, known: Vec::new(), runs: 0 };
        let mut text = Vec::new();
        let next = |logits: &mut [f32]| {
            let token = super::super::model::greatest(logits);
            (token != END).then(|| text.push(token)).map(|()| token)
        };
        write(&mut writer, &[19, 0], draft, &run, next).unwrap();
        assert_eq!(writer.known[..2], [19, 0]);
        assert!(writer.known[2..].starts_with(&text), "{:?}", writer.known);
        (text, writer.runs)
    }

    #[test]
    fn a_draft_saves_runs_and_changes_nothing() {
        let whole = vec![1, 2, 3, 4, 5];
        assert_eq!(written(&[]), (whole.clone(), 6));
        assert_eq!(written(&[1, 2, 3]), (whole.clone(), 3));
        assert_eq!(written(&[1, 2, 3, 4, 5]), (whole.clone(), 1), "all of it is right");
        assert_eq!(written(&[1, 7, 3, 4, 5]), (whole.clone(), 2), "the rest behind a wrong token is of use");
        assert_eq!(written(&[1, 7, 2, 3, 4, 5]), (whole.clone(), 2), "and behind one too many");
        assert_eq!(written(&[1, 2, 7, 8]), (whole.clone(), 4), "a wrong end is written anew");
        assert_eq!(written(&[9, 9, 9, 9, 9, 9]), (whole.clone(), 6), "a wrong draft is of no use");
        assert_eq!(written(&[1, 2, 3, 4, 5, 6, 7]), (whole, 1), "the text ends before its draft");
    }
}
