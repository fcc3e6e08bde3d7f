//! The references in a text: `$.External.Url0`, `$.Attributes['first name']`.

/// A reference in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Read {
    /// The word after `$.`.
    pub(super) root: String,
    /// The first name below it, if there is one.
    pub(super) member: Option<String>,
}

/// All references in a text. After `$`, anything but a full stop or bracket with a name is plain text.
pub(super) fn all(text: &str) -> Vec<Read> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('$') {
        rest = &rest[start + 1..];
        if let Some((root, after)) = name(rest) {
            let member = name(after).map(|(member, _)| member.to_owned());
            rest = after;
            found.push(Read { root: root.to_owned(), member });
        }
    }
    found
}

/// Whether a text has a reference.
pub(super) fn has_any(text: &str) -> bool {
    !all(text).is_empty()
}

/// The name at the start of `text`, as `.name`, `['name']` or `.['name']`, and the text after it.
fn name(text: &str) -> Option<(&str, &str)> {
    let plain = text.strip_prefix('.');
    let bracket = plain.unwrap_or(text);
    for quote in ["'", "\""] {
        if let Some(inner) = bracket.strip_prefix('[').and_then(|inner| inner.strip_prefix(quote)) {
            let (name, after) = inner.split_once(quote)?;
            return Some((name, after.strip_prefix(']')?));
        }
    }
    let plain = plain?;
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    let end = plain.find(|letter| !is_part(letter)).unwrap_or(plain.len());
    let (name, after) = plain.split_at(end);
    name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_').then_some((name, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_found_in_all_their_forms() {
        let read =
            |root: &str, member: Option<&str>| Read { root: root.into(), member: member.map(str::to_owned) };
        let text = "$.Channel and $.External.list[0].x, $.Attributes.['first name']$['Lex']['SessionAttributes'] $.50 $";
        let expected = [
            read("Channel", None),
            read("External", Some("list")),
            read("Attributes", Some("first name")),
            read("Lex", Some("SessionAttributes")),
        ];
        assert_eq!(all(text), expected);
        assert!(!has_any("costs $5.00 or $.99"));
    }
}
