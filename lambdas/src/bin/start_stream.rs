//! `start_stream`: a text in, the first clip out.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    lambdas::runtime::serve::<lambdas::start_stream::StartStream>().await
}
