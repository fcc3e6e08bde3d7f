//! A conversation on the command line: each line of standard input is a caller's words, and the answer is printed while
//! the model writes it, with the times of its moments.
//!
//!     cargo run -p chat --example talk-to-model                        # the demo model
//!     cargo run -p chat --example talk-to-model openai MODEL BASE_URL  # with a key in CHAT_KEY, if it needs one

use std::{
    env,
    error::Error,
    io::{self, BufRead, Write},
};

use chat::{ChatSettings, Event, Key, ModelSettings, Prompt, Talk, TalkLimits, Writer, system_prompt};
use futures::StreamExt;
use tokio::time::Instant;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let model = ModelSettings {
        kind: arguments.next().as_deref().unwrap_or("demo").parse()?,
        model: arguments.next(),
        base_url: arguments.next(),
        key: env::var("CHAT_KEY").ok().as_deref().map(Key::new),
        ..ModelSettings::default()
    };
    let writer = chat::open(&ChatSettings { model, ..ChatSettings::default() })?;
    writer.warm_up().await;
    let (mut talk, limits) = (Talk::default(), TalkLimits::default());
    for (number, words) in io::stdin().lock().lines().enumerate() {
        let (id, text) = (number.to_string(), words?);
        let turns = talk.begin(&id, &text, &limits);
        let prompt = Prompt {
            contact: "console".into(),
            system: system_prompt(None),
            turns,
            text,
            ..Prompt::default()
        };
        talk.remember(&id, &print(&writer, prompt).await?, &limits);
    }
    Ok(())
}

/// Prints an answer as it comes, and returns it.
async fn print(writer: &Writer, prompt: Prompt) -> io::Result<String> {
    let (start, mut writing) = (Instant::now(), writer.write(prompt));
    let mut answer = String::new();
    while let Some(event) = writing.next().await {
        let now = start.elapsed().as_millis();
        match event {
            Event::Asked { model } => println!("[{now} ms: {model} is asked]"),
            Event::Text(text) => {
                if answer.is_empty() {
                    print!("[{now} ms: first token] ");
                }
                print!("{text}");
                io::stdout().flush()?;
                answer.push_str(&text);
            }
            Event::Ended { cut } => println!("\n[{now} ms: {}]", if cut { "cut" } else { "ended" }),
            Event::Failed(error) => println!("\n[{now} ms: {error}]"),
        }
    }
    Ok(answer)
}
