//! The likeliest token after the likeliest, until the end of the text; and that end where the network misses it.
//!
//! A network may go round in circles: `4711` becomes `4711111111…`. Real repeats, such as `1111` or "no, no, no", look the
//! same, but they take time to say. So a circle is one that has more rounds than there was time for, or fills the text up
//! to its greatest length; it is cut where the network thought an end likeliest.

use std::time::Duration;

use super::model::greatest;

/// No syllable is shorter: the quickest "no, no, no" measured takes 140 ms for each.
const ROUND: Duration = Duration::from_millis(120);

/// The tokens of one round at most: a short sentence.
const LONGEST_ROUND: usize = 8;

/// Rounds that make a circle at the greatest length.
const ROUNDS: usize = 3;

/// A network's ways.
#[derive(Clone, Copy)]
pub(super) struct Ways {
    /// The token behind the last word.
    pub(super) end: u32,
    /// Where the end before the first word is as likely (natural logarithm), there is no word.
    pub(super) silent: f32,
    /// A text whose tokens are less likely on average is a guess (natural logarithm).
    pub(super) least_likely: f32,
    /// Whether a text that goes round in circles up to its greatest length is a guess: it means noise.
    pub(super) circles_in_noise: bool,
}

/// A text in the making.
pub(super) struct Greedy {
    ways: Ways,
    /// The most tokens.
    most: usize,
    /// The most rounds.
    rounds: usize,
    tokens: Vec<u32>,
    /// The logarithm of each token's probability.
    likely: Vec<f32>,
    /// The logarithm of the probability that the text ends before each token, and behind the last one.
    ends: Vec<f32>,
}

