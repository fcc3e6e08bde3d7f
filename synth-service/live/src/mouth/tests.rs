use std::time::Duration;

use bytes::Bytes;
use hearing::Line;
use tokio::time::Instant;

use super::Mouth;
use crate::{
    answer::Clip,
    line::{News, ToCaller},
    settings::MouthSettings,
};

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// A clip of mu-law whose frames have their number as first byte.
fn clip(text: &str, frames: u8) -> Clip {
    let frame = |number: u8| {
        let mut frame = vec![0x10; 160];
        frame[0] = number;
        frame
    };
    Clip { text: text.into(), audio: Bytes::from_iter((0..frames).flat_map(frame)), begun: None }
}

/// The mouth of a telephone call, and everything that it sent.
struct Run {
    mouth: Mouth,
    begin: Instant,
    /// Milliseconds from the begin, and the frame's first byte.
    frames: Vec<(u64, u8)>,
    marks: Vec<(u64, u64)>,
    said: Vec<String>,
}

impl Run {
    fn new(clips: &[(&str, u8)]) -> Self {
        let mut mouth = Mouth::new(Line::Telephone, MouthSettings::default());
        mouth.begin(Some(0));
        clips.iter().for_each(|(text, frames)| mouth.push(clip(text, *frames)));
        Self { mouth, begin: Instant::now(), frames: Vec::new(), marks: Vec::new(), said: Vec::new() }
    }

    fn at(&self, after: u64) -> Instant {
        self.begin + ms(after)
    }

    /// Sends everything that is due until this time, each thing when it is due.
    fn until(&mut self, until: u64) {
        let mut now = self.at(self.frames.last().map_or(0, |(at, _)| *at));
        while let Some(due) = self.mouth.due(now).filter(|due| *due <= self.at(until)) {
            now = due.max(now);
            let after = (now - self.begin).as_millis() as u64;
            match self.mouth.next(now) {
                Some(ToCaller::Audio(frame)) => self.frames.push((after, frame[0])),
                Some(ToCaller::Mark(mark)) => self.marks.push((after, mark)),
                Some(ToCaller::News(News::Saying { text, .. })) => self.said.push(text),
                Some(other) => panic!("unexpected {other:?}"),
                None => {}
            }
        }
    }

    fn heard(&self, after: u64) -> String {
        self.mouth.heard(self.at(after))
    }
}

#[tokio::test(start_paused = true)]
async fn speech_is_at_most_300_ms_ahead_and_has_no_gap() {
    let mut run = Run::new(&[("One two.", 50), ("Three four.", 50)]);
    run.until(3_000);
    assert_eq!(run.frames.len(), 100);
    for (index, (at, _)) in run.frames.iter().enumerate() {
        let plays = index as u64 * 20;
        assert!(*at <= plays, "frame {index} comes at {at}: a gap");
        assert!(plays + 20 <= at + 300, "frame {index} comes at {at}: too early");
    }
    assert_eq!(run.said, ["One two.", "Three four."]);
    let marks: Vec<_> = run.marks.iter().map(|(_, mark)| *mark).collect();
    assert_eq!(marks, [1, 2]);
    assert!(!run.mouth.is_over(run.at(1_999)) && run.mouth.is_over(run.at(2_000)));
}

#[tokio::test(start_paused = true)]
async fn the_clock_says_what_was_heard_also_behind_a_gap() {
    let mut run = Run::new(&[("One two.", 50)]);
    run.until(1_000);
    run.mouth.marked(1);
    // The next sentence comes a second late: 2.0 s.
    let late = run.at(2_000);
    run.mouth.push(clip("Three four.", 50));
    while run.mouth.next(late).is_some() {}
    assert_eq!(run.heard(500), "One two.", "the mark says so");
    assert_eq!(run.heard(2_000), "One two.");
    let later = run.at(2_280);
    while run.mouth.next(later).is_some() {}
    assert_eq!(run.heard(2_100), "One two.");
    let later = run.at(2_600);
    while run.mouth.next(later).is_some() {}
    assert_eq!(run.heard(2_560), "One two. Three");
}

#[tokio::test(start_paused = true)]
async fn only_sent_speech_was_heard_and_a_late_mark_holds_it_back() {
    let mut run = Run::new(&[("One two.", 20), ("Three four.", 50)]);
    run.until(900);
    assert_eq!(run.heard(900), "One two.", "its mark is awaited: nothing behind it was heard");
    run.mouth.marked(1);
    assert_eq!(run.heard(1_000), "One two. Three");
    assert_eq!(run.heard(60_000), "One two. Three four.".replace(" four.", ""), "no more than was sent");
}

#[tokio::test(start_paused = true)]
async fn a_line_that_sends_no_marks_is_trusted_by_the_clock_after_a_second() {
    let mut run = Run::new(&[("One two.", 20), ("Three four.", 100)]);
    run.until(1_500);
    assert_eq!(run.heard(1_500), "One two. Three");
}

