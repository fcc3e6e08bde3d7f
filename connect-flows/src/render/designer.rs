//! The designer's places, with as much more room as the cards need.

use super::{
    canvas::{Point, Rect},
    place::Plan,
    route::route,
    scene::{CARD, Scene},
};

/// Room between cards.
const GAP: f64 = 22.0;
/// Steps of stretching: each is a tenth of the designer's own distance.
const ACROSS: std::ops::Range<i32> = 9..31;
const DOWN: std::ops::Range<i32> = 7..26;
/// More cards than a flow can have; comparing all pairs of more would take too long.
const MOST: usize = 400;

/// The longest side of a picture, in pixels: for any flow, and more for each card. One card far away from the others
/// would leave the page empty.
const FARTHEST: f64 = 4000.0;
const FARTHER: f64 = 1000.0;

/// The designer's places, if every action has one, none is far from the others, and the cards don't overlap there.
pub(super) fn designer(scene: &Scene) -> Option<Plan> {
    let places: Vec<Point> = scene
        .nodes
        .iter()
        .map(|node| node.position.map(|(x, y)| (x as f64, y as f64)))
        .collect::<Option<_>>()?;
    if places.len() > MOST {
        return None;
    }
    let (across, down) = stretch(scene, &places)?;
    let first = *places.first()?;
    let corner = |pick: fn(f64, f64) -> f64| {
        places.iter().fold(first, |(x, y), place| (pick(x, place.0), pick(y, place.1)))
    };
    let ((left, top), (right, bottom)) = (corner(f64::min), corner(f64::max));
    if (right - left).max(bottom - top) > FARTHEST + FARTHER * places.len() as f64 {
        return None;
    }
    let places = places.iter().map(|(x, y)| ((x - left) * across, (y - top) * down)).collect();
    let mut plan = Plan { places, lines: Vec::new() };
    plan.lines = route(scene, &plan);
    Some(plan)
}

/// The smallest picture in which no two cards overlap, as factors.
fn stretch(scene: &Scene, places: &[Point]) -> Option<(f64, f64)> {
    let mut factors: Vec<(i32, i32)> = ACROSS.flat_map(|x| DOWN.map(move |y| (x, y))).collect();
    factors.sort_by_key(|(x, y)| x * y);
    let free = |&(x, y): &(i32, i32)| free(scene, places, (f64::from(x) / 10.0, f64::from(y) / 10.0));
    let (x, y) = factors.into_iter().find(free)?;
    Some((f64::from(x) / 10.0, f64::from(y) / 10.0))
}

fn free(scene: &Scene, places: &[Point], (across, down): (f64, f64)) -> bool {
    let rect = |node: usize| {
        let (x, y) = (places[node].0 * across, places[node].1 * down);
        let size = &scene.nodes[node];
        Rect { left: x, top: y, right: x + CARD + size.stub + GAP, bottom: y + size.height + GAP }
    };
    let rects: Vec<Rect> = (0..places.len()).map(rect).collect();
    rects.iter().enumerate().all(|(index, one)| rects[index + 1..].iter().all(|other| !one.meets(other)))
}
