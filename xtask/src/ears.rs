//! Fetches the local ears and tries them.

use std::{
    env,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::Command as Process,
};

use anyhow::{Context, Result};

use crate::{cargo, fetch};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Fetch Moonshine for English and Whisper for other languages, 175 MB.
    Fetch,
    /// Recognise speech in files, and print each text with the time that it took.
    Try {
        /// Language of the speech, such as `ko`.
        #[arg(long, default_value = "en")]
        lang: String,
        /// WAV files: mono, mu-law at 8000 Hz, or 16 bit at 8000 or 16,000 Hz.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

/// # Errors
/// When a fetch fails, or the program that recognises can't be built or started.
pub(crate) fn run(root: &Path, command: &Command) -> Result<()> {
    fetch::ears(root)?;
    match command {
        Command::Fetch => Ok(()),
        Command::Try { lang, files } => {
            let path = cargo::build_release_example(root, "hear")?;
            let mut program = Process::new(&path);
            program.current_dir(env::current_dir()?);
            program.arg(root.join(fetch::ASSETS).join("ears")).arg(lang).args(files);
            Err(program.exec()).with_context(|| format!("{} can't be started", path.display()))
        }
    }
}
