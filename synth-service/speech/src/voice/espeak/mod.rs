//! Text to phonemes by espeak-ng, for a hundred languages.
//!
//! espeak-ng is under the GPL: its shared library is opened at run time and nothing here is linked with it.
//! It keeps its state in globals, so the process has one, behind one lock; a sentence takes it for well under
//! a millisecond, and a thread of its own would only add a queue to that. The text is never logged.

mod clause;
mod input;
mod library;

use std::{
    ffi::CString,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use self::library::Library;

/// In a folder that was named, the first of these that is there.
const FILE_NAMES: [&str; 4] =
    ["libespeak-ng.so", "libespeak-ng.so.1", "libespeak-ng.dylib", "libespeak-ng.1.dylib"];

/// On the system, where its package manager puts it.
#[cfg(not(target_os = "macos"))]
const SYSTEM_NAMES: [&str; 2] = ["libespeak-ng.so.1", "libespeak-ng.so"];
#[cfg(target_os = "macos")]
const SYSTEM_NAMES: [&str; 3] =
    ["libespeak-ng.1.dylib", "/opt/homebrew/lib/libespeak-ng.dylib", "/usr/local/lib/libespeak-ng.dylib"];

/// The one espeak-ng of the process: that of the first voice that needed it.
static ESPEAK: Mutex<Option<Espeak>> = Mutex::new(None);

struct Espeak {
    library: Library,
    /// The language that it is set to.
    language: Option<CString>,
}

/// Reads one language.
#[derive(Clone, Debug)]
pub(super) struct Phonemizer {
    language: CString,
}

impl Phonemizer {
    /// Opens espeak-ng, unless the process has it already: that of `folder`, or that of the system where no
    /// folder is named.
    ///
    /// # Errors
    /// One line that says what was tried, or that espeak-ng does not know the language.
    pub(super) fn open(folder: Option<&Path>, language: &str) -> Result<Self, String> {
        let mut opened = espeak();
        let espeak = match opened.as_mut() {
            Some(espeak) => espeak,
            None => {
                let library = open_first(&candidates(folder), folder)?;
                opened.insert(Espeak { library, language: None })
            }
        };
        let unknown = |data: &Path| {
            format!(
                "espeak-ng knows no language `{}`: it knows those that are files below {}",
                language.escape_debug(),
                data.join("lang").display()
            )
        };
        let language = CString::new(language).map_err(|_| unknown(espeak.library.data()))?;
        if !espeak.set(&language) {
            return Err(unknown(espeak.library.data()));
        }
        Ok(Self { language })
    }

    /// The text in the International Phonetic Alphabet, stress marks included; words are separated by spaces,
    /// and the marks `, . ! ? ; :` stand where they end a clause. Empty where nothing has a sound.
    ///
    /// # Errors
    /// One line, without the text, where espeak-ng has lost the language.
    pub(super) fn phonemes(&self, text: &str) -> Result<String, String> {
        let mut opened = espeak();
        let espeak = opened.as_mut().ok_or("espeak-ng is not open")?;
        if !espeak.set(&self.language) {
            return Err(format!("espeak-ng no longer knows the language {:?}", self.language));
        }
        let clauses: Vec<_> =
            input::pieces(text).iter().flat_map(|piece| clause::read(&mut espeak.library, piece)).collect();
        Ok(clause::join(&clauses))
    }
}

impl Espeak {
    /// Whether it knows the language.
    fn set(&mut self, language: &CString) -> bool {
        if self.language.as_ref() != Some(language) {
            self.language = self.library.set_language(language).then(|| language.clone());
        }
        self.language.is_some()
    }
}

fn espeak() -> MutexGuard<'static, Option<Espeak>> {
    // A panic leaves nothing half done in here: each call sets the language that it needs.
    ESPEAK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Library and the folder of its data, where that is not the system's.
type Candidate<'a> = (PathBuf, Option<&'a Path>);

/// A folder that is named is the only one: another version reads words in another way.
fn candidates(folder: Option<&Path>) -> Vec<Candidate<'_>> {
    match folder {
        Some(folder) => FILE_NAMES
            .map(|name| (folder.join(name), Some(folder)))
            .into_iter()
            .filter(|(path, _)| path.is_file())
            .collect(),
        None => SYSTEM_NAMES.map(|name| (PathBuf::from(name), None)).into(),
    }
}

fn open_first(candidates: &[Candidate<'_>], folder: Option<&Path>) -> Result<Library, String> {
    let mut tried: Vec<_> = folder
        .filter(|_| candidates.is_empty())
        .map(|folder| format!("{} (has no {})", folder.display(), FILE_NAMES.join(", ")))
        .into_iter()
        .collect();
    for (path, data) in candidates {
        match Library::open(path, *data) {
            Ok(library) => {
                tracing::info!(path = %path.display(), "espeak-ng is open");
                return Ok(library);
            }
            Err(cause) => tried.push(format!("{} ({cause})", path.display())),
        }
    }
    Err(format!(
        "espeak-ng can't be opened, tried {}: run `cargo xtask fetch`, install the package espeak-ng, or set \
         FIRSTWORD_ESPEAK to the folder that has its library and espeak-ng-data",
        tried.join(", ")
    ))
}

#[cfg(test)]
mod tests;
