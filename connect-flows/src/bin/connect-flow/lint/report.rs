//! The findings of all files, without those that `connect-flow.toml` excepts.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use connect_flows::{
    lint::{self, Finding, Judged, Rule},
    source::{Position, Source},
};

use super::{find, settings::Exceptions};

/// A file with its findings.
pub(super) struct Judgement {
    pub(super) source: Source,
    pub(super) findings: Vec<Finding>,
}

/// The result of a run.
pub(super) struct Report {
    /// The files that hold flows, and files of exceptions with findings.
    pub(super) files: Vec<Judgement>,
    /// The number of files that hold flows, or should.
    pub(super) judged: usize,
    /// One line for each file that can't be read.
    pub(super) unread: Vec<String>,
}

/// The first and last place of a finding.
pub(super) struct Place {
    pub(super) start: Position,
    /// Behind the last character.
    pub(super) end: Position,
}

impl Report {
    /// Judges the files.
    ///
    /// # Errors
    /// A name that means no file, or a bad `connect-flow.toml`.
    pub(super) fn of(names: &[String], together: bool) -> Result<Self> {
        let mut exceptions = Exceptions::default();
        let (mut files, unread) = read(names, &mut exceptions)?;
        if together {
            add_unset(&mut files);
        }
        let judged = files.len();
        let mut files: Vec<Judgement> = files
            .into_iter()
            .map(|(source, mut judged)| {
                judged.findings.retain(|finding| !exceptions.except(&source.name, finding));
                judged.findings.sort_by_key(|finding| (finding.span.start, finding.rule));
                Judgement { source, findings: judged.findings }
            })
            .collect();
        files.extend(exceptions.unused());
        Ok(Self { files, judged, unread })
    }

    pub(super) fn findings(&self) -> impl Iterator<Item = (&Source, &Finding)> {
        self.files.iter().flat_map(|file| file.findings.iter().map(|finding| (&file.source, finding)))
    }

    pub(super) fn errors(&self) -> usize {
        self.findings().filter(|(_, finding)| finding.is_error()).count()
    }

    pub(super) fn warnings(&self) -> usize {
        self.findings().count() - self.errors()
    }

    /// The rules that were broken.
    pub(super) fn rules(&self) -> Vec<Rule> {
        let by_code: BTreeMap<Rule, ()> = self.findings().map(|(_, finding)| (finding.rule, ())).collect();
        by_code.into_keys().collect()
    }
}

/// The files that hold flows, or should, and one line for each that can't be read.
type Files = (Vec<(Source, Judged)>, Vec<String>);

fn read(names: &[String], exceptions: &mut Exceptions) -> Result<Files> {
    let (mut files, mut unread) = (Vec::new(), Vec::new());
    let mut without_flows: BTreeSet<&String> = names.iter().collect();
    for found in find::find(names)? {
        let source = match Source::open(&found.path) {
            Ok(source) => source,
            Err(error) => {
                found.names.iter().for_each(|name| _ = without_flows.remove(name));
                unread.push(error.to_string());
                continue;
            }
        };
        let judged = lint::file(&source);
        if found.is_named || is_about_a_flow(&source, &judged) {
            found.names.iter().for_each(|name| _ = without_flows.remove(name));
            exceptions.load(&found.path, found.is_named)?;
            files.push((source, judged));
        }
    }
    // A folder with a wrong name would pass for a healthy one.
    unread.extend(without_flows.into_iter().map(|name| format!("{name} holds no flow")));
    Ok((files, unread))
}

/// Attributes that no flow of the set sets.
fn add_unset(files: &mut [(Source, Judged)]) {
    let (mut owners, mut flows) = (Vec::new(), Vec::new());
    for (number, (_, judged)) in files.iter().enumerate() {
        for held in &judged.flows {
            owners.push(number);
            flows.push(held);
        }
    }
    let unset: Vec<_> = lint::attributes_of_a_set(&flows).into_iter().collect();
    for (flow, finding) in unset {
        files[owners[flow]].1.findings.push(finding);
    }
}

/// Whether a file that was not named itself is meant: other JSON files lie in the same folders.
pub(crate) fn is_about_a_flow(source: &Source, judged: &Judged) -> bool {
    let has = |part: &str| source.text.contains(part);
    !judged.flows.is_empty()
        || has("\"StartAction\"")
        || has("\"ActionMetadata\"")
        || has("AWS::Connect::ContactFlow")
        || (has("\"modules\"") && has("\"branches\""))
}

/// The place of a finding.
pub(super) fn place(source: &Source, finding: &Finding) -> Place {
    let end = finding.span.end.max(finding.span.start);
    Place { start: source.position(finding.span.start), end: source.position(end) }
}

/// The finding in one line: the fault and the remedy.
pub(super) fn line(finding: &Finding) -> String {
    format!("{}; {}", finding.sentence(), finding.remedy)
}
