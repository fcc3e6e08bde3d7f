//! The ends of emphasis and of struck-out text.

/// Most bytes of emphasis that begins with a digit or a particle; in longer text `*` is the key of a telephone.
const LONGEST_EMPHASIS: usize = 100;

/// Most bytes of strong emphasis that touches a digit; in longer text the stars hide digits.
const LONGEST_STRONG: usize = 300;

/// Most bytes that are struck out.
const LONGEST_STRUCK: usize = 300;

/// The bytes that are struck out, "~~" behind them included: "~~$40~~ $25". Zero where nothing closes them on this
/// line; `None` until that is certain.
pub(super) fn struck(rest: &str, is_complete: bool) -> Option<usize> {
    let line = near_line(rest, LONGEST_STRUCK);
    match line.find("~~") {
        Some(at) => Some(at + 2),
        None if line.len() < rest.len() || is_complete => Some(0),
        None => None,
    }
}

/// Whether a star after words closes an earlier one: "*3 items* left", but not "*67" or "*67*".
pub(super) fn ends_emphasis(rest: &str, is_complete: bool) -> Option<bool> {
    let line = near_line(rest, LONGEST_EMPHASIS);
    let close = line.find('*');
    let is_near = |at: usize| at < LONGEST_EMPHASIS;
    match close {
        Some(at) => {
            Some(is_near(at) && line[..at].contains(char::is_alphabetic) && !line[..at].ends_with(' '))
        }
        None if line.len() < rest.len() || is_complete => Some(false),
        None => None,
    }
}

/// The beginning of the first line, long enough for a mark within `most` bytes and the character after it.
fn near_line(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most + 16);
    while !text.is_char_boundary(end) {
        end += 1;
    }
    text[..end].split('\n').next().unwrap_or_default()
}

/// Whether the same stars follow on this line and close the ones that came first: "**5** left".
pub(super) fn ends_strong(rest: &str, stars: &str, is_complete: bool) -> Option<bool> {
    let line = near_line(rest, LONGEST_STRONG);
    let is_near = |at: usize| at < LONGEST_STRONG;
    match line.find(stars) {
        Some(at) => {
            let behind = line[at + stars.len()..].chars().next();
            if behind.is_none() && line.len() == rest.len() && !is_complete {
                return None;
            }
            let closes = !line[..at].ends_with([' ', '-', '*']) && behind != Some('*');
            Some(at > 0 && is_near(at) && closes)
        }
        None if line.len() < rest.len() || is_complete => Some(false),
        None => None,
    }
}
