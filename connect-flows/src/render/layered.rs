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
    scene::{CARD, HEAD, Scene},
    spread::spread,
};

/// How far an arrow that turns back goes beyond its column.
const TURN: f64 = 26.0;

/// Places for all cards. `first` tells the arrows that are drawn in full before others join them.
pub(super) fn layered(scene: &Scene, first: &dyn Fn(usize) -> bool) -> Plan {
    let mut lanes = Lanes::of(scene);
    order(&mut lanes);
    let tops = spread(&lanes);
    let columns = columns(scene, &lanes);
    let places = (0..scene.nodes.len()).map(|node| (columns[scene.layers.of[node]].0, tops[node])).collect();
    let mut plan = Plan { places, lines: vec![None; scene.links.len()] };
    let mut drawn = HashSet::new();
    let mut queue: Vec<usize> = (0..scene.links.len()).filter(|link| scene.links[*link].long()).collect();
    queue.sort_by_key(|link| !first(*link));
    for link in queue {
        let drawing = Drawing { scene, lanes: &lanes, tops: &tops, columns: &columns };
        plan.lines[link] = drawing.line(link, &plan.places, &mut drawn);
    }
    plan
}

/// The left and right end of each column.
fn columns(scene: &Scene, lanes: &Lanes) -> Vec<(f64, f64)> {
    let mut left = 0.0;
    let column = |cells: &Vec<usize>| {
        let cards = cells.iter().filter_map(|cell| scene.nodes.get(*cell));
        let width = cards.map(|node| CARD + node.stub).fold(0.0, f64::max);
        let crowd: usize = cells.iter().map(|cell| lanes.cells[*cell].ties.len()).sum();
        let start = left;
        left += width + 52.0 + (crowd as f64 * 2.0).min(60.0);
        (start, start + width)
    };
    lanes.layers.iter().map(column).collect()
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
