//! From the invocation of `chat_and_stream` to the first audible sample, taken apart, and beside the floor: an invocation
//! that does nothing, and a write of the same bytes.

use anyhow::Result;
use contract::timeline::{Moment, Stage};

use super::{
    figures::{head, median, percentile, row},
    script,
    turn::{Line, Recorded, now_ms},
};
use crate::load::script::Script;

/// Turns that are measured, after one that is not.
const TURNS: usize = 30;

/// The stages of the service's record, in order.
const STAGES: [(Stage, &str); 6] = [
    (Stage::Request, "request: memory of the talk, admission"),
    (Stage::Model, "model: its first token"),
    (Stage::Sentence, "first sentence: certain"),
    (Stage::Queue, "queue: a worker begins"),
    (Stage::Speech, "speech: the clip is made"),
    (Stage::Store, "store: the bucket has it"),
];

/// Measures and prints.
pub(super) async fn measure(line: &Line, voice: &str) -> Result<()> {
    let (mut turns, mut floors) = (Vec::new(), Vec::new());
    for turn in 0..=TURNS {
        let contact = format!("first-{voice}-{turn}").parse()?;
        let answer = Script::new(1, turn, TURNS + 1).text();
        let heard = line.recorded(line.invoke(&contact, &script::say(&answer), voice).await?).await?;
        let floor = floor(line, &heard).await?;
        if turn > 0 {
            turns.push(heard);
            floors.push(floor);
        }
    }
    print(voice, &turns, &floors)
}

async fn floor(line: &Line, heard: &Recorded) -> Result<f64> {
    let clip = heard.turn.clip.clone();
    let begun = now_ms();
    line.invoke_empty(&"floor".parse()?).await?;
    line.bucket.put(&format!("floor/{}", heard.turn.stream), clip).await?;
    Ok(now_ms() - begun)
}

fn print(voice: &str, turns: &[Recorded], floors: &[f64]) -> Result<()> {
    println!("\n### The first audible sample: {voice}\n");
    head(&["stage", "p50, ms", "p95, ms"]);
    let show = |name: &str, values: &[f64]| {
        row(name, [0.5, 0.95].map(|share| format!("{:.1}", percentile(values, share))));
    };
    let of = |value: &dyn Fn(&Recorded) -> f64| turns.iter().map(value).collect::<Vec<_>>();
    show("function: the service has the request", &of(&|one| one.timeline.began_at_ms - one.turn.begun));
    for (stage, name) in STAGES {
        show(name, &of(&|one| one.timeline.stage_ms(stage).unwrap_or_default()));
    }
    let stored = |one: &Recorded| {
        one.timeline.began_at_ms + one.timeline.at_number(Moment::PartStored, 0).unwrap_or_default()
    };
    show("reply: the function has replied", &of(&|one| one.turn.replied - stored(one)));
    show("fetching the clip, its first audible sample", &of(&|one| one.turn.audible - one.turn.replied));
    show("**invoked to first audible sample**", &of(&|one| one.turn.audible - one.turn.begun));
    let logged = |one: &Recorded| one.timeline.at(Moment::FirstClipHandedOut).unwrap_or_default();
    show(
        "function's reply, less the log's `first_clip_ms`",
        &of(&|one| one.turn.replied - one.turn.begun - logged(one)),
    );
    let certain: Vec<f64> = turns.iter().map(Recorded::certain).collect::<Result<_>>()?;
    let since_certain = |until: &dyn Fn(&Recorded) -> f64| -> Vec<f64> {
        turns.iter().zip(&certain).map(|(one, certain)| until(one) - certain).collect()
    };
    let handed_out = since_certain(&|one| one.turn.replied);
    show("first sentence certain to the clip handed out", &handed_out);
    show("first sentence certain to the first audible sample", &since_certain(&|one| one.turn.audible));
    show("floor: an empty invocation and a write of the same bytes", floors);
    let speech = of(&|one| one.timeline.stage_ms(Stage::Speech).unwrap_or_default());
    let besides: Vec<f64> = handed_out.iter().zip(&speech).map(|(all, speech)| all - speech).collect();
    let ratio = |values: &[f64]| median(values) / median(floors);
    println!(
        "\nR, first sentence certain to the clip handed out by the floor: {:.1}; without the speech itself {:.1}.",
        ratio(&handed_out),
        ratio(&besides)
    );
    Ok(())
}
