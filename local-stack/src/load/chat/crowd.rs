//! Many conversations at once: the time from the first certain sentence to the first audible sample, lost sentences, and
//! the memory of the service.

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep, sleep_until},
};

use super::{
    figures::{head, percentile, row},
    script,
    turn::Line,
};
use crate::load::{machine, script::Script};

/// A refused caller comes back after this time, as it is told.
const BACK_AFTER: Duration = Duration::from_secs(1);

/// Refusals after which a turn is given up.
const MOST_REFUSALS: usize = 60;

/// Sentences of the longest answers, as the default instructions ask of a model.
const LONGEST: usize = 3;

/// Time in which a caller speaks.
const SPEAKS: Duration = Duration::from_secs(3);

/// A number of conversations.
#[derive(Clone, Copy)]
pub(super) struct Crowd {
    pub(super) conversations: usize,
    /// Turns of each.
    pub(super) turns: usize,
    /// The first turns begin evenly over this time.
    pub(super) arrive_within: Duration,
}

#[derive(Default)]
struct Sums {
    /// From the first certain sentence to the first audible sample.
    after_certain: Vec<f64>,
    sentences: usize,
    refusals: usize,
    given_up: usize,
    /// The answers that differ from the model's, one line each.
    lost: Vec<String>,
}

/// Measures and prints.
///
/// # Errors
/// When a sentence was lost, or the service can't be asked.
pub(super) async fn measure(line: Arc<Line>, voice: &str, crowd: Crowd, processes: &[u32]) -> Result<()> {
    let before = machine::taken_by_all(processes);
    let begun = Instant::now();
    let mut callers = JoinSet::new();
    for caller in 0..crowd.conversations {
        let arrives = begun + crowd.arrive_within.mul_f64(caller as f64 / crowd.conversations as f64);
        callers.spawn(converse(line.clone(), voice.to_owned(), crowd, caller, arrives));
    }
    let mut sums = Sums::default();
    let mut halfway = None;
    while let Some(caller) = callers.join_next().await {
        let caller = caller??;
        sums.after_certain.extend(caller.after_certain);
        sums.sentences += caller.sentences;
        sums.refusals += caller.refusals;
        sums.given_up += caller.given_up;
        sums.lost.extend(caller.lost);
        if callers.len() <= crowd.conversations / 2 {
            halfway = halfway.or_else(|| machine::taken_by_all(processes));
        }
    }
    let after = machine::taken_by_all(processes);
    println!("\n### {} conversations at once: {voice}\n", crowd.conversations);
    head(&["figure", "value"]);
    let at = |share| format!("{:.0} ms", percentile(&sums.after_certain, share));
    let spread = format!("p50 {}, p95 {}, max {}", at(0.5), at(0.95), at(1.0));
    row("first sentence certain to the first audible sample", [spread]);
    row("turns", [sums.after_certain.len().to_string()]);
    row("sentences", [sums.sentences.to_string()]);
    row("answers with a lost sentence", [sums.lost.len().to_string()]);
    row("refused, and asked again a second later", [sums.refusals.to_string()]);
    row("turns given up after a minute of refusals", [sums.given_up.to_string()]);
    let memory = [before, halfway, after]
        .map(|taken| taken.map_or("unknown".into(), |taken| format!("{:.0}", taken.resident_mib)));
    row("memory of the service before, when half had ended, after, MiB", [memory.join(", ")]);
    row("lasted", [format!("{:.0} s", begun.elapsed().as_secs_f64())]);
    anyhow::ensure!(
        !sums.after_certain.is_empty(),
        "no turn was answered: the host refused them for a minute"
    );
    match sums.lost.first() {
        Some(first) => anyhow::bail!("{} answers lost a sentence, such as {first}", sums.lost.len()),
        None => Ok(()),
    }
}

async fn converse(
    line: Arc<Line>,
    voice: String,
    crowd: Crowd,
    caller: usize,
    arrives: Instant,
) -> Result<Sums> {
    let mut sums = Sums::default();
    let mut texts = Script::new(2, caller, crowd.conversations);
    sleep_until(arrives).await;
    for turn in 0..crowd.turns {
        let contact: contract::ContactId = format!("crowd-{}-{caller}", crowd.conversations).parse()?;
        let sentences: Vec<_> = (0..=turn % LONGEST).map(|_| texts.sentence()).collect();
        let answer = sentences.join(" ");
        let said = script::say(&answer);
        let mut heard = line.chat(contact.clone(), &said, &voice).await?;
        for _ in 0..MOST_REFUSALS {
            if heard.is_some() {
                break;
            }
            sums.refusals += 1;
            sleep(BACK_AFTER).await;
            heard = line.chat(contact.clone(), &said, &voice).await?;
        }
        let Some(heard) = heard else {
            sums.given_up += 1;
            continue;
        };
        let begins = Instant::now();
        let recorded = line.recorded(heard).await?;
        sums.after_certain.push(recorded.turn.audible - recorded.certain()?);
        let stream = &recorded.turn.stream;
        let spoken = line.bucket.sentences(stream).await?;
        sums.sentences += spoken.len();
        let status = &recorded.status;
        let is_whole = letters(&spoken.concat()) == letters(&answer);
        if !is_whole || status.skipped > 0 || status.parts != spoken.len() {
            sums.lost.push(format!("stream {stream}: {} parts of {answer:?}", status.parts));
        }
        // The caller listens to the end, and speaks.
        let audio: f64 = recorded.timeline.parts.iter().map(|part| part.audio_ms).sum();
        if turn + 1 < crowd.turns {
            sleep_until(begins + Duration::from_secs_f64(audio / 1e3) + SPEAKS).await;
        }
    }
    Ok(sums)
}

/// Letters and digits, which survive every change of spaces and marks.
fn letters(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).collect()
}
