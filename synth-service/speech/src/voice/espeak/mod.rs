//! Text to phonemes by espeak-ng, for a hundred languages.
//!
//! espeak-ng is under the GPL: its shared library is opened at run time, and nothing here is linked with it. It keeps
//! its state in globals, so the process has one instance, behind one lock. A sentence holds the lock for well under a
//! millisecond; a separate thread would only add a queue to that time. The text is never logged.

mod clause;
mod input;
mod library;

use std::{
    ffi::CString,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use self::library::Library;

/// File names of the library in a named folder; the first one that exists is used.
const FILE_NAMES: [&str; 4] =
    ["libespeak-ng.so", "libespeak-ng.so.1", "libespeak-ng.dylib", "libespeak-ng.1.dylib"];

/// Paths at which the system's package managers install the library.
#[cfg(not(target_os = "macos"))]
const SYSTEM_NAMES: [&str; 2] = ["libespeak-ng.so.1", "libespeak-ng.so"];
#[cfg(target_os = "macos")]
const SYSTEM_NAMES: [&str; 3] =
    ["libespeak-ng.1.dylib", "/opt/homebrew/lib/libespeak-ng.dylib", "/usr/local/lib/libespeak-ng.dylib"];

/// The only espeak-ng of the process, opened for the first voice that needed one.
static ESPEAK: Mutex<Option<Espeak>> = Mutex::new(None);

struct Espeak {
    library: Library,
    /// The language that is set at present.
    language: Option<CString>,
}

/// Converts text in one language to phonemes.
#[derive(Clone, Debug)]
pub(super) struct Phonemizer {
    language: CString,
}

impl Phonemizer {
    /// Opens the espeak-ng of `folder`, or the system's where no folder is named, unless the process has opened one
    /// already.
    ///
    /// # Errors
    /// One line that lists the places that were tried, or says that espeak-ng does not know the language.
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
    /// Sets the language, unless it is set already. Returns whether espeak-ng knows it.
    fn set(&mut self, language: &CString) -> bool {
        if self.language.as_ref() != Some(language) {
            self.language = self.library.set_language(language).then(|| language.clone());
        }
        self.language.is_some()
    }
}

fn espeak() -> MutexGuard<'static, Option<Espeak>> {
    // A panic leaves no inconsistent state: each call sets its own language.
    ESPEAK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Path of a library, and the folder of its data unless that is the system's.
type Candidate<'a> = (PathBuf, Option<&'a Path>);

/// The libraries to try. A named folder is the only place: another version of espeak-ng reads words differently.
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
