//! One turn of a caller, and the decision that it is over.
//!
//! It is driven by the audio's clock alone: silence is counted in received frames, so a late frame can't end a turn. A
//! turn may have several utterances, each with a final text of its own; pauses lie between them.

use std::time::Duration;

use tokio::time::Instant;

use crate::{
    Completeness, HearingError, Hint, TurnEnd, TurnSettings, Utterance,
    words::{completeness, is_complete_by_words, join, same_words},
};

/// A moment of the call's audio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// The time in the call's audio.
    pub(crate) at: Duration,
    /// When its frame was received.
    pub(crate) received: Instant,
}

/// A look at the audio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    /// The time in the call's audio.
    pub(crate) now: Duration,
    /// The end of the last sound, where it is known: a consonant may follow the last voice.
    pub(crate) sound: Duration,
    /// The newest frames may be the begin of voice.
    pub(crate) may_begin: bool,
}

/// The next step of a turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The final text of the utterance is wanted.
    Finalise,
    /// The turn is too long: it ends here, in the middle of voice, and its final text is wanted.
    Cut,
    /// The turn is over.
    End(TurnEnd),
    /// It was no speech.
    Nothing,
    /// Nobody recognised it.
    Deaf(HearingError),
}

/// The way in which turns are ended.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    pub(crate) settings: TurnSettings,
    /// See [`crate::EarSettings::stream`].
    pub(crate) stream: bool,
    /// See [`crate::EarSettings::shortest_voice`].
    pub(crate) shortest_voice: Duration,
    pub(crate) language: String,
}

/// A turn.
pub(crate) struct Turn {
    began: Moment,
    /// The end of the last voice.
    ended: Moment,
    silent: bool,
    /// Voice until the last pause, all utterances together.
    voiced: Duration,
    utterance_began: Duration,
    /// The final texts.
    text: String,
    /// The text behind them.
    partial: String,
    first_partial: Option<Instant>,
    complete: Instant,
    /// The recogniser took the caller for finished in this silence.
    found_end: bool,
    /// The final text of the newest utterance was asked for.
    finalised: bool,
    /// Final texts that were asked for and have not come.
    unanswered: usize,
    /// No more frames come: the silence is long enough for anything.
    stalled: bool,
    too_long: bool,
    lost: Option<HearingError>,
}

impl Turn {
    pub(crate) fn new(began: Moment) -> Self {
        Self {
            began,
            ended: began,
            silent: false,
            voiced: Duration::ZERO,
            utterance_began: began.at,
            text: String::new(),
            partial: String::new(),
            first_partial: None,
            complete: began.received,
            found_end: false,
            finalised: false,
            unanswered: 0,
            stalled: false,
            too_long: false,
            lost: None,
        }
    }

    /// Voice begins again.
    pub(crate) fn resume(&mut self, at: Duration) {
        self.utterance_began = at;
        (self.silent, self.found_end, self.finalised, self.stalled) = (false, false, false, false);
    }

    /// Voice stops.
    pub(crate) fn pause(&mut self, ended: Moment) {
        self.voiced += ended.at.saturating_sub(self.utterance_began);
        self.ended = ended;
        self.silent = true;
    }

    /// No frames come any more.
    pub(crate) fn stall(&mut self) {
        self.stalled = true;
    }

    /// Takes a text that may change.
    pub(crate) fn partial(&mut self, text: String, now: Instant) {
        if !text.trim().is_empty() {
            self.first_partial.get_or_insert(now);
        }
        self.partial = text;
    }

    /// Takes a final text. One that nobody asked for, in silence, says that the caller has finished.
    pub(crate) fn final_text(&mut self, text: &str, asked: bool, now: Instant) {
        self.text = join(&self.text, text);
        self.partial.clear();
        self.complete = now;
        if asked {
            self.unanswered = self.unanswered.saturating_sub(1);
        } else {
            self.found_end();
        }
    }

    /// The recogniser takes the caller for finished. In the middle of voice it is mistaken.
    pub(crate) fn found_end(&mut self) {
        self.found_end = self.silent;
    }

    /// The recogniser is gone: no more texts come. The last partial text is the best there is.
    pub(crate) fn lose(&mut self, error: HearingError, now: Instant) {
        self.text = self.words();
        self.partial.clear();
        self.complete = now;
        self.unanswered = 0;
        self.lost = Some(error);
    }

    /// A recogniser is there again.
    pub(crate) fn found(&mut self) {
        self.lost = None;
    }

    /// Whether frames belong to the utterance: until its final text is asked for.
    pub(crate) fn takes_audio(&self) -> bool {
        !self.finalised && self.lost.is_none()
    }

    /// Whether voice belongs to the next turn.
    pub(crate) fn is_closed(&self) -> bool {
        self.too_long
    }

    /// The words so far.
    pub(crate) fn words(&self) -> String {
        join(&self.text, &self.partial)
    }

