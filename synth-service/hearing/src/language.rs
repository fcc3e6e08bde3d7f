//! The language of a BCP 47 tag.

/// The primary language of a tag, in lower case: `ko` of `ko-KR`.
pub(crate) fn primary(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}
