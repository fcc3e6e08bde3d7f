//! Tests the prompts of an instance: files that stand for them, words, and files that lie.

use connect_flows::runner::{Functions, PromptSound};
use serde_json::json;

use crate::fakes::{LOUD, action, flow, hangs_up, settings, texts, try_out, wav};

const PROMPT: &str = "arn:aws:connect:us-east-1:1:instance/i/prompt/p1";

async fn says(parameters: serde_json::Value) -> connect_flows::runner::Call {
    let branches = [("next", "end"), ("NoMatchingError", "end")];
    let actions = json!([action("say", "MessageParticipant", parameters, &branches), hangs_up()]);
    try_out(flow("say", actions), settings(), Functions::default()).await
}

#[tokio::test(start_paused = true)]
async fn a_text_that_polly_refuses_takes_the_error_branch() {
    for (parameters, part) in [
        (json!({"SSML": "<speak>Fish & chips</speak>"}), "lone &"),
        (json!({"SSML": "<speak>Wait <break time=\"1s\"></speak>"}), "<break> is not closed"),
        (json!({"SSML": format!("<speak>{}</speak>", "a".repeat(3_001))}), "3001 characters"),
        (json!({"Text": "a".repeat(3_001)}), "3001 characters"),
        (json!({"Text": "a".repeat(7_000)}), "7000 characters"),
    ] {
        let call = says(parameters).await;
        let error = call.end.error().unwrap_or_default();
        assert!(error.contains(part), "{error}");
        assert!(texts(&call).is_empty() && call.recording.samples().is_empty());
    }
    for parameters in [
        json!({"Text": "a".repeat(3_000)}),
        json!({"Text": "Fish & chips <3"}),
        json!({"SSML": "Fish &amp; <break time=\"1s\"/> chips"}),
        json!({"SSML": format!("<speak>{}a</speak>", "<s></s>".repeat(850))}),
    ] {
        let call = says(parameters).await;
        assert_eq!((call.end.error(), texts(&call).len()), (None, 1));
    }
}

async fn plays(sound: Option<PromptSound>) -> connect_flows::runner::Call {
    let actions = json!([
        action(
            "play",
            "MessageParticipant",
            json!({"PromptId": PROMPT}),
            &[("next", "end"), ("NoMatchingError", "end")]
        ),
        hangs_up(),
    ]);
    let mut settings = settings();
    settings.world.prompts.extend(sound.map(|sound| ("p1".to_owned(), sound)));
    try_out(flow("play", actions), settings, Functions::default()).await
}

#[tokio::test(start_paused = true)]
async fn a_prompt_is_its_file_its_words_or_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.wav");
    std::fs::write(&path, wav(&[LOUD.0; 80])).unwrap();
    let call = plays(Some(PromptSound::File(path.clone()))).await;
    assert_eq!((texts(&call), call.recording.samples().len()), (vec!["p1".to_owned()], 80));
    assert!(call.recording.samples().iter().all(|sample| *sample == LOUD.1));

    let format = hound::WavSpec {
        channels: 1,
        sample_rate: 8000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut pcm = hound::WavWriter::create(&path, format).unwrap();
    (0..40).for_each(|_| pcm.write_sample(500_i16).unwrap());
    pcm.finalize().unwrap();
    assert_eq!(plays(Some(PromptSound::File(path))).await.recording.samples(), [500; 40]);

    let call = plays(Some(PromptSound::Words("Hello".into()))).await;
    assert_eq!(call.recording.samples().len(), 5 * 80);
    assert_eq!(plays(None).await.recording.samples().len(), 2 * 80);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_lies_about_its_length_takes_the_error_branch() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.wav");
    let mut file = wav(&[LOUD.0; 80]);
    file[40..44].copy_from_slice(&4_000_000_000_u32.to_le_bytes());
    std::fs::write(&path, file).unwrap();
    let call = plays(Some(PromptSound::File(path.clone()))).await;
    let error = call.end.error().unwrap();
    assert!(error.contains("runs beyond the end of the file"), "{error}");
    assert!(texts(&call).is_empty() && call.recording.samples().is_empty());
    std::fs::remove_file(&path).unwrap();
    let error = plays(Some(PromptSound::File(path))).await.end.error().unwrap();
    assert!(error.contains("can't be read"), "{error}");
}
