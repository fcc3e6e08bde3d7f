//! Moves of chess: "Nf3".

use std::sync::LazyLock;

use super::context::{is_in, named};
use super::number::cardinal;
use super::rule::{Found, Rule, rules};

const PIECES: [(&str, &str); 5] =
    [("K", "king"), ("Q", "queen"), ("R", "rook"), ("B", "bishop"), ("N", "knight")];

pub(super) static RULES: LazyLock<Vec<Rule>> =
    LazyLock::new(|| rules(&[(r"\b([KQRBN])(x?)([a-h])([1-8])([+#]?)", chess)]));

/// "Nf3", among other moves or where chess is spoken of.
fn chess(found: &Found<'_>) -> Option<String> {
    let near = format!("{} {}", found.before(), found.after());
    let played = near.split(|mark: char| !mark.is_alphanumeric()).any(|word| {
        is_in("chess move moves opening gambit defense defence mate checkmate knight bishop pawn rook white black", &word.to_lowercase())
            || word.len() == 3 && word.starts_with(['K', 'Q', 'R', 'B', 'N']) && word.ends_with(|last: char| last.is_ascii_digit())
    });
    let goes_on = found.after().starts_with(char::is_alphanumeric);
    let takes = if found.get(2).is_empty() { "" } else { "takes " };
    let check = match found.get(5) {
        "+" => " check",
        "#" => " mate",
        _ => "",
    };
    let rank = cardinal(found.region, found.get(4).parse().ok()?);
    let piece = named(&PIECES, found.get(1)).filter(|_| played && !goes_on)?;
    Some(format!("{piece} {takes}{} {rank}{check}", found.get(3).to_uppercase()))
}
