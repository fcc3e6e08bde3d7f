//! The names of things in a contact centre: ARNs, ids, and names that people gave them.

use std::collections::BTreeMap;

/// The entry for a reference: that of the same text, of an id within it, or of `*`.
pub fn find<'w, T>(entries: &'w BTreeMap<String, T>, references: &[&str]) -> Option<&'w T> {
    let named = |reference: &&str| {
        let exact = entries.get(*reference);
        exact.or_else(|| entries.iter().find(|(key, _)| is_same(key, reference)).map(|(_, value)| value))
    };
    references.iter().filter(|reference| !reference.is_empty()).find_map(named).or_else(|| entries.get("*"))
}

/// Whether two references name the same thing: as ARN and id, with a version or without, or in another case.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other) || (!id(one).is_empty() && id(one).eq_ignore_ascii_case(id(other)))
}

/// The id in a reference: the end of an ARN, without `:$LATEST` or a version's number.
pub(super) fn id(reference: &str) -> &str {
    let last = reference.rsplit('/').next().unwrap_or(reference);
    let is_version =
        |version: &str| version.starts_with('$') || version.bytes().all(|digit| digit.is_ascii_digit());
    match last.rsplit_once(':') {
        Some((id, version)) if is_version(version) => id,
        _ => last,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_found_by_arn_id_and_name() {
        let same = [
            ("m1", "arn:aws:connect:us-east-1:1:instance/i/flow-module/M1:$LATEST"),
            ("m1:3", "m1"),
            ("Main flow", "main flow"),
            (
                "arn:aws:connect:us-east-1:1:instance/i/queue/q",
                "arn:aws:connect:eu-west-1:2:instance/j/queue/q",
            ),
        ];
        for (one, other) in same {
            assert!(is_same(one, other) && is_same(other, one), "{one} {other}");
        }
        for (one, other) in [("Flow: one", "Flow: two"), ("", "a/"), ("a", "b")] {
            assert!(!is_same(one, other), "{one} {other}");
        }
        let entries = BTreeMap::from([("q1".to_owned(), 1), ("*".to_owned(), 2)]);
        assert_eq!((find(&entries, &["", "x/q1"]), find(&entries, &["none"])), (Some(&1), Some(&2)));
    }
}
