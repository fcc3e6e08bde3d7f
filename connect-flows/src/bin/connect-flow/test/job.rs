//! One scenario or test case, from its file to its outcome.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use connect_flows::{
    scenario::{self, Checked, Library, Scenario, StageError},
    source::Source,
    test_case::{self, TestCase},
};

/// A test to run.
pub(super) struct Job {
    pub(super) path: PathBuf,
    pub(super) kind: Kind,
}

/// The kinds of tests.
pub(super) enum Kind {
    Scenario,
    TestCase {
        /// The flow where the test case names none that is here.
        flow: Option<PathBuf>,
    },
}

/// A finished test.
pub(super) struct Outcome {
    pub(super) name: String,
    /// The outcome of the call, or the reason why there was none.
    pub(super) result: Result<Checked, String>,
    pub(super) took: Duration,
}

impl Outcome {
    pub(super) fn has_passed(&self) -> bool {
        self.result.as_ref().is_ok_and(Checked::has_passed)
    }
}

impl Job {
    /// The path without a `./` before it.
    pub(super) fn name(&self) -> String {
        let path = self.path.strip_prefix(".").unwrap_or(&self.path);
        path.display().to_string()
    }

    /// Runs the test. A panic of the runner is a failure of this test alone.
    pub(super) fn run(&self, library: &Library) -> Outcome {
        let start = Instant::now();
        let result = catch_unwind(AssertUnwindSafe(|| self.check(library)));
        let result = result
            .unwrap_or_else(|_| Err(StageError("the runner broke down: please report this flow".into())));
        Outcome { name: self.name(), result: result.map_err(|error| error.0), took: start.elapsed() }
    }

    fn check(&self, library: &Library) -> Result<Checked, StageError> {
        match &self.kind {
            Kind::Scenario => scenario::check(&scenario::open(&self.path)?, library),
            Kind::TestCase { flow } => {
                let case = self.test_case()?;
                let base = Scenario {
                    flow: flow_of(&case, &self.path, flow.as_deref(), library)?,
                    ..Scenario::default()
                };
                test_case::run(&case, &base, library)
            }
        }
    }

    /// The test case of the file.
    pub(super) fn test_case(&self) -> Result<TestCase, StageError> {
        let source = Source::open(&self.path).map_err(|error| StageError(error.to_string()))?;
        test_case::read(&source.text)
            .map_err(|error| StageError(format!("{}: {}", source.place(&error.span), error.text)))
    }
}

/// The file of a test case's flow: the one in its folder whose name or id the entry point gives, the one that the
/// command was given, or the only one in the folder.
fn flow_of(
    case: &TestCase,
    path: &Path,
    given: Option<&Path>,
    library: &Library,
) -> Result<PathBuf, StageError> {
    let flows = library.beside(path).map_err(StageError)?.flows;
    if let Some(wanted) = &case.entry.flow {
        let wanted = wanted.rsplit('/').next().unwrap_or(wanted);
        let named = flows.iter().find(|(_, flow)| flow.id == wanted || flow.name == wanted);
        if let Some((path, _)) = named {
            return Ok(path.clone());
        }
    }
    match (given, &flows[..], &case.entry.flow) {
        (Some(given), ..) => Ok(given.to_owned()),
        (None, [(path, _)], _) => Ok(path.clone()),
        (None, _, Some(wanted)) => Err(StageError(format!(
            "the flow {wanted} of this test case is not in its folder: give it with --flow FILE"
        ))),
        (None, flows, None) => {
            let number = if flows.is_empty() { "no flow" } else { "several" };
            Err(StageError(format!(
                "this test case names no flow, and its folder has {number}: give one with --flow FILE"
            )))
        }
    }
}
