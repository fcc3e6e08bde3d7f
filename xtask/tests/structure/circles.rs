//! Circles in a graph.

use crate::resolve::Dependency;

/// Groups of files of which each one depends on each other one, by whatever way.
pub(crate) fn circles(files: usize, edges: &[Dependency]) -> Vec<Vec<usize>> {
    let reached: Vec<_> = (0..files).map(|file| reachable(file, edges, files)).collect();
    let mut circles: Vec<Vec<usize>> = Vec::new();
    for file in 0..files {
        let is_new = !circles.iter().flatten().any(|known| *known == file);
        if is_new && reached[file][file] {
            circles.push((0..files).filter(|other| reached[file][*other] && reached[*other][file]).collect());
        }
    }
    circles
}

/// For each file, whether the dependencies of `from` lead to it.
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
