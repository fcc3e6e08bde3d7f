//! `synthesize_stream_cancel`: cancels a stream whose caller has heard enough.

fn main() -> std::process::ExitCode {
    lambdas::runtime::main::<lambdas::synthesize_stream_cancel::SynthesizeStreamCancel>()
}
