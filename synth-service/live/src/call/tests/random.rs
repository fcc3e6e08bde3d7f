//! Any order of events: every turn ends in sound or in a reason, nothing unheard or dropped is said or remembered, and
//! the call ends.

use std::{
    collections::{HashMap, HashSet},
    sync::atomic::{AtomicU8, Ordering},
    time::Duration,
};

use hearing::{Event, FRAME, HearingError, words::same_words};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::{
    answers::{FRAMES, Plan, Script, clip, spoken},
    caller::{Test, frames, talk},
    ears::{FAINT, LOUD},
};
use crate::{
    answer::{Progress, Question},
    line::News,
    report::{CallEnd, Outcome, TurnReport},
    settings::LiveSettings,
};

const SENTENCES: [&str; 3] = ["Yes of course.", "We open at nine.", "See you then."];
const TEXTS: [&str; 6] = ["yeah", "mhm", "wait please", "when do you open", "stop", "I have a question"];

/// Answers that end, fail, stop for ever, are slow or empty; their source is their number.
fn answers() -> impl Fn(&Question) -> Plan {
    let number = AtomicU8::new(0);
    move |question| {
        let source = number.fetch_add(1, Ordering::Relaxed);
        let first = |ms| (ms, Progress::Clip(clip(source, 0, SENTENCES[0])));
        match (question.text.len() + usize::from(source) * 7) % 9 {
            0 => Vec::new(),
            1 => vec![first(200), (0, Progress::Failed("gone".into()))],
            2 => vec![(0, Progress::Asked), (10, Progress::Ended)],
            3 => vec![(0, Progress::Asked), first(4_000)],
            _ => spoken(source, &SENTENCES),
        }
    }
}

/// One random thing that a caller does.
async fn act(test: &mut Test, random: &mut Pcg64Mcg) {
    let text = TEXTS[random.random_range(0..TEXTS.len())];
    let ms = random.random_range(1..40) * 50;
    match random.random_range(0..12) {
        0..=3 => test.silence(ms * 2).await,
        4 | 5 => {
            test.level = if ms % 200 == 0 { FAINT } else { LOUD };
            test.voice(ms).await;
        }
        6 | 7 => test.partial(text).await,
        8 | 9 => test.turn(text).await,
        10 => test.event(Event::Nothing {
            at: Duration::ZERO,
            voiced: Duration::from_millis(ms),
            had_words: ms < 500,
        }),
        _ if ms < 400 => {
            let reason = "gone".into();
            test.event(Event::Deaf(HearingError::Ended { recogniser: "scripted", reason }));
        }
        _ => test.key(if ms < 1_000 { '5' } else { '#' }).await,
    }
}

/// A call that is over.
struct Over {
    seed: u64,
    /// Time, source and number of each frame.
    sent: Vec<(u64, u8, u16)>,
    /// All answers that were begun, by their sources.
    questions: Vec<Question>,
    news: Vec<News>,
    end: CallEnd,
    reports: Vec<TurnReport>,
}

impl Over {
    /// The frames of a turn's answers: source and number.
    fn frames(&self, turn: usize) -> Vec<(u8, u16)> {
        let of_answers = self.sent.iter().filter(|(_, source, _)| *source < 200);
        let of_turn = of_answers.filter(|(_, source, _)| self.questions[usize::from(*source)].turn == turn);
        of_turn.map(|(_, source, number)| (*source, *number)).collect()
    }

    fn every_turn_ends_in_sound_or_in_a_reason(&self) {
        let Self { seed, end, reports, .. } = self;
        let turns: HashSet<usize> = reports.iter().map(|report| report.turn).collect();
        assert_eq!((turns.len(), reports.len()), (end.turns, end.turns), "seed {seed}: one report for each");
        for report in reports {
            let frames = self.frames(report.turn).len();
            match &report.outcome {
                Outcome::Answered => assert!(frames >= usize::from(FRAMES), "seed {seed}: {report:?}"),
                Outcome::Superseded | Outcome::Backchannel | Outcome::Faint => {
                    assert_eq!(frames, 0, "seed {seed}: {report:?}")
                }
                Outcome::Failed { heard, .. } => assert!(*heard, "seed {seed}: an apology is heard"),
                Outcome::Interrupted | Outcome::CallEnded => {}
            }
        }
    }

    /// Each turn is answered by one answer, to its final words, and no answer is heard behind a later one.
    fn no_dropped_answer_is_heard(&self) {
        let seed = self.seed;
        let said: Vec<u8> = self.sent.iter().map(|frame| frame.1).filter(|source| *source < 200).collect();
        assert!(said.is_sorted(), "seed {seed}: an old answer came back");
        let heard = self.news.iter().filter_map(|news| match news {
            News::Heard { turn, text } => Some((*turn, text)),
            _ => None,
        });
        let heard: HashMap<usize, &String> = heard.collect();
        for source in said {
            let question = &self.questions[usize::from(source)];
            let text = heard.get(&question.turn).expect("a turn that was heard");
            assert!(same_words(&question.text, text), "seed {seed}: {:?} for {text:?}", question.text);
        }
    }

    fn nothing_unheard_is_remembered(&self) {
        for (turn, (_, answer)) in self.end.talk.turns().zip(talk(&self.end)) {
            let number = turn.id.rsplit('-').next().and_then(|id| id.parse().ok()).expect("a number");
            let last = self.frames(number).into_iter().map(|(_, number)| u32::from(number) + 1).max();
            let duration = FRAME * u32::from(FRAMES);
            let said = SENTENCES.map(|text| chat::Spoken { text: text.into(), duration });
            let most = chat::heard(&said, FRAME * last.unwrap_or(0));
            assert!(most.starts_with(&answer), "seed {}: {answer:?} of {most:?}", self.seed);
        }
    }
}

async fn call(seed: u64) -> Over {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let settings = LiveSettings {
        speculation: random.random(),
        barge_in: random.random_range(0..4) > 0,
        streamed: random.random_range(0..4) > 0,
        ..LiveSettings::default()
    };
    let mut test = Test::new(Script::new(answers()), settings);
    for _ in 0..random.random_range(1..60) {
        act(&mut test, &mut random).await;
    }
    let (log, script) = (test.log(), test.script.clone());
    let news = test.news();
    let (end, reports) = test.hang_up().await;
    assert_eq!(script.running(), 0, "seed {seed}: no answer goes on");
    let questions = script.questions.lock().unwrap().clone();
    Over { seed, sent: frames(&log), questions, news, end, reports }
}

#[tokio::test(start_paused = true)]
async fn any_order_of_events_is_survived() {
    let mut outcomes = HashSet::new();
    for seed in 0..80 {
        let over = call(seed).await;
        over.every_turn_ends_in_sound_or_in_a_reason();
        over.no_dropped_answer_is_heard();
        over.nothing_unheard_is_remembered();
        outcomes.extend(over.reports.iter().map(|report| std::mem::discriminant(&report.outcome)));
    }
    assert_eq!(outcomes.len(), 7, "each way to end is among them");
}
