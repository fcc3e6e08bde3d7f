//! The committed texts of a target, and the words of its dictionary.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::Target;

/// Texts and words from which further texts are generated.
pub struct Seeds {
    /// Name and content of each file, in the order of the names.
    pub texts: Vec<(String, String)>,
    /// Words of the target's dictionary, whose file has libFuzzer's format: one word per line, in quotes.
    pub words: Vec<String>,
}

impl Seeds {
    /// # Errors
    /// When the files can't be read or are not UTF-8.
    pub fn read(target: &Target) -> io::Result<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let files = fs::read_dir(folder.join("corpus").join(target.name))?;
        let mut paths: Vec<PathBuf> =
            files.map(|file| file.map(|file| file.path())).collect::<io::Result<_>>()?;
        paths.sort();
        let read = |path: &PathBuf| Ok((path.display().to_string(), fs::read_to_string(path)?));
        let texts = paths.iter().map(read).collect::<io::Result<_>>()?;
        let dictionary =
            fs::read_to_string(folder.join("dictionaries").join(format!("{}.dict", target.name)))?;
        Ok(Self { texts, words: dictionary.lines().filter_map(word).collect() })
    }
}

/// The word in a line of the dictionary, such as `"<break time=\"1s\"/>"` or `"\xC3\xA9"`.
fn word(line: &str) -> Option<String> {
    let mut inside = line.trim().strip_prefix('"')?.strip_suffix('"')?.bytes();
    let mut word = Vec::new();
    while let Some(byte) = inside.next() {
        match byte {
            b'\\' => match inside.next()? {
                b'x' => {
                    let digits = [inside.next()?, inside.next()?];
                    word.push(u8::from_str_radix(str::from_utf8(&digits).ok()?, 16).ok()?);
                }
                escaped => word.push(escaped),
            },
            byte => word.push(byte),
        }
    }
    String::from_utf8(word).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_what_stands_in_quotes() {
        assert_eq!(word(r#""<a b=\"c\\\"/>""#).as_deref(), Some(r#"<a b="c\"/>"#));
        assert_eq!(word(r#""\xC3\xA9""#).as_deref(), Some("é"));
        for line in ["", "# a remark", "word", r#""\x4""#] {
            assert_eq!(word(line), None, "{line}");
        }
    }
}
