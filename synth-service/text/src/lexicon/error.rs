//! What is wrong with a lexicon, and on which line. One line each, with what to do about it.

use std::io;

use thiserror::Error;

/// Why a lexicon can't be used.
#[derive(Debug, Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum LexiconError {
    /// A line that is not an entry.
    #[error("lexicon {name} line {line}: {cause}")]
    Line {
        /// Of the lexicon.
        name: String,
        /// From 1.
        line: usize,
        /// Its own text says how to mend the line.
        cause: LexiconCause,
    },
    /// A file that is there and can not be read.
    #[error("lexicon {name} can't be read ({source}): make it a file that this program may read")]
    Unreadable { name: String, source: io::Error },
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
#[allow(missing_docs, reason = "each message says it")]
pub enum LexiconCause {
    #[error("there is no = here: write WORD = RESPELLING, or # before a comment")]
    NoEquals,
    #[error("nothing stands before the =: write the word that is to be said otherwise")]
    NoWord,
    #[error("nothing stands behind the =: write how the word is said, or remove the line")]
    NoRespelling,
    #[error("the respelling has no letter and no digit: write words, or remove the line")]
    Unspeakable,
    #[error("a pronunciation stands between two slashes: write /…/, or no slash at either end")]
    Slashes,
    #[error("nothing stands between the slashes: write a pronunciation such as /ˈwɪn/")]
    NoPronunciation,
    #[error("{0:?} is no phonetic sign: write the pronunciation in IPA, such as /ˈwɪn/")]
    NotIpa(char),
    #[error("\"{word}\" is said otherwise on line {line}: remove one of them")]
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

/// A cause and the line on which it was met.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) line: usize,
    pub(super) cause: LexiconCause,
}

impl Fault {
    /// `most` is in bytes.
    pub(super) fn too_large(line: usize, most: usize) -> Self {
        Self { line, cause: LexiconCause::TooLarge(most) }
    }
}
