//! A recogniser's results put together: several settled pieces make one final text, interim ones replace each other,
//! and each wish for a final text gets exactly one.
//!
//! Recognisers don't say which result answers a wish, and some say nothing where there was no speech. So a wish is
//! bounded in time. When the time is over, the words so far are its answer: a partial text of the end of an utterance
//! differs from the final one by a mark at most, and a caller who waits hears nothing. A final text that comes later
//! for the same audio is dropped, since its words were given already: until the next wish, which counts whatever the
//! recogniser's times are.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

use super::{
    protocol::{Answers, Said, Words},
    settings::Patience,
};
use crate::Heard;

/// Times of recognisers are rounded.
const ROUNDING: Duration = Duration::from_millis(20);

/// Final words may end so long before the audio of the wish that they answer: our own end of speech is some 0.2 s behind
/// the last sound, and recognisers cut soft ends off.
const NEAR: Duration = Duration::from_millis(500);

/// A wish for a final text.
struct Wish {
    /// When it was sent.
    at: Instant,
    /// When final words came last, or it was sent.
    last_words: Instant,
    /// The end of the audio that was sent before it.
    position: Duration,
}

/// The texts of a session.
#[derive(Default)]
pub(super) struct Transcript {
    /// The settled words of the current utterance.
    settled: String,
    /// The words behind them, for now.
    interim: String,
    /// The partial text that was given last.
    given: String,
    /// Whether a final text was given since the last wish.
    has_given_final: bool,
    wishes: VecDeque<Wish>,
    /// The end of the audio whose words were given before their final text came.
    owed: Option<Duration>,
}

impl Transcript {
    /// A final text is wanted for the audio up to this position.
    pub(super) fn wish(&mut self, position: Duration) {
        let now = Instant::now();
        self.owed = None;
        self.wishes.push_back(Wish { at: now, last_words: now, position });
    }

    /// When the earliest wish was sent.
    pub(super) fn wished_at(&self) -> Option<Instant> {
        self.wishes.front().map(|wish| wish.at)
    }

    /// The moment at which the earliest wish is answered with the words so far.
    pub(super) fn deadline(&self, patience: &Patience) -> Option<Instant> {
        let has_final_words = !self.settled.is_empty() || self.has_given_final;
        let is_open = !self.interim.is_empty() || !has_final_words;
        let end = |wish: &Wish| {
            if is_open { wish.at + patience.final_text } else { wish.last_words + patience.more_words }
        };
        self.wishes.front().map(end)
    }

    /// The words so far, as the answer to the earliest wish.
    pub(super) fn give_up(&mut self) -> Option<Heard> {
        let position = self.wishes.front()?.position;
        if !self.interim.is_empty() {
            self.owed = Some(position);
        }
        Some(self.finish(true))
    }

    /// Takes a result. Its consequences are added to `heard`.
    pub(super) fn hear(&mut self, said: Said, heard: &mut Vec<Heard>) {
        match said {
            Said::Interim(words) if !self.was_given(&words, false) => {
                self.close_before(&words, heard);
                self.interim = words.text;
                self.give_partial(heard);
            }
            Said::Settled { words, ends, answers } if !self.was_given(&words, true) => {
                self.close_before(&words, heard);
                let is_answer = self.is_answer(&words, answers);
                self.interim.clear();
                join(&mut self.settled, &words.text);
                if let Some(wish) = self.wishes.front_mut() {
                    wish.last_words = Instant::now();
                }
                if ends {
                    self.end(is_answer, heard);
                } else {
                    self.give_partial(heard);
                }
            }
            Said::SpeechEnded if self.wishes.is_empty() => {
                self.end(false, heard);
                heard.push(Heard::SpeechEnded);
            }
            // Where a final text is wanted already, the end is known.
            Said::Interim(_) | Said::Settled { .. } | Said::SpeechEnded | Said::Nothing => {}
        }
    }

    fn is_answer(&self, words: &Words, answers: Answers) -> bool {
        self.wishes.front().is_some_and(|wish| match answers {
            Answers::No => false,
            Answers::IfNear => words.end.is_none_or(|end| end + NEAR >= wish.position),
            Answers::Yes => true,
        })
    }

