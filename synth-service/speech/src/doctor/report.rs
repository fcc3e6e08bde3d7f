//! The findings, one line each.

use std::fmt;

/// The findings about a machine, in the order in which they were made.
#[derive(Clone, Debug, Default)]
pub struct Report {
    findings: Vec<Finding>,
}

#[derive(Clone, Debug)]
enum Finding {
    Good(String),
    Info(String),
    Fault { cause: String, package: String },
}

impl Report {
    /// Whether nothing is missing.
    pub fn is_healthy(&self) -> bool {
        !self.findings.iter().any(|finding| matches!(finding, Finding::Fault { .. }))
    }

    pub(super) fn good(&mut self, text: impl Into<String>) {
        self.findings.push(Finding::Good(text.into()));
    }

    pub(super) fn info(&mut self, text: impl Into<String>) {
        self.findings.push(Finding::Info(text.into()));
    }

    /// Something is missing that `package` mends.
    pub(super) fn fault(&mut self, cause: impl Into<String>, package: impl Into<String>) {
        self.findings.push(Finding::Fault { cause: cause.into(), package: package.into() });
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            match finding {
                Finding::Good(text) => writeln!(formatter, "ok     {text}")?,
                Finding::Info(text) => writeln!(formatter, "info   {text}")?,
                Finding::Fault { cause, package } => {
                    writeln!(formatter, "fault  {cause}: install {package}")?;
                }
            }
        }
        Ok(())
    }
}
