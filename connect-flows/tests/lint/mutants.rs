//! Any file gives findings, never a panic.

use connect_flows::{lint, source::Source};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

use crate::HEALTHY;

const MUTANTS: usize = 1_500;

/// Parts that break JSON or the flow language in some way.
const PARTS: [&str; 16] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "null",
    "7",
    "\"\"",
    "{}",
    "[]",
    "é",
    "$.External['",
    "\"NextAction\": \"log\",",
];

#[test]
fn mutants_of_a_flow_never_panic() {
    let mut random = Pcg64::seed_from_u64(14);
    for _ in 0..MUTANTS {
        let mut text = HEALTHY.to_owned();
        for _ in 0..random.random_range(1..6) {
            mutate(&mut text, &mut random);
        }
        let source = Source::new("mutant", text);
        for finding in lint::file(&source).findings {
            let place = source.position(finding.span.start);
            assert!(place.line >= 1 && place.column >= 1);
            let line = format!("{}; {}", finding.what, finding.remedy);
            assert!(!line.contains('\n') && !line.contains("; ;"), "{line}");
        }
    }
}

/// Replaces a random part by another one, or by a part of the same text.
fn mutate(text: &mut String, random: &mut Pcg64) {
    let start = text.floor_char_boundary(random.random_range(0..text.len()));
    let end = text.ceil_char_boundary((start + random.random_range(0..30)).min(text.len()));
    let new = match random.random_range(0..3) {
        0 => String::new(),
        1 => PARTS[random.random_range(0..PARTS.len())].to_owned(),
        _ => {
            let from = text.floor_char_boundary(random.random_range(0..text.len()));
            text[from..text.ceil_char_boundary((from + 60).min(text.len()))].to_owned()
        }
    };
    text.replace_range(start..end, &new);
}
