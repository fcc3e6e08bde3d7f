//! The crate through its public door: real HTTP servers that misbehave, scripted models under a paused clock.

#![allow(clippy::expect_used, reason = "a helper of a test can only stop")]

mod answers;
mod connections;
mod demo;
mod http_errors;
mod prompts;
mod protocols;
mod reasoning;
mod secrets;
mod server;
mod talk;
mod writer;

use chat::{ChatSettings, Event, ModelKind, ModelSettings, Prompt, Writer, Writing};
use futures::StreamExt;

use crate::server::Server;

/// A question of a caller without a past.
fn prompt(text: &str) -> Prompt {
    Prompt { contact: "c-1".into(), system: "Be brief.".into(), text: text.into(), ..Prompt::default() }
}

fn settings(kind: ModelKind, server: &Server) -> ModelSettings {
    let base_url = Some(format!("{}/v1", server.url));
    ModelSettings { kind, base_url, model: Some("m".into()), ..ModelSettings::default() }
}

fn writer(kind: ModelKind, server: &Server) -> Writer {
    let settings = ChatSettings { model: settings(kind, server), ..ChatSettings::default() };
    chat::open(&settings).expect("valid settings")
}

/// The text of an answer, and its last event.
async fn outcome(mut writing: Writing) -> (String, Event) {
    let mut text = String::new();
    while let Some(event) = writing.next().await {
        match event {
            Event::Asked { .. } => {}
            Event::Text(piece) => text.push_str(&piece),
            last => {
                assert_eq!(writing.next().await, None, "nothing follows the last event");
                return (text, last);
            }
        }
    }
    panic!("the events end without a last one, behind {text:?}")
}

/// Reads up to this text.
async fn read_until(writing: &mut Writing, end: &str) {
    let mut text = String::new();
    while !text.ends_with(end) {
        match writing.next().await {
            Some(Event::Text(piece)) => text.push_str(&piece),
            Some(Event::Asked { .. }) => {}
            other => panic!("{other:?} comes behind {text:?}"),
        }
    }
}

const ENDED: Event = Event::Ended { cut: false };
