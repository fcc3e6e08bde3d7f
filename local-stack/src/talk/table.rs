//! The table at the end of a call.

use std::fmt::Write;

use comfy_table::{CellAlignment, ContentArrangement, Table};

use super::{held::Held, turns::Turn};
use crate::call::table::table;

/// Width of the table's text, in characters.
const WIDTH: u16 = 150;

/// All turns of a call, and the figures of the whole call.
pub(super) fn render(held: &Held, turns: &[Turn], faults: &[String]) -> String {
    let mut text = format!("{}\n", table_of(turns));
    let heard = turns.iter().filter_map(|turn| turn.answered_after_ms);
    let slowest = heard.clone().fold(0.0, f64::max);
    let _ = write!(
        text,
        "\n{} turns, {} answered, the slowest after {slowest:.0} ms; call {:.1} s; frames sent at most {:.0} ms late",
        turns.iter().filter(|turn| turn.is_turn).count(),
        heard.count(),
        held.said.len() as f64 / 8000.0,
        held.late.as_secs_f64() * 1e3,
    );
    for fault in faults {
        let _ = write!(text, "\nfault: {fault}");
    }
    text
}

fn table_of(turns: &[Turn]) -> Table {
    let header =
        ["turn", "spoke, s", "first sound, ms", "log, ms", "differs", "silent after, ms", "heard", "answer"];
    let mut table = table(header);
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
    for column in table.column_iter_mut().skip(6) {
        column.set_cell_alignment(CellAlignment::Left);
    }
    for (number, turn) in turns.iter().enumerate() {
        let logged = turn.log.as_ref().and_then(|log| log.response_ms);
        let ms = |ms: Option<f64>| ms.map_or("-".to_owned(), |ms| format!("{ms:.0}"));
        let difference = turn.answered_after_ms.zip(logged).map(|(heard, logged)| logged - heard);
        table.add_row([
            format!("{}: {}", number + 1, turn.said),
            format!("{:.2}-{:.2}", turn.began_ms / 1e3, turn.ended_ms / 1e3),
            ms(turn.answered_after_ms),
            ms(logged),
            difference.map_or("-".to_owned(), |ms| format!("{ms:+.0}")),
            ms(turn.interruption.and_then(|over| over.silent_after_ms)),
            turn.log.as_ref().and_then(|log| log.heard.clone()).unwrap_or_default(),
            turn.log.as_ref().and_then(|log| log.answer.clone()).unwrap_or_default(),
        ]);
    }
    table
}
