//! Sessions with a model that writes the length of the sound: the contract of a recogniser.

use std::{
    sync::{Condvar, Mutex},
    time::Duration,
};

use super::{
    model::{Recognised, Run, Utterance},
    *,
};
use crate::{Frame, Heard, Input, Line};

/// Writes how many frames it hears. While its gate is closed it waits.
#[derive(Default)]
struct Counting {
    gate: Gate,
}

#[derive(Default)]
struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    is_closed: bool,
    /// Recognitions that began.
    begun: usize,
}

impl Gate {
    fn close(&self, is_closed: bool) {
        self.state.lock().unwrap().is_closed = is_closed;
        self.changed.notify_all();
    }

    fn pass(&self) {
        let mut state = self.state.lock().unwrap();
        state.begun += 1;
        self.changed.notify_all();
        drop(self.changed.wait_while(state, |state| state.is_closed).unwrap());
    }

    /// Waits until so many recognitions have begun.
    fn wait_for(&self, begun: usize) {
        let state = self.state.lock().unwrap();
        drop(self.changed.wait_while(state, |state| state.begun < begun).unwrap());
    }

    fn begun(&self) -> usize {
        self.state.lock().unwrap().begun
    }
}

impl Model for Counting {
    fn recognise(&self, utterance: &Utterance, run: &Run) -> Result<Recognised, HearingError> {
        let samples = &utterance.samples;
        self.gate.pass();
        run.go_on()?;
        assert!(samples.len() < 16_000 * 10, "more than the window");
        if samples.first() == Some(&PANIC) {
            panic!("the model is broken");
        }
        Ok(Recognised { text: format!("{}", samples.len() / 320), ..Recognised::default() })
    }

    fn knows(&self, language: &str) -> bool {
        language != "tlh"
    }
}

/// The first sample of a sound that breaks the model.
const PANIC: f32 = -1.0;

fn local(max_sessions: usize, partials: bool) -> (Local, Arc<Counting>) {
    local_of(settings(max_sessions, partials))
}

fn local_of(settings: LocalSettings) -> (Local, Arc<Counting>) {
    let model = Arc::new(Counting::default());
    let text = "family = 'whisper'\nlanguages = ['*']\nlicence = 'MIT'\nsource = 'here'";
    let models: Vec<Arc<dyn Model>> = vec![model.clone()];
    (Local::with(vec![toml::from_str(text).unwrap()], models, &settings).unwrap(), model)
}

fn settings(max_sessions: usize, partials: bool) -> LocalSettings {
    LocalSettings {
        folder: PathBuf::new(),
        workers: 1,
        max_sessions,
        partials,
        partial_step: Duration::from_millis(200),
    }
}

async fn session(local: &Local) -> Session {
    local.open(Format { line: Line::Wide, language: "ko-KR".into() }).await.unwrap()
}

fn frame(sample: i16) -> Input {
    let audio = sample.to_le_bytes().repeat(320);
    Input::Audio(Frame { line: Line::Wide, number: 0, audio: audio.into() })
}

/// A pause right behind the last frame.
fn pause() -> Input {
    Input::Pause { voice_ends: FRAME }
}

/// Tells frames of this loudness, each taken before the next.
async fn tell(session: &Session, frames: usize, sample: i16) {
    for _ in 0..frames {
        session.tell(frame(sample)).unwrap();
        tokio::task::yield_now().await;
    }
}

const VOICE: i16 = 5000;

fn asked(text: &str) -> Heard {
    Heard::Final { text: text.into(), asked: true }
}

#[tokio::test]
async fn each_finalise_gets_one_final_text() {
    let (local, model) = local(1, false);
    let mut session = session(&local).await;
    tell(&session, 20, VOICE).await;
    session.tell(Input::Finalise).unwrap();
    tell(&session, 30, VOICE).await;
    session.tell(Input::Finalise).unwrap();
    session.tell(Input::Finalise).unwrap();
    for text in ["20", "30", ""] {
        assert_eq!(session.next().await, Ok(asked(text)));
    }
    assert_eq!(model.gate.begun(), 2, "nothing is recognised where there is no sound");
}

