//! The ways in which callers name a function.

/// Whether Lambda would accept this as a function's name.
pub(super) fn is_valid(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// The plain name in `name`, `name:qualifier`, `account:function:name[:qualifier]` or a full ARN.
pub(super) fn plain(named: &str) -> &str {
    let mut parts = named.split(':');
    let first = parts.next().unwrap_or_default();
    // A plain name stands first, so `function` is only a marker behind something else.
    if parts.any(|part| part == "function") { parts.next().unwrap_or_default() } else { first }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_names_the_same_function() {
        for named in [
            "play",
            "play:$LATEST",
            "play:7",
            "123456789012:function:play",
            "123456789012:function:play:prod",
            "arn:aws:lambda:eu-central-1:123456789012:function:play",
            "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:play:$LATEST",
        ] {
            assert_eq!(plain(named), "play", "{named}");
        }
        assert_eq!(plain("function"), "function");
        assert_eq!(plain("arn:aws:lambda:eu-central-1:123456789012:function:"), "");
    }

    #[test]
    fn names_are_safe_as_file_names() {
        assert!(is_valid("play-next_2"));
        for name in ["", "a/b", "..", "a b", "ü", &"x".repeat(65)] {
            assert!(!is_valid(name), "{name}");
        }
    }
}
