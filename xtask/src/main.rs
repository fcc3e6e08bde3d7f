//! Every command a person types.
//!
//! This crate has few dependencies, so that it is built quickly. It fetches files itself; for other work it starts
//! programs that cargo builds.

mod bench;
mod cargo;
mod deploy;
mod ears;
mod fetch;
mod fuzz;
mod glibc;
mod infra;
mod members;
mod oracle;
mod pack;
mod package_functions;
mod package_host;
mod peers;
mod phrases;
mod prompts;
mod prose;
mod supply;
mod system;
mod talk;
mod test;
mod voices;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result};
use clap::{ArgAction, Parser, Subcommand};

/// The voice of calls on this machine.
const VOICE: &str = "hibari";

/// Firstword: build it, hear it, test it.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start everything on this machine, run a contact flow, and record the call.
    #[command(disable_help_flag = true)]
    Call {
        /// See `cargo xtask call --help`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Start everything on this machine, hold a live call in real time, and record it; or open the page and be the caller.
    #[command(disable_help_flag = true)]
    Talk {
        /// See `cargo xtask talk --help`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Start everything on this machine and keep it up, for curl, the AWS CLI and your own flows.
    #[command(disable_help_flag = true)]
    Dev {
        /// See `cargo xtask dev --help`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Check format, dependencies, lints and documentation, and run all tests; or some of them.
    Test(test::Options),
    /// Check the format, as `test` does; `cargo fmt` corrects it.
    Format,
    /// Run clippy with warnings denied, as `test` does.
    Lint,
    /// Build the documentation with warnings denied, as `test` does.
    Docs,
    /// Check the licences, duplicates, sources and advisories of the dependencies, as `test` does.
    Deny,
    /// Let libFuzzer look for texts that break a promise of the crate `fuzz`.
    Fuzz {
        /// Name of a folder in fuzz/corpus.
        target: String,
        #[arg(long, default_value_t = 5)]
        minutes: u64,
    },
    /// Fetch missing files: ONNX Runtime, all voices and the local ears.
    Fetch,
    /// Fetch and try the local ears: speech in, text out, without a key.
    #[command(subcommand)]
    Ears(ears::Command),
    /// List, fetch, add and try voices.
    #[command(subcommand)]
    Voices(Voices),
    /// Measure voices: against their peers, by callers, by memory. `bench pack` packs it for a GPU host; `bench load`
    /// has many callers call the whole service.
    #[command(
        disable_help_flag = true,
        disable_help_subcommand = true,
        args_conflicts_with_subcommands = true
    )]
    Bench {
        #[command(subcommand)]
        command: Option<Bench>,
        /// See `cargo xtask bench --help`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Build the zips of the functions for AWS, or pack the service for hosts.
    #[command(args_conflicts_with_subcommands = true)]
    Package {
        #[command(subcommand)]
        command: Option<Package>,
        #[command(flatten)]
        functions: package_functions::Options,
    },
    /// Deploy the stack into your AWS account: build the functions, show what will change, ask, and do it.
    Deploy(deploy::Options),
    /// Delete the stack: say what will be lost, ask, and do it.
    Destroy(deploy::Stack),
    /// Make clips of an operator's phrases.
    #[command(subcommand)]
    Phrases(Phrases),
    /// Delete the prompts that hosts have made in an Amazon Connect instance.
    #[command(subcommand)]
    Prompts(Prompts),
    /// Compare our readings of the tables and of 2,000 sentences with another library's; each difference needs a note.
    Oracle(oracle::Options),
    /// Check the templates of the stack, or try them on an emulator.
    #[command(subcommand)]
    Infra(Infra),
    /// Check, run, test and draw contact flows: `connect-flow`.
    #[command(disable_help_flag = true)]
    Flow {
        /// See `cargo xtask flow --help`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Write the committed contact flows anew, or with `--arns` those to import, with the ARNs of a stack.
    #[command(disable_help_flag = true)]
    Flows {
        /// See `cargo xtask flows --help`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Write the reference page of the metrics anew.
    Metrics,
    /// Count free relatives headed by "what" or "who" in comments and documents; CONTRIBUTING.md has the rule.
    Prose,
}

#[derive(Subcommand)]
enum Bench {
    /// Pack the files of `bench gpu`, for a GPU host without a network.
    Pack {
        /// Folder to write to.
        out: PathBuf,
        /// Print help.
        // Declared here, since `bench` disables clap's own option for itself and its subcommands.
        #[arg(short, long, action = ArgAction::Help)]
        help: Option<bool>,
    },
    /// Run many callers on the service, with cancels and hang-ups. No audio may be lost.
    Load {
        /// See `cargo xtask bench load --help`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Start a function cold, beside the same one in Python: time to the first reply, memory, size of the zip.
    #[command(disable_help_flag = true)]
    Cold {
        /// See `cargo xtask bench cold --help`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Hold conversations with the demo model, and take the time to the first audible sample apart.
    #[command(disable_help_flag = true)]
    Chat {
        /// See `cargo xtask bench chat --help`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Hold live calls with the demo model and the local ears: the time from the end of speech to the first sound in three
    /// ways, interruptions, the number of calls that one host keeps.
    #[command(disable_help_flag = true)]
    Live {
        /// See `cargo xtask bench live --help`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Run twice as many callers as two hosts can carry, some with a slow voice. No call may be lost.
    #[command(disable_help_flag = true)]
    Fleet {
        /// See `cargo xtask bench fleet --help`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
}

#[derive(Subcommand)]
enum Package {
    /// Build the zips of the functions with cargo-lambda, and print their sizes.
    Functions(package_functions::Options),
    /// Pack the service for hosts with systemd: program, voices, libraries, unit and install script in one tar.gz.
    Host(package_host::Options),
}

#[derive(Subcommand)]
enum Infra {
    /// Lint the templates, as they are and as CloudFormation gets them, as `test` does. Needs no account.
    Check,
    /// Deploy the stack to an emulator of AWS that enforces IAM, and call the functions there.
    Try,
}

#[derive(Subcommand)]
enum Phrases {
    /// Have a running service make the clips that the bucket lacks, before a caller needs them. The environment names it:
    /// `FIRSTWORD_SERVICE_URL`, `FIRSTWORD_SERVICE_TOKEN`.
    Warm(phrases::Options),
}

#[derive(Subcommand)]
enum Prompts {
    /// Delete the prompts that the manifest in the bucket lists, at two a second, after a question. `FIRSTWORD_BUCKET` names
    /// the bucket; credentials are found as every AWS program finds them.
    Clean(prompts::Options),
}

#[derive(Subcommand)]
enum Voices {
    /// List the installed voices, and those that can be fetched.
    List,
    /// Fetch voices; all of them when none is named.
    Fetch { names: Vec<String> },
    /// Make a voice from a downloaded model.
    #[command(disable_help_flag = true)]
    Add {
        /// See `cargo xtask voices add --help`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Speak a text into a file: `say NAME TEXT --out FILE [--wide]`.
    #[command(disable_help_flag = true)]
    Say {
        /// See `cargo xtask voices say --help`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    let root = workspace_root()?;
    match command {
        Command::Call { arguments } => call(&root, "call", &arguments),
        Command::Talk { arguments } => talk::talk(&root, &arguments),
        Command::Dev { arguments } => call(&root, "dev", &arguments),
        Command::Test(options) => test::run(&root, &options),
        Command::Format => cargo::check_format(&root),
        Command::Lint => cargo::lint(&root),
        Command::Docs => cargo::document(&root),
        Command::Deny => supply::check(&root),
        Command::Fuzz { target, minutes } => fuzz::run(&root, &target, minutes),
        Command::Fetch => fetch::all(&root),
        Command::Ears(command) => ears::run(&root, &command),
        Command::Prose => prose::run(&root),
        Command::Oracle(options) => oracle::run(&root, &options),
        Command::Package { command: Some(Package::Host(options)), .. } => package_host::run(&root, &options),
        Command::Package { command: Some(Package::Functions(functions)), .. }
        | Command::Package { command: None, functions } => package_functions::run(&root, &functions),
        Command::Deploy(options) => deploy::deploy(&root, &options),
        Command::Destroy(stack) => deploy::destroy(&root, &stack),
        Command::Infra(Infra::Check) => infra::check(&root),
        Command::Infra(Infra::Try) => infra::try_out(&root),
        Command::Phrases(Phrases::Warm(options)) => phrases::warm(&root, &options),
        Command::Prompts(Prompts::Clean(options)) => prompts::clean(&root, &options),
        Command::Flow { arguments } => cargo::connect_flow(&root, &arguments),
        Command::Flows { arguments } => cargo::write_flows(&root, &arguments),
        Command::Metrics => cargo::write_metrics(&root),
        Command::Voices(command) => voices(&root, command),
        Command::Bench { command: Some(Bench::Pack { out, .. }), .. } => {
            pack::pack(&root, &out, &bench::GPU_VOICES)
        }
        Command::Bench { command: Some(Bench::Load { arguments }), .. } => call(&root, "load", &arguments),
        Command::Bench { command: Some(Bench::Fleet { arguments }), .. } => call(&root, "fleet", &arguments),
        Command::Bench { command: Some(Bench::Chat { arguments }), .. } => bench::chat(&root, &arguments),
        Command::Bench { command: Some(Bench::Live { arguments }), .. } => talk::bench(&root, &arguments),
        Command::Bench { command: Some(Bench::Cold { arguments }), .. } => bench::cold(&root, &arguments),
        Command::Bench { command: None, arguments } => bench::run(&root, &arguments),
    }
}

/// Runs a command of the local stack.
fn call(root: &Path, command: &str, arguments: &[OsString]) -> Result<()> {
    cargo::run_call(root, command, arguments, || {
        fetch_for_calls(root)?;
        voices::fetch_named(root, arguments)
    })
}

fn voices(root: &Path, command: Voices) -> Result<()> {
    match command {
        Voices::List => voices::list(root),
        Voices::Fetch { names } if names.is_empty() => fetch::all(root),
        Voices::Fetch { names } => names.iter().try_for_each(|name| fetch::voice(root, name)),
        Voices::Add { arguments } => cargo::run_release(root, &["voices"], "add", &arguments, || {
            fetch_for_calls(root)?;
            fetch::espeak(root)
        }),
        Voices::Say { arguments } => cargo::run_release(root, &["voices"], "say", &arguments, || {
            fetch_for_calls(root)?;
            voices::fetch_named(root, &arguments)
        }),
    }
}

/// Fetches the files for a call on this machine.
fn fetch_for_calls(root: &Path) -> Result<()> {
    fetch::runtime(root)?;
    fetch::voice(root, VOICE)
}

fn workspace_root() -> Result<PathBuf> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map(PathBuf::from).context("xtask lies in the workspace's folder")
}
