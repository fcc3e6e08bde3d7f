//! The wildcards of a policy.

/// Compares the six parts of ARNs one by one: a wildcard does not match a colon, except in the last part.
pub(super) fn arn_matches(pattern: &str, arn: &str) -> bool {
    let parts = |text| -> Vec<&str> { str::splitn(text, 6, ':').collect() };
    let (patterns, values) = (parts(pattern), parts(arn));
    patterns.len() == 6
        && values.len() == 6
        && patterns.iter().zip(values).all(|(pattern, value)| matches(pattern, value))
}

/// Whether the text matches a pattern in which `*` stands for any text and `?` for any one character.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<_>, Vec<_>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut position) = (0, 0);
    // Position of the last star in the pattern, and the end of the text that the star matches so far.
    let mut star: Option<(usize, usize)> = None;
    while position < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, position));
                at += 1;
            }
            Some(wanted) if *wanted == '?' || *wanted == text[position] => {
                at += 1;
                position += 1;
            }
            _ => {
                let Some((star_at, end)) = star else { return false };
                star = Some((star_at, end + 1));
                (at, position) = (star_at + 1, end + 1);
            }
        }
    }
    pattern[at..].iter().all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_match_as_in_a_policy() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("a", "b", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*", "", true),
            ("streams/*", "streams/1/part0.wav", true),
            ("streams/*", "prompts/silence.wav", false),
            ("*.wav", "a.wav.txt", false),
            ("*a*b*", "xxaxxbxx", true),
            ("*ab", "aab", true),
            ("a*a*a*b", "aaaaaaaa", false),
            ("ü?*", "üé", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern:?} {text:?}");
        }
    }

    #[test]
    fn a_wildcard_in_an_arn_stays_in_its_part() {
        let arn = "arn:aws:connect:us-east-1:1:instance/2";
        for (pattern, expected) in [
            ("arn:aws:connect:*:1:instance/*", true),
            ("arn:aws:connect:us-east-1:1:instance/2", true),
            ("arn:aws:connect:*:instance/2", false),
            ("arn:*", false),
            ("arn:aws:connect:us-east-1:9:instance/*", false),
        ] {
            assert_eq!(arn_matches(pattern, arn), expected, "{pattern}");
        }
    }
}
