//! The functions of espeak-ng's shared library. No other module calls into it.

use std::{
    ffi::{CStr, CString, c_char, c_int, c_void},
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    ptr,
};

use crate::error::one_line;

/// From espeak-ng's `speak_lib.h`. Synchronous: without a thread of its own and without sound.
const AUDIO_OUTPUT_SYNCHRONOUS: c_int = 2;
/// Without this option espeak-ng ends the process when its data is missing.
const INITIALIZE_DONT_EXIT: c_int = 0x8000;
const CHARS_UTF8: c_int = 1;
const PHONEMES_IPA: c_int = 2;

type Initialize = unsafe extern "C" fn(c_int, c_int, *const c_char, c_int) -> c_int;
type Info = unsafe extern "C" fn(*mut *const c_char) -> *const c_char;
type SetVoiceByName = unsafe extern "C" fn(*const c_char) -> c_int;
type TextToPhonemes = unsafe extern "C" fn(*mut *const c_void, c_int, c_int) -> *const c_char;

/// The opened and initialised library. It keeps its state in globals: `&mut` stands for all of that state, and only one
/// `Library` may exist at a time.
pub(super) struct Library {
    set_voice_by_name: SetVoiceByName,
    text_to_phonemes: TextToPhonemes,
    data: PathBuf,
}

/// The result of reading up to the end of a clause.
pub(super) struct Read {
    /// Phonemes in espeak-ng's notation.
    pub(super) phonemes: String,
    /// The byte at which the rest of the text begins; `None` at the end of the text. The character before it has been
    /// looked at and belongs to the next clause.
    pub(super) next: Option<usize>,
}

impl Library {
    /// Opens the library at `path`, with the data in the folder `data`, or the library's default data where `data` is
    /// absent.
    #[expect(unsafe_code, reason = "a C library has no other door")]
    pub(super) fn open(path: &Path, data: Option<&Path>) -> Result<Self, String> {
        let data = data.map(|folder| CString::new(folder.as_os_str().as_bytes())).transpose();
        let data = data.map_err(|error| error.to_string())?;
        // SAFETY: espeak-ng's start-up code only sets its globals; a caller that can name another file here could as
        // well replace this program.
        let library = unsafe { libloading::Library::new(path) }.map_err(|error| one_line(&error))?;
        // SAFETY: the types are those of the functions of these names in `speak_lib.h`, unchanged since the
        // first release of espeak-ng.
        let (initialize, info, set_voice_by_name, text_to_phonemes) = unsafe {
            (
                *symbol::<Initialize>(&library, "espeak_Initialize")?,
                *symbol::<Info>(&library, "espeak_Info")?,
                *symbol::<SetVoiceByName>(&library, "espeak_SetVoiceByName")?,
                *symbol::<TextToPhonemes>(&library, "espeak_TextToPhonemes")?,
            )
        };
        let path = data.as_ref().map_or(ptr::null(), |folder| folder.as_ptr());
        // SAFETY: `path` is null or a string that outlives the call; the library copies it.
        let rate = unsafe { initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, path, INITIALIZE_DONT_EXIT) };
        if rate <= 0 {
            return Err(
                "its folder espeak-ng-data is missing, of another version or under too long a path".into()
            );
        }
        let mut used = ptr::null();
        // SAFETY: the library writes the address of a string that it owns and never frees.
        unsafe { info(&mut used) };
        // SAFETY: as above; the library is initialised, so the string exists.
        let used = if used.is_null() { c"espeak-ng-data" } else { unsafe { CStr::from_ptr(used) } };
        let data = PathBuf::from(used.to_string_lossy().into_owned());
        // Never unloaded: the functions are used until the process ends.
        std::mem::forget(library);
        Ok(Self { set_voice_by_name, text_to_phonemes, data })
    }

    /// The folder of the language data.
    pub(super) fn data(&self) -> &Path {
        &self.data
    }

    /// Sets the language. Returns whether espeak-ng knows it; if not, the earlier language is lost.
    #[expect(unsafe_code, reason = "a C library has no other door")]
    pub(super) fn set_language(&mut self, language: &CStr) -> bool {
        // SAFETY: the string outlives the call, and `&mut self` keeps others out of the library.
        unsafe { (self.set_voice_by_name)(language.as_ptr()) == 0 }
    }

    /// Reads the clause of `text` that begins at byte `from`, which is 0 or a value of [`Read::next`].
    #[expect(unsafe_code, reason = "a C library has no other door")]
    pub(super) fn read_clause(&mut self, text: &CStr, from: usize) -> Read {
        let start = text.as_ptr();
        let rest = &text.to_bytes_with_nul()[from.min(text.count_bytes())..];
        let mut at = rest.as_ptr().cast::<c_void>();
        // SAFETY: `at` points into `text`, which ends with a zero and outlives the call; the library moves it
        // forward within `text` or sets it to null. `&mut self` keeps others out of the library.
        let phonemes = unsafe { (self.text_to_phonemes)(&mut at, CHARS_UTF8, PHONEMES_IPA) };
        let phonemes = if phonemes.is_null() {
            String::new()
        } else {
            // SAFETY: a string in a buffer of the library, valid until the next call into it.
            unsafe { CStr::from_ptr(phonemes) }.to_string_lossy().into_owned()
        };
        let next = (!at.is_null()).then(|| at as usize - start as usize);
        // Guards against a position that does not advance: the loop over the text would never end. It has not been
        // observed.
        Read { phonemes, next: next.filter(|next| (from + 1..text.count_bytes()).contains(next)) }
    }
}

/// # Safety
/// `T` must be the type of the function with this name.
#[expect(unsafe_code, reason = "only the caller knows the function's type")]
unsafe fn symbol<'a, T>(
    library: &'a libloading::Library,
    name: &str,
) -> Result<libloading::Symbol<'a, T>, String> {
    // SAFETY: promised by the caller.
    unsafe { library.get(name) }.map_err(|_| format!("it is no espeak-ng: it has no {name}"))
}
