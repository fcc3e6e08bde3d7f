//! Arrows between cards at given places: a plain curve where nothing is in the way, else the shortest line around the
//! corners of the cards.

use std::{cmp::Ordering, collections::BinaryHeap};

use super::{
    canvas::{Line, Point, Rect, distance},
    place::Plan,
    scene::{CARD, HEAD, Link, Scene},
};

/// Distance of arrows from cards.
const MARGIN: f64 = 9.0;
/// The free end of the room for a label.
const INDENT: f64 = 8.0;
/// Distance between arrows around the same corner.
const APART: f64 = 4.0;
/// Most corners; with more, arrows are plain curves.
const MOST: usize = 1200;

/// The lines of all long arrows.
pub(super) fn route(scene: &Scene, plan: &Plan) -> Vec<Option<(Line, bool)>> {
    let mut map = Map::of(scene, plan);
    let line = |link: &Link| {
        let to = link.to.filter(|_| link.long())?;
        let (x, y) = plan.places[link.from];
        let port = (x + CARD, y + link.port);
        let end = (plan.places[to].0, plan.places[to].1 + HEAD / 2.0);
        // Past the longest of the labels.
        let beside = (scene.nodes[link.from].stub - INDENT).max(0.0) + MARGIN + 1.0;
        Some((map.line(port, (port.0 + beside, port.1), end), true))
    };
    scene.links.iter().map(line).collect()
}

struct Map {
    /// The cards and the labels beside them.
    walls: Vec<Rect>,
    /// The same with the room around them that arrows keep free.
    near: Vec<Rect>,
    corners: Vec<Corner>,
    /// The corners that each corner sees, with their distance.
    seen: Vec<Vec<(usize, f64)>>,
}

struct Corner {
    at: Point,
    /// Away from the card.
    away: Point,
    /// Arrows that go around it.
    used: usize,
}

impl Map {
    fn of(scene: &Scene, plan: &Plan) -> Self {
        let walls: Vec<Rect> = (0..scene.nodes.len()).map(|node| around(scene, plan, node)).collect();
        let near = walls.iter().map(|wall| wall.grown(MARGIN - 1.0)).collect();
        let mut map = Self { walls, near, corners: Vec::new(), seen: Vec::new() };
        if map.walls.len() * 4 > MOST {
            return map;
        }
        for wall in &map.walls {
            let wall = wall.grown(MARGIN);
            for (x, right) in [(wall.left, -1.0), (wall.right, 1.0)] {
                for (y, down) in [(wall.top, -1.0), (wall.bottom, 1.0)] {
                    map.corners.push(Corner { at: (x, y), away: (right, down), used: 0 });
                }
            }
        }
        let blocked = |corner: &Corner| map.near.iter().any(|wall| wall.holds(corner.at));
        map.corners =
            std::mem::take(&mut map.corners).into_iter().filter(|corner| !blocked(corner)).collect();
        map.seen = vec![Vec::new(); map.corners.len()];
        for one in 0..map.corners.len() {
            for other in 0..one {
                let (from, to) = (map.corners[one].at, map.corners[other].at);
                if map.clear(from, to) {
                    map.seen[one].push((other, distance(from, to)));
                    map.seen[other].push((one, distance(from, to)));
                }
            }
        }
        map
    }

    /// The corners that can be seen from a point.
    fn sight(&self, from: Point) -> Vec<(usize, f64)> {
        let visible = |corner: &Corner| corner.at != from && self.clear(from, corner.at);
        let corners = self.corners.iter().enumerate().filter(|(_, corner)| visible(corner));
        corners.map(|(index, corner)| (index, distance(from, corner.at))).collect()
    }

    fn clear(&self, from: Point, to: Point) -> bool {
        !self.near.iter().any(|wall| wall.cut_by(from, to))
    }

