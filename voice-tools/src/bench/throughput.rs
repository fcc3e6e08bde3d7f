//! Measures a GPU host: the audio that it makes per second, and the time to first audio at half of that rate.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Result;
use tokio::task::JoinSet;

use super::{Bench, callers, machine, ours::Ours, texts::answer};

/// Number of streams, each of which requests its next sentence as soon as it has one: enough to fill every batch.
const STREAMS: usize = 256;

/// Numbers of workers to try: while one waits for the device, the others make phonemes and clips.
const WORKERS: [usize; 4] = [1, 2, 4, 8];

pub(super) fn run(bench: &Bench<'_>) -> Result<()> {
    let duration = Duration::from_secs(bench.arguments.seconds);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_time().build()?;
    println!("## Throughput on {} with {} cores\n", bench.runtime.device(), machine::cores());
    for voice in &bench.voices {
        println!("### {voice}\n\n| workers | start, s | seconds of audio per second | failed |");
        println!("| --- | --- | --- | --- |");
        let mut best = (0.0, 1);
        for workers in WORKERS {
            let begun = Instant::now();
            let ours = Arc::new(Ours::start(bench, voice, workers)?);
            let started = begun.elapsed().as_secs_f64();
            let (rate, failed) = runtime.block_on(flat_out(&ours, duration));
            println!("| {workers} | {started:.1} | {rate:.0} | {failed} |");
            if rate > best.0 {
                best = (rate, workers);
            }
        }
        half_load(bench, voice, best, duration, &runtime)?;
    }
    Ok(())
}

/// Runs as many callers as need half of the best throughput.
fn half_load(
    bench: &Bench<'_>,
    voice: &str,
    (rate, workers): (f64, usize),
    duration: Duration,
    runtime: &tokio::runtime::Runtime,
) -> Result<()> {
    let callers = (rate / 2.0) as usize;
    println!("\nHalf of that, {workers} workers:\n");
    println!("{}", callers::HEADER);
    let ours = Arc::new(Ours::start(bench, voice, workers)?);
    runtime.block_on(callers::step(&ours, callers.max(1), duration)).print(callers.max(1), duration);
    println!();
    Ok(())
}

/// Runs the streams without playback pauses. Returns the seconds of audio per second, and the number of failed streams,
/// which print their errors.
async fn flat_out(ours: &Arc<Ours>, duration: Duration) -> (f64, usize) {
    let begun = Instant::now();
    let until = begun + duration;
    let made = Arc::new(AtomicUsize::new(0));
    let mut failed = 0;
    let mut tasks = JoinSet::new();
    for stream in 0..STREAMS {
        let (ours, made) = (ours.clone(), made.clone());
        tasks.spawn(async move {
            // The answers of this stream, which no other stream has.
            let mut sentences = (0..).flat_map(|turn| ours.sentences(&answer(stream + turn * STREAMS)));
            while let Some(sentence) = sentences.next().filter(|_| Instant::now() < until) {
                let duration = ours.part(sentence, Instant::now(), Duration::ZERO).await?;
                made.fetch_add(duration.as_millis() as usize, Ordering::Relaxed);
            }
            anyhow::Ok(())
        });
    }
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended.map_err(anyhow::Error::from).flatten() {
            eprintln!("bench: a stream failed: {error:#}");
            failed += 1;
        }
    }
    (made.load(Ordering::Relaxed) as f64 / 1000.0 / begun.elapsed().as_secs_f64(), failed)
}
