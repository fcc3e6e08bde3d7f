//! A layout: the place of each card, and the line of each arrow.

use super::{
    canvas::{Line, Rect},
    scene::{CARD, Scene},
};

/// The places of a scene.
pub(super) struct Plan {
    /// The upper left corner of each card.
    pub places: Vec<(f64, f64)>,
    /// The line of each long arrow, and whether it ends at its card: one that joins another arrow to the same card ends
    /// there.
    pub lines: Vec<Option<(Line, bool)>>,
}

impl Plan {
    /// The card's own rectangle.
    pub(super) fn card(&self, scene: &Scene, node: usize) -> Rect {
        card(scene, node, self.places[node])
    }
}

/// The rectangle of a card at a place.
pub(super) fn card(scene: &Scene, node: usize, (x, y): (f64, f64)) -> Rect {
    Rect { left: x, top: y, right: x + CARD, bottom: y + scene.nodes[node].height }
}
