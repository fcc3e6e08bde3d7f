//! Findings as commands of a GitHub workflow, which shows them beside the lines of a pull request.

use connect_flows::{lint::Finding, source::Source};

use super::report::{Report, line, place};

pub(super) fn write(report: &Report) -> String {
    report.findings().map(|(source, finding)| command(source, finding)).collect()
}

fn command(source: &Source, finding: &Finding) -> String {
    let place = place(source, finding);
    let sort = if finding.is_error() { "error" } else { "warning" };
    // Columns are allowed within one line only.
    let columns = if place.start.line == place.end.line {
        format!(",col={},endColumn={}", place.start.column, place.end.column)
    } else {
        String::new()
    };
    format!(
        "::{sort} file={},line={},endLine={}{columns},title={}::{}\n",
        property(&source.name),
        place.start.line,
        place.end.line,
        property(&format!("{} {}", finding.rule, finding.rule.name())),
        message(&line(finding)),
    )
}

fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}
