//! The flow language as a table: action types with their parameters, branches and places, the roots of references, and
//! the limits of the service.
//!
//! The data is in `language/*.toml`, so that a new action type is a few rows there. This module reads the rows and
//! answers questions about them; it knows no flow and judges none. Where the service's own exports differ from its
//! documentation, the rows follow the exports.

mod action;
mod contract;
mod flow_type;
mod form;
pub mod limits;
mod load;
mod nearest;
mod page;
mod parameter;
mod reference;

pub use action::{ActionType, Category, Conditions, Ends, ErrorBranch, Group, Next, Run};
pub use contract::Contract;
pub use flow_type::{Channel, FlowType};
pub use form::{Need, Parameters, When};
pub use load::{Language, table};
pub use nearest::nearest;
pub use page::page;
pub use parameter::{Dynamic, Kind, Parameter, Place};
pub use reference::{Root, Shape};

#[cfg(test)]
mod tests;
