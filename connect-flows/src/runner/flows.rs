//! The flows and modules of a run, found as flows refer to each other.

use std::{path::Path, sync::Arc};

use super::names::is_same;
use crate::{model::Flow, source::Source};

/// The flows and modules that a run can reach.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Flows {
    flows: Vec<Arc<KnownFlow>>,
}

/// A flow with the names by which others refer to it.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownFlow {
    /// Its ARN or id; the name where neither is known.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its type as the source writes it, where it does.
    pub kind: Option<String>,
    /// The flow.
    pub flow: Flow,
}

impl Flows {
    /// Adds a flow.
    pub fn add(&mut self, flow: KnownFlow) {
        self.share(Arc::new(flow));
    }

    /// Adds a flow that other runs share.
    pub fn share(&mut self, flow: Arc<KnownFlow>) {
        self.flows.push(flow);
    }

    /// Adds the flows of a file, or of all files `*.json` in a folder and below it. Files of a folder that hold no flow are
    /// left out; their reasons are returned, one line each.
    ///
    /// # Errors
    /// One line when the path can't be read, or a file that is named itself holds no flow.
    pub fn load(&mut self, path: &Path) -> Result<Vec<String>, String> {
        if !path.is_dir() {
            return self.load_file(path).map(|()| Vec::new());
        }
        let failed = |error: std::io::Error| format!("folder {} can't be read: {error}", path.display());
        let entries = std::fs::read_dir(path).map_err(failed)?;
        let mut paths = entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(failed)?;
        paths.sort();
        let mut left_out = Vec::new();
        for path in paths {
            // A link may lead back to a folder above.
            if path.is_dir() && !path.is_symlink() {
                left_out.extend(self.load(&path)?);
            } else if path.is_file() && path.extension().is_some_and(|extension| extension == "json") {
                left_out.extend(self.load_file(&path).err());
            }
        }
        Ok(left_out)
    }

    fn load_file(&mut self, path: &Path) -> Result<(), String> {
        let source = Source::open(path).map_err(|error| error.to_string())?;
        let held = source.flows().map_err(|error| format!("{}: {}", source.name, error.reason))?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        for held in held {
            let name = held.name.unwrap_or_else(|| stem.clone());
            self.add(KnownFlow { id: stem.clone(), name, kind: held.kind, flow: held.reading.flow });
        }
        Ok(())
    }

    /// The flow for any of these references: an ARN, an id, a name, or the stem of a file's name.
    pub fn find(&self, references: &[&str]) -> Option<&Arc<KnownFlow>> {
        let named = |reference: &&str| {
            let fits =
                |flow: &&Arc<KnownFlow>| is_same(&flow.id, reference) || is_same(&flow.name, reference);
            self.flows.iter().find(fits)
        };
        references.iter().filter(|reference| !reference.is_empty()).find_map(named)
    }

    /// All flows, in the order in which they were added.
    pub fn all(&self) -> impl Iterator<Item = &KnownFlow> {
        self.flows.iter().map(|flow| &**flow)
    }
}
