//! Errors in a lexicon, with their line. Each message is one line that names the remedy.

use std::io;

use thiserror::Error;

/// The reason why a lexicon can't be used.
#[derive(Debug, Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum LexiconError {
    /// A line that is not an entry.
    #[error("lexicon {name} line {line}: {cause}")]
    Line {
        /// Name of the lexicon.
        name: String,
        /// Number of the line, from 1.
        line: usize,
        /// The fault; its message names the remedy.
        cause: LexiconCause,
    },
    /// A file that exists but can't be read.
    #[error("lexicon {name} can't be read ({source}): make it a file that this program may read")]
    Unreadable { name: String, source: io::Error },
}

/// The fault of a line.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
#[allow(missing_docs, reason = "each message says it")]
pub enum LexiconCause {
    #[error("there is no = here: write WORD = RESPELLING, or # before a comment")]
    NoEquals,
    #[error("nothing stands before the =: write the word to replace")]
    NoWord,
    #[error("nothing follows the =: write how the word is said, or remove the line")]
    NoRespelling,
    #[error("the respelling has no letter and no digit: write words, or remove the line")]
    Unspeakable,
    #[error("a pronunciation stands between two slashes: write /…/, or no slash at either end")]
    Slashes,
    #[error("nothing stands between the slashes: write a pronunciation such as /ˈwɪn/")]
    NoPronunciation,
    #[error("{0:?} is not a phonetic sign: write the pronunciation in IPA, such as /ˈwɪn/")]
    NotIpa(char),
    #[error("\"{word}\" has another entry on line {line}: remove one of them")]
    Duplicate { word: String, line: usize },
    #[error("\"{word}\" leads back to itself ({chain}): remove one of them")]
    Circle { word: String, chain: String },
    #[error("\"{word}\" takes more than {most} steps to resolve: write its respelling out")]
    TooManySteps { word: String, most: usize },
    #[error("\"{word}\" becomes longer than {most} bytes: shorten the respellings that it holds")]
    TooLongRespelling { word: String, most: usize },
    #[error("this is not UTF-8: save the file as UTF-8")]
    NotUtf8,
    #[error("this line is longer than {0} bytes: split or shorten it")]
    TooLongLine(usize),
    #[error("this is more than {0} entries: remove some")]
    TooManyEntries(usize),
    #[error("the file is larger than {0} bytes: remove some entries")]
    TooLarge(usize),
}

/// A cause and the line on which it was found.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) line: usize,
    pub(super) cause: LexiconCause,
}

impl Fault {
    /// The fault of content that exceeds `most` bytes.
    pub(super) fn too_large(line: usize, most: usize) -> Self {
        Self { line, cause: LexiconCause::TooLarge(most) }
    }
}
