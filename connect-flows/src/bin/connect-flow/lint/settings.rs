//! Exceptions from rules: `connect-flow.toml`, beside the flow or in a folder above it.
//!
//! ```toml
//! [[lint.except]]
//! rule = "unreachable"          # or its code, FW040
//! files = ["old/*.json"]        # absent: all files below this one
//! actions = ["goodbye"]         # identifiers or names; absent: all actions
//! why = "kept for the summer"
//! ```

use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail};
use connect_flows::{
    language::nearest,
    lint::{Finding, Rule},
    source::Source,
};
use glob::{MatchOptions, Pattern};
use serde::Deserialize;
use toml::Spanned;

use super::report::Judgement;
use crate::files;

const NAME: &str = "connect-flow.toml";

/// `*` does not cross folders.
const IN_ONE_FOLDER: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[serde(default)]
    lint: Lint,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Lint {
    #[serde(default)]
    except: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    rule: Spanned<String>,
    files: Option<Vec<Spanned<String>>>,
    actions: Option<Vec<String>>,
    #[serde(rename = "why")]
    _why: Option<String>,
}

struct Exception {
    rule: Rule,
    span: std::ops::Range<usize>,
    files: Option<Vec<Pattern>>,
    actions: Option<Vec<String>>,
    is_used: bool,
    /// Whether a flow for which it holds was looked at.
    is_met: bool,
}

/// One `connect-flow.toml`.
struct Loaded {
    folder: PathBuf,
    source: Source,
    exceptions: Vec<Exception>,
}

/// The exceptions of all files that were read so far.
#[derive(Default)]
pub(super) struct Exceptions(Vec<Loaded>);

impl Exceptions {
    /// Reads the exceptions that hold for a flow, if that was not done before. `is_named`: the flow was named itself, so
    /// that others beside it may not be looked at.
    ///
    /// # Errors
    /// A file that is no such one: its place, the reason, and the nearest right word.
    pub(super) fn load(&mut self, flow: &Path, is_named: bool) -> Result<()> {
        let Ok(flow) = absolute(flow) else { return Ok(()) };
        for folder in flow.ancestors().skip(1) {
            let path = folder.join(NAME);
            if !self.0.iter().any(|loaded| loaded.folder == folder) && path.is_file() {
                let source = files::open(&shortened(&path))?;
                let exceptions = read(&source)?;
                self.0.push(Loaded { folder: folder.to_owned(), source, exceptions });
            }
        }
        for loaded in &mut self.0 {
            let Ok(below) = flow.strip_prefix(&loaded.folder) else { continue };
            for exception in &mut loaded.exceptions {
                exception.is_met |= match exception.files {
                    Some(_) => exception.is_for(below),
                    None => !is_named,
                };
            }
        }
        Ok(())
    }

    /// Whether a finding of this file is excepted.
    pub(super) fn except(&mut self, flow: &str, finding: &Finding) -> bool {
        let Ok(flow) = absolute(Path::new(flow)) else { return false };
        let mut is_excepted = false;
        for loaded in &mut self.0 {
            let Ok(below) = flow.strip_prefix(&loaded.folder) else { continue };
            for exception in loaded.exceptions.iter_mut().filter(|exception| exception.holds(below, finding))
            {
                exception.is_used = true;
                is_excepted = true;
            }
        }
        is_excepted
    }

    /// The exceptions that excepted nothing, as findings. An exception for files that were not looked at may be used.
    pub(super) fn unused(self) -> Vec<Judgement> {
        let judged = |loaded: Loaded| {
            let unused = loaded.exceptions.into_iter().filter(|exception| {
                !exception.is_used && (exception.is_met || exception.is_for_no_file(&loaded.folder))
            });
            let findings = unused
                .map(|exception| {
                    let what = format!("the exception from {} excepts nothing", exception.rule);
                    Finding::of_file(Rule::UnusedException, exception.span, what, "remove it")
                })
                .collect();
            Judgement { source: loaded.source, findings }
        };
        self.0.into_iter().map(judged).filter(|judgement| !judgement.findings.is_empty()).collect()
    }
}

impl Exception {
    fn holds(&self, file: &Path, finding: &Finding) -> bool {
        let is_it =
            |name: &String| finding.action.as_ref() == Some(name) || finding.name.as_ref() == Some(name);
        self.rule == finding.rule
            && self.is_for(file)
            && self.actions.as_ref().is_none_or(|names| names.iter().any(is_it))
    }

    /// Whether it holds in this file, which is given from the folder of the exceptions.
    fn is_for(&self, file: &Path) -> bool {
        let is_here = |pattern: &Pattern| pattern.matches_path_with(file, IN_ONE_FOLDER);
        self.files.as_ref().is_none_or(|patterns| patterns.iter().any(is_here))
    }

    /// Whether it names files, and there are none of these names.
    fn is_for_no_file(&self, folder: &Path) -> bool {
        let folder = Pattern::escape(&folder.to_string_lossy());
        let exists = |pattern: &Pattern| {
            let paths = glob::glob_with(&format!("{folder}/{pattern}"), IN_ONE_FOLDER);
            paths.is_ok_and(|mut paths| paths.any(|path| path.is_ok()))
        };
        self.files.as_ref().is_some_and(|patterns| !patterns.iter().any(exists))
    }
}

fn read(source: &Source) -> Result<Vec<Exception>> {
    let written: Settings = match toml::from_str(&source.text) {
        Ok(written) => written,
        Err(error) => {
            let place = source.place(&error.span().unwrap_or_default());
            bail!("{place}: {}", told(error.message()));
        }
    };
    written.lint.except.into_iter().map(|written| exception(source, written)).collect()
}

fn exception(source: &Source, written: Written) -> Result<Exception> {
    let span = written.rule.span();
    let rule = match written.rule.as_ref().parse() {
        Ok(rule) => rule,
        Err(error) => bail!("{}: {error}", source.place(&span)),
    };
    let pattern = |glob: Spanned<String>| {
        let place = || format!("{}: {:?} is no glob", source.place(&glob.span()), glob.as_ref());
        let below = glob.as_ref().strip_prefix("./").unwrap_or(glob.as_ref());
        Pattern::new(below).with_context(place)
    };
    let files = written.files.map(|globs| globs.into_iter().map(pattern).collect()).transpose()?;
    Ok(Exception { rule, span, files, actions: written.actions, is_used: false, is_met: false })
}

/// The message of the reader on one line, with the nearest of the words that it expected.
fn told(message: &str) -> String {
    let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
    let words: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match words.split_first() {
        Some((wrong, known)) if message.starts_with("unknown field") => {
            match nearest(wrong, known.iter().copied()) {
                Some(near) => format!("the key {wrong} is unknown; did you mean {near}?"),
                None => format!("the key {wrong} is unknown; there are {}", known.join(", ")),
            }
        }
        _ => message,
    }
}

/// The path from the root, without steps to a folder above.
fn absolute(path: &Path) -> std::io::Result<PathBuf> {
    let mut whole = PathBuf::new();
    for part in std::path::absolute(path)?.components() {
        match part {
            Component::ParentDir => _ = whole.pop(),
            part => whole.push(part),
        }
    }
    Ok(whole)
}

/// The path from the present folder, where that is shorter.
fn shortened(path: &Path) -> PathBuf {
    let here = std::env::current_dir().ok();
    here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned)).unwrap_or_else(|| path.to_owned())
}
