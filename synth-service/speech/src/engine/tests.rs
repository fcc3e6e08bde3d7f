use std::sync::mpsc;

use text::Span;

use super::*;
use crate::{Interrupt, Line, Utterance, Words};

/// Speaks a tone as long as the sentence, waits at the gate before sentences that begin with "gate",
/// and fails or panics on demand.
struct Tone {
    gate: Arc<std::sync::Mutex<mpsc::Receiver<()>>>,
    spoken: mpsc::Sender<String>,
    batch_limit: usize,
}

impl Voice for Tone {
    fn batch_limit(&self) -> usize {
        self.batch_limit
    }

    fn speak(&mut self, lines: &[&Line], _: &Interrupt) -> Vec<Result<Utterance, SpeechError>> {
        let sentences: Vec<_> = lines.iter().map(|line| words(line)).collect();
        let _ = self.spoken.send(sentences.join(" | "));
        if sentences.iter().any(|sentence| sentence.starts_with("gate")) {
            let _ = self.gate.lock().expect("not poisoned").recv();
        }
        assert!(!sentences.contains(&"panic"), "on demand");
        let in_company = sentences.len() > 1;
        let speak = |sentence: &&str| match *sentence {
            "shy" if in_company => Err(SpeechError::Synthesis("too many".into())),
            sentence => tone(sentence),
        };
        sentences.iter().map(speak).collect()
    }
}

fn words(line: &Line) -> &str {
    match &line.words[0] {
        Words::Written(text) | Words::Ipa(text) => text,
    }
}

fn tone(sentence: &str) -> Result<Utterance, SpeechError> {
    if sentence == "fail" {
        return Err(SpeechError::Unpronounceable);
    }
    let level = match sentence {
        "broken" => f32::NAN,
        "silent" => 0.0,
        _ => 1.0,
    };
    let waveform = (0..sentence.len() * 1000).map(|index| level * (index as f32 * 0.2).sin()).collect();
    Ok(Utterance { waveform, sample_rate: 16_000, ..Utterance::default() })
}

struct Setup {
    engine: Engine,
    open_gate: mpsc::Sender<()>,
    spoken: mpsc::Receiver<String>,
}

impl Setup {
    /// Occupies the one worker until the gate opens.
    fn busy(&self) -> Ticket {
        let busy = self.engine.submit(job("gate", Instant::now())).expect("there is room");
        assert_eq!(self.spoken.recv().as_deref(), Ok("gate"));
        busy
    }
}

/// Whether each sentence was spoken.
async fn successes(answers: impl IntoIterator<Item = Ticket>) -> Vec<bool> {
    let mut successes = Vec::new();
    for answer in answers {
        successes.push(answer.await.expect("answered").is_ok());
    }
    successes
}

fn setup(queue_capacity: usize) -> Setup {
    setup_batching(queue_capacity, 1)
}

fn setup_batching(queue_capacity: usize, batch_limit: usize) -> Setup {
    let (open_gate, gate) = mpsc::channel();
    let (sender, spoken) = mpsc::channel();
    let gate = Arc::new(std::sync::Mutex::new(gate));
    let load = |_| -> Result<Box<dyn Voice>, SpeechError> {
        Ok(Box::new(Tone { gate: gate.clone(), spoken: sender.clone(), batch_limit }))
    };
    let engine =
        Engine::start(EngineConfig::new(Device::Cpu, 1, queue_capacity), "en-US", load).expect("starts");
    assert!(spoken.recv().is_ok_and(|text| text.contains("dollars")), "it warms up with money");
    Setup { engine, open_gate, spoken }
}

fn job(sentence: &str, deadline: Instant) -> Job {
    Job::new(Sentence::plain(sentence), deadline)
}

#[tokio::test]
async fn a_failing_sentence_and_a_panicking_voice_fail_alone() {
    let setup = setup(8);
    let now = Instant::now();
    let answers: Vec<_> = ["fail", "panic", "fine"]
        .map(|sentence| setup.engine.submit(job(sentence, now)).expect("there is room"))
        .into_iter()
        .collect();
    let mut results = Vec::new();
    for answer in answers {
        results.push(answer.await.expect("answered").map(|clip| clip.audio.len()));
    }
    assert_eq!(results[0], Err(SpeechError::Unpronounceable));
    assert_eq!(results[1], Err(SpeechError::Synthesis("the voice panicked".into())));
    assert!(results[2].is_ok());
}

