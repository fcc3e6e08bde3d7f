//! Pictures of a flow: SVG for people, mermaid and dot for other tools.
//!
//! An action is a card with an icon, its name and one short text. Its ways out leave on the right, each with its label.
//! Error branches from many cards to one card are drawn as a short arrow with the card's name, since forty arrows into
//! one goodbye hide everything else. The picture needs no network, follows the reader's light or dark colours, and can
//! stand alone or inside a page.

mod canvas;
mod card;
mod designer;
mod dot;
mod draw;
mod edge;
mod face;
mod icon;
mod lanes;
mod layered;
mod layers;
mod mermaid;
mod order;
mod picture;
mod place;
mod route;
mod scene;
mod spread;
mod style;
mod text;
mod visited;
mod way;

pub use dot::dot;
pub use draw::svg;
pub use mermaid::mermaid;
pub use visited::{CoverageError, Visited};

/// The choices for a picture.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The heading above the picture; none if empty.
    pub title: String,
    /// Start of every `id` in the picture, so that several fit into one page.
    pub prefix: String,
    /// The places of the cards.
    pub layout: Layout,
    /// The part of the flow that was visited. The rest is faded.
    pub visited: Option<Visited>,
    /// Findings, shown on the cards that they concern.
    pub marks: Vec<Mark>,
}

/// The places of the cards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// As in the designer, with more room; laid out anew where places are missing or cards would overlap.
    #[default]
    Designer,
    /// Laid out anew, from the left to the right.
    Fresh,
}

/// A finding about an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Identifier of the action.
    pub action: String,
    /// The weight of the finding.
    pub severity: Severity,
    /// One line.
    pub text: String,
}

/// The weight of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The flow works, and something about it should be looked at.
    Warning,
    /// The service refuses the flow, or a call fails.
    Error,
}
