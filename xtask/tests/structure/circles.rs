//! Finds circles in a graph.

use crate::resolve::Dependency;

/// The groups of files in which each file depends on every other one, directly or indirectly.
pub(crate) fn circles(files: usize, edges: &[Dependency]) -> Vec<Vec<usize>> {
    let reached: Vec<_> = (0..files).map(|file| reachable(file, edges, files)).collect();
    let is_together = |one: usize, other: usize| reached[one][other] && reached[other][one];
    let group = |file: usize| (0..files).filter(|other| is_together(file, *other)).collect::<Vec<_>>();
    // Each group is listed once, at its first file.
    (0..files)
        .map(|file| (file, group(file)))
        .filter(|(file, group)| group.first() == Some(file))
        .map(|(_, group)| group)
        .collect()
}

/// For each file, whether `from` depends on it, directly or indirectly.
fn reachable(from: usize, edges: &[Dependency], files: usize) -> Vec<bool> {
    let mut reached = vec![false; files];
    let mut waiting = vec![from];
    while let Some(file) = waiting.pop() {
        for edge in edges.iter().filter(|edge| edge.from == file) {
            if !std::mem::replace(&mut reached[edge.to], true) {
                waiting.push(edge.to);
            }
        }
    }
    reached
}
