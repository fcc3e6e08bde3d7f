mod edges;
mod faults;
mod late;
mod noises;
mod pauses;
mod random;
mod turns;

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use tokio::time;

use super::*;
use crate::{Engine, HearingError, Line, Session, TurnEnd, Utterance, session, sounds};

/// The work of a recogniser on one of its sessions, by the number of the session.
type Work = dyn Fn(usize, Engine) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync;

/// A recogniser that does as a test says, and writes down the inputs it was told, in all sessions.
struct Scripted {
    work: Box<Work>,
    opened: AtomicUsize,
    told: Mutex<Vec<(usize, Input)>>,
}

impl Scripted {
    fn new<F>(work: impl Fn(usize, Engine) -> F + Send + Sync + 'static) -> Arc<Self>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let work = move |number, engine| -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
            Box::pin(work(number, engine))
        };
        Arc::new(Self { work: Box::new(work), opened: AtomicUsize::new(0), told: Mutex::default() })
    }

    /// Answers each `Finalise` with the next of these texts, after a while.
    fn saying(texts: &[&str], after_ms: u64) -> Arc<Self> {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        Self::new(move |_, mut engine| {
            let mut texts = texts.clone().into_iter();
            async move {
                while let Some(input) = engine.input.recv().await {
                    if input == Input::Finalise {
                        time::sleep(Duration::from_millis(after_ms)).await;
                        let text = texts.next().unwrap_or_default();
                        if engine.heard.send(Ok(Heard::Final { text, asked: true })).await.is_err() {
                            return;
                        }
                    }
                }
            }
        })
    }

    /// Numbers of the frames that a session was told.
    fn frames(&self, session: usize) -> Vec<u64> {
        let told = self.told.lock().unwrap();
        let of = told.iter().filter(|(number, _)| *number == session);
        of.filter_map(|(_, input)| if let Input::Audio(frame) = input { Some(frame.number) } else { None })
            .collect()
    }

    fn count(&self, wanted: &Input) -> usize {
        self.told.lock().unwrap().iter().filter(|(_, input)| input == wanted).count()
    }

    fn opened(&self) -> usize {
        self.opened.load(Ordering::Relaxed)
    }
}

/// The same recogniser for sessions that outlive the call to `open`.
struct Shared(Arc<Scripted>);

#[async_trait]
impl Recogniser for Shared {
    fn name(&self) -> &'static str {
        "scripted"
    }

    async fn open(&self, _: Format) -> Result<Session, HearingError> {
        let scripted = Arc::clone(&self.0);
        let number = scripted.opened.fetch_add(1, Ordering::Relaxed);
        Ok(session("scripted", move |engine| async move {
            let (inputs, input) = tokio::sync::mpsc::channel(1);
            let work =
                (scripted.work)(number, Engine { input, heard: engine.heard, recogniser: engine.recogniser });
            let mut waiting = engine.input;
            let note = async {
                while let Some(input) = waiting.recv().await {
                    scripted.told.lock().unwrap().push((number, input.clone()));
                    if inputs.send(input).await.is_err() {
                        return;
                    }
                }
                drop(inputs);
            };
            tokio::join!(work, note);
        }))
    }
}

/// A call that is held in real time.
struct Call {
    ears: Ears,
    next: u64,
    started: Instant,
    events: Vec<(Duration, Event)>,
}

impl Call {
    fn new(recogniser: &Arc<Scripted>, language: &str, settings: EarSettings) -> Self {
        let format = Format { line: Line::Telephone, language: language.to_owned() };
        let ears = Ears::new(Arc::new(Shared(Arc::clone(recogniser))), format, settings);
        Self { ears, next: 0, started: Instant::now(), events: Vec::new() }
    }

    /// Hears a sound frame by frame, 20 ms each.
    async fn hear(&mut self, audio: &[u8]) {
        for frame in sounds::frames(self.next, audio) {
            self.next += 1;
            self.ears.hear(frame);
            self.wait(FRAME).await;
        }
    }

    /// Lets time pass without frames.
    async fn wait(&mut self, time: Duration) {
        let end = Instant::now() + time;
        loop {
            tokio::select! {
                biased;
                event = self.ears.next() => self.events.push((self.started.elapsed(), event)),
                () = time::sleep_until(end) => return,
            }
        }
    }

    fn turns(&self) -> Vec<&Utterance> {
        let turns = self.events.iter().filter_map(|(_, event)| match event {
            Event::TurnEnded(turn) => Some(turn),
            _ => None,
        });
        turns.collect()
    }

    /// The only turn, with the wall time from the end of its voice to its end.
    fn only_turn(&self) -> (&Utterance, Duration) {
        let turns = self.turns();
        assert_eq!(turns.len(), 1, "{:#?}", self.events);
        let end = self.events.iter().position(|(_, event)| matches!(event, Event::TurnEnded(_))).unwrap();
        let pause = self.events[..end].iter().rev().find_map(|(_, event)| match event {
            Event::VoicePaused { received, .. } => Some(*received),
            _ => None,
        });
        (turns[0], self.started + self.events[end].0 - pause.unwrap())
    }

    /// The kinds of all events, without partial texts and moments of silence.
    fn kinds(&self) -> String {
        let kind = |(_, event): &(Duration, Event)| match event {
            Event::VoiceBegan { .. } => "began ",
            Event::VoicePaused { .. } => "paused ",
            Event::Partial { .. } | Event::VoiceFaded => "",
            Event::TurnEnded(_) => "turn ",
            Event::Nothing { .. } => "nothing ",
            Event::Deaf(_) => "deaf ",
        };
        self.events.iter().map(kind).collect::<String>().trim_end().to_owned()
    }

    fn partials(&self) -> Vec<&str> {
        let partials = self.events.iter().filter_map(|(_, event)| match event {
            Event::Partial { text } => Some(text.as_str()),
            _ => None,
        });
        partials.collect()
    }
}

/// Silence that ends any turn.
fn long() -> Vec<u8> {
    sounds::silence(3.0)
}

fn voice(seconds: f32) -> Vec<u8> {
    sounds::babble(seconds, 120.0)
}
