//! `synthesize_stream_cancel`: the caller has heard enough.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    lambdas::runtime::serve::<lambdas::synthesize_stream_cancel::SynthesizeStreamCancel>().await
}
