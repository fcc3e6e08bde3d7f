//! The turns of a call, taken from its two channels.

use std::ops::Range;

use connect_flows::recording::samples_in;
use serde::Serialize;

use super::{
    caller::Spoken,
    held::{Happened, Held},
    interruption::{Interruption, Over},
    level::{self, MS, ms},
    log::LoggedTurn,
};

/// A silence of this length is between two sounds, not within one.
const SILENCE: usize = 250 * MS;

/// A silence within a sentence above this is a gap.
const GAP: usize = 400 * MS;

/// A mark may be this far from the silence that it explains: the sound of a sentence has quiet edges.
const EDGE: usize = 60 * MS;

/// An answer that begins sooner than this behind the caller's last word talks over the caller, in milliseconds: the end
/// of a word is known to 10 ms, and so is the log's.
const EARLIEST_MS: f64 = -20.0;

/// A turn of the caller with its answer. Times are in milliseconds from the start of the call.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Turn {
    /// Name of the caller's item.
    pub said: String,
    /// The words in it, where they are known.
    pub words: Option<String>,
    /// Whether it is to be answered.
    pub is_turn: bool,
    /// The first voiced sample.
    pub began_ms: f64,
    /// The end of the last voiced sample.
    pub ended_ms: f64,
    /// The time before it in which the voice died away.
    pub fading_ms: f64,
    /// The first audible sample of the answer.
    pub audible_ms: Option<f64>,
    /// From the last voiced sample to the first audible one; below zero where an answer began before the caller's last
    /// word.
    pub answered_after_ms: Option<f64>,
    /// The longest silence within a sentence of the answer, if it is above 400 ms.
    pub longest_gap_ms: f64,
    /// Whether the caller was to begin over an answer.
    pub interrupts: bool,
    /// The interruption, where the caller began over an answer.
    pub interruption: Option<Interruption>,
    /// The service's own figures of the turn.
    pub log: Option<LoggedTurn>,
}

impl Turn {
    /// The time to the first audible sample of an answer that let the caller finish, in milliseconds.
    pub(super) fn response_ms(&self) -> Option<f64> {
        self.answered_after_ms.filter(|ms| *ms >= EARLIEST_MS)
    }

    /// The log's time to the first audible sample, less the recording's, in milliseconds. Where a voice dies away the log
    /// may count from any moment of that: the line's noise, as far as it was known by then, decides.
    pub(super) fn log_differs_ms(&self) -> Option<f64> {
        let differs = self.log.as_ref()?.response_ms? - self.answered_after_ms?;
        Some(differs - differs.clamp(0.0, self.fading_ms))
    }
}

/// The turns of a call, without the service's figures.
pub(super) fn turns(held: &Held) -> Vec<Turn> {
    let call = Call {
        held,
        sounds: level::sounds(&held.heard, SILENCE),
        marks: held.events.iter().filter_map(mark).collect(),
        clears: held.events.iter().filter_map(clear).collect(),
    };
    (0..held.spoken.len()).map(|index| call.turn(index)).collect()
}

struct Call<'a> {
    held: &'a Held,
    sounds: Vec<Range<usize>>,
    marks: Vec<usize>,
    clears: Vec<usize>,
}

impl Call<'_> {
    fn turn(&self, index: usize) -> Turn {
        let Spoken { item, voice, fading, over_answer } = &self.held.spoken[index];
        let next = self.held.spoken.get(index + 1).map_or(self.held.heard.len(), |next| next.voice.start);
        let (sounds, clears) = (&self.sounds, &self.clears);
        let over = Over { voice: voice.clone(), next, is_turn: item.is_turn, sounds, clears };
        // Sound in the voice of one who interrupts is the old answer. Sound that came in a pause of the caller, and was
        // broken off when the caller went on, answers only a part of the turn.
        let earliest = if *over_answer { voice.end } else { voice.start };
        let is_answer =
            |sound: &&Range<usize>| (earliest..next).contains(&sound.start) && sound.end > voice.end;
        let answer = sounds.iter().find(is_answer).filter(|_| item.is_turn);
        let audible = answer.map(|sound| sound.start);
        Turn {
            said: item.name.clone(),
            words: item.words.clone(),
            is_turn: item.is_turn,
            began_ms: ms(voice.start),
            ended_ms: ms(voice.end),
            fading_ms: ms(*fading),
            audible_ms: audible.map(ms),
            answered_after_ms: audible.map(|audible| ms(audible) - ms(voice.end)),
            longest_gap_ms: ms(self.longest_gap(audible.unwrap_or(next)..next)),
            interrupts: item.over.is_some(),
            interruption: over_answer.then(|| over.interruption()),
            log: None,
        }
    }

    /// The longest silence in a stretch that neither the end of a sentence nor an interruption explains, if it is a gap.
    fn longest_gap(&self, stretch: Range<usize>) -> usize {
        let heard = self.held.heard.get(stretch.clone()).unwrap_or_default();
        let sounds = level::sounds(heard, GAP);
        let gaps = sounds.iter().zip(sounds.iter().skip(1)).map(|(one, next)| one.end..next.start);
        let is_inside = |gap: &Range<usize>| {
            let gap = (stretch.start + gap.start).saturating_sub(EDGE)..stretch.start + gap.end + EDGE;
            !self.marks.iter().chain(&self.clears).any(|at| gap.contains(at))
        };
        gaps.filter(is_inside).map(|gap| gap.len()).max().unwrap_or_default()
    }
}

