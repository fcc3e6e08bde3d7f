//! Three sentences of one answer, short, long and middle, in three ways: the whole answer and then speech; sentence by
//! sentence, one at a time; and while the answer is being written. In each the model writes them by the same times.

use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::{Instant, sleep, sleep_until};

use super::{
    figures::{head, median, ms, row},
    script::{self, WRITTEN_BY_MS},
    turn::{Line, Turn, audible, now_ms},
};

/// Rounds; in each one every way has its turn.
const ROUNDS: usize = 7;

/// Tries of a way, and the pause after one for which the host had no room.
const TRIES: usize = 60;
const BACK_AFTER: Duration = Duration::from_secs(1);

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
            let times = heard_in(line, way, voice, sentences, id).await?;
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

/// Goes one way, again from its begin when the host was full.
async fn heard_in(line: &Line, way: Way, voice: &str, sentences: [&str; 3], id: usize) -> Result<Heard> {
    for _ in 0..TRIES {
        let heard = match way {
            Way::Whole => whole(line, voice, sentences).await?,
            Way::OneAtATime => one_at_a_time(line, voice, sentences).await?,
            Way::WhileWritten => while_written(line, voice, sentences, id).await?,
        };
        match heard {
            Some(heard) => return Ok(heard),
            None => sleep(BACK_AFTER).await,
        }
    }
    bail!("the host is full all the time: is the machine busy?")
}

/// Waits for the moment at which the model has written a sentence.
async fn written(begun: Instant, sentence: usize) {
    sleep_until(begun + Duration::from_millis(WRITTEN_BY_MS[sentence])).await;
}

async fn whole(line: &Line, voice: &str, sentences: [&str; 3]) -> Result<Option<Heard>> {
    let (begun, begun_ms) = (Instant::now(), now_ms());
    written(begun, 2).await;
    let Some(turn) = line.speak(&sentences.join(" "), voice).await? else { return Ok(None) };
    Ok(Some(rest(line, &turn).await?.map(|at| at - begun_ms)))
}

async fn one_at_a_time(line: &Line, voice: &str, sentences: [&str; 3]) -> Result<Option<Heard>> {
    let (begun, begun_ms) = (Instant::now(), now_ms());
    let mut heard = [0.0; 3];
    for (number, sentence) in sentences.into_iter().enumerate() {
        written(begun, number).await;
        let Some(turn) = line.speak(sentence, voice).await? else { return Ok(None) };
        // A sentence that is cut into several parts is over with the last one.
        let [first, _, last] = rest(line, &turn).await?;
        heard[number] = if number == 0 { first } else { last } - begun_ms;
    }
    Ok(Some(heard))
}

async fn while_written(line: &Line, voice: &str, sentences: [&str; 3], id: usize) -> Result<Option<Heard>> {
    let begun_ms = now_ms();
    let contact = format!("ways-{voice}-{id}").parse()?;
    let turn = line.chat(contact, &script::write(sentences), voice).await?;
    let Some(turn) = turn else { return Ok(None) };
    Ok(Some(rest(line, &turn).await?.map(|at| at - begun_ms)))
}

/// The times at which the first clip, the second and the last one could be heard.
async fn rest(line: &Line, turn: &Turn) -> Result<Heard> {
    let mut heard = vec![turn.audible];
    while let Some(part) = line.part_or_end(&turn.stream, heard.len()).await? {
        heard.push(audible(&part)?);
    }
    let last = heard[heard.len() - 1];
    Ok([heard[0], heard.get(1).copied().unwrap_or(last), last])
}
