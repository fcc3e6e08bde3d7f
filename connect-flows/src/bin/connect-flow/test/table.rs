//! Coverage as a table.

use comfy_table::{CellAlignment, Table, presets};
use connect_flows::coverage::Coverage;

use crate::out;

/// One line for each flow, and one for all.
pub(super) fn of(coverage: &Coverage) -> String {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN).set_header(["flow", "actions", "", "branches", ""]);
    for (name, flow) in coverage.flows() {
        table.add_row([
            name.to_owned(),
            format!("{}/{}", flow.actions.len(), flow.all_actions.len()),
            format!("{:.0} %", flow.actions_percent()),
            format!("{}/{}", flow.branches.len(), flow.all_branches.len()),
            format!("{:.0} %", flow.branches_percent()),
        ]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string()
}

/// The branches that no call took.
pub(super) fn missed(coverage: &Coverage) {
    for (name, flow) in coverage.flows() {
        let missed: Vec<_> = flow.missed_branches().map(|(from, to)| format!("  {from} > {to}")).collect();
        if !missed.is_empty() {
            out::line(format_args!("\n{name}: no call took\n{}", missed.join("\n")));
        }
    }
}
