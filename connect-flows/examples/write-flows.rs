//! Writes the flows that designers import; `cargo xtask flows` runs it.

use connect_flows::{blocks::to_json, catalogue};

fn main() -> std::io::Result<()> {
    catalogue::flows().into_iter().try_for_each(|(name, flow)| {
        let path = format!("{}/flows/{name}.json", env!("CARGO_MANIFEST_DIR"));
        std::fs::write(path, to_json(&flow))
    })
}