#[tokio::test]
async fn urgent_sentences_overtake_and_withdrawn_ones_cost_nothing() {
    let setup = setup(8);
    let now = Instant::now();
    let busy = setup.busy();
    let later = setup.engine.submit(job("later", now + Duration::from_secs(60))).expect("there is room");
    drop(setup.engine.submit(job("withdrawn", now)).expect("there is room"));
    let urgent = setup.engine.submit(job("urgent", now)).expect("there is room");
    setup.open_gate.send(()).expect("the voice waits");
    for answer in [busy, later, urgent] {
        assert!(answer.await.expect("answered").is_ok());
    }
    drop(setup.engine);
    assert_eq!(setup.spoken.try_iter().collect::<Vec<_>>(), ["urgent", "later"]);
}

#[tokio::test]
async fn a_full_queue_is_overloaded_and_a_stopped_engine_answers_those_who_wait() {
    let setup = setup(1);
    let now = Instant::now();
    let busy = setup.busy();
    let waiting = setup.engine.submit(job("waits", now)).expect("there is room");
    assert_eq!(setup.engine.submit(job("too many", now)).err(), Some(SpeechError::Overloaded));
    setup.engine.queue.close();
    setup.open_gate.send(()).expect("the voice waits");
    assert!(waiting.await.is_err(), "dropped with the queue");
    assert!(busy.await.expect("answered").is_ok(), "the current sentence is finished");
}

#[tokio::test]
async fn what_waits_is_spoken_in_one_run_and_each_fails_alone() {
    let setup = setup_batching(8, 4);
    let now = Instant::now();
    let busy = setup.busy();
    let sentences = ["first", "fail", "broken", "last", "one more"];
    let answers = sentences.map(|sentence| setup.engine.submit(job(sentence, now)).expect("there is room"));
    setup.open_gate.send(()).expect("the voice waits");
    let results = successes(answers).await;
    assert_eq!(results, [true, false, false, true, true]);
    assert!(busy.await.expect("answered").is_ok());
    drop(setup.engine);
    assert_eq!(setup.spoken.try_iter().collect::<Vec<_>>(), ["first | fail | broken | last", "one more"]);
}

#[tokio::test]
async fn one_that_brings_a_whole_batch_down_is_alone_in_failing() {
    let setup = setup_batching(8, 4);
    let now = Instant::now();
    let busy = setup.busy();
    let answers =
        ["fine", "panic", "good"].map(|text| setup.engine.submit(job(text, now)).expect("there is room"));
    setup.open_gate.send(()).expect("the voice waits");
    let results = successes(answers).await;
    assert_eq!(results, [true, false, true]);
    assert!(busy.await.expect("answered").is_ok());
}

#[tokio::test]
async fn one_that_fails_in_company_only_is_spoken_alone() {
    let setup = setup_batching(8, 4);
    let now = Instant::now();
    let _busy = setup.busy();
    let answers =
        ["fine", "shy", "good"].map(|text| setup.engine.submit(job(text, now)).expect("there is room"));
    setup.open_gate.send(()).expect("the voice waits");
    for answer in answers {
        assert!(answer.await.expect("answered").is_ok());
    }
    drop(setup.engine);
    assert_eq!(setup.spoken.try_iter().collect::<Vec<_>>(), ["fine | shy | good", "shy"]);
}

#[tokio::test]
async fn a_line_without_a_sound_leaves_its_pause_and_the_others_are_heard() {
    let setup = setup_batching(8, 4);
    let speak = async |lines: &[&str]| {
        let spans = lines.iter().map(|line| Span { pause_ms: 500, ..Span::plain(*line) }).collect();
        let job = Job::new(Sentence { spans }, Instant::now());
        setup.engine.submit(job).expect("there is room").await.expect("answered").map(|clip| clip.duration)
    };
    let whole = speak(&["well", "there"]).await.expect("is spoken");
    for mute in ["fail", "silent"] {
        let longer = speak(&["well", mute, "there"]).await.expect("is spoken") - whole;
        assert!(longer.as_millis().abs_diff(500) < 5, "{mute}: {longer:?} longer");
    }
    assert_eq!(speak(&["fail", "fail"]).await, Err(SpeechError::Unpronounceable));
    assert!(matches!(speak(&["silent", "fail"]).await, Err(SpeechError::Synthesis(_))));
}

