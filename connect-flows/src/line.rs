//! Makes names and messages fit for one line of output.

/// Longest name in a message, in characters.
const REPEATED: usize = 60;

/// A name in quotes, with invisible characters escaped.
pub(crate) fn quoted(name: &str) -> String {
    format!("{:?}", cut(name, REPEATED))
}

/// The name with invisible characters escaped, without quotes.
pub(crate) fn plain(name: &str) -> String {
    let quoted = quoted(name);
    let inner = quoted.strip_prefix('"').and_then(|inner| inner.strip_suffix('"'));
    inner.unwrap_or(&quoted).replace("\\\"", "\"")
}

fn cut(words: &str, most: usize) -> String {
    match words.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_long_is_cut_and_what_breaks_a_line_is_escaped() {
        let cases = [("Wait", r#""Wait""#), ("a\nb\u{2028}", r#""a\nb\u{2028}""#), ("", r#""""#)];
        for (name, expected) in cases {
            assert_eq!(quoted(name), expected);
        }
        assert_eq!(plain("Wait"), "Wait");
        assert_eq!(plain("a\nb"), r"a\nb");
        assert_eq!(plain(r#"say "hi""#), r#"say "hi""#);
        assert_eq!(plain(&"é".repeat(61)), format!("{}…", "é".repeat(60)));
    }
}
