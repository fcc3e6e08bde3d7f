//! Three sentences of one answer, short, long and middle, in three ways: the whole answer and then speech; sentence by
//! sentence, one at a time; and while the answer is being written. In each the model writes them by the same times.

use std::time::Duration;

use anyhow::Result;
use tokio::time::{Instant, sleep_until};

use super::{
    figures::{head, median, ms, row},
    script::{self, WRITTEN_BY_MS},
    turn::{Line, audible, now_ms},
};

/// Rounds; in each one every way has its turn.
const ROUNDS: usize = 7;

/// The sentences in English. `{}` is a number, so that no two texts are alike.
pub(super) const ENGLISH: [&str; 3] = [
    "Hello, caller {}!",
    "The weather is so lovely today that a walk along the river to gate {} would do you good, don't you think?",
    "It will certainly put you in a good mood by {}!",
];

/// The sentences in Korean.
pub(super) const KOREAN: [&str; 3] =
    ["안녕하세요!", "오늘 날씨가 정말 좋은데 산책하러 나가시는 건 어떠세요?", "기분이 좋아질 거예요!"];

#[derive(Clone, Copy)]
enum Way {
    Whole,
    OneAtATime,
    WhileWritten,
}

const WAYS: [(Way, &str); 3] = [
    (Way::Whole, "the whole answer, then speech"),
    (Way::OneAtATime, "sentence by sentence, one at a time"),
    (Way::WhileWritten, "while it is being written"),
];

/// The times at which each clip could be heard, from the begin of the turn, in milliseconds.
type Heard = [f64; 3];

/// Measures and prints.
pub(super) async fn measure(line: &Line, voice: &str, title: &str, sentences: [&str; 3]) -> Result<()> {
    let mut heard: [Vec<Heard>; 3] = Default::default();
    for round in 0..=ROUNDS {
        for (number, (way, _)) in WAYS.into_iter().enumerate() {
            let id = 1000 + round * WAYS.len() + number;
            let sentences = sentences.map(|sentence| sentence.replace("{}", &id.to_string()));
            let sentences = [&*sentences[0], &*sentences[1], &*sentences[2]];
            let times = match way {
                Way::Whole => whole(line, voice, sentences).await?,
                Way::OneAtATime => one_at_a_time(line, voice, sentences).await?,
                Way::WhileWritten => while_written(line, voice, sentences, id).await?,
            };
            // The first round warms up.
            if round > 0 {
                heard[number].push(times);
            }
        }
    }
    println!("\n### Three sentences in three ways: {title}\n");
    head(&["way", "first sentence, ms", "second, ms", "all three, ms", "all, of one at a time"]);
    let middle = |way: usize, sentence: usize| {
        median(&heard[way].iter().map(|times| times[sentence]).collect::<Vec<_>>())
    };
    for (way, (_, name)) in WAYS.into_iter().enumerate() {
        let times = [0, 1, 2].map(|sentence| ms(middle(way, sentence)));
        let share = format!("{:.0} %", 100.0 * middle(way, 2) / middle(Way::OneAtATime as usize, 2));
        row(name, times.into_iter().chain([share]));
    }
    Ok(())
}

/// Waits for the moment at which the model has written a sentence.
async fn written(begun: Instant, sentence: usize) {
    sleep_until(begun + Duration::from_millis(WRITTEN_BY_MS[sentence])).await;
}

async fn whole(line: &Line, voice: &str, sentences: [&str; 3]) -> Result<Heard> {
    let (begun, begun_ms) = (Instant::now(), now_ms());
    written(begun, 2).await;
    let turn = line.speak(&sentences.join(" "), voice).await?;
    let (stream, first) = (turn.stream.clone(), turn.audible);
    Ok(rest(line, &stream, first).await?.map(|at| at - begun_ms))
}

async fn one_at_a_time(line: &Line, voice: &str, sentences: [&str; 3]) -> Result<Heard> {
    let (begun, begun_ms) = (Instant::now(), now_ms());
    let mut heard = [0.0; 3];
    for (number, sentence) in sentences.into_iter().enumerate() {
        written(begun, number).await;
        heard[number] = line.speak(sentence, voice).await?.audible - begun_ms;
    }
    Ok(heard)
}

async fn while_written(line: &Line, voice: &str, sentences: [&str; 3], id: usize) -> Result<Heard> {
    let begun_ms = now_ms();
    let contact = format!("ways-{voice}-{id}").parse()?;
    let turn = line.chat(contact, &script::write(sentences), voice).await?;
    let turn = turn.ok_or_else(|| anyhow::anyhow!("the host is full"))?;
    Ok(rest(line, &turn.stream, turn.audible).await?.map(|at| at - begun_ms))
}

/// The times at which the first clip, and the parts up to the last one, could be heard. A text whose sentences are cut
/// into more parts counts by its first two and its last.
async fn rest(line: &Line, stream: &contract::StreamId, first: f64) -> Result<Heard> {
    let mut heard = vec![first];
    loop {
        let part = heard.len();
        let sentinel = async {
            loop {
                if let Some(sentinel) = line.bucket.sentinel(stream).await? {
                    return Ok::<_, anyhow::Error>(sentinel.parts);
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        tokio::select! {
            file = line.part(stream, part) => heard.push(audible(&file?)?),
            parts = sentinel => {
                if parts? <= part {
                    let last = heard[part - 1];
                    return Ok([heard[0], heard.get(1).copied().unwrap_or(last), last]);
                }
                let file = line.part(stream, part).await?;
                heard.push(audible(&file)?);
            }
        }
    }
}