#[tokio::test]
async fn a_partial_text_comes_while_voice_goes_on() {
    let (local, _) = local(1, true);
    let mut session = session(&local).await;
    tell(&session, 10, VOICE).await;
    // The thread may not have been ready at the tenth frame.
    let text = loop {
        tell(&session, 1, VOICE).await;
        let patience = Duration::from_millis(1);
        if let Ok(heard) = tokio::time::timeout(patience, session.next()).await {
            break heard.unwrap();
        }
    };
    assert!(matches!(&text, Heard::Partial(text) if text.parse::<usize>().unwrap() >= 10), "{text:?}");
}

#[tokio::test]
async fn no_partial_text_waits_for_a_thread() {
    let (local, model) = local(2, true);
    let (busy, mut other) = (session(&local).await, session(&local).await);
    model.gate.close(true);
    tell(&busy, 5, VOICE).await;
    busy.tell(Input::Finalise).unwrap();
    tokio::task::yield_now().await;
    model.gate.wait_for(1);
    tell(&other, 100, VOICE).await;
    other.tell(Input::Finalise).unwrap();
    tokio::task::yield_now().await;
    model.gate.close(false);
    assert_eq!(other.next().await, Ok(asked("100")));
    assert_eq!(model.gate.begun(), 2);
}

#[tokio::test]
async fn the_text_at_a_pause_is_the_final_one_if_nothing_but_silence_follows() {
    let (local, model) = local(1, true);
    let mut session = session(&local).await;
    // Too short for a partial text without a pause.
    tell(&session, 9, VOICE).await;
    session.tell(pause()).unwrap();
    assert_eq!(session.next().await, Ok(Heard::Partial("9".into())));
    tell(&session, 12, 0).await;
    session.tell(Input::Finalise).unwrap();
    assert_eq!(session.next().await, Ok(asked("9")));
    assert_eq!(model.gate.begun(), 1);
}

#[tokio::test]
async fn a_pause_whose_text_is_known_is_not_recognised_again() {
    // A thread is free for each partial text, and one is due for each 100 ms.
    let partial_step = Duration::from_millis(100);
    let (local, model) = local_of(LocalSettings { workers: 2, partial_step, ..settings(1, true) });
    let mut session = session(&local).await;
    tell(&session, 5, VOICE).await;
    session.tell(pause()).unwrap();
    assert_eq!(session.next().await, Ok(Heard::Partial("5".into())));
    tell(&session, 12, 0).await;
    session.tell(Input::Finalise).unwrap();
    assert_eq!(session.next().await, Ok(asked("5")));
    assert_eq!(model.gate.begun(), 1);
}

#[tokio::test]
async fn a_text_that_is_on_its_way_at_a_pause_becomes_the_final_one() {
    let (local, model) = local(1, true);
    let mut session = session(&local).await;
    model.gate.close(true);
    tell(&session, 9, VOICE).await;
    session.tell(pause()).unwrap();
    tell(&session, 12, 0).await;
    session.tell(Input::Finalise).unwrap();
    tokio::task::yield_now().await;
    model.gate.close(false);
    assert_eq!(session.next().await, Ok(asked("9")));
    assert_eq!(model.gate.begun(), 1);
}

#[tokio::test]
async fn voice_behind_a_pause_is_recognised_anew() {
    let (local, _) = local(1, true);
    let mut session = session(&local).await;
    tell(&session, 9, VOICE).await;
    session.tell(pause()).unwrap();
    assert_eq!(session.next().await, Ok(Heard::Partial("9".into())));
    tell(&session, 6, VOICE).await;
    session.tell(Input::Finalise).unwrap();
    assert_eq!(session.next().await, Ok(asked("15")));
}

#[tokio::test]
async fn long_speech_is_cut_into_several_final_texts() {
    let (local, _) = local(1, false);
    let mut session = session(&local).await;
    tell(&session, 300, VOICE).await;
    tell(&session, 10, 0).await;
    tell(&session, 190, VOICE).await;
    session.tell(Input::Finalise).unwrap();
    let Ok(Heard::Final { text: first, asked: false }) = session.next().await else {
        panic!("no first part")
    };
    let Ok(Heard::Final { text: second, asked: true }) = session.next().await else {
        panic!("no second part")
    };
    let frames = [first, second].map(|text| text.parse::<usize>().unwrap());
    assert!((300..310).contains(&frames[0]), "{frames:?}");
    assert_eq!(frames.iter().sum::<usize>(), 500, "no frame is lost");
}

