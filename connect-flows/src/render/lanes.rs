//! The cells of a layered picture: cards, and lanes in which long arrows pass cards.
//!
//! Arrows to one card share their lanes: they have the same end.

use std::collections::HashMap;

use super::{
    scene::{HEAD, Scene},
    way::Class,
};

/// Height of a lane.
const LANE: f64 = 8.0;

/// A card, or a lane, in a column.
pub(super) struct Cell {
    pub layer: usize,
    pub height: f64,
    /// Room below it.
    pub gap: f64,
    /// Whether an arrow passes here.
    pub lane: bool,
    pub ties: Vec<Tie>,
}

/// A part of an arrow, seen from one of its ends.
#[derive(Clone, Copy)]
pub(super) struct Tie {
    pub other: usize,
    /// The arrow's place on this cell and on the other one, from their tops.
    pub here: f64,
    pub there: f64,
    pub weight: f64,
}

/// All cells. The first ones are the cards, in their order.
pub(super) struct Lanes {
    pub cells: Vec<Cell>,
    /// The cells of each column, from the top.
    pub layers: Vec<Vec<usize>>,
    /// The lanes of each arrow.
    pub routes: Vec<Vec<usize>>,
}

impl Lanes {
    pub(super) fn of(scene: &Scene) -> Self {
        let cell = |(node, layer): (&super::scene::Node, &usize)| Cell {
            layer: *layer,
            height: node.height,
            gap: 26.0,
            lane: false,
            ties: Vec::new(),
        };
        let cells = scene.nodes.iter().zip(&scene.layers.of).map(cell).collect();
        let mut lanes = Self {
            cells,
            layers: vec![Vec::new(); scene.layers.count],
            routes: vec![Vec::new(); scene.links.len()],
        };
        let mut shared = HashMap::new();
        for &node in &scene.layers.met {
            lanes.layers[scene.layers.of[node]].push(node);
            let own = scene.links.iter().enumerate().filter(|(_, link)| link.from == node && link.long());
            for (index, _) in own {
                lanes.route(scene, index, &mut shared);
            }
        }
        lanes
    }

    fn route(
        &mut self,
        scene: &Scene,
        index: usize,
        shared: &mut HashMap<(usize, usize, bool, bool), usize>,
    ) {
        let link = &scene.links[index];
        let Some(to) = link.to else { return };
        let (first, last) = (scene.layers.of[link.from], scene.layers.of[to]);
        let back = last <= first;
        let passed: Vec<usize> =
            if back { (last..=first).rev().collect() } else { (first + 1..last).collect() };
        let error = link.way.class == Class::Error;
        let (mut before, mut port) = (link.from, link.port);
        for layer in passed {
            let lane = *shared.entry((to, layer, error, back)).or_insert_with(|| {
                self.cells.push(Cell { layer, height: LANE, gap: 10.0, lane: true, ties: Vec::new() });
                self.layers[layer].push(self.cells.len() - 1);
                self.cells.len() - 1
            });
            self.tie((before, port), (lane, LANE / 2.0));
            self.routes[index].push(lane);
            (before, port) = (lane, LANE / 2.0);
        }
        self.tie((before, port), (to, HEAD / 2.0));
    }

    fn tie(&mut self, (one, here): (usize, f64), (other, there): (usize, f64)) {
        if self.cells[one].ties.iter().any(|tie| tie.other == other && (tie.here, tie.there) == (here, there))
        {
            return;
        }
        // Long arrows should be straight; cards may move for them.
        let weight = match (self.cells[one].lane, self.cells[other].lane) {
            (true, true) => 4.0,
            (false, false) if (here - HEAD / 2.0).abs() < 0.1 => 3.0,
            _ => 1.0,
        };
        self.cells[one].ties.push(Tie { other, here, there, weight });
        self.cells[other].ties.push(Tie { other: one, here: there, there: here, weight });
    }
}
