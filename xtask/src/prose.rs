//! Counts free relatives headed by "what" or "who" in prose.
//!
//! A sentence such as "what is fetched is pinned" makes its reader wait for the subject; "packages are pinned" does
//! not. Counted are the comments of Rust files and Markdown. A relative clause behind a noun ("callers who hang up")
//! is fine, and so is a question, direct or not ("says who asked").

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// Folders without our own prose.
const IGNORED: [&str; 5] = ["target", "assets", "out", ".git", "corpus"];

/// The rate is given as clauses per this many words.
const PER: f64 = 10_000.0;

const HEADS: [&str; 3] = ["what", "who", "whoever"];

/// After one of these words, or at the start of a sentence, "who" heads a free relative; after others it refers to a
/// noun.
const BEFORE_WHO: [&str; 33] = [
    "and", "as", "at", "but", "by", "for", "from", "if", "in", "into", "is", "not", "of", "only", "or",
    "out", "so", "than", "that", "then", "there", "this", "to", "upon", "was", "were", "when", "where",
    "which", "while", "with", "without", "yet",
];

/// After one of these words, an indirect question follows.
const ASKING: [&str; 60] = [
    "about",
    "answer",
    "answers",
    "ask",
    "asked",
    "asking",
    "asks",
    "check",
    "checks",
    "decide",
    "decided",
    "decides",
    "describe",
    "describes",
    "determine",
    "determines",
    "document",
    "documents",
    "explain",
    "explains",
    "find",
    "finds",
    "found",
    "forget",
    "forgets",
    "guess",
    "hear",
    "hears",
    "know",
    "known",
    "knows",
    "knew",
    "learn",
    "learns",
    "matter",
    "mean",
    "means",
    "note",
    "notes",
    "out",
    "remember",
    "remembers",
    "said",
    "say",
    "saying",
    "says",
    "see",
    "seen",
    "sees",
    "show",
    "shown",
    "shows",
    "tell",
    "telling",
    "tells",
    "think",
    "thinks",
    "told",
    "understand",
    "wonder",
];

/// The place of a free relative.
struct Place {
    path: PathBuf,
    line: usize,
    text: String,
}

/// Prints each place and the count.
///
/// # Errors
/// When a file can't be read; the error names it.
pub(crate) fn run(root: &Path) -> Result<()> {
    let (mut words, mut places) = (0, Vec::new());
    for path in files(root)? {
        let text = fs::read_to_string(&path).with_context(|| format!("{} can't be read", path.display()))?;
        let is_rust = path.extension().is_some_and(|extension| extension == "rs");
        let prose = if is_rust { comments(&text) } else { paragraphs(&text) };
        words += prose.iter().map(|(_, text)| words_of(text).count()).sum::<usize>();
        let path = path.strip_prefix(root).unwrap_or(&path).to_owned();
        places.extend(found(&prose).into_iter().map(|(line, text)| Place { path: path.clone(), line, text }));
    }
    for Place { path, line, text } in &places {
        println!("{}:{line}: {text}", path.display());
    }
    let rate = places.len() as f64 / words as f64 * PER;
    println!("{} free relatives headed by what or who in {words} words: {rate:.1} per {PER}", places.len());
    Ok(())
}

/// Our Markdown and Rust files.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("{} can't be read", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() && !path.is_symlink() && !IGNORED.contains(&name.as_ref()) {
            files.extend(self::files(&path)?);
        } else if name.ends_with(".rs") || name.ends_with(".md") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The text of each comment line, with its line number; other lines are empty.
fn comments(text: &str) -> Vec<(usize, String)> {
    let comment = |line: &str| {
        let comment = line.trim_start().strip_prefix("//")?;
        Some(comment.trim_start_matches(['/', '!']).trim().to_owned())
    };
    lines(text).map(|(number, line)| (number, comment(line).unwrap_or_default())).collect()
}

/// Each line outside of code blocks, with its number; lines of code are empty.
fn paragraphs(text: &str) -> Vec<(usize, String)> {
    let mut is_code = false;
    let outside = |line: &str| {
        is_code ^= line.trim_start().starts_with("```");
        !is_code && !line.starts_with("    ")
    };
    let mut outside = outside;
    lines(text)
        .map(|(number, line)| (number, if outside(line) { line.trim().to_owned() } else { String::new() }))
        .collect()
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(index, line)| (index + 1, line))
}

/// The words of a text, with adjacent punctuation.
fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic))
}

/// The lines with the start of a free relative.
fn found(prose: &[(usize, String)]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut before = String::new();
    for (number, text) in prose {
        if text.is_empty() {
            before.clear();
        }
        for word in words_of(text) {
            let bare = bare(word);
            if HEADS.contains(&bare.as_str())
                && !is_quoted(word)
                && !is_question(text, word)
                && heads_clause(&bare, &before)
            {
                found.push((*number, text.clone()));
            }
            before = word.to_owned();
        }
    }
    found
}

fn bare(word: &str) -> String {
    word.trim_matches(|character: char| !character.is_alphanumeric()).to_lowercase()
}

fn is_quoted(word: &str) -> bool {
    word.contains(['`', '"', '“'])
}

/// Whether the sentence with this word ends in a question mark.
fn is_question(text: &str, word: &str) -> bool {
    let rest = text.find(word).map_or("", |at| &text[at..]);
    rest.split_inclusive(['.', '?', ';']).next().is_some_and(|sentence| sentence.ends_with('?'))
}

/// Whether "what", "who" or "whoever" heads a free relative. `before` is the preceding word, empty at the start.
fn heads_clause(head: &str, before: &str) -> bool {
    let starts = before.is_empty() || before.ends_with(['.', ':', ';', '!', '?', '|', '(', '—']);
    let before = bare(before);
    let asks = !starts && ASKING.contains(&before.as_str());
    !asks && (head != "who" || starts || BEFORE_WHO.contains(&before.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        found(&comments(text)).len()
    }

    #[test]
    fn clauses_without_a_noun_are_found() {
        for text in [
            "// What is fetched is pinned.",
            "/// Damage to what is fetched.",
            "//! Whoever takes it over ends it.",
            "// It is no matter of\n// who goes on.",
            "// It is not known; who asks is told.",
        ] {
            assert_eq!(count(text), 1, "{text}");
        }
    }

    #[test]
    fn nouns_with_a_relative_clause_and_questions_are_not() {
        for text in [
            "// Callers who hang up.",
            "/// Says what is wrong.",
            "// The bucket decides\n// who goes on.",
            "// What is it?",
            "let what = \"what it is\";",
            "// `what` is a name.",
            "// The somewhat larger one.",
            "// The word \"what\".",
        ] {
            assert_eq!(count(text), 0, "{text}");
        }
    }

    #[test]
    fn code_in_markdown_is_no_prose() {
        let text = "Names of what it says.\n\n    what it is\n```\nwhat it is\n```\n";
        assert_eq!(found(&paragraphs(text)), [(1, "Names of what it says.".to_owned())]);
    }
}
