//! Verses of the Bible and the Quran: "Jn 3:16".

use std::sync::LazyLock;

use super::context::named;
use super::rule::{Rule, rules};

/// Books of the Bible as references shorten them.
const SHORT_BOOKS: [(&str, &str); 32] = [
    ("Gen", "Genesis"),
    ("Exod", "Exodus"),
    ("Ex", "Exodus"),
    ("Lev", "Leviticus"),
    ("Num", "Numbers"),
    ("Deut", "Deuteronomy"),
    ("Josh", "Joshua"),
    ("Sam", "Samuel"),
    ("Kgs", "Kings"),
    ("Chron", "Chronicles"),
    ("Ps", "Psalm"),
    ("Prov", "Proverbs"),
    ("Eccl", "Ecclesiastes"),
    ("Isa", "Isaiah"),
    ("Jer", "Jeremiah"),
    ("Ezek", "Ezekiel"),
    ("Dan", "Daniel"),
    ("Matt", "Matthew"),
    ("Mt", "Matthew"),
    ("Mk", "Mark"),
    ("Lk", "Luke"),
    ("Jn", "John"),
    ("Rom", "Romans"),
    ("Cor", "Corinthians"),
    ("Gal", "Galatians"),
    ("Eph", "Ephesians"),
    ("Phil", "Philippians"),
    ("Thess", "Thessalonians"),
    ("Tim", "Timothy"),
    ("Heb", "Hebrews"),
    ("Pet", "Peter"),
    ("Rev", "Revelation"),
];

const BOOKS: &str = "Genesis|Exodus|Leviticus|Numbers|Deuteronomy|Joshua|Judges|Ruth|Samuel|Kings|Chronicles|Job|Psalms?|Proverbs|Ecclesiastes|Isaiah|Jeremiah|Ezekiel|Daniel|Hosea|Joel|Amos|Micah|Malachi|Matthew|Mark|Luke|John|Acts|Romans|Corinthians|Galatians|Ephesians|Philippians|Colossians|Thessalonians|Timothy|Titus|Hebrews|James|Peter|Jude|Revelation|Quran|Surah";

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let verses =
        format!(r"\b((?:[1-3]\s)?(?:{BOOKS})\s[0-9]{{1,3}}):([0-9]{{1,3}})(?:(DASH)([0-9]{{1,3}}))?\b");
    let short = SHORT_BOOKS.map(|(short, _)| short).join("|");
    let book = format!(r"\b({short})\b\.?\s(?<next>[0-9]{{1,3}}:[0-9])");
    rules(&[
        (&book, |found| Some(format!("{} ", named(&SHORT_BOOKS, found.get(1))?))),
        (&verses, |found| {
            let book = found.get(1);
            if found.get(3).is_empty() {
                return Some(format!("{book} {}", found.get(2)));
            }
            Some(format!("{book}, {} to {}", found.get(2), found.get(4)))
        }),
    ])
});
