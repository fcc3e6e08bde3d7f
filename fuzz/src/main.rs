//! Runs one target with libFuzzer. `cargo xtask fuzz` builds and starts this program.

#![no_main]
#![allow(unsafe_code, reason = "libFuzzer calls a function by its name")]

use std::{env, sync::LazyLock};

use fuzz::Target;
use libfuzzer_sys::fuzz_target;

/// The target, named by an environment variable, since the arguments belong to libFuzzer.
static TARGET: LazyLock<&'static Target> = LazyLock::new(|| {
    let name = env::var("FIRSTWORD_FUZZ_TARGET").unwrap_or_default();
    Target::named(&name).unwrap_or_else(|| panic!("FIRSTWORD_FUZZ_TARGET={name:?} is no target"))
});

fuzz_target!(|bytes: &[u8]| {
    (TARGET.check)(&String::from_utf8_lossy(bytes));
});
