//! Whether a message is the one that an observation waits for.

/// The share of words that two similar messages have in common, from which on they count as alike. Amazon Connect
/// compares meanings, and publishes no threshold.
const ENOUGH: f64 = 0.6;

/// How like the expected message a message must be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Likeness {
    /// It says about the same. Here: most words are the same.
    #[default]
    Similarity,
    /// It contains the expected text.
    Inclusion,
}

/// Whether a message counts as the expected one. Case, punctuation and runs of white space don't count.
pub fn is_alike(expected: &str, heard: &str, likeness: Likeness) -> bool {
    let (expected, heard) = (words(expected), words(heard));
    match likeness {
        Likeness::Inclusion if expected.is_empty() => true,
        Likeness::Inclusion => {
            format!(" {} ", heard.join(" ")).contains(&format!(" {} ", expected.join(" ")))
        }
        Likeness::Similarity => similarity(&expected, &heard) >= ENOUGH,
    }
}

fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let parts = lower.split(|c: char| !c.is_alphanumeric() && c != '\'');
    parts.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The share of common words: twice those in both, over those in each.
#[allow(clippy::cast_precision_loss, reason = "a message has some hundred words")]
fn similarity(one: &[String], other: &[String]) -> f64 {
    let mut left = other.to_vec();
    let common = one.iter().filter(|word| {
        let found = left.iter().position(|other| other == *word);
        found.map(|index| left.swap_remove(index)).is_some()
    });
    let (common, all) = (common.count(), one.len() + other.len());
    if all == 0 { 1.0 } else { 2.0 * common as f64 / all as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn similar_messages_share_most_words() {
        let alike = |expected, heard| is_alike(expected, heard, Likeness::Similarity);
        assert!(alike("Press 1 to be connected to an agent", "press 1 to be connected to an agent."));
        assert!(alike("Please hold while we connect you", "Please hold while I connect you now"));
        assert!(!alike("Press 1 to be connected to an agent", "We are closed. Goodbye."));
        assert!(alike("", ""));
    }

    #[test]
    fn inclusion_wants_whole_words_in_order() {
        let within = |expected, heard| is_alike(expected, heard, Likeness::Inclusion);
        assert!(within("an agent", "Press 1 for AN  agent!"));
        assert!(!within("an age", "Press 1 for an agent"));
        assert!(within("", "anything"));
    }
}