impl Greedy {
    /// A text of at most `most` tokens, its end not among them, for sound with this much voice.
    pub(super) fn new(ways: Ways, most: usize, voice: Duration) -> Self {
        let rounds = usize::try_from(voice.as_millis() / ROUND.as_millis()).unwrap_or(usize::MAX);
        Self {
            ways,
            most,
            rounds: rounds.saturating_add(1),
            tokens: Vec::new(),
            likely: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// Takes the logits of the next token, among which `forbid` (told whether it is the first) makes those impossible that
    /// are not allowed. Returns that token, unless the text is over.
    pub(super) fn next(
        &mut self,
        logits: &mut [f32],
        forbid_others: impl FnOnce(&mut [f32], bool),
    ) -> Option<u32> {
        let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let all = most + logits.iter().map(|logit| (logit - most).exp()).sum::<f32>().ln();
        let at = |logits: &[f32], token: u32| {
            let logit = usize::try_from(token).ok().and_then(|token| logits.get(token));
            logit.copied().unwrap_or(f32::NEG_INFINITY) - all
        };
        let end = at(logits, self.ways.end);
        self.ends.push(end);
        let is_first = self.tokens.is_empty();
        if is_first {
            if end > self.ways.silent {
                return None;
            }
            // Networks often take single words for silence; the likelihood of the text decides.
            forbid(logits, self.ways.end);
        }
        forbid_others(logits, is_first);
        let token = greatest(logits);
        if token == self.ways.end || self.is_over() {
            return None;
        }
        self.tokens.push(token);
        self.likely.push(at(logits, token));
        Some(token)
    }

    /// All tokens so far: the draft of a text for more of the same sound.
    pub(super) fn tokens(&self) -> &[u32] {
        &self.tokens
    }

    /// The tokens of the words that somebody said.
    #[allow(clippy::cast_precision_loss, reason = "small numbers")]
    pub(super) fn finish(mut self) -> Vec<u32> {
        if self.ways.circles_in_noise && self.is_endless() {
            return Vec::new();
        }
        if self.is_over() {
            let length = self.likeliest_end();
            self.tokens.truncate(length);
            self.likely.truncate(length);
        } else {
            self.likely.extend(self.ends.last());
        }
        let likelihood = self.likely.iter().sum::<f32>() / self.likely.len().max(1) as f32;
        if likelihood < self.ways.least_likely {
            self.tokens.clear();
        }
        self.tokens
    }

    /// Whether it is as long as it may be, or goes round in circles.
    fn is_over(&self) -> bool {
        self.tokens.len() >= self.most || self.circle().is_some_and(|circle| circle.rounds > self.rounds)
    }

    /// Whether a circle has filled it up to its greatest length.
    fn is_endless(&self) -> bool {
        let is_circle = self.circle().is_some_and(|circle| circle.rounds >= ROUNDS);
        self.tokens.len() >= self.most && is_circle
    }

    /// The likeliest length: behind the first round of a circle, or anywhere.
    fn likeliest_end(&self) -> usize {
        let circle = self.circle().filter(|circle| circle.rounds >= ROUNDS);
        let first = circle.map_or(1, |circle| circle.begin + circle.length);
        let lengths = self.ends.iter().copied().enumerate().skip(first).rev();
        lengths.max_by(|(_, one), (_, other)| one.total_cmp(other)).map_or(0, |(length, _)| length)
    }

    /// The circle at the end of the tokens: of those with the most tokens, the one with the shortest rounds.
    fn circle(&self) -> Option<Circle> {
        let tokens = &self.tokens;
        let circle = |length: usize| {
            let same = tokens.iter().rev().zip(tokens.iter().rev().skip(length));
            let repeated = same.take_while(|(one, other)| one == other).count();
            let begin = tokens.len() - repeated - length;
            Circle { begin, length, rounds: repeated / length + 1 }
        };
        let circles = (1..=LONGEST_ROUND.min(tokens.len())).map(circle);
        circles.filter(|circle| circle.rounds > 1).min_by_key(|circle| circle.begin)
    }
}

/// Tokens that repeat themselves.
struct Circle {
    begin: usize,
    /// Tokens of a round.
    length: usize,
    rounds: usize,
}

fn forbid(logits: &mut [f32], token: u32) {
    if let Some(logit) = usize::try_from(token).ok().and_then(|token| logits.get_mut(token)) {
        *logit = f32::NEG_INFINITY;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAYS: Ways = Ways { end: 0, silent: -0.03, least_likely: -1.0, circles_in_noise: false };

    /// The text of a network that wants to write `tokens`, the last one for ever, and takes each place for the end with
    /// the probability `end`.
    fn text(most: usize, voice: u64, tokens: &[u32], end: impl Fn(usize) -> f32) -> Vec<u32> {
        let mut text = Greedy::new(WAYS, most, Duration::from_millis(voice));
        for place in 0.. {
            let mut logits = [-20.0; 10];
            let end = end(place);
            logits[0] = end.ln();
            logits[tokens[place.min(tokens.len() - 1)] as usize] = (1.0 - end).ln();
            if text.next(&mut logits, |_, _| {}).is_none() {
                break;
            }
        }
        text.finish()
    }

    #[test]
    fn repeats_for_which_there_was_time_stay() {
        let ends_at = |length: usize| move |place| if place == length { 0.9 } else { 0.01 };
        assert_eq!(text(30, 800, &[1; 9], ends_at(4)), [1; 4]);
        assert_eq!(
            text(30, 700, &[2, 3, 2, 3, 2, 3, 2, 3, 2, 4], ends_at(10)),
            [2, 3, 2, 3, 2, 3, 2, 3, 2, 4]
        );
    }

    #[test]
    fn a_circle_ends_where_an_end_was_likeliest() {
        let likeliest_at = |length: usize| move |place| if place == length { 0.2 } else { 0.01 };
        assert_eq!(text(100, 900, &[4, 7, 1], likeliest_at(4)), [4, 7, 1, 1]);
        assert_eq!(text(10, 9000, &[4, 7, 1], likeliest_at(5)), [4, 7, 1, 1, 1], "at the greatest length");
        assert_eq!(text(100, 900, &[4, 7, 1], likeliest_at(1)), [4, 7, 1], "not before the circle");
    }

    #[test]
    fn a_sentence_that_repeats_itself_is_a_circle() {
        let sentences = [1, 2, 3, 4].repeat(10);
        let likeliest_at =
            |place: usize| if place.is_multiple_of(4) { 0.1 / (place + 1) as f32 } else { 0.001 };
        assert_eq!(text(100, 600, &sentences, likeliest_at), [1, 2, 3, 4]);
    }

    #[test]
    fn a_circle_up_to_the_greatest_length_may_mean_noise() {
        let mut noise = Greedy::new(Ways { circles_in_noise: true, ..WAYS }, 6, Duration::from_secs(9));
        let mut said = Greedy::new(WAYS, 6, Duration::from_secs(9));
        for text in [&mut noise, &mut said] {
            while text.next(&mut [-9.0, 0.0], |_, _| {}).is_some() {}
        }
        assert!(noise.finish().is_empty());
        assert!(!said.finish().is_empty());
    }

    #[test]
    fn a_single_word_that_might_be_silence_is_a_word() {
        let end = |sure: f32| move |place| if place == 0 { sure } else { 0.9 };
        assert_eq!(text(10, 300, &[5], end(0.7)), [5]);
        assert!(text(10, 300, &[5], end(0.99)).is_empty());
    }

    #[test]
    fn a_guess_is_no_text() {
        let mut text = Greedy::new(WAYS, 10, Duration::from_secs(1));
        for _ in 0..4 {
            text.next(&mut [-1.0, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], |_, _| {});
        }
        assert!(text.finish().is_empty());
    }
}