#[tokio::test]
async fn a_session_beyond_the_last_place_is_refused_until_one_ends() {
    let (local, _) = local(1, false);
    let format = || Format { line: Line::Wide, language: "ko".into() };
    let first = session(&local).await;
    assert_eq!(local.open(format()).await.err(), Some(HearingError::NoChannel { recogniser: NAME }));
    drop(first);
    let again = async {
        while local.open(format()).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), again).await.unwrap();
}

#[tokio::test]
async fn a_language_that_no_model_knows_is_refused() {
    let (local, _) = local(1, false);
    let error = local.open(Format { line: Line::Wide, language: "tlh".into() }).await.err();
    assert!(matches!(error, Some(HearingError::UnknownLanguage { .. })), "{error:?}");
}

#[tokio::test]
async fn a_model_that_panics_ends_the_session_and_not_its_thread() {
    let (local, _) = local(2, false);
    let (mut broken, mut whole) = (session(&local).await, session(&local).await);
    tell(&broken, 10, i16::MIN).await;
    broken.tell(Input::Finalise).unwrap();
    assert!(matches!(broken.next().await, Err(HearingError::Ended { .. })));
    tell(&whole, 10, VOICE).await;
    whole.tell(Input::Finalise).unwrap();
    assert_eq!(whole.next().await, Ok(asked("10")));
}

/// The numbered frames of this loudness.
async fn tell_numbered(session: &Session, numbers: std::ops::Range<u64>, sample: i16) {
    for number in numbers {
        let Input::Audio(frame) = frame(sample) else { continue };
        session.tell(Input::Audio(Frame { number, ..frame })).unwrap();
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_soft_end_behind_a_loud_begin_is_not_taken_for_quiet() {
    let (local, _) = local(1, true);
    let mut session = session(&local).await;
    let pause = |frames: u32| Input::Pause { voice_ends: FRAME * frames };
    tell_numbered(&session, 0..9, VOICE).await;
    session.tell(pause(9)).unwrap();
    assert_eq!(session.next().await, Ok(Heard::Partial("9".into())));
    tell_numbered(&session, 9..15, VOICE / 50).await;
    tell_numbered(&session, 15..17, 0).await;
    session.tell(pause(15)).unwrap();
    assert_eq!(session.next().await, Ok(Heard::Partial("17".into())));
    tell_numbered(&session, 17..25, 0).await;
    session.tell(Input::Finalise).unwrap();
    assert_eq!(session.next().await, Ok(asked("17")), "that text has all voice");
}

#[tokio::test]
async fn a_session_takes_no_more_than_it_can_do_and_loses_nothing() {
    let (local, model) = local(1, false);
    let mut session = session(&local).await;
    model.gate.close(true);
    for _ in 0..12 {
        tell(&session, 6, VOICE).await;
        session.tell(Input::Finalise).unwrap();
    }
    assert!(session.room() <= 201, "it leaves 7 of 12 unread");
    model.gate.close(false);
    for _ in 0..12 {
        assert_eq!(session.next().await, Ok(asked("6")));
    }
}

#[tokio::test]
async fn pauses_under_load_are_skipped_and_end_no_session() {
    let (local, model) = local(3, true);
    let (busy, mut waits, mut other) = (session(&local).await, session(&local).await, session(&local).await);
    model.gate.close(true);
    for (number, session) in (1..).zip([&busy, &waits]) {
        tell(session, 5, VOICE).await;
        session.tell(Input::Finalise).unwrap();
        tokio::task::yield_now().await;
        if number == 1 {
            model.gate.wait_for(1);
        }
    }
    for _ in 0..20 {
        tell(&other, 5, VOICE).await;
        other.tell(pause()).unwrap();
        tokio::task::yield_now().await;
    }
    other.tell(Input::Finalise).unwrap();
    model.gate.close(false);
    assert_eq!(waits.next().await, Ok(asked("5")));
    assert_eq!(other.next().await, Ok(asked("100")));
    assert_eq!(model.gate.begun(), 3, "no partial text");
}
