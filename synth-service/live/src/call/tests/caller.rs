//! A call whose caller a test plays.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use chat::Talk;
use hearing::{Event, FRAME, Frame, HearingError, Hint, Line, TurnEnd, Utterance};
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
    time::{Instant, sleep, sleep_until, timeout},
};

use tokio_util::sync::CancellationToken;

use super::{
    answers::Script,
    ears::{Ears, LOUD},
    line::{Log, play},
};
use crate::{
    Continued,
    answer::Voice,
    call::{Call, Shared},
    line::{Caller, FromCaller, News, ToCaller},
    report::{CallEnd, Observer, TurnReport},
    settings::LiveSettings,
};

#[derive(Default)]
pub(super) struct Reports(Mutex<Vec<TurnReport>>, Mutex<usize>, pub(super) Mutex<Vec<HearingError>>);

impl Observer for Reports {
    fn call_began(&self, _call: &str) {
        *self.1.lock().unwrap() += 1;
    }
    fn turn_ended(&self, report: &TurnReport) {
        self.0.lock().unwrap().push(report.clone());
    }
    fn turn_unheard(&self, _call: &str, error: &HearingError) {
        self.2.lock().unwrap().push(error.clone());
    }
    fn call_ended(&self, _call: &str, _end: &CallEnd) {
        *self.1.lock().unwrap() -= 1;
    }
}

/// A call, and everything that a test may look at.
pub(super) struct Test {
    pub(super) script: Arc<Script>,
    pub(super) begin: Instant,
    from: Option<mpsc::Sender<FromCaller>>,
    words: mpsc::UnboundedSender<Event>,
    pub(super) reports: Arc<Reports>,
    hints: Arc<Mutex<Vec<Hint>>>,
    log: Log,
    frames: u64,
    call: JoinHandle<CallEnd>,
    /// When the voice of the turn began and ended.
    pub(super) voice: (Instant, Instant),
    /// The level of the voice.
    pub(super) level: f32,
    first_partial: Option<Instant>,
    /// The talk as others see it.
    pub(super) followed: watch::Receiver<Talk>,
    pub(super) hand_over: CancellationToken,
    pub(super) stop: CancellationToken,
}

/// Settings without a greeting.
pub(super) fn settings() -> LiveSettings {
    LiveSettings { greeting: false, ..LiveSettings::default() }
}

impl Test {
    pub(super) fn new(script: Script, settings: LiveSettings) -> Self {
        Self::on_line(script, settings, Line::Telephone)
    }

    pub(super) fn on_line(script: Script, settings: LiveSettings, line: Line) -> Self {
        let (to, to_caller) = mpsc::channel(64);
        Self::played(Self::with(script, settings, line, to, Talk::default()), to_caller)
    }

    /// A call that continues a talk.
    pub(super) fn continuing(script: Script, settings: LiveSettings, before: Talk) -> Self {
        let (to, to_caller) = mpsc::channel(64);
        Self::played(Self::with(script, settings, Line::Telephone, to, before), to_caller)
    }

    fn played(test: Self, to_caller: mpsc::Receiver<ToCaller>) -> Self {
        if let Some(from) = &test.from {
            tokio::spawn(play(to_caller, from.downgrade(), test.begin, test.log.clone()));
        }
        test
    }

    /// A call whose speech goes there.
    pub(super) fn to(script: Script, settings: LiveSettings, to: mpsc::Sender<ToCaller>) -> Self {
        Self::with(script, settings, Line::Telephone, to, Talk::default())
    }

    fn with(
        script: Script,
        settings: LiveSettings,
        line: Line,
        to: mpsc::Sender<ToCaller>,
        before: Talk,
    ) -> Self {
        let (from, from_caller) = mpsc::channel(64);
        let (words, heard) = mpsc::unbounded_channel();
        let (begin, log) = (Instant::now(), Log::default());
        let (script, reports) = (Arc::new(script), Arc::new(Reports::default()));
        let hints = Arc::default();
        let ears = Ears::new(heard, words.clone(), Arc::clone(&hints));
        let caller = Caller {
            id: "call".into(),
            contact: None,
            line,
            voice: Voice { language: "en".into(), ..Voice::default() },
            from: from_caller,
            to,
        };
        let shared =
            Shared { answerer: script.clone(), observer: reports.clone(), settings: Arc::new(settings) };
        let (talk, hand_over) = (watch::Sender::new(before), CancellationToken::new());
        let followed = talk.subscribe();
        let stop = CancellationToken::new();
        let continued = Continued { talk, hand_over: hand_over.clone(), stop: stop.clone() };
        let call = tokio::spawn(Call::new(shared, caller, ears, continued).run());
        let from = Some(from);
        let voice = (begin, begin);
        Self {
            script,
            begin,
            from,
            words,
            reports,
            hints,
            log,
            frames: 0,
            call,
            voice,
            level: LOUD,
            first_partial: None,
            followed,
            hand_over,
            stop,
        }
    }

    pub(super) fn at(&self, ms: u64) -> Instant {
        self.begin + Duration::from_millis(ms)
    }

    /// Frames of silence, in real time.
    pub(super) async fn silence(&mut self, ms: u64) {
        self.frames(ms, 0).await;
    }

