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
    /// The address of the Invoke API, which must be a loopback address; port 0 takes any free one.
    pub address: SocketAddr,
    /// The functions that can be invoked.
    pub functions: Vec<Function>,
    /// The region in ARNs and in `AWS_REGION` of the functions.
    pub region: String,
    /// The account in ARNs: twelve digits.
    pub account: String,
    /// Folder for the functions' logs, `NAME.log` each. It is created if it is missing, and existing logs are appended
    /// to. Without a folder the lines go to `tracing` at debug level.
    pub logs: Option<PathBuf>,
}

/// One function.
#[derive(Debug, Clone)]
pub struct Function {
    /// The function's name: letters, digits, `-` and `_`; at most 64.
    pub name: String,
    /// The function's program, which uses the Runtime API: `bootstrap` in a zip.
    pub program: PathBuf,
    /// Longest time of one invocation. The init before it has a separate limit of ten seconds.
    pub timeout: Duration,
    /// The memory limit in MB that the function is shown. It is never enforced.
    pub memory_mb: u32,
    /// The function's own variables, access keys included. The process gets no variable of the host's environment.
    pub environment: BTreeMap<String, String>,
    /// Largest number of processes, and so of simultaneous invocations; further ones are answered with 429.
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

/// The reason why a [`LambdaHost`](super::LambdaHost) did not start, or a function could not be warmed up.
#[derive(Debug, thiserror::Error)]
pub enum LambdaHostError {
    /// The address is taken, or does not belong to this machine.
    #[error("the Lambda host cannot listen on {address}: {cause}")]
    Bind {
        /// The requested address.
        address: SocketAddr,
        /// The reason.
        cause: io::Error,
    },
    /// The address is not a loopback address. Other machines must not reach the port, since signatures are not checked.
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
        /// The given path.
        program: PathBuf,
        /// The reason.
        cause: io::Error,
    },
    /// The folder for logs cannot be created.
    #[error("the folder for logs, {folder}: {cause}")]
    Logs {
        /// The given path.
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
        /// The message that a client's invocation would return.
        reason: String,
    },
}

impl LambdaHostConfig {
    /// Checks in advance all settings that would otherwise fail later, and makes the paths absolute, since processes
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
