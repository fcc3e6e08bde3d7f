//! `chat_and_stream`: takes the caller's words and returns the first clip of the answer.

fn main() -> std::process::ExitCode {
    lambdas::runtime::main::<lambdas::start_stream::StartStream>()
}
