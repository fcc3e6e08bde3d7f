//! Commas that end a clause in English: the next words begin another one. A comma in a list, an address or before a name
//! is followed by the next item.

use std::{collections::HashSet, sync::LazyLock};

use super::is_marked;

type Words = LazyLock<HashSet<&'static str>>;

fn words(list: &'static str) -> HashSet<&'static str> {
    list.split_whitespace().collect()
}

/// Words that begin a clause or a phrase. An item of a list begins with one only if it has a determiner: "your name, your
/// address".
static OPENERS: Words = LazyLock::new(|| {
    words(
        "i you he she it we they me him us them this that these those there here my your his her its our their the \
         a an each every some any all both most no not never \
         and or nor but so yet because although though while whereas when whenever where wherever which who whom \
         whose if unless until since before after once as than whether in on at for from to by with without \
         about during between under over into within including excluding depending starting beginning meaning \
         regarding through next right across near \
         what how why is are was were am do does did has have had can could will would shall should may might must \
         let please thanks thank sorry then now today tomorrow tonight otherwise however therefore unfortunately \
         usually normally currently also just simply \
         press say call visit go click tell give enter choose select check ask hold stay wait try send reply dial \
         open type make bring keep",
    )
});

/// Openers of a clause that a comma may follow soon: "but first, …".
static LINKS: Words = LazyLock::new(|| {
    words(
        "but so because although though while whereas when where which who whose if unless until since however \
         therefore otherwise unfortunately",
    )
});

/// Words behind "and" that begin a clause with a subject of its own.
static SUBJECTS: Words =
    LazyLock::new(|| words("i you he she it we they there this that these those then please let"));

/// Days, which a date follows: "Monday, the third".
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Most words before the first comma that are likely to be an item of a list.
const LONGEST_ITEM: usize = 3;

/// Most words between two commas that are said with the words behind them: "but first, …", "however, …".
const LONGEST_INSERTION: usize = 2;

/// Whether a clause ends at the comma behind `before`.
pub(super) fn ends_at_comma(before: &[&str], after: &[&str]) -> bool {
    let mut next = after.iter().map(|word| key(word));
    let (first, second) = (next.next().unwrap_or_default(), next.next().unwrap_or_default());
    if !OPENERS.contains(first.as_str()) {
        return false;
    }
    let begin = before[..before.len() - 1].iter().rposition(|word| is_marked(word));
    let segment = &before[begin.map_or(0, |comma| comma + 1)..];
    let is_insertion = segment.len() <= LONGEST_INSERTION && segment[0].starts_with(char::is_lowercase);
    let is_first = begin.is_none();
    if !is_first && is_insertion {
        return false;
    }
    if LINKS.contains(first.as_str()) {
        return true;
    }
    // The next words are an item of a list, or a form of address.
    if after.iter().any(|word| is_marked(word)) {
        return false;
    }
    if matches!(first.as_str(), "and" | "or" | "nor") {
        return SUBJECTS.contains(second.as_str()) || is_first && segment.len() > LONGEST_ITEM;
    }
    let is_list = after[1..].iter().any(|word| matches!(*word, "and" | "or" | "&"));
    let is_date = first == "the" && segment.last().is_some_and(|day| is_weekday(day));
    (!is_list || SUBJECTS.contains(first.as_str())) && !is_date
}

/// Whether a clause or a phrase may begin with a word.
pub(super) fn is_opener(word: &str) -> bool {
    OPENERS.contains(key(word).as_str())
}

fn is_weekday(word: &str) -> bool {
    WEEKDAYS.iter().any(|day| word.trim_end_matches(',').eq_ignore_ascii_case(day))
}

/// The letters at the beginning of a word, in lower case: "i" of "I'll". Empty for names and abbreviations: "Will", "OR".
/// A capital letter at the beginning of a quote makes no name.
fn key(word: &str) -> String {
    let unquoted = word.trim_start_matches(['"', '“', '\'', '‘']);
    let letters: String = unquoted.chars().take_while(|letter| letter.is_alphabetic()).collect();
    let is_sentence = unquoted.len() < word.len() && !letters.chars().skip(1).any(char::is_uppercase);
    let is_name = letters.starts_with(char::is_uppercase) && letters != "I" && !is_sentence;
    if is_name { String::new() } else { letters.to_lowercase() }
}
