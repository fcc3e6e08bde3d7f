//! The flow's picture, with the way that the call took through it.

use super::Report;
use crate::{
    model::Flow,
    render::{self, Options, Visited},
    runner::Call,
    timeline::EventKind,
};

impl Report {
    /// The report of a call with the picture of its first flow, whose name is the title.
    pub fn with_picture(call: &Call, flow: &Flow, name: &str) -> Self {
        let options =
            Options { title: name.to_owned(), visited: Some(visited(call, name)), ..Options::default() };
        Self { picture: Some(render::svg(flow, &options)), ..Self::of(call, name) }
    }
}

fn visited(call: &Call, name: &str) -> Visited {
    let mut visited = Visited::default();
    for event in call.timeline.events() {
        if let EventKind::ActionEnd { flow, action, to, .. } = &event.kind
            && flow == name
        {
            visited.actions.insert(action.clone());
            visited.branches.extend(to.iter().map(|to| (action.clone(), to.clone())));
        }
    }
    visited
}
