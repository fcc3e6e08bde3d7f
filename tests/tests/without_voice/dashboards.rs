//! Checks of the dashboards and alert rules against the vocabulary of metrics: each expression is PromQL that names only
//! metrics and labels that exist, and no metric is watched by nobody.
//!
//! `cargo xtask infra check` loads the dashboards into Grafana's types, and `prometheus.rs` asks a real Prometheus.

use std::collections::BTreeSet;

use contract::metrics::{Kind, SERVICE};
use e2e::{
    dashboards::{Panel, alerts, panels, text},
    prelude::*,
    promql::{Query, Selector},
};
use regex::Regex;

/// Prometheus' own metric of a host that it could not scrape.
const SCRAPES: &str = "up";

/// Every expression, with the place where it is.
fn queries() -> Result<Vec<(String, Query)>> {
    let of_panels = panels()?.into_iter().flat_map(|panel| {
        let place = panel.place();
        panel.expressions.into_iter().map(move |expression| (place.clone(), expression))
    });
    let of_alerts = alerts()?.into_iter().map(|alert| (alert.name, alert.expression));
    let parsed = of_panels
        .chain(of_alerts)
        .map(|(place, expression)| Ok((place.clone(), Query::parse(&expression).context(place)?)));
    parsed.collect()
}

/// The labels that a selector's series have.
fn labels_of(selector: &Selector) -> Option<BTreeSet<&'static str>> {
    let mut labels = BTreeSet::from(["instance", "job"]);
    if selector.name == SCRAPES {
        return Some(labels);
    }
    let metric = SERVICE.iter().find(|metric| match metric.kind {
        Kind::Histogram(_) => ["_bucket", "_sum", "_count"]
            .iter()
            .any(|part| selector.name.strip_suffix(part) == Some(metric.name)),
        Kind::Counter | Kind::Gauge => selector.name == metric.name,
    })?;
    labels.extend(metric.labels.iter().map(|label| label.name));
    labels.extend(selector.name.ends_with("_bucket").then_some("le"));
    Some(labels)
}

#[test]
fn each_expression_names_only_metrics_and_labels_that_exist() -> Result<()> {
    let queries = queries()?;
    assert!(queries.len() > 60, "{}", queries.len());
    for (place, query) in queries {
        assert!(!query.selectors.is_empty(), "{place}");
        for selector in &query.selectors {
            let labels = labels_of(selector);
            let labels = labels.unwrap_or_else(|| panic!("{place}: there is no {}", selector.name));
            let used = selector.labels.iter().chain(&selector.grouped_by).map(String::as_str).collect();
            let unknown: Vec<_> = BTreeSet::difference(&used, &labels).collect();
            assert!(unknown.is_empty(), "{place}: {} has no {unknown:?}", selector.name);
        }
    }
    Ok(())
}

#[test]
fn limits_of_buckets_in_expressions_exist() -> Result<()> {
    for (place, query) in queries()? {
        for selector in query.selectors {
            let Some(limit) = &selector.limit else { continue };
            let limit: f64 = limit.parse()?;
            let buckets = SERVICE.iter().find_map(|metric| match metric.kind {
                Kind::Histogram(limits) if selector.name.starts_with(metric.name) => Some(limits),
                _ => None,
            });
            assert!(buckets.is_some_and(|limits| limits.contains(&limit)), "{place}: no bucket {limit}");
        }
    }
    Ok(())
}

#[test]
fn expressions_of_panels_are_about_any_number_of_hosts() -> Result<()> {
    for panel in panels()? {
        let place = panel.place();
        for expression in &panel.expressions {
            let query = Query::parse(expression).context(place.clone())?;
            for selector in &query.selectors {
                assert!(selector.is_aggregated, "{place}: {} of each host", selector.name);
                assert!(selector.labels.contains("instance"), "{place}: the variable host is not used");
                // A distribution of several hosts is known from the sums of their buckets.
                let is_bucket = selector.name.ends_with("_bucket") && selector.limit.is_none();
                assert!(!is_bucket || selector.grouped_by.contains("le"), "{place}: no sum by (le)");
            }
        }
    }
    Ok(())
}

#[test]
fn every_metric_of_the_service_is_on_a_dashboard() -> Result<()> {
    let mut idle: BTreeSet<_> = SERVICE.iter().map(|metric| metric.name).collect();
    for panel in panels()? {
        idle.retain(|name| !panel.expressions.iter().any(|expression| expression.contains(name)));
    }
    assert_eq!(idle, BTreeSet::new());
    Ok(())
}

#[test]
fn panels_say_what_they_show() -> Result<()> {
    let panels = panels()?;
    for panel in &panels {
        let place = panel.place();
        assert!(panel.description.ends_with('.'), "{place}: {}", panel.description);
        assert!(!panel.unit.is_empty(), "{place}");
    }
    let places: BTreeSet<_> = panels.iter().map(Panel::place).collect();
    assert_eq!(places.len(), panels.len(), "two panels have the same title");
    Ok(())
}

#[test]
fn alerts_have_words_and_a_section_of_the_runbook() -> Result<()> {
    let runbook = text("docs/runbook.md")?;
    let titles = runbook.lines().filter_map(|line| line.strip_prefix("## "));
    let anchors: Vec<_> = titles.map(|title| title.to_lowercase().replace(' ', "-")).collect();
    let capital = Regex::new("([A-Z])")?;
    for alert in alerts()? {
        let name = &alert.name;
        let kebab = capital.replace_all(name, "-$1").to_lowercase();
        let anchor = kebab.trim_start_matches('-');
        assert_eq!(alert.annotations["runbook"], format!("docs/runbook.md#{anchor}"));
        assert!(anchors.iter().any(|other| other == anchor), "docs/runbook.md has no section on {name}");
        assert!(["critical", "warning"].contains(&alert.severity.as_str()), "{name}: {}", alert.severity);
        for key in ["summary", "description"] {
            let words = alert.annotations[key].as_str().unwrap_or_default();
            assert!(words.len() > 10, "{name}: {key}");
        }
    }
    Ok(())
}

#[test]
fn each_alert_has_a_test_in_which_it_fires_and_one_in_which_it_does_not() -> Result<()> {
    let tests = text("infra/prometheus/firstword.test.yml")?;
    let tests: Vec<_> = tests.split("\n  # ").skip(1).collect();
    for name in alerts()?.into_iter().map(|alert| alert.name) {
        let fires = |test: &str| test.contains(&format!("'{{alertname=\"{name}\"}}'"));
        let own = || tests.iter().filter(|test| test.starts_with(name.as_str()));
        assert!(own().any(|test| fires(test)), "no test in which {name} fires");
        assert!(own().any(|test| !fires(test)), "no test in which {name} does not fire");
    }
    Ok(())
}

#[test]
fn limits_of_alerts_are_those_of_the_alarms() -> Result<()> {
    let template = text("infra/watch.yaml")?;
    let alerts = alerts()?;
    for (parameter, alert) in [
        ("FirstAudioSeconds", "FirstAudioIsSlow"),
        ("GapSeconds", "GapsAreLong"),
        ("LiveResponseSeconds", "LiveAnswersAreSlow"),
        ("Refusals", "HostsRefuse"),
    ] {
        let (_, rest) = template.split_once(&format!("\n  {parameter}:\n")).context(parameter)?;
        let default =
            rest.lines().find_map(|line| line.trim().strip_prefix("Default: ")).context(parameter)?;
        let alert = alerts.iter().find(|other| other.name == alert).context(alert)?;
        assert!(alert.expression.ends_with(&format!(" > {default}")), "{}: {default}", alert.name);
    }
    Ok(())
}
