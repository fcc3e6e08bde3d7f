//! Flows read from files, each file once for all scenarios of a run.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use super::Scenario;
use crate::{model::Flow, runner::KnownFlow, source::Source};

/// The flows that scenarios name, with the files that hold them.
#[derive(Default)]
pub struct Library {
    files: Mutex<HashMap<PathBuf, Shelf>>,
}

/// The flows of a file, or the reason why it has none.
type Shelf = Result<Vec<Arc<KnownFlow>>, String>;

/// Most files that a folder with flows may hold: a scenario beside a whole disk is a mistake.
const MOST_FILES: usize = 5000;

/// The action types with which a flow reaches other flows.
const REACHING: [&str; 3] = ["InvokeFlowModule", "TransferToFlow", "UpdateContactEventHooks"];

impl Library {
    /// The flows of a file.
    ///
    /// # Errors
    /// One line with the place of the fault.
    pub fn file(&self, path: &Path) -> Shelf {
        if let Some(shelf) = self.files.lock().unwrap_or_else(PoisonError::into_inner).get(path) {
            return shelf.clone();
        }
        let shelf = open(path).map(|flows| flows.into_iter().map(Arc::new).collect::<Vec<_>>());
        self.files.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), shelf.clone());
        shelf
    }

    /// The one flow of a file.
    ///
    /// # Errors
    /// One line, also where the file holds several flows.
    pub fn flow(&self, path: &Path) -> Result<Arc<KnownFlow>, String> {
        let shelf = self.file(path)?;
        match &shelf[..] {
            [one] => Ok(one.clone()),
            flows => Err(format!("{} holds {} flows: name a file with one", path.display(), flows.len())),
        }
    }

    /// The flows in files and in folders, with their files. Files of a folder that hold no flow are left out.
    ///
    /// # Errors
    /// One line when a path can't be read, or a file that is named itself holds no flow.
    pub fn all(&self, paths: &[PathBuf]) -> Result<Vec<(PathBuf, Arc<KnownFlow>)>, String> {
        let mut found = Vec::new();
        for path in paths {
            if path.as_os_str().is_empty() || path.is_dir() {
                for file in json_files(path)? {
                    let flows = self.file(&file).unwrap_or_default();
                    found.extend(flows.iter().map(|flow| (file.clone(), flow.clone())));
                }
            } else {
                let flows = self.file(path)?;
                found.extend(flows.iter().map(|flow| (path.clone(), flow.clone())));
            }
        }
        Ok(found)
    }
}

/// The files and folders with the flows that a scenario's flow reaches: those that it names, or the folder of the flow.
pub fn reached_by(scenario: &Scenario, flow: &Flow) -> Vec<PathBuf> {
    let reaches_others = || flow.actions.iter().any(|action| REACHING.contains(&action.kind.text.as_str()));
    match &scenario.flows[..] {
        [] if reaches_others() => vec![scenario.flow.parent().map(PathBuf::from).unwrap_or_default()],
        paths => paths.to_vec(),
    }
}

/// The files `*.json` of a folder, in the order of their names.
fn json_files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let failed = |error: std::io::Error| format!("folder {} can't be read: {error}", folder.display());
    // The folder of a file that is named alone. Its files are named alone, too.
    let here = folder.as_os_str().is_empty();
    let entries = fs::read_dir(if here { Path::new(".") } else { folder }).map_err(failed)?;
    let mut files = Vec::new();
    for entry in entries.take(MOST_FILES) {
        let entry = entry.map_err(failed)?;
        let path = if here { PathBuf::from(entry.file_name()) } else { entry.path() };
        if path.extension().is_some_and(|end| end == "json") && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn open(path: &Path) -> Result<Vec<KnownFlow>, String> {
    let source = Source::open(path).map_err(|error| error.to_string())?;
    let place = |span: &crate::json::Span| {
        let place = source.position(span.start);
        format!("{}:{}:{}", source.name, place.line, place.column)
    };
    let held = source.flows().map_err(|error| format!("{}: {}", place(&error.span), error.reason))?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut flows = Vec::new();
    for held in held {
        if let Some(fault) = held.reading.faults.first() {
            return Err(format!("{}: {}", place(&fault.span), fault.text));
        }
        let name = held.name.unwrap_or_else(|| stem.clone());
        flows.push(KnownFlow { id: stem.clone(), name, kind: held.kind, flow: held.reading.flow });
    }
    Ok(flows)
}
