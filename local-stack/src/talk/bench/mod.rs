//! `cargo xtask bench live`.
