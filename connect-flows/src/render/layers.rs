//! Columns for the cards: an arrow leads to a later column, unless it closes a cycle.

/// The column of each card.
pub(super) struct Layers {
    pub of: Vec<usize>,
    pub count: usize,
    /// The cards in the order in which a walk from the start meets them.
    pub met: Vec<usize>,
}

/// Columns by the longest way from the start, arrows back aside. `links` has the cards before and after each arrow.
pub(super) fn layers(
    nodes: usize,
    start: Option<usize>,
    links: impl Iterator<Item = (usize, usize)>,
) -> Layers {
    let mut after = vec![Vec::new(); nodes];
    for (from, to) in links.filter(|(from, to)| from != to) {
        after[from].push(to);
    }
    let (done, met) = walk(&after, start);
    // Later cards first in `done`, so that the reverse has every card after those that lead to it.
    let mut rank = vec![0; nodes];
    done.iter().rev().enumerate().for_each(|(index, node)| rank[*node] = index);
    let mut of = vec![0; nodes];
    for &node in done.iter().rev() {
        for &to in &after[node] {
            if rank[to] > rank[node] {
                of[to] = of[to].max(of[node] + 1);
            }
        }
    }
    let count = of.iter().max().map_or(0, |last| last + 1);
    Layers { of, count, met }
}

/// Depth first from the start, then from cards that nothing has reached. Gives the cards as they are left, and as they
/// are met.
fn walk(after: &[Vec<usize>], start: Option<usize>) -> (Vec<usize>, Vec<usize>) {
    let mut seen = vec![false; after.len()];
    let (mut done, mut met) = (Vec::new(), Vec::new());
    for root in start.into_iter().chain(0..after.len()) {
        if seen[root] {
            continue;
        }
        seen[root] = true;
        met.push(root);
        let mut stack = vec![(root, 0)];
        while let Some((node, next)) = stack.last_mut() {
            match after[*node].get(*next) {
                Some(&to) => {
                    *next += 1;
                    if !seen[to] {
                        seen[to] = true;
                        met.push(to);
                        stack.push((to, 0));
                    }
                }
                None => {
                    done.push(*node);
                    stack.pop();
                }
            }
        }
    }
    (done, met)
}
