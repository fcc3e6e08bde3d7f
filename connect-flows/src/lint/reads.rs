//! The references in a text: `$.External.Url0`, `$.Attributes['first name']`.

use crate::reference::path;

/// A reference in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Read {
    /// The word after `$.`.
    pub(super) root: String,
    /// The first name below it, if there is one.
    pub(super) member: Option<String>,
}

/// All references in a text. After `$`, anything but a name with a full stop or brackets is plain text.
pub(super) fn all(text: &str) -> Vec<Read> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('$') {
        rest = &rest[start + 1..];
        let steps = path::steps(rest);
        if let Some(root) = steps.first().filter(|root| is_word(&root.name)) {
            let member = steps.get(1).map(|member| member.name.clone().into_owned());
            found.push(Read { root: root.name.clone().into_owned(), member });
            rest = &rest[root.end..];
        }
    }
    found
}

/// Whether a name can be that of a root: `$.50` is a price.
fn is_word(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
}

/// Whether a text has a reference.
pub(super) fn has_any(text: &str) -> bool {
    !all(text).is_empty()
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
