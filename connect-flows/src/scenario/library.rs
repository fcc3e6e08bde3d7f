//! Flows read from files, each file once for all scenarios of a run.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use super::Scenario;
use crate::{
    model::Flow,
    runner::{KnownFlow, Unread, flow_files},
};

/// The flows that scenarios name, with the files that hold them.
#[derive(Default)]
pub struct Library {
    files: Mutex<HashMap<PathBuf, Shelf>>,
}

/// The flows of a file, or the reason why it has none.
type Shelf = Result<Vec<Arc<KnownFlow>>, Unread>;

/// Flows with their files.
#[derive(Clone, Debug, Default)]
pub struct Reached {
    /// The flows, each with its file.
    pub flows: Vec<(PathBuf, Arc<KnownFlow>)>,
    /// The reasons why files of a folder give none.
    pub unread: Vec<Unread>,
}

/// The action types with which a flow reaches other flows.
const REACHING: [&str; 3] = ["InvokeFlowModule", "TransferToFlow", "UpdateContactEventHooks"];

impl Library {
    fn file(&self, path: &Path) -> Shelf {
        if let Some(shelf) = self.files.lock().unwrap_or_else(PoisonError::into_inner).get(path) {
            return shelf.clone();
        }
        let shelf = KnownFlow::read(path).map(|flows| flows.into_iter().map(Arc::new).collect::<Vec<_>>());
        self.files.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), shelf.clone());
        shelf
    }

    /// The one flow of a file.
    ///
    /// # Errors
    /// One line, also where the file holds several flows.
    pub fn flow(&self, path: &Path) -> Result<Arc<KnownFlow>, String> {
        let shelf = self.file(path).map_err(|unread| unread.reason)?;
        match &shelf[..] {
            [one] => Ok(one.clone()),
            flows => Err(format!("{} holds {} flows: name a file with one", path.display(), flows.len())),
        }
    }

    /// The flows that a scenario's flow reaches: those in the files and folders that the scenario names, also below these
    /// folders; where it names none, those in the folder of the flow. Files of a folder that hold no flow are left out.
    ///
    /// # Errors
    /// One line when a path can't be read, or a file that is named itself holds no flow.
    pub fn reached_by(&self, scenario: &Scenario, flow: &Flow) -> Result<Reached, String> {
        let mut actions = flow.actions.iter();
        let reaches_others = actions.any(|action| REACHING.contains(&action.kind.text.as_str()));
        if scenario.flows.is_empty() && reaches_others {
            return self.beside(&scenario.flow);
        }
        let mut reached = Reached::default();
        for path in &scenario.flows {
            if path.is_dir() {
                self.folder(path, true, &mut reached)?;
            } else {
                let flows = self.file(path).map_err(|unread| unread.reason)?;
                reached.flows.extend(flows.into_iter().map(|flow| (path.clone(), flow)));
            }
        }
        Ok(reached)
    }

    /// The flows in the folder of a file. Files that hold no flow are left out.
    ///
    /// # Errors
    /// One line when the folder can't be read.
    pub fn beside(&self, file: &Path) -> Result<Reached, String> {
        let mut reached = Reached::default();
        self.folder(file.parent().unwrap_or(Path::new("")), false, &mut reached)?;
        Ok(reached)
    }

    fn folder(&self, folder: &Path, is_deep: bool, reached: &mut Reached) -> Result<(), String> {
        for file in flow_files(folder, is_deep)? {
            match self.file(&file) {
                Ok(flows) => reached.flows.extend(flows.into_iter().map(|flow| (file.clone(), flow))),
                Err(unread) => reached.unread.push(unread),
            }
        }
        Ok(())
    }
}
