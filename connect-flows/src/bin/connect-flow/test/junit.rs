//! The results as JUnit XML.

use anyhow::{Context, Result};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{console, job::Outcome};

/// The report of all tests.
pub(super) fn of(outcomes: &[Outcome]) -> Result<String> {
    let mut suite = TestSuite::new("connect-flow");
    for outcome in outcomes {
        let mut case = TestCase::new(outcome.name.clone(), status(outcome));
        case.set_classname("connect-flow").set_time(outcome.took);
        if let Ok(checked) = &outcome.result
            && !checked.notes.is_empty()
        {
            case.set_system_out(checked.notes.join("\n"));
        }
        suite.add_test_case(case);
    }
    let mut report = Report::new("connect-flow");
    report.add_test_suite(suite);
    report.to_string().context("the JUnit report can't be written")
}

fn status(outcome: &Outcome) -> TestCaseStatus {
    match &outcome.result {
        Ok(checked) if checked.has_passed() => TestCaseStatus::success(),
        Ok(checked) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            let missed: Vec<_> = checked.verdicts.iter().filter(|verdict| !verdict.is_met()).collect();
            let first = missed.first().map(|verdict| verdict.expected.clone()).unwrap_or_default();
            status.set_message(first).set_type("expectation").set_description(console::in_full(checked));
            status
        }
        Err(error) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            let first = error.lines().next().unwrap_or_default();
            status.set_message(first).set_type("scenario").set_description(error.as_str());
            status
        }
    }
}
