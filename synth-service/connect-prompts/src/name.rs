//! The names of our prompts. A name tells the bucket and the clip, so that a prompt is made once for all hosts, and is
//! known as ours. Names are unique within an instance.

use contract::keys;

/// Hexadecimal digits of a clip's digest in the name of its prompt: a name has 127 characters at most, a bucket's 63.
const DIGITS: usize = 40;

/// The name of the prompt of a clip.
pub(crate) fn of(bucket: &str, key: &str) -> String {
    let file = key.rsplit('/').next().unwrap_or(key);
    let clip = file.strip_suffix(".wav").unwrap_or(file);
    let clip: String = if key == keys::silence() { clip.into() } else { clip.chars().take(DIGITS).collect() };
    format!("{}{clip}", prefix(bucket))
}

/// The beginning of the names of all prompts of a bucket.
pub(crate) fn prefix(bucket: &str) -> String {
    format!("firstword {bucket} ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_enough_and_tell_clips_and_buckets_apart() {
        let (bucket, digest) = ("b".repeat(63), "0123456789abcdef".repeat(4));
        let name = of(&bucket, &keys::phrase(&digest));
        assert!(name.len() <= 127 && name.starts_with(&prefix(&bucket)), "{name}");
        assert_ne!(name, of("other", &keys::phrase(&digest)));
        assert_ne!(name, of(&bucket, &keys::phrase(&digest.replace('0', "f"))));
        assert_eq!(of("b", &keys::silence()), "firstword b silence-400ms");
    }
}
