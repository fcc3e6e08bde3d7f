//! The caller's settings for its functions, and the checks before anything starts.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::name;

/// Settings of a [`LambdaHost`](super::LambdaHost).
#[derive(Debug, Clone)]
pub struct LambdaHostConfig {
    /// Where the Invoke API listens: a loopback address, port 0 takes any free one.
    pub address: SocketAddr,
    /// The functions that can be invoked.
    pub functions: Vec<Function>,
    /// The region in ARNs and in the functions' `AWS_REGION`.
    pub region: String,
    /// The account in ARNs: twelve digits.
    pub account: String,
    /// Folder for the functions' logs, `NAME.log` each, created when missing and appended to.
    /// Without one the lines go to `tracing` at debug level.
    pub logs: Option<PathBuf>,
}

/// One function.
#[derive(Debug, Clone)]
pub struct Function {
    /// Letters, digits, `-` and `_`; 64 at most.
    pub name: String,
    /// The binary that speaks the Runtime API: `bootstrap` in a zip.
    pub program: PathBuf,
    /// How long one invocation may take; the init before it has ten seconds of its own.
    pub timeout: Duration,
    /// Told to the function in MB, never enforced.
    pub memory_mb: u32,
    /// The function's own variables, access keys included: nothing else of the host's gets through.
    pub environment: BTreeMap<String, String>,
    /// Processes, and so invocations, at a time; more are answered 429.
    pub concurrency: usize,
}

impl Function {
    /// A function with AWS's defaults (3 s, 128 MB) and a concurrency of 10.
    pub fn new(name: impl Into<String>, program: impl Into<PathBuf>) -> Self {
        Self {
            name: name.into(),
            program: program.into(),
            timeout: Duration::from_secs(3),
            memory_mb: 128,
            environment: BTreeMap::new(),
            concurrency: 10,
        }
    }
}

/// Why a [`LambdaHost`](super::LambdaHost) did not start, or a function did not become warm.
#[derive(Debug, thiserror::Error)]
pub enum LambdaHostError {
    /// The address is taken, or not this machine's.
    #[error("the Lambda host cannot listen on {address}: {cause}")]
    Bind {
        /// The address that was asked for.
        address: SocketAddr,
        /// The reason.
        cause: io::Error,
    },
    /// Signatures are not checked, so no other client may reach the port.
    #[error("the Lambda host checks no signatures and listens on loopback only, not on {0}")]
    NotLoopback(SocketAddr),
    /// Lambda would not accept this name.
    #[error("{0:?} is not a valid function name")]
    FunctionName(String),
    /// Two functions have this name.
    #[error("two functions are named {0}")]
    Duplicate(String),
    /// The program of a function is not a file.
    #[error("function {function}: {program} is not a program: {cause}")]
    Program {
        /// The function's name.
        function: String,
        /// The path as it was given.
        program: PathBuf,
        /// The reason.
        cause: io::Error,
    },
    /// The folder for logs cannot be created.
    #[error("the folder for logs, {folder}: {cause}")]
    Logs {
        /// The folder as it was given.
        folder: PathBuf,
        /// The reason.
        cause: io::Error,
    },
    /// No function has this name.
    #[error("no function is named {0}")]
    UnknownFunction(String),
    /// The process of a function ended, failed or hung before it asked for its first invocation.
    #[error("function {function} did not start: {reason}")]
    Init {
        /// The function's name.
        function: String,
        /// The message that an invoking client would see.
        reason: String,
    },
}

impl LambdaHostConfig {
    /// Checks everything that would otherwise fail later, and makes the paths absolute: processes
    /// run in their program's folder.
    pub(super) fn checked(mut self) -> Result<Self, LambdaHostError> {
        if !self.address.ip().is_loopback() {
            return Err(LambdaHostError::NotLoopback(self.address));
        }
        let mut names = BTreeSet::new();
        for function in &mut self.functions {
            if !name::is_valid(&function.name) {
                return Err(LambdaHostError::FunctionName(function.name.clone()));
            }
            if !names.insert(function.name.clone()) {
                return Err(LambdaHostError::Duplicate(function.name.clone()));
            }
            function.program = program(function)?;
        }
        if let Some(folder) = &self.logs {
            std::fs::create_dir_all(folder)
                .map_err(|cause| LambdaHostError::Logs { folder: folder.clone(), cause })?;
        }
        Ok(self)
    }
}

fn program(function: &Function) -> Result<PathBuf, LambdaHostError> {
    let absolute = std::path::absolute(&function.program).and_then(|path| {
        if std::fs::metadata(&path)?.is_file() { Ok(path) } else { Err(io::ErrorKind::InvalidInput.into()) }
    });
    absolute.map_err(|cause| LambdaHostError::Program {
        function: function.name.clone(),
        program: function.program.clone(),
        cause,
    })
}
