//! The part of a flow that runs visited, from the coverage file of `connect-flow test`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

/// The part of a flow that was visited.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Visited {
    /// Identifiers of the actions.
    #[serde(default)]
    pub actions: BTreeSet<String>,
    /// The ways that were taken, as identifiers of the actions before and after them.
    #[serde(default)]
    pub branches: BTreeSet<(String, String)>,
}

/// The reason why a coverage file does not help.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum CoverageError {
    #[error("no coverage file, which is an object with `flows`: {0}")]
    Shape(String),
    #[error(
        "the coverage file has nothing about {flow}, only about {known}: run the tests of this flow first"
    )]
    Unknown { flow: String, known: String },
}

#[derive(Deserialize)]
struct Coverage {
    flows: BTreeMap<String, Visited>,
}

impl Visited {
    /// Reads the part of one flow from the text of a coverage file. The flow's path is found as it was given, or by
    /// its last components.
    ///
    /// # Errors
    /// [`CoverageError`]: one line.
    pub fn read(coverage: &str, flow: &str) -> Result<Self, CoverageError> {
        let Coverage { mut flows } =
            serde_json::from_str(coverage).map_err(|error| CoverageError::Shape(error.to_string()))?;
        if let Some(visited) = flows.remove(flow) {
            return Ok(visited);
        }
        let tail = |path: &str| path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned();
        let same: Vec<&String> = flows.keys().filter(|path| tail(path) == tail(flow)).collect();
        match same[..] {
            [path] => Ok(flows[path].clone()),
            _ => {
                let known = flows.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
                Err(CoverageError::Unknown { flow: flow.to_owned(), known })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flow_is_found_by_its_path_or_its_file_name() {
        let coverage =
            r#"{"flows": {"flows/a.json": {"actions": ["x"], "branches": [["x", "y"]]}, "b.json": {}}}"#;
        for path in ["flows/a.json", "./flows/a.json", "/c/a.json"] {
            let visited = Visited::read(coverage, path).unwrap();
            assert!(visited.actions.contains("x") && visited.branches.contains(&("x".into(), "y".into())));
        }
        let error = Visited::read(coverage, "c.json").unwrap_err().to_string();
        assert!(error.contains("only about b.json, flows/a.json"), "{error}");
        assert!(Visited::read("[]", "a.json").is_err());
    }
}