    fn line(&mut self, port: Point, start: Point, end: Point) -> Line {
        let before_end = (end.0 - MARGIN - 1.0, end.1);
        let plain = || {
            let mut line = Line::from(port);
            line.to(start);
            line.flow_to(end);
            line
        };
        if end.0 > start.0 + 24.0 && self.curve_is_free(start, end) {
            return plain();
        }
        let Some(way) = self.shortest(start, before_end) else { return plain() };
        let mut points = vec![port, start];
        for corner in way {
            let corner = &mut self.corners[corner];
            let by = APART * corner.used as f64;
            corner.used += 1;
            points.push((corner.at.0 + corner.away.0 * by, corner.at.1 + corner.away.1 * by));
        }
        points.extend([before_end, end]);
        Line::through(&points, 16.0)
    }

    /// Whether the curve that `Line::flow_to` draws runs beside all cards.
    fn curve_is_free(&self, start: Point, end: Point) -> bool {
        let bend = ((end.0 - start.0).abs() * 0.5).clamp(12.0, 140.0);
        let at = |step: u32| {
            let t = f64::from(step) / 24.0;
            let (a, b, c, d) =
                ((1.0 - t).powi(3), 3.0 * t * (1.0 - t).powi(2), 3.0 * t * t * (1.0 - t), t.powi(3));
            let x = a * start.0 + b * (start.0 + bend) + c * (end.0 - bend) + d * end.0;
            (x, (a + b) * start.1 + (c + d) * end.1)
        };
        let free = |step: u32| !self.walls.iter().any(|wall| wall.grown(3.0).cut_by(at(step), at(step + 1)));
        (0..23).all(free)
    }

    /// The corners on the shortest way.
    fn shortest(&self, start: Point, end: Point) -> Option<Vec<usize>> {
        if self.corners.is_empty() || self.clear(start, end) {
            return (!self.corners.is_empty()).then(Vec::new);
        }
        let mut last = vec![None; self.corners.len()];
        self.sight(end).into_iter().for_each(|(corner, length)| last[corner] = Some(length));
        let mut known = vec![(f64::INFINITY, usize::MAX); self.corners.len()];
        let mut heap = BinaryHeap::new();
        for (corner, length) in self.sight(start) {
            known[corner] = (length, usize::MAX);
            heap.push(Step { length, corner, finished: false });
        }
        while let Some(Step { length, corner, finished }) = heap.pop() {
            if finished {
                return Some(self.back(&known, corner));
            }
            if length > known[corner].0 {
                continue;
            }
            if let Some(rest) = last[corner] {
                heap.push(Step { length: length + rest, corner, finished: true });
            }
            for &(next, step) in &self.seen[corner] {
                // Each corner costs a little: few bends are easy to follow. So does one that others go around.
                let length = length + step + 12.0 + APART * self.corners[next].used as f64;
                if length < known[next].0 {
                    known[next] = (length, corner);
                    heap.push(Step { length, corner: next, finished: false });
                }
            }
        }
        None
    }

    fn back(&self, known: &[(f64, usize)], mut corner: usize) -> Vec<usize> {
        let mut way = Vec::new();
        while corner < self.corners.len() {
            way.push(corner);
            corner = known[corner].1;
        }
        way.reverse();
        way
    }
}

/// A card, and the labels to the right of it.
fn around(scene: &Scene, plan: &Plan, node: usize) -> Rect {
    let card = plan.card(scene, node);
    let own = scene.links.iter().filter(|link| link.from == node && link.reach() > 0.0);
    let label = |link: &Link| Rect { right: card.right + link.reach() - INDENT, ..card };
    own.map(label).fold(card, Rect::with)
}

/// A step of the search; the shortest is the greatest.
struct Step {
    length: f64,
    corner: usize,
    finished: bool,
}

impl Ord for Step {
    fn cmp(&self, other: &Self) -> Ordering {
        other.length.total_cmp(&self.length)
    }
}

impl PartialOrd for Step {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Step {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Step {}
