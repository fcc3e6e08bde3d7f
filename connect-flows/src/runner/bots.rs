//! The understanding of bots: from words to an intent.

use std::collections::BTreeMap;

/// The bots that listen to the caller.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lex {
    /// The rules of each bot, by the ARN or name of its alias; `*` for all others. The first rule whose words fit decides.
    pub bots: BTreeMap<String, Vec<Rule>>,
}

/// A rule: for these words, that understanding. Words without a rule have the intent `FallbackIntent`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rule {
    /// The words that it takes, in any case; `*` stands for any characters. `*` alone takes everything.
    pub words: String,
    /// The understanding.
    pub answer: Understood,
}

/// A bot's understanding of the caller's words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Understood {
    /// The intent: `$.Lex.IntentName`.
    pub intent: String,
    /// Values of slots: `$.Lex.Slots.X`.
    pub slots: BTreeMap<String, String>,
    /// The words as the bot wrote them down; `None` for those that the caller said.
    pub transcript: Option<String>,
    /// The bot's confidence in the intent, 0 to 1.
    pub confidence: Option<f64>,
    /// Session attributes that the bot adds: `$.Lex.SessionAttributes.X`.
    pub session_attributes: BTreeMap<String, String>,
}

impl Lex {
    /// The understanding of words by the bot with this alias.
    pub fn understand(&self, alias: &str, words: &str) -> Understood {
        let rules = super::names::find(&self.bots, &[alias]);
        let rule = rules.into_iter().flatten().find(|rule| fits(&rule.words, words));
        rule.map_or_else(Understood::fallback, |rule| rule.answer.clone())
    }
}

impl Understood {
    fn fallback() -> Self {
        Self { intent: "FallbackIntent".into(), ..Self::default() }
    }
}

/// Whether the words fit the pattern; case and surrounding space don't count.
fn fits(pattern: &str, words: &str) -> bool {
    let (pattern, words) = (pattern.trim().to_lowercase(), words.trim().to_lowercase());
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| words.strip_prefix(first)) else {
        return false;
    };
    let Some(last) = pattern.rsplit_once('*').map(|(_, last)| last) else {
        return rest.is_empty();
    };
    let middle: Vec<&str> = parts.collect();
    for part in &middle[..middle.len() - 1] {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_with_stars_fit_any_characters() {
        let cases = [
            ("yes", "Yes ", true),
            ("yes", "yes please", false),
            ("*", "", true),
            ("yes*", "yes please", true),
            ("*agent*", "an Agent now", true),
            ("*a*b", "aXb", true),
            ("*a*b", "ba", false),
            ("a*a", "a", false),
        ];
        for (pattern, words, expected) in cases {
            assert_eq!(fits(pattern, words), expected, "{pattern} {words}");
        }
    }
}
