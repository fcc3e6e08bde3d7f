//! `live_call`: prepares a live call of the contact, and tells afterwards what was said in it.

fn main() -> std::process::ExitCode {
    lambdas::runtime::main::<lambdas::live_call::LiveCalls>()
}
