//! `get_next_batch`: returns the next clips, as soon as there are any.

fn main() -> std::process::ExitCode {
    lambdas::runtime::main::<lambdas::get_next_batch::GetNextBatch>()
}
