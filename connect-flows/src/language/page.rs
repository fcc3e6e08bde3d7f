//! The reference page, made from the table.

use super::Language;

/// The reference page in Markdown: `docs/flow-language.md`.
pub fn page(_language: &Language) -> String {
    String::new()
}
