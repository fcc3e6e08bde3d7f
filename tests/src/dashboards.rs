//! The dashboards and the alert rules, read from their files.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use serde_json::Value;

const DASHBOARDS: [&str; 2] = ["infra/grafana/dashboards/calls.json", "infra/grafana/dashboards/hosts.json"];

/// A panel of a dashboard.
pub struct Panel {
    dashboard: String,
    pub title: String,
    pub description: String,
    pub unit: String,
    pub expressions: Vec<String>,
}

/// An alert rule.
pub struct Alert {
    pub name: String,
    pub expression: String,
    pub severity: String,
    pub annotations: Value,
}

impl Panel {
    /// Dashboard and title.
    pub fn place(&self) -> String {
        format!("{}, {}", self.dashboard, self.title)
    }
}

/// A file of the workspace.
pub fn text(path: &str) -> Result<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    fs::read_to_string(file).with_context(|| path.to_owned())
}

/// The panels of all dashboards, without the headings of rows.
pub fn panels() -> Result<Vec<Panel>> {
    let mut panels = Vec::new();
    for path in DASHBOARDS {
        let dashboard: Value = serde_json::from_str(&text(path)?)?;
        for panel in list(&dashboard["panels"]).iter().filter(|panel| panel["type"] != "row") {
            panels.push(Panel {
                dashboard: string(&dashboard["uid"]),
                title: string(&panel["title"]),
                description: string(&panel["description"]),
                unit: string(&panel["fieldConfig"]["defaults"]["unit"]),
                expressions: list(&panel["targets"]).iter().map(|target| string(&target["expr"])).collect(),
            });
        }
    }
    Ok(panels)
}

/// The alert rules.
pub fn alerts() -> Result<Vec<Alert>> {
    let rules: Value = serde_yaml_ng::from_str(&text("infra/prometheus/firstword.rules.yml")?)?;
    let rules = list(&rules["groups"]).iter().flat_map(|group| list(&group["rules"]));
    let alerts = rules.map(|rule| Alert {
        name: string(&rule["alert"]),
        expression: string(&rule["expr"]),
        severity: string(&rule["labels"]["severity"]),
        annotations: rule["annotations"].clone(),
    });
    Ok(alerts.collect())
}

/// An expression with the values of Grafana's variables: any host, and these voices.
pub fn filled(expression: &str, voices: &str) -> String {
    expression.replace("$__rate_interval", "5m").replace("$host", ".*").replace("$voice", voices)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
