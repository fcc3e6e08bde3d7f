//! The demo model's script for the benchmark: the caller's words are the answer, so that no two are alike.

/// Begins an utterance that the model answers with the rest of it, at its own pace.
const SAY: &str = "Say";

/// Begins an utterance with three sentences, which the model writes by 0.5, 1.0 and 1.5 s.
const WRITE: &str = "Write";

/// Separates these sentences.
const BORDER: &str = "|";

/// Times by which the three sentences are written, in milliseconds from the question.
pub(super) const WRITTEN_BY_MS: [u64; 3] = [500, 1000, 1500];

/// Time until the first token, in milliseconds.
pub(super) const FIRST_TOKEN_MS: u64 = 300;

/// The script as TOML.
pub(super) fn toml() -> String {
    let [first, second, third] = WRITTEN_BY_MS;
    format!(
        r"[[languages]]
letters = ''
otherwise = ['I was not told anything to say.']

[[languages.rules]]
pattern = '^{SAY} (?<answer>.*)$'
answer = '{{answer}}'

[[languages.rules]]
pattern = '^{WRITE} (?<first>[^{BORDER}]*)\{BORDER}(?<second>[^{BORDER}]*)\{BORDER}(?<third>[^{BORDER}]*)$'
answer = [
    {{ text = '{{first}}', by_ms = {first} }},
    {{ text = '{{second}}', by_ms = {second} }},
    {{ text = '{{third}}', by_ms = {third} }},
]
"
    )
}

/// The utterance that is answered with this text.
pub(super) fn say(answer: &str) -> String {
    format!("{SAY} {answer}")
}

/// The utterance that is answered with these sentences, each by its time.
pub(super) fn write(sentences: [&str; 3]) -> String {
    format!("{WRITE} {}", sentences.join(BORDER))
}