#[tokio::test]
async fn a_voice_of_another_script_starts_though_it_cannot_say_the_warm_up() {
    struct Mute;
    impl Voice for Mute {
        fn speak(&mut self, lines: &[&Line], _: &Interrupt) -> Vec<Result<Utterance, SpeechError>> {
            vec![Err(SpeechError::Unpronounceable); lines.len()]
        }
    }
    let config = EngineConfig::new(Device::Cpu, 1, 1);
    assert!(Engine::start(config, "ka-GE", |_| Ok(Box::new(Mute))).is_ok());
}

#[tokio::test]
async fn a_sentence_alone_gets_all_cores_and_one_in_company_gets_one() {
    /// Reports how many cores it may use, and waits at the gate.
    struct Cores(usize, mpsc::Sender<usize>, Arc<std::sync::Mutex<mpsc::Receiver<()>>>);
    impl Voice for Cores {
        fn speak(&mut self, lines: &[&Line], _: &Interrupt) -> Vec<Result<Utterance, SpeechError>> {
            if !words(lines[0]).contains("dollars") {
                let _ = self.1.send(self.0);
                let _ = self.2.lock().expect("not poisoned").recv();
            }
            vec![Err(SpeechError::Unpronounceable); lines.len()]
        }
    }
    let (open_gate, gate) = mpsc::channel();
    let (sender, cores) = mpsc::channel();
    let gate = Arc::new(std::sync::Mutex::new(gate));
    let load = |threads| -> Result<Box<dyn Voice>, SpeechError> {
        Ok(Box::new(Cores(threads, sender.clone(), gate.clone())))
    };
    let config = EngineConfig { express_cores: 4, ..EngineConfig::new(Device::Cpu, 2, 8) };
    let engine = Engine::start(config, "en-US", load).expect("starts");
    for _ in 0..2 {
        let submit = |text| {
            let job = Job { opening: false, ..job(text, Instant::now()) };
            engine.submit(job).expect("there is room")
        };
        let one = submit("first");
        assert_eq!(cores.recv(), Ok(4), "nothing runs beside the first");
        let two = submit("second");
        assert_eq!(cores.recv(), Ok(1), "the first is still at it");
        for _ in 0..2 {
            open_gate.send(()).expect("a worker waits at the gate");
        }
        assert_eq!(one.await.expect("answered").err(), Some(SpeechError::Unpronounceable));
        assert_eq!(two.await.expect("answered").err(), Some(SpeechError::Unpronounceable));
    }
}

#[tokio::test]
async fn a_first_sentence_interrupts_one_that_has_all_cores_and_both_are_spoken() {
    /// Reports its text and its number of cores. With all cores, "endless" ends only when it is interrupted, and any
    /// other text when the gate opens.
    struct Endless(usize, mpsc::Sender<(String, usize)>, Arc<std::sync::Mutex<mpsc::Receiver<()>>>);
    impl Voice for Endless {
        fn speak(&mut self, lines: &[&Line], interrupt: &Interrupt) -> Vec<Result<Utterance, SpeechError>> {
            let text = words(lines[0]);
            if text.contains("dollars") {
                return vec![tone(text)];
            }
            let _ = self.1.send((text.to_owned(), self.0));
            match (text, self.0) {
                ("endless", 4) => {
                    while !interrupt.is_raised() {
                        std::thread::yield_now();
                    }
                    vec![Err(SpeechError::Withdrawn)]
                }
                (_, 4) => {
                    let _ = self.2.lock().expect("not poisoned").recv();
                    vec![tone(text)]
                }
                _ => vec![tone(text)],
            }
        }
    }
    let (open_gate, gate) = mpsc::channel();
    let (sender, spoken) = mpsc::channel();
    let gate = Arc::new(std::sync::Mutex::new(gate));
    let load = |cores| -> Result<Box<dyn Voice>, SpeechError> {
        Ok(Box::new(Endless(cores, sender.clone(), gate.clone())))
    };
    let config = EngineConfig { express_cores: 4, ..EngineConfig::new(Device::Cpu, 1, 8) };
    let engine = Engine::start(config, "en-US", load).expect("starts");
    let endless = Job { opening: false, ..job("endless", Instant::now()) };
    let endless = engine.submit(endless).expect("there is room");
    assert_eq!(spoken.recv(), Ok(("endless".into(), 4)));
    let first = engine.submit(job("first", Instant::now())).expect("there is room");
    let mut beside = [(); 2].map(|()| spoken.recv().expect("the workers speak"));
    beside.sort();
    assert_eq!(beside, [("endless".into(), 1), ("first".into(), 4)]);
    open_gate.send(()).expect("the voice waits");
    assert!(first.await.expect("answered").is_ok());
    assert!(endless.await.expect("answered").is_ok());
}
