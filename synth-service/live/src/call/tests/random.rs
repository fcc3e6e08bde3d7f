//! Any order of events: every turn ends in sound or in a reason, nothing unheard is remembered, and the call ends.

use std::{collections::HashSet, time::Duration};

use hearing::{Event, HearingError};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::{
    answers::{FRAMES, Plan, Script, clip, spoken},
    caller::{Test, talk},
};
use crate::{
    answer::{Progress, Question},
    report::{CallEnd, Outcome, TurnReport},
    settings::LiveSettings,
};

const SENTENCES: [&str; 3] = ["Yes of course.", "We open at nine.", "See you then."];
const TEXTS: [&str; 6] = ["yeah", "mhm", "wait please", "when do you open", "stop", "I have a question"];

/// Answers that end, fail, stop for ever, are slow or empty.
fn plan(question: &Question) -> Plan {
    let source = question.turn as u8;
    match question.text.len() + question.turn * 7 % 11 {
        0..=3 => Vec::new(),
        4 | 9 => {
            vec![(200, Progress::Clip(clip(source, 0, SENTENCES[0]))), (0, Progress::Failed("x".into()))]
        }
        5 | 11 => vec![(0, Progress::Asked), (10, Progress::Ended)],
        6 | 13 => vec![(0, Progress::Asked), (4_000, Progress::Clip(clip(source, 0, SENTENCES[0])))],
        _ => spoken(source, &SENTENCES),
    }
}

/// One random thing that a caller does.
async fn act(test: &mut Test, random: &mut Pcg64Mcg) {
    let text = TEXTS[random.random_range(0..TEXTS.len())];
    let ms = random.random_range(1..40) * 50;
    match random.random_range(0..10) {
        0 | 1 => test.silence(ms).await,
        2 | 3 => test.voice(ms).await,
        4 | 5 => test.partial(text).await,
        6 | 7 => test.turn(text).await,
        8 => test.event(Event::Nothing { at: Duration::ZERO }),
        _ if ms < 400 => {
            let reason = "gone".into();
            test.event(Event::Deaf(HearingError::Ended { recogniser: "scripted", reason }));
        }
        _ => test.key(if ms < 1_000 { '5' } else { '#' }).await,
    }
}

/// What must hold whatever happened.
fn check(seed: u64, sent: &[(u64, u8, u16)], (end, reports): &(CallEnd, Vec<TurnReport>)) {
    let turns: HashSet<usize> = reports.iter().map(|report| report.turn).collect();
    assert_eq!((turns.len(), reports.len()), (end.turns, end.turns), "seed {seed}: one report for each turn");
    for report in reports {
        let frames = sent.iter().filter(|(_, source, _)| usize::from(*source) == report.turn).count();
        match &report.outcome {
            Outcome::Answered => assert!(frames >= usize::from(FRAMES), "seed {seed}: {report:?}"),
            Outcome::Superseded => assert_eq!(frames, 0, "seed {seed}: {report:?}"),
            Outcome::Failed { reason, heard } => assert!(*heard || !reason.is_empty(), "seed {seed}"),
            Outcome::Interrupted | Outcome::Backchannel | Outcome::CallEnded => {}
        }
    }
    for (turn, (_, answer)) in end.talk.turns().zip(talk(end)) {
        let number: u8 = turn.id.rsplit('-').next().and_then(|id| id.parse().ok()).expect("a number");
        let frames = sent.iter().filter(|(_, source, _)| *source == number);
        let last = frames.map(|(_, _, frame)| frame + 1).max().unwrap_or(0);
        let said = SENTENCES.map(|sentence| chat::Spoken {
            text: sentence.into(),
            duration: Duration::from_millis(u64::from(FRAMES) * 20),
        });
        let most = chat::heard(&said, Duration::from_millis(u64::from(last) * 20));
        assert!(most.starts_with(&answer), "seed {seed}: {answer:?} of {most:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn any_order_of_events_is_survived() {
    for seed in 0..150 {
        let mut random = Pcg64Mcg::seed_from_u64(seed);
        let settings = LiveSettings {
            speculation: random.random(),
            barge_in: random.random_range(0..4) > 0,
            streamed: random.random_range(0..4) > 0,
            ..LiveSettings::default()
        };
        let mut test = Test::new(Script::new(plan), settings);
        for _ in 0..random.random_range(1..60) {
            act(&mut test, &mut random).await;
        }
        let (log, script) = (test.log(), test.script.clone());
        let ended = test.hang_up().await;
        check(seed, &super::caller::frames(&log), &ended);
        assert_eq!(script.running(), 0, "seed {seed}: no answer goes on");
    }
}
