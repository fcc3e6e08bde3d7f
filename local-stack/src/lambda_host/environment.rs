//! The environment of a function's process: AWS's variables and the function's own.

use std::net::SocketAddr;
use std::path::Path;

use time::OffsetDateTime;
use uuid::Uuid;

use super::config::Function;

/// All variables of a new process; a later entry overrides an earlier one of the same name.
pub(super) fn variables(function: &Function, region: &str, runtime_api: SocketAddr) -> Vec<(String, String)> {
    let set = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut variables = vec![
        set("PATH", "/usr/local/bin:/usr/bin/:/bin:/opt/bin"),
        set("LANG", "en_US.UTF-8"),
        set("TZ", ":UTC"),
    ];
    variables.extend(function.environment.iter().map(|(name, value)| set(name, value)));
    // AWS reserves these variables, so they override the function's own.
    variables.extend([
        set("_HANDLER", &file_name(&function.program)),
        set("LAMBDA_TASK_ROOT", &root(&function.program).to_string_lossy()),
        set("AWS_REGION", region),
        set("AWS_DEFAULT_REGION", region),
        set("AWS_LAMBDA_FUNCTION_NAME", &function.name),
        set("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        set("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", &function.memory_mb.to_string()),
        set("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        set("AWS_LAMBDA_LOG_GROUP_NAME", &format!("/aws/lambda/{}", function.name)),
        set("AWS_LAMBDA_LOG_STREAM_NAME", &log_stream()),
        set("AWS_LAMBDA_RUNTIME_API", &runtime_api.to_string()),
    ]);
    variables
}

/// The folder in which a process runs: the folder of its program.
pub(super) fn root(program: &Path) -> &Path {
    program.parent().unwrap_or(Path::new("/"))
}

fn file_name(program: &Path) -> String {
    program.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn log_stream() -> String {
    let today = OffsetDateTime::now_utc().date();
    let (year, month, day) = (today.year(), u8::from(today.month()), today.day());
    format!("{year:04}/{month:02}/{day:02}/[$LATEST]{}", Uuid::new_v4().simple())
}