#[tokio::test(start_paused = true)]
async fn a_held_speech_goes_on_with_the_interrupted_word() {
    let mut run = Run::new(&[("One two three.", 140)]);
    run.until(1_000);
    let (now, sent) = (run.at(1_000), run.frames.len());
    assert!(run.mouth.hold(now), "the line has 300 ms of it");
    assert_eq!(run.mouth.due(now), None);
    assert_eq!(run.heard(9_000), run.heard(1_000));
    run.mouth.resume();
    run.begin = run.at(2_000);
    let resumed = run.mouth.next(run.begin);
    let Some(ToCaller::Audio(frame)) = resumed else { panic!("no frame: {resumed:?}") };
    // 50 frames were heard: the word "two" began at frame 40.
    assert_eq!(frame[0], 40);
    assert_eq!(sent, 65);
    run.frames.clear();
    run.until(5_000);
    let numbers: Vec<u8> = run.frames.iter().map(|(_, number)| *number).collect();
    assert_eq!(numbers, (41..140).collect::<Vec<u8>>(), "nothing is lost");
    assert_eq!(run.heard(5_000), "One two three.");
}

#[tokio::test(start_paused = true)]
async fn the_repeated_part_is_no_longer_than_the_overlap() {
    let mut run = Run::new(&[("Internationalisation", 200)]);
    run.until(2_000);
    run.mouth.hold(run.at(2_000));
    run.mouth.resume();
    let Some(ToCaller::Audio(frame)) = run.mouth.next(run.at(2_000)) else { panic!("a frame") };
    assert_eq!(frame[0], 90, "200 ms before frame 100");
}

#[tokio::test(start_paused = true)]
async fn marks_of_cleared_speech_are_ignored() {
    let mut run = Run::new(&[("One two.", 10), ("Three four.", 100)]);
    run.until(0);
    assert_eq!(run.marks, [(0, 1)], "300 ms are sent at once");
    run.mouth.hold(run.at(40));
    run.mouth.marked(1);
    assert_eq!(run.heard(40), "", "the mark came back because of the clear");
    run.mouth.resume();
    run.begin = run.at(40);
    run.until(0);
    assert_eq!(run.marks.last(), Some(&(0, 2)), "it gets a new one");
    let stopped = run.mouth.stop(run.at(20));
    assert!(stopped.must_clear && stopped.heard.is_empty());
    run.mouth.begin(Some(1));
    run.mouth.push(clip("Five.", 10));
    run.mouth.marked(2);
    assert_eq!(run.heard(100), "");
}

#[tokio::test(start_paused = true)]
async fn the_line_is_cleared_whenever_it_may_still_sound() {
    let mut run = Run::new(&[("One two.", 10)]);
    run.until(100);
    assert!(run.mouth.stop(run.at(100)).must_clear, "all is sent, and half is played");
    let mut run = Run::new(&[("One two.", 10)]);
    run.until(100);
    assert!(run.mouth.stop(run.at(400)).must_clear, "its mark is not back");
    let mut run = Run::new(&[("One two.", 10)]);
    run.until(100);
    run.mouth.marked(1);
    assert!(!run.mouth.stop(run.at(400)).must_clear);
    assert!(!Run::new(&[("One two.", 10)]).mouth.stop(Instant::now()).must_clear, "nothing is sent");
}

/// 400 ms of silence, and a frame of sound.
fn late() -> Clip {
    let audio = [vec![0xff; 160 * 20], vec![0x10; 160]].concat();
    Clip { text: String::new(), audio: audio.into(), begun: None }
}

#[tokio::test(start_paused = true)]
async fn a_sentence_that_begins_with_silence_is_audible_later() {
    let mut mouth = Mouth::new(Line::Telephone, MouthSettings::default());
    let begin = Instant::now();
    mouth.begin(None);
    mouth.push_aside(late());
    while mouth.next(begin).is_some() {}
    assert_eq!((mouth.began(), mouth.audible()), (Some(begin), None));
    let later = begin + ms(120);
    while mouth.next(later).is_some() {}
    assert_eq!(mouth.audible(), Some(begin + ms(400)), "it is sent ahead");
}

#[tokio::test(start_paused = true)]
async fn the_caller_does_not_wait_for_silence_before_the_first_word_of_an_answer() {
    let mut mouth = Mouth::new(Line::Telephone, MouthSettings::default());
    let begin = Instant::now();
    mouth.begin(None);
    let silence = Clip { audio: vec![0xff; 1_600].into(), ..late() };
    assert!(mouth.is_audible(&late()) && !mouth.is_audible(&silence));
    mouth.push(silence);
    mouth.push(late());
    assert_eq!(mouth.queued(), ms(40), "25 ms, in whole frames");
    mouth.push(late());
    assert_eq!(mouth.queued(), ms(40 + 420), "pauses between sentences stay");
    while mouth.next(begin).is_some() {}
    assert_eq!(mouth.audible(), Some(begin + ms(5)));
}
