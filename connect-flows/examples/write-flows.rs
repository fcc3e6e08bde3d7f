//! Writes the flows that designers import; `cargo xtask flows` runs it.

use connect_flows::play_text::{play_text, to_json};

fn main() -> std::io::Result<()> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/flows/play-text.json");
    std::fs::write(path, to_json(&play_text()))
}
