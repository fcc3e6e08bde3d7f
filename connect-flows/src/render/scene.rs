//! The cards and arrows of a flow with their sizes, before they have places.

use std::collections::HashMap;

use crate::model::Flow;

use super::{
    Mark,
    card::{Card, card},
    layers::{Layers, layers},
    text::{shorten, width, wrap},
    way::{Class, Way, ways},
};

/// Width of a card.
pub(super) const CARD: f64 = 236.0;
/// Height of the name's line: arrows arrive at its middle.
pub(super) const HEAD: f64 = 40.0;
/// The way from one arrow's start to the next one's.
pub(super) const PORT: f64 = 19.0;
/// Height of a line of text.
pub(super) const LINE: f64 = 15.0;
/// Sizes of letters.
pub(super) const NAME_SIZE: f64 = 12.0;
pub(super) const TEXT_SIZE: f64 = 11.0;
pub(super) const LABEL_SIZE: f64 = 10.5;
/// Bold letters are this much wider.
const BOLD: f64 = 1.08;
/// Room for a text inside a card.
const ROOM: f64 = CARD - 24.0;
/// A card that so many error branches of other cards lead to gets no long arrows for them.
const CROWD: usize = 3;

/// All cards and arrows.
pub(super) struct Scene {
    pub nodes: Vec<Node>,
    pub links: Vec<Link>,
    /// The card at which a call starts.
    pub start: Option<usize>,
    pub layers: Layers,
}

/// A card with its size.
pub(super) struct Node {
    pub card: Card,
    pub name: String,
    pub kind: String,
    pub lines: Vec<String>,
    pub marks: Vec<Mark>,
    pub height: f64,
    /// Room to the right of the card, for the labels of its arrows.
    pub stub: f64,
    /// The place in the designer.
    pub position: Option<(i64, i64)>,
}

/// An arrow.
pub(super) struct Link {
    pub from: usize,
    /// The card to which it leads; `None` where there is no such action.
    pub to: Option<usize>,
    pub way: Way,
    /// The text on it, as far as it fits.
    pub label: String,
    /// Its start, from the top of the card.
    pub port: f64,
    /// The name of the card to which it leads, written at the end of a short arrow, in place of a long arrow.
    pub jump: Option<String>,
}

impl Scene {
    pub(super) fn of(flow: &Flow, marks: &[Mark]) -> Self {
        let index: HashMap<&str, usize> = flow
            .actions
            .iter()
            .enumerate()
            .rev()
            .map(|(index, action)| (&*action.identifier, index))
            .collect();
        let mut nodes = Vec::new();
        let mut links = Vec::new();
        for (from, action) in flow.actions.iter().enumerate() {
            for (rank, way) in ways(action).into_iter().enumerate() {
                let to = index.get(way.to.as_str()).copied();
                let label = shorten(&way.label, LABEL_SIZE, 130.0);
                links.push(Link { from, to, way, label, port: HEAD / 2.0 + PORT * rank as f64, jump: None });
            }
            let marks = marks.iter().filter(|mark| mark.action == *action.identifier).cloned().collect();
            nodes.push(Node::of(card(flow, action), action.position, marks));
        }
        let start = index.get(&*flow.start_action).copied();
        let ends = links.iter().filter_map(|link| Some((link.from, link.to?)));
        let layers = layers(nodes.len(), start, ends);
        let mut scene = Self { nodes, links, start, layers };
        scene.name_far_aims();
        scene.make_room();
        scene
    }

    /// Error branches that many cards send to one card are drawn short.
    fn name_far_aims(&mut self) {
        let mut crowd = vec![0; self.nodes.len()];
        let errors = self.links.iter().filter(|link| link.way.class == Class::Error);
        errors.filter_map(|link| link.to).for_each(|to| crowd[to] += 1);
        for link in &mut self.links {
            let Some(to) = link.to else { continue };
            let near = self.layers.of[to] == self.layers.of[link.from] + 1;
            if link.way.class == Class::Error && crowd[to] >= CROWD && !near {
                link.jump = Some(String::new());
            }
        }
        self.name_aims();
    }

    /// Arrows between parts of the picture are drawn short. `part` tells the part of each column.
    pub(super) fn part(&mut self, part: &[usize]) {
        for link in &mut self.links {
            let Some(to) = link.to else { continue };
            if part[self.layers.of[to]] != part[self.layers.of[link.from]] {
                link.jump = Some(String::new());
            }
        }
        self.name_aims();
        self.make_room();
    }

    /// Writes the names at the ends of short arrows. Cards with one name get numbers.
    fn name_aims(&mut self) {
        let mut aims = vec![false; self.nodes.len()];
        let short = self.links.iter().filter(|link| link.jump.is_some());
        short.filter_map(|link| link.to).for_each(|to| aims[to] = true);
        let mut number = HashMap::new();
        let mut names = vec![String::new(); self.nodes.len()];
        for &node in self.layers.met.iter().filter(|node| aims[**node]) {
            let name = &self.nodes[node].card.name;
            let twins = self.nodes.iter().filter(|other| other.card.name == *name).count();
            let count = number.entry(name.clone()).or_insert(0);
            *count += 1;
            let suffix = if twins > 1 { format!(" #{count}") } else { String::new() };
            names[node] = format!("{}{suffix}", shorten(name, LABEL_SIZE, 110.0));
            let room = CARD - 50.0 - width(&suffix, NAME_SIZE * BOLD);
            let shown = format!("{}{suffix}", shorten(name, NAME_SIZE * BOLD, room));
            self.nodes[node].name = shown;
        }
        for link in &mut self.links {
            if let (Some(jump), Some(to)) = (&mut link.jump, link.to) {
                jump.clone_from(&names[to]);
            }
        }
    }

    /// Whether a card is named at the end of short arrows, and no long one leads to it.
    pub(super) fn named_only(&self, node: usize) -> bool {
        let mut links = self.links.iter().filter(|link| link.to == Some(node)).peekable();
        links.peek().is_some() && links.all(|link| !link.long())
    }

    fn make_room(&mut self) {
        for link in &self.links {
            let node = &mut self.nodes[link.from];
            node.height = node.height.max(link.port + 14.0);
            node.stub = node.stub.max(link.reach());
        }
    }
}

impl Node {
    fn of(card: Card, position: Option<(i64, i64)>, marks: Vec<Mark>) -> Self {
        let name = shorten(&card.name, NAME_SIZE * BOLD, CARD - 50.0);
        let kind = shorten(&card.kind, LABEL_SIZE, CARD - 48.0);
        let lines = wrap(&card.text, TEXT_SIZE, ROOM, 2);
        let rows = lines.len() + marks.len().min(2);
        let height = HEAD + if rows > 0 { LINE * rows as f64 + 9.0 } else { 0.0 };
        Self { card, name, kind, lines, marks, height, stub: 0.0, position }
    }
}

impl Link {
    /// Where the label ends, from the card.
    pub(super) fn label_end(&self) -> f64 {
        if self.label.is_empty() { 0.0 } else { 8.0 + width(&self.label, LABEL_SIZE) + 6.0 }
    }

    /// Where the short part ends, from the card: the label, and the name or the end of an arrow that leads nowhere.
    pub(super) fn reach(&self) -> f64 {
        let end = match (&self.jump, self.to) {
            (Some(jump), _) => 16.0 + width(jump, LABEL_SIZE) + 16.0,
            (None, None) => 30.0,
            (None, Some(_)) => 0.0,
        };
        self.label_end() + end
    }

    /// Whether it is an arrow between two cards.
    pub(super) fn long(&self) -> bool {
        self.to.is_some() && self.jump.is_none()
    }
}
