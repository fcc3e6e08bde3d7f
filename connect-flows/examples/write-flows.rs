//! Writes the flows that designers import; `cargo xtask flows` runs it.

use connect_flows::play_text::{Urls, play_text, to_json};

fn main() -> std::io::Result<()> {
    Urls::ALL.into_iter().try_for_each(|urls| {
        let path = format!("{}/flows/{}.json", env!("CARGO_MANIFEST_DIR"), urls.flow_name());
        std::fs::write(path, to_json(&play_text(urls)))
    })
}
