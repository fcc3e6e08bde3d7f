//! The dashboards and the alert rules, read from their files.

use std::{fs, path::PathBuf};

use serde_json::Value;

const DASHBOARDS: [&str; 2] = ["infra/grafana/dashboards/calls.json", "infra/grafana/dashboards/hosts.json"];

/// A panel of a dashboard.
pub(crate) struct Panel {
    dashboard: String,
    title: String,
    pub(crate) description: String,
    pub(crate) unit: String,
    pub(crate) expressions: Vec<String>,
}

/// An alert rule.
pub(crate) struct Alert {
    pub(crate) name: String,
    pub(crate) expression: String,
    pub(crate) severity: String,
    pub(crate) annotations: Value,
}

impl Panel {
    /// Dashboard and title.
    pub(crate) fn place(&self) -> String {
        format!("{}, {}", self.dashboard, self.title)
    }
}

/// A file of the workspace.
pub(crate) fn text(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The panels of all dashboards, without the headings of rows.
pub(crate) fn panels() -> Vec<Panel> {
    let mut panels = Vec::new();
    for path in DASHBOARDS {
        let dashboard: Value = serde_json::from_str(&text(path)).expect("is JSON");
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
    panels
}

/// The alert rules.
pub(crate) fn alerts() -> Vec<Alert> {
    let rules: Value =
        serde_yaml_ng::from_str(&text("infra/prometheus/firstword.rules.yml")).expect("is YAML");
    let rules = list(&rules["groups"]).iter().flat_map(|group| list(&group["rules"]));
    let alerts = rules.map(|rule| Alert {
        name: string(&rule["alert"]),
        expression: string(&rule["expr"]),
        severity: string(&rule["labels"]["severity"]),
        annotations: rule["annotations"].clone(),
    });
    alerts.collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