    /// Frames of voice, in real time.
    pub(super) async fn voice(&mut self, ms: u64) {
        self.voice.0 = Instant::now();
        self.frames(ms, if self.level < LOUD { 2 } else { 1 }).await;
        self.voice.1 = Instant::now() - FRAME;
    }

    async fn frames(&mut self, ms: u64, byte: u8) {
        let until = Instant::now() + Duration::from_millis(ms);
        while Instant::now() < until {
            let audio = Bytes::from(vec![byte; 160]);
            let frame = Frame { line: Line::Telephone, number: self.frames, audio };
            self.frames += 1;
            self.send(FromCaller::Frame(frame)).await;
            sleep(FRAME).await;
        }
    }

    pub(super) async fn send(&self, message: FromCaller) {
        if let Some(from) = &self.from {
            // A call that is over takes no more.
            let _ = from.send(message).await;
        }
    }

    pub(super) async fn key(&self, key: char) {
        self.send(FromCaller::Key(key)).await;
    }

    pub(super) fn event(&self, event: Event) {
        // A call that is over hears no more.
        let _ = self.words.send(event);
    }

    pub(super) async fn partial(&mut self, text: &str) {
        self.first_partial.get_or_insert_with(Instant::now);
        self.event(Event::Partial { text: text.into() });
        self.settle().await;
    }

    /// The voice is silent for a moment.
    pub(super) async fn fade(&mut self) {
        self.event(Event::VoiceFaded);
        self.settle().await;
    }

    /// The turn is over, with these words.
    pub(super) async fn turn(&mut self, text: &str) {
        let (began, ended) = self.voice;
        let first_partial = self.first_partial.take();
        self.event(Event::TurnEnded(Utterance {
            text: text.into(),
            began: Duration::ZERO,
            began_received: began,
            ended: Duration::ZERO,
            ended_received: ended,
            level: self.level,
            first_partial,
            complete: Instant::now(),
            recogniser: "scripted",
            reason: TurnEnd::Complete,
        }));
        self.settle().await;
    }

    /// The sound was no turn; it had this many milliseconds of voice.
    pub(super) async fn nothing(&mut self, ms: u64) {
        let voiced = Duration::from_millis(ms);
        self.event(Event::Nothing { at: Duration::ZERO, voiced, had_words: false });
        self.settle().await;
    }

    /// Speaks for a second, and is silent until the turn is over.
    pub(super) async fn speak(&mut self, text: &str) {
        self.voice(1_000).await;
        self.silence(300).await;
        self.turn(text).await;
    }

    /// Lets the call do all that it can do now.
    pub(super) async fn settle(&self) {
        sleep(Duration::from_millis(1)).await;
    }

    pub(super) async fn until(&self, ms: u64) {
        sleep_until(self.at(ms)).await;
    }

    /// Hangs up, unless the call is over by itself.
    pub(super) async fn hang_up(mut self) -> (CallEnd, Vec<TurnReport>) {
        self.from = None;
        self.over().await
    }

    /// Waits for the end of the call.
    pub(super) async fn over(self) -> (CallEnd, Vec<TurnReport>) {
        let hour = Duration::from_secs(3_600);
        let end = timeout(hour, self.call).await.expect("the call ends").expect("no panic");
        assert_eq!(*self.reports.1.lock().unwrap(), 0, "its begin and end are reported");
        let reports = self.reports.0.lock().unwrap().clone();
        (end, reports)
    }

    pub(super) fn reports(&self) -> Vec<TurnReport> {
        self.reports.0.lock().unwrap().clone()
    }

    pub(super) fn hints(&self) -> Vec<Hint> {
        self.hints.lock().unwrap().clone()
    }

    pub(super) fn log(&self) -> Log {
        self.log.clone()
    }

    /// The frames that were sent: time, source, number in it.
    pub(super) fn sent(&self) -> Vec<(u64, u8, u16)> {
        frames(&self.log)
    }

    /// Times at which the line was cleared.
    pub(super) fn clears(&self) -> Vec<u64> {
        let log = self.log.lock().unwrap();
        log.iter().filter(|(_, message)| matches!(message, ToCaller::Clear)).map(|(at, _)| *at).collect()
    }

    pub(super) fn news(&self) -> Vec<News> {
        let log = self.log.lock().unwrap();
        let news = log.iter().filter_map(|(_, message)| match message {
            ToCaller::News(news) => Some(news.clone()),
            _ => None,
        });
        news.collect()
    }
}

/// The frames of a log: time, source, number in it.
pub(super) fn frames(log: &Log) -> Vec<(u64, u8, u16)> {
    let log = log.lock().unwrap();
    let frames = log.iter().filter_map(|(at, message)| match message {
        ToCaller::Audio(frame) => Some((*at, frame[0], u16::from_le_bytes([frame[1], frame[2]]))),
        _ => None,
    });
    frames.collect()
}

/// Caller's words and heard words of each turn.
pub(super) fn talk(end: &CallEnd) -> Vec<(String, String)> {
    end.talk.turns().map(|turn| (turn.caller.clone(), turn.answer.clone())).collect()
}
