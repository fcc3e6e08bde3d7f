//! `start_stream`: takes a text and returns the first clip.

fn main() -> std::process::ExitCode {
    lambdas::runtime::main::<lambdas::start_stream::StartStream>()
}