    fn end(&mut self, asked: bool, heard: &mut Vec<Heard>) {
        if asked || !self.settled.is_empty() {
            heard.push(self.finish(asked));
        }
    }

    /// The final text of the utterance.
    fn finish(&mut self, asked: bool) -> Heard {
        let mut text = std::mem::take(&mut self.settled);
        join(&mut text, &std::mem::take(&mut self.interim));
        self.given.clear();
        if asked {
            self.wishes.pop_front();
        }
        self.has_given_final = !asked;
        Heard::Final { text, asked }
    }

    /// Words that begin behind a wish's audio show that the recogniser has no more for the wish.
    fn close_before(&mut self, words: &Words, heard: &mut Vec<Heard>) {
        let Some(begin) = words.begin else { return };
        while self.wishes.front().is_some_and(|wish| wish.position <= begin) && !words.text.is_empty() {
            heard.push(self.finish(true));
        }
    }

    /// Whether these words were given before their final text came, which is dropped once.
    fn was_given(&mut self, words: &Words, is_final: bool) -> bool {
        let Some(owed) = self.owed else { return false };
        let was_given = words.end.is_none_or(|end| end <= owed + ROUNDING);
        if is_final || !was_given {
            self.owed = None;
        }
        was_given
    }

    fn give_partial(&mut self, heard: &mut Vec<Heard>) {
        let mut text = self.settled.clone();
        join(&mut text, &self.interim);
        if !text.is_empty() && text != self.given {
            self.given.clone_from(&text);
            heard.push(Heard::Partial(text));
        }
    }
}

