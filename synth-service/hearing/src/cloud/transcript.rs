//! A recogniser's results put together: several settled pieces make one final text, interim ones replace each other,
//! and each wish for a final text gets exactly one.
//!
//! Recognisers don't say which result answers a wish, and some say nothing where there was no speech. So a wish is
//! bounded in time. When the time is over, the words so far are its answer: a partial text of the end of an utterance
//! differs from the final one by a mark at most, and a caller who waits hears nothing. A final text that comes later
//! for the same audio is dropped where its words were given already: until the next wish, which counts whatever the
//! recogniser's times are. A recogniser whose final texts come so late again and again is left.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

use super::{
    protocol::{Answers, Said, Words},
    settings::Patience,
};
use crate::{Heard, backlog};

/// Times of recognisers are rounded.
const ROUNDING: Duration = Duration::from_millis(20);

/// Final words may end so long before the audio of the wish that they answer: our own end of speech is some 0.2 s behind
/// the last sound, and recognisers cut soft ends off.
const NEAR: Duration = Duration::from_millis(500);

/// The end of a wish's audio that has no words: by our own end of speech it is silence.
const SILENT: Duration = Duration::from_millis(200);

/// Final texts in a row that come too late, until the recogniser counts as late.
const LATE: u32 = 2;

/// A wish for a final text.
struct Wish {
    /// When it was sent.
    at: Instant,
    /// When final words came last, or it was sent.
    last_words: Instant,
    /// The end of the audio that was sent before it.
    position: Duration,
    /// The time that the recogniser needs for audio that it got faster than it was spoken: from the wish on, and from the
    /// last final words on.
    work: (Duration, Duration),
}

/// A wish that was answered with the words so far, since its final text did not come in time.
struct GivenUp {
    /// The end of its audio.
    position: Duration,
    had_words: bool,
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
    /// Where there were settled words since the last wish: the end of the audio that had been sent when a settled result
    /// came last.
    settled_until: Option<Duration>,
    wishes: VecDeque<Wish>,
    /// The last wish, if its final text is still to come.
    given_up: Option<GivenUp>,
    /// Final texts in a row that came for wishes which had been given up.
    late: u32,
}

impl Transcript {
    /// A final text is wanted for the audio up to this position. The recogniser is at work on it for this time, beyond
    /// its usual one.
    pub(super) fn wish(&mut self, position: Duration, work: Duration) {
        let now = Instant::now();
        self.given_up = None;
        self.wishes.push_back(Wish { at: now, last_words: now, position, work: (work, work) });
    }

    /// When the earliest wish was sent.
    pub(super) fn wished_at(&self) -> Option<Instant> {
        self.wishes.front().map(|wish| wish.at)
    }

    /// The moment at which the earliest wish is answered with the words so far.
    pub(super) fn deadline(&self, patience: &Patience) -> Option<Instant> {
        let end = |wish: &Wish| {
            if self.is_open(wish) {
                wish.at + patience.final_text + wish.work.0
            } else {
                wish.last_words + patience.more_words + wish.work.1
            }
        };
        self.wishes.front().map(end)
    }

    /// Whether the wish's audio may have words that are not settled yet.
    fn is_open(&self, wish: &Wish) -> bool {
        let is_settled = self.settled_until.is_some_and(|until| wish.position <= until + SILENT);
        !self.interim.is_empty() || !is_settled
    }

    /// Whether no text is waited for, and the final ones were too late again and again.
    pub(super) fn is_late(&self) -> bool {
        self.wishes.is_empty() && self.late >= LATE
    }

    /// The words so far, as the answer to the earliest wish.
    pub(super) fn give_up(&mut self) -> Option<Heard> {
        let wish = self.wishes.front()?;
        if self.is_open(wish) {
            self.given_up = Some(GivenUp { position: wish.position, had_words: !self.interim.is_empty() });
        }
        Some(self.finish(true))
    }

    /// Takes a result that came when the audio up to this position had been sent. Its consequences are added to `heard`.
    pub(super) fn hear(&mut self, said: Said, position: Duration, heard: &mut Vec<Heard>) {
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
                if !words.text.is_empty() || self.settled_until.is_some() {
                    self.settled_until = Some(position);
                }
                if let Some(wish) = self.wishes.front_mut() {
                    wish.last_words = Instant::now();
                    let rest = words.end.map_or(wish.position, |end| wish.position.saturating_sub(end));
                    wish.work.1 = wish.work.1.min(backlog::time_for(rest));
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
        if !self.wishes.is_empty() {
            self.late = 0;
        }
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
            self.settled_until = None;
        }
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
        let Some(given_up) = &self.given_up else { return false };
        let belongs = words.end.is_none_or(|end| end <= given_up.position + ROUNDING);
        let was_given = belongs && given_up.had_words;
        self.late += u32::from(belongs && is_final && !words.text.is_empty());
        if is_final || !belongs {
            self.given_up = None;
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
mod tests;
