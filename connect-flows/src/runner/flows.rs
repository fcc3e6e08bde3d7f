//! The flows and modules of a run, found as flows refer to each other.

use std::{path::Path, sync::Arc};

use super::{
    known::{KnownFlow, Unread, flow_files},
    names::is_same,
};

/// Most files that a remark on a missing flow names.
const MOST_NAMED: usize = 3;

/// The flows and modules that a run can reach.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Flows {
    flows: Vec<Arc<KnownFlow>>,
    unread: Vec<String>,
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

    /// Adds the reason why a file gives no flow, for the remark on a flow that is missing.
    pub fn leave_out(&mut self, unread: &Unread) {
        if !unread.is_other {
            self.unread.push(unread.reason.clone());
        }
    }

    /// Adds the flows of a file, or of all files `*.json` in a folder and below it. Files of a folder that hold no flow are
    /// left out; their reasons are returned, one line each.
    ///
    /// # Errors
    /// One line when the path can't be read, or a file that is named itself holds no flow.
    pub fn load(&mut self, path: &Path) -> Result<Vec<String>, String> {
        if !path.is_dir() {
            return self.load_file(path).map(|()| Vec::new()).map_err(|unread| unread.reason);
        }
        let mut left_out = Vec::new();
        for file in flow_files(path, true)? {
            if let Err(unread) = self.load_file(&file) {
                self.leave_out(&unread);
                left_out.push(unread.reason);
            }
        }
        Ok(left_out)
    }

    fn load_file(&mut self, path: &Path) -> Result<(), Unread> {
        KnownFlow::read(path)?.into_iter().for_each(|flow| self.add(flow));
        Ok(())
    }

    /// The remark that a flow is not known, with its remedy and the files that could not be read.
    pub(super) fn unknown(&self, flow: &str) -> String {
        let mut text = format!("{flow} is not known here: add its file, or the folder with it");
        for (index, reason) in self.unread.iter().take(MOST_NAMED).enumerate() {
            text += if index == 0 { "; not read: " } else { "; " };
            text += reason;
        }
        let more = self.unread.len().saturating_sub(MOST_NAMED);
        if more > 0 {
            text += &format!("; and {more} more");
        }
        text
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