fn mark(event: &Happened) -> Option<usize> {
    match event {
        Happened::Mark(at) => Some(samples_in(*at)),
        _ => None,
    }
}

fn clear(event: &Happened) -> Option<usize> {
    match event {
        Happened::Clear(at) => Some(samples_in(*at)),
        _ => None,
    }
}

/// A turn of the log is one of the recording's if its speech did not end later than this behind it, in milliseconds.
const SAME_MS: f64 = 1000.0;

/// Puts each turn of the log beside the one of the recording in whose speech it ended. Where the caller paused long enough
/// for several turns, the last one counts, and its words stand behind those of the others.
pub(super) fn join(began_at_ms: f64, turns: &mut [Turn], logged: Vec<LoggedTurn>) {
    for mut log in logged {
        let Some(ended_at_ms) = log.ended_at_ms() else { continue };
        let ended_ms = ended_at_ms - began_at_ms;
        let is_of = |turn: &&mut Turn| (turn.began_ms..turn.ended_ms + SAME_MS).contains(&ended_ms);
        if let Some(turn) = turns.iter_mut().rfind(is_of) {
            let before = turn.log.take().and_then(|before| before.heard);
            let heard = before.into_iter().chain(log.heard.take()).collect::<Vec<_>>();
            log.heard = Some(heard.join(" ")).filter(|heard| !heard.is_empty());
            turn.log = Some(log);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::talk::caller::Item;

    fn held(voices: &[(Range<usize>, bool)], sounds: &[Range<usize>], events: Vec<Happened>) -> Held {
        let mut heard = vec![0; 80_000];
        sounds.iter().for_each(|sound| heard[sound.clone()].fill(4000));
        let spoken = voices.iter().map(|(voice, over_answer)| {
            let item = Item::turn("one", Vec::new());
            Spoken { item, voice: voice.clone(), fading: 0, over_answer: *over_answer }
        });
        let spoken = spoken.collect();
        Held {
            call: "CA1".into(),
            began_at_ms: 0.0,
            said: vec![0; 80_000],
            heard,
            spoken,
            events,
            late: Duration::ZERO,
            broken: None,
        }
    }

    #[test]
    fn the_answer_is_the_first_sound_behind_the_voice() {
        let turns = turns(&held(
            &[(8000..16_000, false), (56_000..60_000, false)],
            &[800..2000, 20_000..40_000],
            vec![],
        ));
        assert_eq!((turns[0].audible_ms, turns[0].answered_after_ms), (Some(2500.0), Some(500.0)));
        assert_eq!((turns[1].audible_ms, turns[1].interruption), (None, None));
        let both = super::turns(&held(&[(8000..32_000, false)], &[16_000..18_000, 36_000..40_000], vec![]));
        assert_eq!(both[0].answered_after_ms, Some(500.0), "the first sound is broken off");
        let sound = 15_200..40_000;
        let early = super::turns(&held(&[(8000..16_000, false)], &[sound], vec![]));
        assert_eq!((early[0].answered_after_ms, early[0].response_ms()), (Some(-100.0), None));
    }

    #[test]
    fn the_rest_of_an_interrupted_answer_is_no_answer() {
        let clear = Happened::Clear(Duration::from_millis(1300));
        let turns = turns(&held(&[(8000..16_000, true)], &[800..10_400, 24_000..40_000], vec![clear]));
        assert_eq!(turns[0].answered_after_ms, Some(1000.0));
        assert_eq!(turns[0].interruption.unwrap().silent_after_ms, Some(300.0));
    }

    #[test]
    fn a_long_silence_is_a_gap_unless_a_sentence_ends_in_it() {
        let sounds = [20_000..24_000, 28_000..32_000, 34_000..40_000];
        let mark = Happened::Mark(Duration::from_micros(24_050 * 125));
        let gap = |events| turns(&held(&[(8000..16_000, false)], &sounds, events))[0].longest_gap_ms;
        assert_eq!((gap(vec![]), gap(vec![mark])), (500.0, 0.0));
    }

    #[test]
    fn a_logged_turn_is_the_one_whose_speech_ended_then() {
        let turn = |began_ms, ended_ms| Turn { began_ms, ended_ms, ..Turn::default() };
        let mut both = [turn(0.0, 200.0), turn(2000.0, 3880.0)];
        let logged = |speech_end, heard: &str| LoggedTurn {
            moments: [("speech_end".to_owned(), speech_end)].into(),
            heard: Some(heard.to_owned()),
            line: serde_json::json!({"began_at_ms": 4000.0}),
            ..LoggedTurn::default()
        };
        join(2000.0, &mut both, vec![logged(900.0, "Hello."), logged(1900.0, "Are you open?")]);
        let heard = both.map(|turn| turn.log.and_then(|log| log.heard));
        assert_eq!(heard, [None, Some("Hello. Are you open?".to_owned())]);
    }
}
