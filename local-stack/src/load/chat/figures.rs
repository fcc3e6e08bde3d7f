//! Percentiles, and rows of tables in Markdown.

/// The middle value; 0 of none.
pub(crate) fn median(values: &[f64]) -> f64 {
    percentile(values, 0.5)
}

/// The smallest value that is not below this share of the values; 0 of none.
pub(crate) fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.clamp(1, sorted.len().max(1)) - 1).copied().unwrap_or_default()
}

/// Prints the head of a table.
pub(crate) fn head(cells: &[&str]) {
    println!("| {} |\n|{}", cells.join(" | "), " --- |".repeat(cells.len()));
}

/// Prints a row: its name and its values.
pub(crate) fn row(name: &str, values: impl IntoIterator<Item = String>) {
    let cells: Vec<_> = std::iter::once(name.to_owned()).chain(values).collect();
    println!("| {} |", cells.join(" | "));
}

/// Milliseconds for a table.
pub(crate) fn ms(value: f64) -> String {
    format!("{value:.0}")
}
