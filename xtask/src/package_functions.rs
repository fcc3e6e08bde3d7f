//! Builds the zips of the functions with cargo-lambda, and checks that Lambda can run the programs in them.

use std::{
    env,
    ffi::OsString,
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::{
    cargo, glibc,
    peers::{LAMBDA, ZIG},
};

/// The functions, as their programs are named.
const FUNCTIONS: [&str; 5] =
    ["start_stream", "get_next_batch", "chat_and_stream", "synthesize_stream_cancel", "live_call"];

/// The build profile of the functions, in the root's Cargo.toml.
const PROFILE: &str = "lambda";

/// A processor of Lambda's, as the template's parameter `Architecture` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Architecture {
    Arm64,
    #[value(name = "x86_64")]
    X86,
}

impl Architecture {
    pub(crate) fn name(self) -> &'static str {
        if self == Self::Arm64 { "arm64" } else { "x86_64" }
    }

    fn target(self) -> &'static str {
        if self == Self::Arm64 { "aarch64-unknown-linux-gnu" } else { "x86_64-unknown-linux-gnu" }
    }

    fn is_of_this_machine(self) -> bool {
        let here = if cfg!(target_arch = "aarch64") { Self::Arm64 } else { Self::X86 };
        cfg!(target_os = "linux") && self == here
    }

    /// Whether Rust's library for it is installed.
    fn is_installed(self) -> Result<bool> {
        let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        rustc.args(["--print", "target-libdir", "--target", self.target()]);
        let output = rustc.output().context("rustc can't be started")?;
        Ok(Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir())
    }

    /// The command that installs the library.
    fn remedy(self) -> String {
        format!("rustup target add {}", self.target())
    }
}

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Processors to build for, separated by commas; all whose Rust target is installed if none is named.
    #[arg(long, value_enum, value_delimiter = ',')]
    arch: Vec<Architecture>,
    /// Link with zig also for this machine's processor: for a system whose C library is newer than Lambda's.
    #[arg(long)]
    zig: bool,
}

/// Builds `out/lambda/ARCH/FUNCTION/bootstrap.zip`, and prints the sizes.
///
/// # Errors
/// When a zip can't be built, or a program in one wants a newer C library than Lambda has.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    let architectures = architectures(&options.arch)?;
    for architecture in &architectures {
        let out = Path::new("out/lambda").join(architecture.name());
        build(root, *architecture, options.zig, &out)?;
    }
    Ok(())
}

/// Builds the zips where the template expects them: `target/lambda/FUNCTION/bootstrap.zip`.
///
/// # Errors
/// As [`run`].
pub(crate) fn for_the_template(root: &Path, architecture: Architecture) -> Result<()> {
    architectures(&[architecture])?;
    build(root, architecture, false, Path::new("target/lambda"))
}

/// Zips and programs for this machine.
pub(crate) struct Built {
    /// Folder of the zips, `FUNCTION/bootstrap.zip`.
    pub(crate) zips: PathBuf,
    /// Folder of the programs in them, by the functions' names.
    pub(crate) programs: PathBuf,
}

/// Builds the zips for this machine's processor.
///
/// # Errors
/// As [`run`]; and on a system whose programs Lambda can't run.
pub(crate) fn for_this_machine(root: &Path) -> Result<Built> {
    let all = [Architecture::Arm64, Architecture::X86];
    let here = all.into_iter().find(|architecture| architecture.is_of_this_machine());
    let here = here.context("the functions are programs for Linux: this needs Linux")?;
    let zips = Path::new("out/lambda").join(here.name());
    build(root, here, false, &zips)?;
    let programs = cargo::target_folder()?.join(here.target()).join(PROFILE);
    Ok(Built { zips: root.join(zips), programs })
}

/// The processor for which the stack is built unless the user says otherwise: arm64 costs less.
///
/// # Errors
/// When rustc can't be started.
pub(crate) fn usual() -> Result<Architecture> {
    Ok(if Architecture::Arm64.is_installed()? { Architecture::Arm64 } else { Architecture::X86 })
}

fn architectures(asked: &[Architecture]) -> Result<Vec<Architecture>> {
    let mut found = Vec::new();
    let all = [Architecture::Arm64, Architecture::X86];
    for &architecture in if asked.is_empty() { &all[..] } else { asked } {
        if architecture.is_installed()? {
            found.push(architecture);
        } else if asked.is_empty() {
            println!("left out {}; to add it: {}", architecture.name(), architecture.remedy());
        } else {
            bail!("Rust's target for {} is missing: {}", architecture.name(), architecture.remedy());
        }
    }
    Ok(found)
}

/// Builds into `out/FUNCTION/bootstrap.zip`, below the root.
fn build(root: &Path, architecture: Architecture, zig: bool, out: &Path) -> Result<()> {
    let tools = LAMBDA.install(root)?;
    let mut build = Command::new(tools.join("bin/cargo-lambda"));
    build.current_dir(root).args(["lambda", "build", "--profile", PROFILE, "--package", "lambdas"]);
    build.args(["--output-format", "zip", "--target", architecture.target(), "--lambda-dir"]).arg(out);
    if architecture.is_of_this_machine() && !zig {
        build.args(["--compiler", "cargo"]);
    } else {
        build.env("PATH", path_with(&ZIG.install(root)?.join("bin"))?);
    }
    cargo::run(&mut build, "cargo lambda build")?;
    println!("{:<26} {:>9} {:>9}  GLIBC", architecture.name(), "zip", "program");
    for function in FUNCTIONS {
        let zip = root.join(out).join(function).join("bootstrap.zip");
        let program = program_in(&zip).with_context(|| format!("{} can't be read", zip.display()))?;
        let glibc = glibc::wanted(&program).with_context(|| zip.display().to_string())?;
        let megabytes = |bytes: u64| format!("{:.2} MB", bytes as f64 / 1e6);
        let (packed, plain) = (megabytes(fs::metadata(&zip)?.len()), megabytes(program.len() as u64));
        let glibc = glibc.map_or_else(|| "none".to_owned(), |(major, minor)| format!("{major}.{minor}"));
        println!("{function:<26} {packed:>9} {plain:>9}  {glibc}");
    }
    println!("in {}/FUNCTION/bootstrap.zip", out.display());
    Ok(())
}

fn program_in(zip: &PathBuf) -> Result<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(File::open(zip)?)?;
    let mut program = Vec::new();
    archive.by_name("bootstrap")?.read_to_end(&mut program)?;
    Ok(program)
}

fn path_with(folder: &Path) -> Result<OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = [folder.to_owned()].into_iter().chain(env::split_paths(&path));
    env::join_paths(folders).context("the target folder has a name that PATH can't hold")
}
