//! `chat_and_stream`: takes the caller's words and returns the first clip of a language model's answer.

fn main() -> std::process::ExitCode {
    lambdas::runtime::main::<lambdas::chat_and_stream::ChatAndStream>()
}
