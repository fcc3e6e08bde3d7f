//! One profile of the AWS CLI's files `credentials` and `config`.

use std::collections::BTreeMap;

/// The files differ in the headings of profiles.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `[name]`.
    Credentials,
    /// `[profile name]`, except for `[default]`.
    Config,
}

/// The keys of a profile.
#[derive(Default)]
pub(crate) struct Profile {
    values: BTreeMap<String, String>,
    is_known: bool,
}

impl Profile {
    pub(crate) fn value(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(String::as_str)
    }

    /// Whether a file has this profile.
    pub(crate) fn is_known(&self) -> bool {
        self.is_known
    }

    /// Adds the keys that a file has for the profile. Keys that are there already stay.
    pub(crate) fn add(&mut self, text: &str, kind: Kind, name: &str) {
        let mut found: BTreeMap<String, String> = BTreeMap::new();
        let mut is_inside = false;
        for line in text.trim_start_matches('\u{feff}').lines() {
            if let Some(heading) = heading(line) {
                is_inside = named(heading, kind) == Some(name);
                self.is_known |= is_inside;
            } else if is_inside {
                found.extend(pair(line));
            }
        }
        for (key, value) in found {
            self.values.entry(key).or_insert(value);
        }
    }
}

fn heading(line: &str) -> Option<&str> {
    let (heading, _) = line.strip_prefix('[')?.split_once(']')?;
    Some(heading.trim())
}

/// The profile of a heading; `None` for headings of other things, such as `[sso-session corp]`.
fn named(heading: &str, kind: Kind) -> Option<&str> {
    let mut words = heading.split_whitespace();
    match (words.next()?, words.next(), kind) {
        (name, None, Kind::Credentials) => Some(name),
        ("default", None, Kind::Config) => Some("default"),
        ("profile", Some(name), Kind::Config) => Some(name.trim_matches('"')),
        _ => None,
    }
}

/// `key = value`. Indented lines belong to a key with keys of its own, which is none of ours.
fn pair(line: &str) -> Option<(String, String)> {
    if line.starts_with([' ', '\t', '#', ';']) {
        return None;
    }
    let (key, value) = line.split_once('=')?;
    // A comment within a line stands after a space.
    let value =
        value.split(" #").next().and_then(|value| value.split(" ;").next()).unwrap_or_default().trim();
    (!value.is_empty()).then(|| (key.trim().to_lowercase(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = "\u{feff}# comment\n[default]\nregion = eu-west-1 # home\n[profile \"two\"]\r\nREGION=us-east-1\r\n\
                          s3 =\n  region = none\n;x = y\nendpoint_url = http://a/?b=c\n[sso-session two]\nregion = x\n";

    #[test]
    fn keys_of_the_profile_alone_are_read() {
        let read = |kind, name| {
            let mut profile = Profile::default();
            profile.add(CONFIG, kind, name);
            profile
        };
        let two = read(Kind::Config, "two");
        assert_eq!(two.value("region"), Some("us-east-1"));
        assert_eq!(two.value("endpoint_url"), Some("http://a/?b=c"));
        assert_eq!(two.values.len(), 2);
        assert_eq!(read(Kind::Config, "default").value("region"), Some("eu-west-1"));
        assert!(!read(Kind::Config, "three").is_known());
        assert!(!read(Kind::Credentials, "two").is_known());
    }

    #[test]
    fn the_first_file_goes_before_the_second() {
        let mut profile = Profile::default();
        profile.add("[default]\nregion = a\n", Kind::Credentials, "default");
        profile.add("[default]\nregion = b\noutput = json\n", Kind::Config, "default");
        assert_eq!((profile.value("region"), profile.value("output")), (Some("a"), Some("json")));
    }
}
