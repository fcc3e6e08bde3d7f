//! SSML without its tags.

/// The text of an SSML document without its tags, which separate words, and with its entities read.
pub(crate) fn without_tags(ssml: &str) -> String {
    let words: Vec<&str> = outside_tags(ssml).flat_map(str::split_whitespace).collect();
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    entities.iter().fold(words.join(" "), |words, (entity, character)| words.replace(entity, character))
}

/// The characters of a document that stand outside its tags, as they are written.
pub(crate) fn chars_outside_tags(ssml: &str) -> usize {
    outside_tags(ssml).map(|part| part.chars().count()).sum()
}

/// The parts between tags. A tag without an end reaches to the end.
fn outside_tags(ssml: &str) -> impl Iterator<Item = &str> {
    ssml.split('<').enumerate().filter_map(|(number, part)| match number {
        0 => Some(part),
        _ => part.split_once('>').map(|(_, after)| after),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ssml_is_spoken_without_its_tags() {
        let cases = [
            ("<speak>Hello <break time=\"1s\"/>there</speak>", "Hello there", 11),
            ("<speak><p>One.</p><p>Two &amp; three &amp;lt;</p></speak>", "One. Two & three &lt;", 28),
            ("plain  > text", "plain > text", 13),
            ("One<break/>two <unended", "One two", 7),
            ("<a <b> c", "c", 2),
            ("<speak></speak>", "", 0),
        ];
        for (ssml, words, chars) in cases {
            assert_eq!((without_tags(ssml).as_str(), chars_outside_tags(ssml)), (words, chars), "{ssml}");
        }
    }
}
