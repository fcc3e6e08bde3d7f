//! The reference page of the metrics.

use std::fmt::Write;

use super::{FUNCTION, Kind, Label, Metric, NAMESPACE, SERVICE};

/// The content of `docs/metrics.md`.
pub fn page() -> String {
    let mut page = String::from(
        "# Metrics\n\nMade by `cargo xtask metrics` from `contract/src/metrics.rs`.\n\n\
         ## Of the service\n\n\
         `GET /metrics` has them in Prometheus' text format: with the token, or without one on the address of \
         `--metrics-bind`. CloudWatch gets them once a minute where `--cloudwatch-namespace` is set: each metric without \
         dimensions, summed over its labels; a counter as the increase within the minute, a gauge as its last value, a \
         histogram as its values. Gauges `*_info` and the times of stages mean \
         nothing without their labels and are not sent.\n\n",
    );
    table(&mut page, SERVICE);
    let _ = write!(
        page,
        "\n## Of the functions\n\n\
         Each invocation writes one line in the embedded metric format, from which CloudWatch makes these metrics in the \
         namespace `{NAMESPACE}`, or that of `FIRSTWORD_CLOUDWATCH_NAMESPACE`.\n\n"
    );
    table(&mut page, FUNCTION);
    page.push_str("\n## Labels\n\n| label | values |\n| --- | --- |\n");
    let mut labels: Vec<&Label> = Vec::new();
    for label in SERVICE.iter().chain(FUNCTION).flat_map(|metric| metric.labels) {
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    for Label { name, values } in labels {
        let _ = writeln!(page, "| `{name}` | {values} |");
    }
    page
}

fn table(page: &mut String, metrics: &[Metric]) {
    page.push_str("| name | kind | unit | labels | meaning |\n| --- | --- | --- | --- | --- |\n");
    for Metric { name, kind, unit, labels, help } in metrics {
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram(_) => "histogram",
        };
        let unit = format!("{unit:?}").to_lowercase();
        let labels: Vec<_> = labels.iter().map(|label| format!("`{}`", label.name)).collect();
        let _ = writeln!(page, "| `{name}` | {kind} | {unit} | {} | {help} |", labels.join(", "));
    }
}
