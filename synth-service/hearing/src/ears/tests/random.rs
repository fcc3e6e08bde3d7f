//! Whatever comes: each voice has its pause and its end, and no word of a final text is lost.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::*;

/// A recogniser that answers late, unasked, with nothing, or breaks, and may have more words behind its answer; it writes
/// down the words that it gave.
fn moody(seed: u64) -> (Arc<Scripted>, Arc<Mutex<Vec<String>>>) {
    let given = Arc::new(Mutex::new(Vec::new()));
    let words = Arc::clone(&given);
    let recogniser = Scripted::new(move |session, engine| {
        let random = Pcg64Mcg::seed_from_u64(seed * 1_000 + session as u64);
        moods(random, engine, Arc::clone(&words))
    });
    (recogniser, given)
}

async fn moods(mut random: Pcg64Mcg, mut engine: Engine, words: Arc<Mutex<Vec<String>>>) {
    let mut more = None;
    loop {
        let input = tokio::select! {
            input = engine.input.recv() => input,
            () = until(more) => {
                more = None;
                let late = Heard::Final { text: next(&words), asked: false };
                if engine.heard.send(Ok(late)).await.is_err() {
                    return;
                }
                continue;
            }
        };
        let Some(input) = input else { return };
        let mood = random.random_range(0..1_000);
        let asked = input == Input::Finalise;
        let result = match input {
            Input::Audio(_) if mood < 10 => Ok(Heard::Partial("perhaps".into())),
            Input::Audio(_) if mood < 14 => Ok(Heard::SpeechEnded),
            Input::Audio(_) if mood < 16 => Err(HearingError::Model("broken".into())),
            Input::Audio(_) if mood < 990 => continue,
            Input::Pause { .. } => continue,
            Input::Finalise if mood < 50 => std::future::pending().await,
            Input::Finalise if mood < 300 => Ok(Heard::Final { text: String::new(), asked }),
            _ => Ok(Heard::Final { text: next(&words), asked }),
        };
        if asked {
            time::sleep(Duration::from_millis(random.random_range(0..1_000))).await;
        }
        let is_last = result.is_err();
        if engine.heard.send(result).await.is_err() || is_last {
            return;
        }
        if asked && mood % 4 == 0 {
            // Mostly the turn is over by then.
            more = Some(Instant::now() + Duration::from_millis(random.random_range(0..2_000)));
        }
    }
}

fn next(words: &Mutex<Vec<String>>) -> String {
    let mut words = words.lock().unwrap();
    let text = format!("w{}x", words.len());
    words.push(text.clone());
    text
}

/// The parts of a call: voice, silence, a stall, a gap.
async fn hold(call: &mut Call, random: &mut Pcg64Mcg) {
    for _ in 0..12 {
        let seconds = random.random_range(0.1f32..2.0);
        match random.random_range(0..10) {
            0 => call.wait(Duration::from_secs_f32(seconds * 2.0)).await,
            1 => call.next += random.random_range(0..200),
            2 => call.next = call.next.saturating_sub(random.random_range(0..5)),
            3..7 => call.hear(&sounds::silence(seconds)).await,
            _ => call.hear(&voice(seconds)).await,
        }
        if random.random_range(0..5) == 0 {
            call.ears.hint(Hint::Number);
        }
    }
    call.hear(&sounds::silence(15.0)).await;
}

/// The texts of the turns. Each voice pauses and ends in order and in time.
fn check(call: &Call) -> String {
    let (mut speaks, mut open, mut paused) = (false, false, Duration::ZERO);
    let mut texts = String::new();
    for (at, event) in &call.events {
        match event {
            Event::VoiceBegan { .. } => {
                assert!(!speaks, "{:#?}", call.events);
                (speaks, open) = (true, true);
            }
            Event::VoicePaused { .. } => {
                assert!(speaks, "{:#?}", call.events);
                (speaks, paused) = (false, *at);
            }
            Event::VoiceFaded => assert!(speaks),
            Event::Partial { text } => assert!(!text.is_empty()),
            Event::TurnEnded(_) | Event::Nothing { .. } | Event::Deaf(_) => {
                let may_be_late = matches!(event, Event::TurnEnded(_));
                assert!((open || may_be_late) && !speaks, "{:#?}", call.events);
                // Two final texts that are late, a session that is opened again between them, and a pause.
                assert!(*at - paused < Duration::from_secs(8), "{:#?}", call.events);
                open = false;
            }
        }
        if let Event::TurnEnded(turn) = event {
            assert!(!turn.text.is_empty() && turn.began < turn.ended);
            texts.push_str(&turn.text);
            texts.push(' ');
        }
    }
    assert!(!open, "{:#?}", call.events);
    texts
}

#[tokio::test(start_paused = true)]
async fn each_voice_ends_and_no_final_word_is_lost() {
    for seed in 0..60 {
        let mut random = Pcg64Mcg::seed_from_u64(seed);
        let (recogniser, given) = moody(seed);
        let mut settings = EarSettings { stream: seed % 4 != 3, ..EarSettings::default() };
        if seed % 3 == 0 {
            settings.turn.longest_turn = Duration::from_secs(3);
        }
        let mut call = Call::new(&recogniser, "en", settings);
        hold(&mut call, &mut random).await;
        let texts = check(&call);
        for word in given.lock().unwrap().iter() {
            assert!(texts.contains(word), "seed {seed}: {word} of {texts}\n{:#?}", call.events);
        }
    }
}
