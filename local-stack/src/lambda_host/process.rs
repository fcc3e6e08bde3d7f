//! A sandbox with its log and the unreported part of its init.
//!
//! It writes the lines that AWS adds to the log around an invocation. It makes no scheduling decisions.

use std::time::Duration;

use super::answer::{InitFailure, Outcome, Report};
use super::log::LogPipe;
use super::sandbox::Sandbox;

/// A process, or the outcome of starting one.
pub(super) struct Process {
    pub(super) sandbox: Result<Sandbox, InitFailure>,
    /// The process's log. `None` only if the pipe could not be opened; then there is no process either.
    pub(super) log: Option<LogPipe>,
    /// Duration of the init. The first invocation takes it, since later ones are no cold starts.
    pub(super) init: Option<Duration>,
}

impl Process {
    /// Begins an invocation's part of the log.
    pub(super) fn open_log(&mut self, request_id: &str) {
        self.line(&format!("START RequestId: {request_id} Version: $LATEST"));
    }

    /// Ends the invocation's part of the log, and returns its last bytes if they are wanted.
    pub(super) async fn close_log(
        &mut self,
        report: &Report,
        payload: &[u8],
        memory_mb: u32,
        wanted: bool,
    ) -> Vec<u8> {
        let id = &report.request_id;
        if !matches!(report.outcome, Outcome::Success | Outcome::HandlerError) {
            // The payload is cut so that the host's line remains one write. Error documents are short anyway.
            let shown = &payload[..payload.len().min(1024)];
            self.line(&format!("RequestId: {id} {:?}: {}", report.outcome, String::from_utf8_lossy(shown)));
        }
        self.line(&format!("END RequestId: {id}"));
        self.line(&report_line(report, memory_mb));
        match &mut self.log {
            Some(log) => log.end(wanted).await,
            None => Vec::new(),
        }
    }

    fn line(&mut self, text: &str) {
        if let Some(log) = &mut self.log {
            log.line(text);
        }
    }
}

fn report_line(report: &Report, memory_mb: u32) -> String {
    let init = report.init_ms.map(|init| format!("\tInit Duration: {init:.2} ms")).unwrap_or_default();
    format!(
        "REPORT RequestId: {}\tDuration: {:.2} ms\tBilled Duration: {} ms\tMemory Size: {memory_mb} MB{init}",
        report.request_id,
        report.duration_ms,
        (report.duration_ms + report.init_ms.unwrap_or_default()).ceil(),
    )
}
