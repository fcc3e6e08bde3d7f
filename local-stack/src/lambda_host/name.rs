//! Names of functions. [`connect_flows::runner::function_name`] parses the forms in which clients write them.

/// Whether Lambda would accept this as a function's name.
pub(super) fn is_valid(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

#[cfg(test)]
mod tests {
    use connect_flows::runner::function_name;

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
            assert_eq!(function_name(named), "play", "{named}");
        }
        assert_eq!(function_name("function"), "function");
        assert_eq!(function_name("arn:aws:lambda:eu-central-1:123456789012:function:"), "");
    }

    #[test]
    fn names_are_safe_as_file_names() {
        assert!(is_valid("play-next_2"));
        for name in ["", "a/b", "..", "a b", "ü", &"x".repeat(65)] {
            assert!(!is_valid(name), "{name}");
        }
    }
}
