//! Everything that a part of the picture is drawn from.

use super::{
    Options,
    canvas::Rect,
    place::Plan,
    scene::{HEAD, Link, Scene},
};

/// A scene with its places.
pub(super) struct Picture<'p> {
    pub scene: &'p Scene,
    pub plan: &'p Plan,
    pub options: &'p Options,
}

impl Picture<'_> {
    /// The class of a card: visited, not visited, or neither where nothing is known.
    pub(super) fn card_class(&self, identifier: &str) -> &'static str {
        match &self.options.visited {
            None => "",
            Some(visited) if visited.actions.contains(identifier) => " on",
            Some(_) => " off",
        }
    }

    /// The class of an arrow.
    pub(super) fn arrow_class(&self, link: &Link) -> &'static str {
        match self.options.visited {
            None => "",
            Some(_) if self.taken(link) => " on",
            Some(_) => " off",
        }
    }

    /// Whether a run took the arrow.
    pub(super) fn taken(&self, link: &Link) -> bool {
        let from = &self.scene.nodes[link.from].card.identifier;
        let branch = (from.clone(), link.way.to.clone());
        self.options.visited.as_ref().is_some_and(|visited| visited.branches.contains(&branch))
    }

    /// The rectangle around everything.
    pub(super) fn bounds(&self) -> Rect {
        let nodes = 0..self.scene.nodes.len();
        let cards = nodes.map(|node| {
            let card = self.plan.card(self.scene, node);
            Rect { right: card.right + self.scene.nodes[node].stub, ..card }
        });
        let lines = self.plan.lines.iter().flatten().map(|(line, _)| line.bounds);
        let entry = self.scene.start.map(|start| {
            let (x, y) = self.plan.places[start];
            Rect { left: x - 44.0, top: y, right: x, bottom: y + HEAD }
        });
        let empty = Rect { left: 0.0, top: 0.0, right: 0.0, bottom: 0.0 };
        cards.chain(lines).chain(entry).reduce(Rect::with).unwrap_or(empty)
    }
}
