//! Writes the reference page of the metrics, `docs/metrics.md`.

use std::{fs, io, path::Path};

fn main() -> io::Result<()> {
    fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/metrics.md"), contract::metrics::page())
}
