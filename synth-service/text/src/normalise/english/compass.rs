//! Directions of the compass behind distances and winds. Never parts of addresses.

use std::sync::LazyLock;

use super::context::named;
use super::rule::{Rule, rules};

const COMPASS: [(&str, &str); 8] = [
    ("N", "north"),
    ("S", "south"),
    ("E", "east"),
    ("W", "west"),
    ("NE", "northeast"),
    ("NW", "northwest"),
    ("SE", "southeast"),
    ("SW", "southwest"),
];

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[
        (
            r"\b((?:ft|feet|foot|mi|miles?|km|kilometers?|kilometres?|yd|yards?|blocks?|meters?|metres?)\.?\s)(NE|NW|SE|SW|[NSEW])\b",
            |found| Some(format!("{}{}", found.get(1), named(&COMPASS, found.get(2))?)),
        ),
        (
            r"\b((?i:winds?|gusts?|heading|head|facing|faces)\s(?:(?:is|are|from|out of|due)\s(?:the\s)?)?)(NE|NW|SE|SW|[NSEW])\b",
            |found| Some(format!("{}{}", found.get(1), named(&COMPASS, found.get(2))?)),
        ),
        (r"\b(from the )(NE|NW|SE|SW)\b", |found| {
            Some(format!("{}{}", found.get(1), named(&COMPASS, found.get(2))?))
        }),
    ])
});
