//! `synthesize_stream_cancel`: the caller has heard enough.

fn main() -> std::process::ExitCode {
    lambdas::runtime::main::<lambdas::synthesize_stream_cancel::SynthesizeStreamCancel>()
}
