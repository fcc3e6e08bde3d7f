//! Keys, and words of callers and models, stay out of logs, errors and `Debug`. Settings name their faults.

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use chat::{ChatSettings, Event, Key, ModelKind, ModelSettings, SettingsError};
use tracing_subscriber::fmt::MakeWriter;

use crate::{
    outcome, prompt,
    server::{Reply, Server},
    settings,
};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

const SECRETS: [&str; 3] = ["sk-secret", "PIN-1234", "MODEL-WORD"];

#[tokio::test]
async fn nothing_secret_is_shown_whatever_the_server_sends_back() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_writer(log.clone());
    // For all threads: the tests beside this one say nothing secret either.
    subscriber.init();
    let echo =
        r#"{"error":{"message":"sk-secret: PIN-1234","code":"no sk-secret PIN-1234","type":"some_type"}}"#;
    let said = "data: {\"choices\":[{\"delta\":{\"content\":\"MODEL-WORD\"}}]}\n\n";
    let mut seen = Vec::new();
    for kind in
        [ModelKind::OpenAi, ModelKind::Gemini, ModelKind::Anthropic, ModelKind::Bedrock, ModelKind::ChatUrl]
    {
        for reply in [
            Reply::error(401, echo),
            Reply::error(429, echo).header("retry-after", "0"),
            Reply::events(&[said, &format!("data: {echo}\n\n")]),
            Reply::events(&[said, "data: sk-secret PIN-1234\n\n"]),
            Reply::error(302, echo).header("location", "http://sk-secret/PIN-1234"),
        ] {
            let server = Server::start(vec![reply]).await;
            let mut model = settings(kind, &server);
            model.key = Some(Key::new("sk-secret"));
            model.base_url = Some(format!("{}/?key=sk-secret", server.url));
            let settings = ChatSettings { model, ..ChatSettings::default() };
            seen.push(format!("{settings:?}"));
            let writer = chat::open(&settings).expect("valid settings");
            let (_, last) = outcome(writer.write(prompt("PIN-1234"))).await;
            let Event::Failed(error) = last else { panic!("{last:?}") };
            seen.push(format!("{error} {error:?}"));
        }
    }
    seen.push(String::from_utf8(log.0.lock().expect("no panic").clone()).expect("text"));
    let seen = seen.join("\n");
    assert!(seen.contains("some_type") && seen.contains("a model gave no answer"), "{seen}");
    for secret in SECRETS {
        assert!(!seen.contains(secret), "{secret} in {seen}");
    }
}

#[tokio::test]
async fn a_key_file_is_read_anew_at_each_question() {
    let mut server = Server::start(vec![Reply::error(401, "{}")]).await;
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(&file, "first\n").expect("writes");
    let mut model = settings(ModelKind::OpenAi, &server);
    model.key = Some(Key::in_file(file.path()));
    let writer = chat::open(&ChatSettings { model, ..ChatSettings::default() }).expect("valid settings");
    for key in ["first", "second"] {
        std::fs::write(&file, format!("{key}\n")).expect("writes");
        outcome(writer.write(prompt("Hello?"))).await;
        assert_eq!(server.question().await.headers["authorization"], format!("Bearer {key}"));
    }
    std::fs::write(&file, "two\nlines").expect("writes");
    let (_, last) = outcome(writer.write(prompt("Hello?"))).await;
    assert!(matches!(last, Event::Failed(chat::ModelError::NoKey(_))), "{last:?}");
}

fn fault(model: ModelSettings) -> String {
    let error = chat::open(&ChatSettings { model, ..ChatSettings::default() }).err().expect("a fault");
    error.to_string()
}

#[test]
fn a_fault_of_a_setting_is_named_before_the_first_call() {
    let openai =
        || ModelSettings { kind: ModelKind::OpenAi, model: Some("m".into()), ..ModelSettings::default() };
    let based = |base: &str| ModelSettings { base_url: Some(base.into()), ..openai() };
    for (settings, expected) in [
        (ModelSettings { model: Some(" ".into()), ..openai() }, "has no name"),
        (ModelSettings { kind: ModelKind::ChatUrl, ..openai() }, "has no base URL"),
        (ModelSettings { kind: ModelKind::Bedrock, ..openai() }, "has no base URL"),
        (based("sk-secret"), "is not one of http or https"),
        (based("file:///sk-secret"), "is not one of http or https"),
        (ModelSettings { key: Some(Key::new(" ")), ..openai() }, "key can't be used"),
        (ModelSettings { key: Some(Key::in_file("/none/sk-secret")), ..openai() }, "key can't be used"),
        (ModelSettings { extra: Some("[1]".into()), ..openai() }, "not a JSON object"),
    ] {
        let message = fault(settings);
        assert!(message.contains(expected) && !message.contains("sk-secret"), "{message}");
    }
    let unknown = "gpt".parse::<ModelKind>();
    assert!(matches!(unknown, Err(SettingsError::UnknownKind(name)) if name == "gpt"));
}
