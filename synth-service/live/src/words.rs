//! TEMPORARY until `hearing::words` is merged.

pub(crate) fn same_words(a: &str, b: &str) -> bool {
    let bare =
        |text: &str| -> String { text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect() };
    bare(a) == bare(b)
}

pub(crate) fn is_backchannel(_language: &str, text: &str) -> bool {
    text.split_whitespace().all(|word| matches!(word.trim_matches('.'), "mhm" | "yeah" | "okay" | "네"))
}

pub(crate) fn count(_language: &str, text: &str) -> usize {
    text.split_whitespace().count()
}
