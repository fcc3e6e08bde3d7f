//! Reasoning in the text of an answer is never passed on, wherever its marks are cut.

use std::{sync::Arc, time::Duration};

use chat::{Answer, Limits, Model, Prompt, Writer};
use futures::{StreamExt, stream};

use crate::{ENDED, outcome, prompt};

struct Pieces(Vec<String>);

impl Model for Pieces {
    fn name(&self) -> &str {
        "pieces"
    }

    fn answer(&self, _prompt: &Prompt) -> Answer {
        stream::iter(self.0.clone().into_iter().map(Ok)).boxed()
    }
}

async fn said(pieces: Vec<String>) -> String {
    let limits = Limits { total: Duration::from_secs(1), ..Limits::default() };
    let (text, last) =
        outcome(Writer::new(Arc::new(Pieces(pieces)), None, limits).write(prompt("Hello?"))).await;
    assert_eq!(last, ENDED);
    text
}

#[tokio::test]
async fn reasoning_is_dropped() {
    for (written, expected) in [
        ("<think>The caller says hello. 안녕</think>\n\nHello there.", "Hello there."),
        ("<thinking>Hm < 3.</thinking>Hello there.", "Hello there."),
        ("Hello <think>and</think>there.", "Hello there."),
        ("<think></think>Hello</think> there.", "Hello there."),
        ("Hello there.<think>Was that right?", "Hello there."),
        ("<think>a</think><think>b</think>Hello there.", "Hello there."),
        ("Is 3 < 4, or <thin>? <", "Is 3 < 4, or <thin>? <"),
    ] {
        assert_eq!(said(vec![written.into()]).await, expected, "{written}");
        assert_eq!(said(written.chars().map(String::from).collect()).await, expected, "{written}");
        for (cut, _) in written.char_indices() {
            let (before, after) = written.split_at(cut);
            assert_eq!(said(vec![before.into(), after.into()]).await, expected, "{before}|{after}");
        }
    }
}
