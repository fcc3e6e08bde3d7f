//! The flows of files and folders, with the names by which other flows refer to them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{json::Span, model::Flow, source::Source};

/// Most files `*.json` of a folder: a flow beside a whole disk is a mistake.
const MOST_FILES: usize = 5000;

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

/// The reason why a file gives no flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// One line, which begins with the file and the place in it: `FILE:LINE:COLUMN`.
    pub reason: String,
    /// Whether the file is whole, and nothing in it looks like a flow: a test case, settings.
    pub is_other: bool,
}

impl KnownFlow {
    /// The flows of a file. Their id is the stem of the file's name, and so is the name of those that have none.
    ///
    /// # Errors
    /// [`Unread`]: the first fault, also of a flow's shape.
    pub fn read(path: &Path) -> Result<Vec<Self>, Unread> {
        let unread = |reason| Unread { reason, is_other: false };
        let source = Source::open(path).map_err(|error| unread(error.to_string()))?;
        let at = |span: &Span, text: &str| format!("{}: {text}", source.place(span));
        let held = source.flows().map_err(|error| Unread {
            is_other: error.reason.starts_with("not a flow") && !source.text.contains("\"StartAction\""),
            reason: at(&error.span, &error.reason),
        })?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut flows = Vec::new();
        for held in held {
            if let Some(fault) = held.reading.faults.first() {
                return Err(unread(at(&fault.span, &fault.text)));
            }
            let name = held.name.unwrap_or_else(|| stem.clone());
            flows.push(Self { id: stem.clone(), name, kind: held.kind, flow: held.reading.flow });
        }
        Ok(flows)
    }
}

/// The files `*.json` of a folder in the order of their names, with those of the folders below it where `is_deep`.
///
/// # Errors
/// One line when a folder can't be read, or there are more than 5,000 such files.
pub(crate) fn flow_files(folder: &Path, is_deep: bool) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    walk(folder, is_deep, &mut files)?;
    Ok(files)
}

fn walk(folder: &Path, is_deep: bool, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("folder {} can't be read: {error}", folder.display());
    // The folder of a file that is named alone. Its files are named alone, too.
    let here = folder.as_os_str().is_empty();
    let entries = fs::read_dir(if here { Path::new(".") } else { folder }).map_err(failed)?;
    let mut paths = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed)?;
        paths.push(if here { PathBuf::from(entry.file_name()) } else { entry.path() });
    }
    paths.sort();
    for path in paths {
        // A link may lead back to a folder above.
        if is_deep && path.is_dir() && !path.is_symlink() {
            walk(&path, is_deep, files)?;
        } else if path.extension().is_some_and(|end| end == "json") && path.is_file() {
            files.push(path);
        }
        if files.len() > MOST_FILES {
            let folder = if here { Path::new(".") } else { folder };
            return Err(format!(
                "folder {} has more than {MOST_FILES} files *.json: name the files with the flows",
                folder.display()
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_counts_flows_alone_and_says_when_it_is_reached() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: String| fs::write(folder.path().join(name), "").unwrap();
        (0..=MOST_FILES).for_each(|index| write(format!("{index}.txt")));
        fs::create_dir(folder.path().join("below")).unwrap();
        write("below/a.json".into());
        write("b.json".into());
        let names = |is_deep| {
            let files = flow_files(folder.path(), is_deep).unwrap();
            let name = |file: &PathBuf| file.file_name().unwrap().to_string_lossy().into_owned();
            files.iter().map(name).collect::<Vec<_>>()
        };
        assert_eq!(
            (names(false), names(true)),
            (vec!["b.json".into()], vec!["b.json".into(), "a.json".into()])
        );
        (0..MOST_FILES).for_each(|index| write(format!("{index}.json")));
        let error = flow_files(folder.path(), false).unwrap_err();
        assert!(error.contains("more than 5000 files *.json"), "{error}");
    }

    #[test]
    fn files_without_flows_are_named_with_the_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        let unread = |text: &str| {
            fs::write(&path, text).unwrap();
            KnownFlow::read(&path).unwrap_err()
        };
        let cut = unread("{\n  \"Version\": \"2019-10-30\",\n  \"Actions\": [");
        assert!(cut.reason.contains("a.json:3:") && !cut.is_other, "{cut:?}");
        assert!(unread(r#"{"Observations": []}"#).is_other);
        assert!(!unread(r#"{"StartAction": "a"}"#).is_other);
    }
}
