//! Cuts an over-long text at its best places.

/// The text in pieces of at most `most` characters. They are trimmed, none of them is empty, and no word is lost. A cut
/// comes after the last of `clause_ends` in the second half, else after the last space, else anywhere.
///
/// ```
/// assert_eq!(text::cut("One, two, three and four", 14, &[","]), ["One, two,", "three and four"]);
/// ```
pub fn cut<'a>(text: &'a str, most: usize, clause_ends: &[&str]) -> Vec<&'a str> {
    let mut pieces = Vec::new();
    let mut rest = text.trim();
    while let Some((limit, _)) = rest.char_indices().nth(most) {
        let (piece, remainder) = rest.split_at(best_cut(&rest[..limit], clause_ends));
        pieces.push(piece.trim());
        rest = remainder.trim_start();
    }
    if !rest.is_empty() {
        pieces.push(rest);
    }
    pieces
}

/// The byte at which `head`, which does not begin with a space, is best cut.
fn best_cut(head: &str, clause_ends: &[&str]) -> usize {
    let clause = clause_ends
        .iter()
        .filter_map(|mark| head.rfind(mark).map(|at| at + mark.len()))
        .filter(|&at| at > head.len() / 2)
        .max();
    clause.or_else(|| head.rfind(' ').map(|at| at + 1)).unwrap_or(head.len())
}
