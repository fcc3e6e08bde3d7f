//! `live_call`: prepares a live call of the contact, and tells its words afterwards.

fn main() -> std::process::ExitCode {
    lambdas::runtime::main::<lambdas::live_call::LiveCalls>()
}
