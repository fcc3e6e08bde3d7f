//! Laid out anew: columns from the left to the right, long arrows in lanes between the cards, arrows back around them.
//!
//! The known crates for layered layouts give places for nodes and drop the lanes of long edges, which are the thing that
//! keeps arrows out of cards.

use std::collections::HashSet;

use super::{
    canvas::{Line, Point},
    lanes::Lanes,
    order::order,
    place::Plan,
    scene::{CARD, HEAD, Link, Scene},
    spread::spread,
};

/// How far an arrow that turns back goes beyond its column.
const TURN: f64 = 26.0;
/// Width from which on a picture is broken into bands.
const WIDE: f64 = 3000.0;
/// Width of a picture in bands, as a multiple of its height.
const SHAPE: f64 = 1.5;
/// Room between bands.
const BETWEEN: f64 = 80.0;

/// Places for all cards. `first` tells the arrows that are drawn in full before others join them.
pub(super) fn layered(scene: &mut Scene, first: &dyn Fn(&Link) -> bool) -> Plan {
    let bands = bands(scene);
    scene.part(&bands);
    let scene = &*scene;
    let mut lanes = Lanes::of(scene);
    order(&mut lanes);
    let mut tops = spread(&lanes);
    stack(&lanes, &bands, &mut tops);
    let columns = columns(scene, &lanes, &bands);
    let places = (0..scene.nodes.len()).map(|node| (columns[scene.layers.of[node]].0, tops[node])).collect();
    let mut plan = Plan { places, lines: vec![None; scene.links.len()] };
    let mut drawn = HashSet::new();
    let mut queue: Vec<usize> = (0..scene.links.len()).filter(|link| scene.links[*link].long()).collect();
    queue.sort_by_key(|link| !first(&scene.links[*link]));
    for link in queue {
        let drawing = Drawing { scene, lanes: &lanes, tops: &tops, columns: &columns };
        plan.lines[link] = drawing.line(link, &plan.places, &mut drawn);
    }
    plan
}

/// The band of each column: a long flow is broken into bands, as a text is broken into lines.
fn bands(scene: &Scene) -> Vec<usize> {
    let lanes = Lanes::of(scene);
    let ends: Vec<f64> =
        columns(scene, &lanes, &vec![0; lanes.layers.len()]).iter().map(|end| end.1).collect();
    let whole = ends.last().copied().unwrap_or_default();
    let size = |cell: &usize| lanes.cells[*cell].height + lanes.cells[*cell].gap;
    let high = lanes.layers.iter().map(|layer| layer.iter().map(size).sum::<f64>()).fold(BETWEEN, f64::max);
    let count = if whole > WIDE { (whole / (SHAPE * (high + BETWEEN))).sqrt().round().max(1.0) } else { 1.0 };
    let passing = |column: usize| {
        let layer = |node: usize| scene.layers.of[node];
        let passes = |link: &&Link| {
            link.long() && link.to.is_some_and(|to| (layer(link.from) <= column) != (layer(to) <= column))
        };
        scene.links.iter().filter(passes).count() as f64
    };
    let mut bands = vec![0; ends.len()];
    for band in 1..count as usize {
        let ideal = whole * band as f64 / count;
        let cost = |column: &usize| (ends[*column] - ideal).abs() + 90.0 * passing(*column);
        let best = (0..ends.len()).min_by(|one, other| cost(one).total_cmp(&cost(other))).unwrap_or_default();
        bands.iter_mut().skip(best + 1).for_each(|own| *own = band);
    }
    bands
}

/// Moves each band below the one before it.
fn stack(lanes: &Lanes, bands: &[usize], tops: &mut [f64]) {
    let mut level = 0.0;
    for band in 0..=bands.iter().copied().max().unwrap_or_default() {
        let own = |cell: &&usize| bands[lanes.cells[**cell].layer] == band;
        let cells: Vec<usize> = lanes.layers.iter().flatten().filter(own).copied().collect();
        let top = cells.iter().map(|cell| tops[*cell]).fold(f64::INFINITY, f64::min);
        let bottom = cells.iter().map(|cell| tops[*cell] + lanes.cells[*cell].height).fold(top, f64::max);
        cells.iter().for_each(|cell| tops[*cell] += level - top);
        level += bottom - top + BETWEEN;
    }
}

/// The left and right end of each column.
fn columns(scene: &Scene, lanes: &Lanes, bands: &[usize]) -> Vec<(f64, f64)> {
    let (mut left, mut band) = (0.0, 0);
    let column = |(cells, own): (&Vec<usize>, &usize)| {
        if *own != band {
            (left, band) = (0.0, *own);
        }
        let cards = cells.iter().filter_map(|cell| scene.nodes.get(*cell));
        let width = cards.map(|node| CARD + node.stub).fold(0.0, f64::max);
        let crowd: usize = cells.iter().map(|cell| lanes.cells[*cell].ties.len()).sum();
        let start = left;
        left += width + 52.0 + (crowd as f64 * 2.0).min(60.0);
        (start, start + width)
    };
    lanes.layers.iter().zip(bands).map(column).collect()
}

struct Drawing<'d> {
    scene: &'d Scene,
    lanes: &'d Lanes,
    tops: &'d [f64],
    columns: &'d [(f64, f64)],
}

impl Drawing<'_> {
    /// The arrow's line, up to the point where it joins one that is drawn.
    fn line(
        &self,
        link: usize,
        places: &[Point],
        drawn: &mut HashSet<(usize, usize)>,
    ) -> Option<(Line, bool)> {
        let (route, link) = (&self.lanes.routes[link], &self.scene.links[link]);
        let to = link.to?;
        let (x, y) = places[link.from];
        let back = self.scene.layers.of[to] <= self.scene.layers.of[link.from];
        let mut line = Line::from((x + CARD, y + link.port));
        line.to((x + CARD + link.label_end(), y + link.port));
        line.to((self.columns[self.scene.layers.of[link.from]].1, y + link.port));
        for (index, &lane) in route.iter().enumerate() {
            let (left, right) = self.columns[self.lanes.cells[lane].layer];
            let level = self.tops[lane] + self.lanes.cells[lane].height / 2.0;
            match (back, index) {
                (true, 0) => line.bend_to((right, level), TURN, TURN),
                (true, _) => line.ebb_to((right, level)),
                (false, _) => line.flow_to((left, level)),
            }
            let next = route.get(index + 1).copied().unwrap_or(usize::MAX);
            if !drawn.insert((lane, next)) {
                return Some((line, false));
            }
            line.to((if back { left } else { right }, level));
        }
        let end = (places[to].0, places[to].1 + HEAD / 2.0);
        if back {
            line.bend_to(end, -TURN, -TURN)
        } else {
            line.flow_to(end)
        }
        Some((line, true))
    }
}