fn join(text: &mut String, more: &str) {
    if !text.is_empty() && !more.is_empty() {
        text.push(' ');
    }
    text.push_str(more);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str, begin: f64, length: f64) -> Words {
        Words::new(text, Some(begin), Some(length))
    }

    fn settled(text: &str, begin: f64, ends: bool) -> Said {
        let answers = if ends { Answers::IfNear } else { Answers::No };
        Said::Settled { words: words(text, begin, 1.0), ends, answers }
    }

    fn hear(transcript: &mut Transcript, said: Said) -> Vec<Heard> {
        let mut heard = Vec::new();
        transcript.hear(said, &mut heard);
        heard
    }

    fn last(text: &str, asked: bool) -> Heard {
        Heard::Final { text: text.into(), asked }
    }

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn interim_words_replace_each_other_and_settled_ones_stay() {
        let mut transcript = Transcript::default();
        let heard = hear(&mut transcript, Said::Interim(words("I wood", 0.0, 1.0)));
        assert_eq!(heard, [Heard::Partial("I wood".into())]);
        assert_eq!(hear(&mut transcript, settled("I would", 0.0, false)), [Heard::Partial("I would".into())]);
        let heard = hear(&mut transcript, Said::Interim(words("like", 1.0, 1.0)));
        assert_eq!(heard, [Heard::Partial("I would like".into())]);
        assert_eq!(hear(&mut transcript, Said::Interim(words("like", 1.0, 1.1))), []);
        assert_eq!(
            hear(&mut transcript, settled("like tea.", 1.0, true)),
            [last("I would like tea.", false)]
        );
        assert_eq!(hear(&mut transcript, settled("", 2.0, true)), []);
    }

    #[test]
    fn each_wish_gets_one_final_text_and_a_late_one_is_dropped() {
        let mut transcript = Transcript::default();
        hear(&mut transcript, Said::Interim(words("네", 0.0, 0.5)));
        transcript.wish(SECOND);
        assert_eq!(transcript.give_up(), Some(last("네", true)));
        assert_eq!(transcript.give_up(), None);
        assert_eq!(hear(&mut transcript, Said::Interim(words("네 네", 0.0, 0.9))), []);
        assert_eq!(hear(&mut transcript, settled("네.", 0.0, true)), []);
        assert_eq!(hear(&mut transcript, settled("좋아요.", 1.2, true)), [last("좋아요.", false)]);
    }

    #[test]
    fn after_the_next_wish_no_final_text_is_dropped() {
        // A recogniser that never sends the late one, and counts the times of each utterance from its begin, or has none.
        for times in [Some((0.0, 0.9)), None] {
            let mut transcript = Transcript::default();
            hear(&mut transcript, Said::Interim(words("네", 0.0, 0.5)));
            transcript.wish(SECOND);
            assert_eq!(transcript.give_up(), Some(last("네", true)));
            transcript.wish(2 * SECOND);
            let words = Words::new("좋아요.", times.map(|times| times.0), times.map(|times| times.1));
            let said = Said::Settled { words, ends: true, answers: Answers::IfNear };
            let asked = times.is_none();
            assert_eq!(hear(&mut transcript, said), [last("좋아요.", asked)]);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_utterance_that_was_cut_in_mid_speech_is_not_the_answer() {
        let (mut transcript, patience) = (Transcript::default(), Patience::default());
        hear(&mut transcript, Said::Interim(words("Well", 0.0, 2.0)));
        transcript.wish(3 * SECOND);
        tokio::time::advance(SECOND / 10).await;
        assert_eq!(hear(&mut transcript, settled("Well I", 1.0, true)), [last("Well I", false)]);
        assert_eq!(transcript.deadline(&patience), Some(Instant::now() + patience.more_words));
        let rest = Said::Settled { words: words("know.", 2.0, 0.6), ends: true, answers: Answers::IfNear };
        assert_eq!(hear(&mut transcript, rest), [last("know.", true)]);
        // The recogniser that tells the answer is believed.
        transcript.wish(9 * SECOND);
        let told = Said::Settled { words: words("Yes.", 4.0, 0.5), ends: true, answers: Answers::Yes };
        assert_eq!(hear(&mut transcript, told), [last("Yes.", true)]);
    }

    #[test]
    fn a_late_final_text_is_kept_where_nothing_was_given_for_it() {
        let mut transcript = Transcript::default();
        transcript.wish(SECOND);
        assert_eq!(transcript.give_up(), Some(last("", true)));
        assert_eq!(hear(&mut transcript, settled("네.", 0.0, true)), [last("네.", false)]);
    }

    #[tokio::test(start_paused = true)]
    async fn settled_words_wait_for_more_shortly_and_late_ones_are_new() {
        let (mut transcript, patience) = (Transcript::default(), Patience::default());
        hear(&mut transcript, settled("Hello", 0.0, false));
        transcript.wish(2 * SECOND);
        assert_eq!(transcript.deadline(&patience), Some(Instant::now() + patience.more_words));
        assert_eq!(transcript.give_up(), Some(last("Hello", true)));
        assert_eq!(hear(&mut transcript, settled("there.", 1.0, true)), [last("there.", false)]);
    }

    #[test]
    fn words_of_the_next_utterance_end_the_wait_for_an_answer() {
        let mut transcript = Transcript::default();
        transcript.wish(SECOND);
        let heard = hear(&mut transcript, Said::Interim(words("Hello", 1.5, 0.5)));
        assert_eq!(heard, [last("", true), Heard::Partial("Hello".into())]);
    }

    #[tokio::test(start_paused = true)]
    async fn the_wait_is_short_where_all_words_were_final_before() {
        let (mut transcript, patience) = (Transcript::default(), Patience::default());
        let now = Instant::now();
        transcript.wish(SECOND);
        assert_eq!(transcript.deadline(&patience), Some(now + patience.final_text));
        assert_eq!(hear(&mut transcript, settled("Yes.", 0.0, true)), [last("Yes.", true)]);
        assert_eq!(transcript.deadline(&patience), None);
        hear(&mut transcript, settled("No.", 1.0, true));
        transcript.wish(2 * SECOND);
        assert_eq!(transcript.deadline(&patience), Some(now + patience.more_words));
        hear(&mut transcript, Said::Interim(words("No, no", 2.0, 0.1)));
        assert!(transcript.deadline(&patience).is_none(), "words behind the wish answer it");
    }

    #[test]
    fn speech_that_ended_by_itself_is_final() {
        let mut transcript = Transcript::default();
        hear(&mut transcript, settled("Goodbye", 0.0, false));
        assert_eq!(hear(&mut transcript, Said::SpeechEnded), [last("Goodbye", false), Heard::SpeechEnded]);
        transcript.wish(SECOND);
        assert_eq!(hear(&mut transcript, Said::SpeechEnded), []);
    }
}
