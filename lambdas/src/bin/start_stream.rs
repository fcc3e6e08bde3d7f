//! `start_stream`: a text in, the first clip out.

fn main() -> std::process::ExitCode {
    lambdas::runtime::main::<lambdas::start_stream::StartStream>()
}
