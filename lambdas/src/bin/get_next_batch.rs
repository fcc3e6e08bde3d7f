//! `get_next_batch`: the clips that follow, as soon as there are any.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    lambdas::runtime::serve::<lambdas::get_next_batch::GetNextBatch>().await
}