    /// The next step, if one is due. Each [`Step::Finalise`] and [`Step::Cut`] comes once.
    pub(crate) fn step(&mut self, look: Look, hint: Hint, rules: &Rules) -> Option<Step> {
        let Look { now, may_begin, .. } = look;
        if !self.silent {
            let too_long = now.saturating_sub(self.began.at) >= rules.settings.longest_turn;
            return too_long.then(|| self.cut());
        }
        let silence = self.silence(now, &rules.settings);
        let wanted = rules.asks_after();
        let is_due = silence >= wanted || self.is_due_early(look, hint, rules);
        // Voice that may begin lets the caller go on. It delays the question by a frame, and the end until it is sure.
        if self.takes_audio() && is_due && (!may_begin || silence > wanted) {
            self.ask();
            return Some(Step::Finalise);
        }
        let answered = (self.finalised || self.lost.is_some()) && self.unanswered == 0;
        let may_end = answered && silence >= wanted && !may_begin;
        if may_end { self.conclude(silence, hint, rules) } else { None }
    }

    /// Whether the partial text is complete, and nothing more was heard behind it for a moment.
    fn is_due_early(&self, look: Look, hint: Hint, rules: &Rules) -> bool {
        let quiet = look.now.saturating_sub(look.sound);
        rules.stream
            && quiet >= rules.settings.finalise_complete_after
            && !self.partial.trim().is_empty()
            && is_complete_by_words(&rules.language, &self.words(), hint)
    }

    /// The turn's words with their times; their sound ended then.
    pub(crate) fn utterance(
        &self,
        recogniser: &'static str,
        ended: Moment,
        level: f32,
        reason: TurnEnd,
    ) -> Utterance {
        Utterance {
            text: self.text.clone(),
            began: self.began.at,
            began_received: self.began.received,
            ended: ended.at,
            ended_received: ended.received,
            level,
            first_partial: self.first_partial,
            complete: self.complete,
            recogniser,
            reason,
        }
    }

    /// Opens a turn that is over for words that came late. Returns whether they are new: otherwise it stays over.
    pub(crate) fn reopen(&mut self, late: &str) -> bool {
        let is_new = !same_words(&self.text, late);
        if is_new {
            self.text.clear();
            self.too_long = false;
        }
        is_new
    }

    /// The end of the last voice.
    pub(crate) fn ended(&self) -> Moment {
        self.ended
    }

    /// Whether its voice has stopped, for now.
    pub(crate) fn is_silent(&self) -> bool {
        self.silent
    }

    /// Voice until the last pause, all utterances together.
    pub(crate) fn voiced(&self) -> Duration {
        self.voiced
    }

    /// Whether there was a partial text with words.
    pub(crate) fn had_words(&self) -> bool {
        self.first_partial.is_some()
    }

    fn cut(&mut self) -> Step {
        self.too_long = true;
        if self.lost.is_none() {
            self.ask();
        }
        Step::Cut
    }

    fn ask(&mut self) {
        self.finalised = true;
        self.unanswered += 1;
    }

    fn silence(&self, now: Duration, settings: &TurnSettings) -> Duration {
        let silence = now.saturating_sub(self.ended.at);
        // A turn that was cut ends as soon as its text is there.
        if self.stalled || self.too_long { settings.longest_pause.max(silence) } else { silence }
    }

    /// All texts are there.
    fn conclude(&self, silence: Duration, hint: Hint, rules: &Rules) -> Option<Step> {
        if self.text.is_empty() {
            let short = self.voiced < rules.shortest_voice;
            return Some(match &self.lost {
                Some(error) if !short => Step::Deaf(error.clone()),
                _ => Step::Nothing,
            });
        }
        if self.too_long {
            return Some(Step::End(TurnEnd::TooLong));
        }
        let words = completeness(&rules.language, &self.text, hint);
        let (patience, reason) = rules.patience(words, hint, self.found_end);
        (silence >= patience).then_some(Step::End(reason))
    }
}

impl Rules {
    /// The silence behind which the final text is wanted.
    fn asks_after(&self) -> Duration {
        let settings = &self.settings;
        let wanted = if self.stream { settings.finalise_after } else { settings.usual };
        wanted.min(settings.longest_pause)
    }

    /// The silence that ends a turn behind these words, and the reason then.
    fn patience(&self, words: Completeness, hint: Hint, found_end: bool) -> (Duration, TurnEnd) {
        let settings = &self.settings;
        let (patience, reason) = match words {
            _ if !self.stream => (settings.usual, TurnEnd::Silence),
            Completeness::Whole => (settings.whole.min(settings.complete), TurnEnd::Complete),
            Completeness::Complete => (settings.complete, TurnEnd::Complete),
            Completeness::Soft => (settings.soft.max(settings.usual), TurnEnd::Silence),
            Completeness::Open => (settings.open, TurnEnd::Waited),
            Completeness::Digits if hint == Hint::Number => (settings.dictated, TurnEnd::Waited),
            Completeness::Digits => (settings.digits, TurnEnd::Waited),
            Completeness::Unknown if found_end => (settings.complete, TurnEnd::Recogniser),
            Completeness::Unknown => (settings.usual, TurnEnd::Silence),
        };
        (patience.min(settings.longest_pause), reason)
    }
}

#[cfg(test)]
mod tests;
