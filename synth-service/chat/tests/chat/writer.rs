//! The writer's limits, retry and fall-back, with models that do as they are told, under a paused clock.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use chat::{Answer, Event, Limits, Model, ModelError, Prompt, Writer};
use futures::{StreamExt, stream};
use tokio::time::{Instant, sleep};

use crate::{ENDED, outcome, prompt};

/// A step of a model: after so many milliseconds, a piece or an error.
type Step = (u64, Result<&'static str, ModelError>);

/// A model with an answer for each try. Afterwards it says nothing.
struct Scripted(&'static str, Mutex<Vec<Vec<Step>>>);

impl Model for Scripted {
    fn name(&self) -> &str {
        self.0
    }

    fn answer(&self, _prompt: &Prompt) -> Answer {
        let mut tries = self.1.lock().expect("no panic");
        let steps = if tries.is_empty() { vec![(u64::MAX, Ok(""))] } else { tries.remove(0) };
        stream::iter(steps)
            .then(|(wait, said)| async move {
                sleep(Duration::from_millis(wait)).await;
                said.map(str::to_owned)
            })
            .boxed()
    }
}

fn scripted(name: &'static str, tries: Vec<Vec<Step>>) -> Arc<dyn Model> {
    Arc::new(Scripted(name, Mutex::new(tries)))
}

fn limits() -> Limits {
    Limits {
        first_token: Duration::from_millis(2000),
        between_tokens: Duration::from_millis(1000),
        total: Duration::from_millis(10_000),
        characters: 100,
    }
}

/// The events of an answer, with the time of each in milliseconds.
async fn events(writer: &Writer) -> Vec<(u128, Event)> {
    let start = Instant::now();
    let events = writer.write(prompt("Hello?"));
    events.map(|event| (start.elapsed().as_millis(), event)).collect().await
}

fn asked(model: &str) -> Event {
    Event::Asked { model: model.into() }
}

fn text(text: &str) -> Event {
    Event::Text(text.into())
}

fn unavailable(retry_after: Option<u64>) -> ModelError {
    let code = chat::Code::default();
    ModelError::Unavailable { status: 503, code, retry_after: retry_after.map(Duration::from_millis) }
}

#[tokio::test(start_paused = true)]
async fn the_moments_of_an_answer() {
    let model = scripted("a", vec![vec![(300, Ok("One ")), (20, Ok("moment.")), (20, Ok(""))]]);
    let expected = vec![(0, asked("a")), (300, text("One ")), (320, text("moment.")), (340, ENDED)];
    assert_eq!(events(&Writer::new(model, None, limits())).await, expected);
}

#[tokio::test(start_paused = true)]
async fn a_retry_comes_before_the_first_word_only() {
    let model = scripted("a", vec![vec![(50, Err(ModelError::Broken))], vec![(50, Ok("Yes."))]]);
    let expected = vec![(0, asked("a")), (50, asked("a")), (100, text("Yes.")), (100, ENDED)];
    assert_eq!(events(&Writer::new(model, None, limits())).await, expected);

    let tries = vec![vec![(50, Ok("One ")), (50, Err(ModelError::Broken))], vec![(50, Ok("Yes."))]];
    let expected = vec![(0, asked("a")), (50, text("One ")), (100, Event::Failed(ModelError::Broken))];
    let (model, fall_back) = (scripted("a", tries), scripted("b", vec![vec![(0, Ok("No."))]]));
    assert_eq!(events(&Writer::new(model, Some(fall_back), limits())).await, expected);
}

#[tokio::test(start_paused = true)]
async fn a_server_with_too_much_to_do_gets_its_pause_if_that_fits() {
    for (retry_after, expected) in
        [(None, Some(100)), (Some(700), Some(700)), (Some(1950), None), (Some(60_000), None)]
    {
        let tries = vec![vec![(50, Err(unavailable(retry_after)))], vec![(50, Ok("Yes."))]];
        let events = events(&Writer::new(scripted("a", tries), None, limits())).await;
        let second = events.iter().skip(1).find(|(_, event)| *event == asked("a")).map(|(time, _)| *time);
        assert_eq!(second, expected.map(|pause| 50 + pause), "{retry_after:?}");
        let last = if expected.is_some() { ENDED } else { Event::Failed(unavailable(retry_after)) };
        assert_eq!(events.last().map(|(_, event)| event), Some(&last));
    }
}

#[tokio::test(start_paused = true)]
async fn there_is_one_retry_and_then_the_fall_back() {
    let failing = || vec![(10, Err(ModelError::Broken))];
    let model = scripted("a", vec![failing(), failing(), vec![(0, Ok("Never."))]]);
    let fall_back = scripted("b", vec![vec![(10, Ok("Yes."))]]);
    let writer = Writer::new(model, Some(fall_back), limits());
    let expected = vec![(0, asked("a")), (10, asked("a")), (20, asked("b")), (30, text("Yes.")), (30, ENDED)];
    assert_eq!(events(&writer).await, expected);

    let model = scripted("a", vec![failing(), failing(), failing()]);
    let fall_back = scripted("b", vec![failing(), vec![(0, Ok("Never."))]]);
    let writer = Writer::new(model, Some(fall_back), limits());
    let expected =
        vec![(0, asked("a")), (10, asked("a")), (20, asked("b")), (30, Event::Failed(ModelError::Broken))];
    assert_eq!(events(&writer).await, expected);
}

#[tokio::test(start_paused = true)]
async fn the_fall_back_has_its_own_time_for_the_first_word() {
    let fall_back = scripted("b", vec![vec![(1500, Ok("Yes."))]]);
    let writer = Writer::new(scripted("a", vec![]), Some(fall_back), limits());
    let expected = vec![(0, asked("a")), (2000, asked("b")), (3500, text("Yes.")), (3500, ENDED)];
    assert_eq!(events(&writer).await, expected);
}

#[tokio::test(start_paused = true)]
async fn each_limit_on_time_holds() {
    let never = ModelError::NoFirstToken(limits().first_token);
    let writer = Writer::new(scripted("a", vec![]), None, limits());
    assert_eq!(events(&writer).await, vec![(0, asked("a")), (2000, Event::Failed(never.clone()))]);

    // Spaces are no words.
    let spaces = vec![(900, Ok(" ")); 100];
    let writer = Writer::new(scripted("a", vec![spaces]), None, limits());
    assert_eq!(events(&writer).await, vec![(0, asked("a")), (2000, Event::Failed(never))]);

    let stalled = ModelError::Stalled(limits().between_tokens);
    let writer =
        Writer::new(scripted("a", vec![vec![(0, Ok("One ")), (1001, Ok("moment."))]]), None, limits());
    let expected = vec![(0, asked("a")), (0, text("One ")), (1000, Event::Failed(stalled))];
    assert_eq!(events(&writer).await, expected);

    let slow = vec![(900, Ok("a ")); 100];
    let writer = Writer::new(scripted("a", vec![slow]), None, limits());
    let late = (10_000, Event::Failed(ModelError::TookTooLong(limits().total)));
    assert_eq!(events(&writer).await.last(), Some(&late));
}

#[tokio::test(start_paused = true)]
async fn a_reader_who_pauses_costs_the_model_no_time() {
    let model = scripted("a", vec![vec![(900, Ok("word ")); 8]]);
    let mut writing = Writer::new(model, None, limits()).write(prompt("Hello?"));
    let mut words = 0;
    loop {
        match writing.next().await {
            Some(Event::Text(_)) => words += 1,
            Some(Event::Asked { .. }) => {}
            last => break assert_eq!(last, Some(ENDED)),
        }
        sleep(Duration::from_secs(30)).await;
    }
    assert_eq!(words, 8);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_asked_before_the_first_read() {
    let tries = vec![vec![(0, Ok("Yes."))]];
    let model = Arc::new(Scripted("a", Mutex::new(tries)));
    let writing = Writer::new(model.clone(), None, limits()).write(prompt("Hello?"));
    assert_eq!(model.1.lock().expect("no panic").len(), 1);
    assert_eq!(outcome(writing).await, ("Yes.".into(), ENDED));
}

#[tokio::test(start_paused = true)]
async fn a_long_answer_ends_behind_a_word() {
    for (piece, words) in [("twelve words", 8), ("한국어 문장 ", 13), ("x", 50)] {
        let steps = std::iter::repeat_n([(1, Ok(piece)), (1, Ok(" "))], 100).flatten().collect();
        let writer = Writer::new(scripted("a", vec![steps]), None, limits());
        let (text, last) = outcome(writer.write(prompt("Hello?"))).await;
        assert_eq!(last, Event::Ended { cut: true });
        assert!(text.chars().count() <= 100, "{text}");
        let expected = piece.split_whitespace().cycle().take(text.split_whitespace().count());
        assert!(text.split_whitespace().eq(expected), "{text}");
        assert!(text.split_whitespace().count() >= words, "{text}");
    }
}
