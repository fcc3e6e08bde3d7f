//! The quality of a cut between two words of a sentence.

use std::{collections::HashSet, sync::LazyLock};

type Words = LazyLock<HashSet<&'static str>>;

fn words(list: &'static str) -> HashSet<&'static str> {
    list.split_whitespace().collect()
}

/// The kinds of places between two words, from the worst place for a cut to the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Joint {
    /// Between a number and the thing counted, or inside a name.
    Tight,
    /// Between any two words.
    Loose,
    /// Before a conjunction or a preposition.
    Phrase,
    /// After a mark, or at a pause.
    Clause,
}

static WEEKDAYS: Words = LazyLock::new(|| {
    words(
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mon. Tue. Tues. Wed. Thu. Thurs. Fri. Sat. Sun.",
    )
});

/// The beginnings of English months.
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// English words before which a phrase begins.
static BEGIN_PHRASES: Words = LazyLock::new(|| {
    words(
        "and or but nor so yet because although though while when whenever where which who whom whose that if \
         unless until since before after as than whether in on at for with without from to by about through \
         during between under over into onto within including regarding using via per against among along \
         across around near like plus",
    )
});

/// English words that are not separated from the next word.
static LEAN_FORWARD: Words = LazyLock::new(|| {
    words(
        "a an the my your our his her its their this these those and or but of to in on at by for with from \
         as is are was were be will would can could should must may not no very mr. mrs. ms. dr.",
    )
});

/// Korean endings after which a clause continues.
static KOREAN_CLAUSES: Words = LazyLock::new(|| {
    words(
        "지만 으니 많아 없어 되어 는데 은데 면서 으며 하며 되며 이며 하고 되고 이고 시고 므로 니까 어서 아서 해서 여서 려면 으면 하면 되면 시면 거나 경우 하여 위해 따라 오니",
    )
});

/// Korean particles after which a phrase ends.
static KOREAN_PHRASES: Words = LazyLock::new(|| words("에서 으로 로 까지 부터 에게 께서 한테 보다 은"));

/// Korean particles after which the verb follows: no pause parts it from its object.
const KOREAN_OBJECTS: [char; 2] = ['을', '를'];

/// Korean verbs that are not separated from the verb before: "되고 있습니다", "확인해 드립니다".
const KOREAN_AUXILIARIES: &str = "있 없 않 못 싶 계시 계십 주시 주세 주십 주셔 드리 드립 드려 드릴 바랍 바라 합니 했 하겠 \
    됩 됐 될 된 되었 할수록 수";

/// English words that may follow a number but are not counted by it: "May 3 is", "flat 12 between".
const BEHIND_NUMBERS: &str = "is was are were will has have had can must but because if when which please so then \
    that who where while although though until unless since before after between during with without";

/// The kind of place between two words.
pub(super) fn joint(before: &str, after: &str) -> Joint {
    if after.starts_with("e.g.") {
        return Joint::Tight;
    }
    let closed = before.trim_end_matches(['"', '\'', '”', '’', ')', ']', '」', '』', '》']);
    let is_number_before = before.ends_with(|last: char| last.is_numeric());
    let is_number_after = after.starts_with(|first: char| first.is_numeric() || "$€£₩¥+".contains(first));
    if is_marked(closed) {
        // A comma before a year ends no clause: "May 3, 2024".
        let digits = closed.trim_end_matches(',');
        let digits =
            ["st", "nd", "rd", "th"].iter().find_map(|end| digits.strip_suffix(end)).unwrap_or(digits);
        let is_date =
            is_number_after && closed.ends_with(',') && digits.ends_with(|last: char| last.is_ascii_digit());
        // Nor does one between a weekday and its date: "Tuesday, Nov. 18".
        let is_weekday = WEEKDAYS.contains(closed.trim_end_matches(','))
            && (is_number_after || MONTHS.iter().any(|month| after.starts_with(month)));
        let is_range = matches!(closed, "-" | "–" | "—") && (is_number_after || is_variable(after));
        // So does one before a ZIP code: "350 5th Ave., 10118".
        let is_zip = closed.ends_with(',') && is_zip(after);
        // And one behind a shortened word: "Sat., 12/5".
        let is_short = is_number_after && closed.ends_with(".,");
        return if is_date || is_weekday || is_range || is_zip || is_short {
            Joint::Tight
        } else {
            Joint::Clause
        };
    }
    // A dash belongs to the words before it, and a minus to its formula.
    if matches!(after, "-" | "–" | "—" | "−") || closed == "−" {
        return Joint::Tight;
    }
    // The stop of a shortened word: the sentence goes on, and a part that ended here would sound like its end.
    if closed.ends_with('.') {
        return Joint::Tight;
    }
    let before = before.to_lowercase();
    let lower = after.to_lowercase();
    if is_number_before && BEHIND_NUMBERS.split(' ').any(|verb| verb == lower) {
        return Joint::Phrase;
    }
    // "the card ending in 8821", "the number, e.g. 40771": without the words before, the digits would be an amount.
    let is_ending = matches!(before.as_str(), "ending" | "ends" | "ended");
    if matches!(lower.as_str(), "of" | "number" | "numbers")
        || is_ending && matches!(lower.as_str(), "in" | "with")
    {
        return Joint::Tight;
    }
    let leans = LEAN_FORWARD.contains(before.as_str());
    if is_number_before
        || is_number_after
        || leans
        || "([“‘\"'&".contains(before.chars().next_back().unwrap_or(' '))
    {
        return Joint::Tight;
    }
    if before.ends_with(is_hangul) {
        if before.ends_with(KOREAN_OBJECTS)
            || KOREAN_AUXILIARIES.split_whitespace().any(|verb| after.starts_with(verb))
            // "사용하시면 사용하실수록"
            || after.ends_with("수록")
        {
            return Joint::Tight;
        }
        return if KOREAN_CLAUSES.iter().chain(KOREAN_PHRASES.iter()).any(|ending| is_behind(&before, ending))
        {
            Joint::Phrase
        } else {
            Joint::Loose
        };
    }
    if BEGIN_PHRASES.contains(lower.as_str()) { Joint::Phrase } else { Joint::Loose }
}

/// Whether a word, or a text, ends with a mark at which a voice pauses.
pub(super) fn is_marked(word: &str) -> bool {
    word.ends_with([',', ';', ':', '–', '—', '!', '?', '…', '，', '、', '；', '：'])
        || matches!(word, "-" | "--")
}

/// Whether a word is a letter of a formula, with marks or a Korean particle behind it: the y of "x - y = 1".
fn is_variable(word: &str) -> bool {
    let mut letters = word.trim_start_matches('(').chars();
    let is_letter =
        letters.next().is_some_and(|letter| letter.is_ascii_lowercase() && !"ai".contains(letter));
    is_letter && !letters.next().is_some_and(|next| next.is_ascii_alphanumeric() || "'’.".contains(next))
}

/// Whether a word is five digits, with marks behind it at most.
fn is_zip(word: &str) -> bool {
    let digits = word.trim_end_matches(|mark: char| mark.is_ascii_punctuation());
    digits.len() == 5 && digits.bytes().all(|digit| digit.is_ascii_digit())
}

/// Whether a word has the ending and is longer than it.
fn is_behind(word: &str, ending: &str) -> bool {
    word.strip_suffix(ending).is_some_and(|stem| !stem.is_empty()) || word == "경우"
}

pub(super) fn is_hangul(character: char) -> bool {
    matches!(character, '가'..='힣' | 'ㄱ'..='ㆎ')
}
