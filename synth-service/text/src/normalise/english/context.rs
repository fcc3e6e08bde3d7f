//! Clues in the words around a place. Never changes a text.

/// Words before an amount that counts as one thing: "a 5 km run".
const DETERMINERS: [&str; 16] = [
    "the",
    "this",
    "that",
    "your",
    "our",
    "my",
    "his",
    "her",
    "their",
    "its",
    "one",
    "any",
    "same",
    "no",
    "initial",
    "additional",
];

/// Words that are not nouns, so that the amount in front of them stands by itself: "the $50 you paid".
const NO_NOUNS: &str = " a an the and or but nor so yet if then than as that which who whom whose when where while because since of in on at to from by for with without within into onto over under about across after before between during through until till per via plus minus off out up down away back ago more less each every extra total now today tomorrow yesterday tonight here there is are was were be been being am has have had do does did will would shall should can could may might must i you he she it we they me him her us them my your his its our their this these those not no also only just still already again too very monthly weekly daily yearly annually online instead left due paid owed grows becomes gains earns drops rises falls stays buys apart long wide high tall deep thick old later earlier early late away ";

/// Sums that one amount describes, with or without an article.
const FEES: [&str; 6] =
    ["late fee", "late charge", "late payment", "annual fee", "activation fee", "setup fee"];

/// Words that always go on with the sentence.
const JOINING: &str =
    "a an the and or but nor if then than as in on at to from by for of is was are were will would";

/// Plural nouns that do not show it.
const IRREGULAR_PLURALS: &str =
    " people children men women feet teeth mice geese police cattle pieces percent kilometers kilometres ";

/// Words on -s that are not plural nouns.
const NO_PLURALS: &str = " is was has does this its us yes as his hers ours yours theirs always perhaps thus plus minus less unless across towards besides ships arrives leaves departs boards lands covers pays holds has lists runs costs totals reads includes contains needs expires ends begins starts grows becomes gains earns drops rises falls stays buys goes comes says means shows gets makes takes status business address process access express gas bus class press pass loss boss news series trans ";

/// The last word, in lower case; empty where other marks than white space follow it.
pub(super) fn last_word(before: &str) -> String {
    let before = before.trim_end();
    let start = before.rfind(|character: char| !character.is_alphanumeric() && character != '\'');
    let start = start.map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    before[start..].to_lowercase()
}

/// The next word as it is written; empty where other marks than white space or a hyphen stand before it.
pub(super) fn next_word(after: &str) -> &str {
    let after = after.strip_prefix('-').unwrap_or(after).trim_start();
    let end = after.find(|character: char| !character.is_alphanumeric() && character != '\'');
    &after[..end.unwrap_or(after.len())]
}

/// Whether nothing but closing marks follows, so that the dot of an abbreviation is the sentence's too.
pub(super) fn is_end(after: &str) -> bool {
    let after = after.trim_start();
    after.len() < 16
        && !after.contains(char::is_alphanumeric)
        && !after.starts_with([',', ';', ':', '.', '-', '–', '?', '!'])
}

/// The remains of a shortened word's dot: a dot that ends the sentence too, or a space if no other one follows.
pub(super) fn end_of_short(dot: &str, after: &str) -> &'static str {
    match dot {
        "" => "",
        _ if is_end(after) => ".",
        _ if after.starts_with(char::is_alphanumeric) => " ",
        _ => "",
    }
}

/// The same for words that may end a sentence, where a word follows that begins one: "on Elm St. Call us."
pub(super) fn end_of_last(dot: &str, after: &str) -> &'static str {
    let begins = after.starts_with(' ') && crate::ends::begins_sentence(next_word(after));
    if begins && !dot.is_empty() { "." } else { end_of_short(dot, after) }
}

/// Whether an amount here describes the thing that the next word names: "a 5 km run", "the $20 fee".
pub(super) fn is_attributive(before: &str, after: &str) -> bool {
    let next = next_word(after);
    let article = matches!(last_word(before).as_str(), "a" | "an");
    // "the $39 late fee", "plus $49 annual fee"
    if FEES.iter().any(|fee| after.strip_prefix(' ').is_some_and(|behind| behind.starts_with(fee))) {
        return true;
    }
    // "a 500 GB HDD"
    if article && after.starts_with(' ') && next.starts_with(char::is_uppercase) {
        return true;
    }
    // "the $3,000 OOP max"
    let initials = next.len() > 1 && next.bytes().all(|letter| letter.is_ascii_uppercase());
    let named = matches!(last_word(before).as_str(), "the" | "your" | "our");
    if initials && named && after.starts_with(' ') && !is_in("ASAP AM PM OR AND USD CAD AUD", next) {
        return true;
    }
    if !after.starts_with([' ', '-']) || !next.starts_with(char::is_lowercase) {
        return false;
    }
    match last_word(before).as_str() {
        // After an article of one thing, the amount of several can only be an adjective.
        "a" | "an" | "another" | "each" | "every" => !is_in(JOINING, next),
        word if DETERMINERS.contains(&word) => {
            !next.ends_with("ed") && !next.ends_with("ing") && !is_in(NO_NOUNS, next)
        }
        _ => is_in(
            "bill bills note notes coin coins voucher vouchers drafts pints wings tacos margaritas cocktails copays tickets installments instalments payments",
            next,
        ),
    }
}

/// The word that joins two amounts in a list or a range: "between 5-7" is read "between five and seven".
pub(super) fn range_word(before: &str) -> &'static str {
    if last_word(before) == "between" { "and" } else { "to" }
}

/// Whether the word is a plural noun, as far as its look tells.
pub(super) fn is_plural(word: &str) -> bool {
    let lower = word.to_lowercase();
    is_in(IRREGULAR_PLURALS, &lower)
        || (lower.len() > 3
            && lower.ends_with('s')
            && !lower.ends_with("ss")
            && !lower.ends_with("'s")
            && !is_in(NO_PLURALS, &lower))
}

/// Whether the word may be the name of a thing, and does not only join words.
pub(super) fn may_be_noun(word: &str) -> bool {
    word.starts_with(char::is_lowercase) && !is_in(NO_NOUNS, word)
}

/// Whether a list of words, each between spaces, has the word.
pub(super) fn is_in(list: &str, word: &str) -> bool {
    !word.is_empty() && list.split_ascii_whitespace().any(|listed| listed == word)
}

/// The words beside `written` in a list of short forms.
pub(super) fn named(list: &[(&str, &'static str)], written: &str) -> Option<&'static str> {
    list.iter().find(|(short, _)| *short == written).map(|(_, words)| *words)
}

/// Whether a word or number goes on right before, so that this is a part of it.
pub(super) fn is_glued(before: &str) -> bool {
    before.ends_with(|character: char| character.is_alphanumeric() || "_.".contains(character))
}

/// Whether the text begins with a capital letter.
pub(super) fn is_capitalised(text: &str) -> bool {
    text.starts_with(char::is_uppercase)
}
