//! What the words around a place tell about it. Never changes a text.

/// Words that stand in front of what counts as one thing: "a 5 km run".
const DETERMINERS: [&str; 22] = [
    "a",
    "an",
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
    "each",
    "every",
    "another",
    "per",
    "one",
    "any",
    "no",
    "initial",
    "additional",
    "minimum",
];

/// Words that are no noun, so that the amount in front of them stands for itself: "the $50 you paid".
const NO_NOUNS: &str = " a an the and or but nor so yet if then than as that which who whom whose when where while because since of in on at to from by for with without within into onto over under about across after before between during through until till per via plus minus off out up down away back ago more less each every extra total now today tomorrow yesterday tonight here there is are was were be been being am has have had do does did will would shall should can could may might must i you he she it we they me him her us them my your his its our their this these those not no also only just still already again too very monthly weekly daily yearly annually online instead left due paid owed apart long wide high tall deep thick old later earlier early late away ";

/// Plural nouns that do not show it.
const IRREGULAR_PLURALS: &str =
    " people children men women feet teeth mice geese police cattle pieces percent kilometers kilometres ";

/// Words on -s that are no plural noun.
const NO_PLURALS: &str = " is was has does this its us yes as his hers ours yours theirs always perhaps thus plus minus less unless across towards besides ships arrives includes contains needs expires ends begins starts goes comes says means shows gets makes takes status business address process access express gas bus class press pass loss boss news series ";

/// The last word, in lower case; nothing where other marks than white space follow it.
pub(super) fn last_word(before: &str) -> String {
    let before = before.trim_end();
    let start = before.rfind(|character: char| !character.is_alphanumeric() && character != '\'');
    let start = start.map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    before[start..].to_lowercase()
}

/// The next word as it is written; nothing where other marks than white space or a hyphen stand before it.
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

/// Whether an amount here says what kind of thing the next word is: "a 5 km run", "the $20 fee".
pub(super) fn is_attributive(before: &str, after: &str) -> bool {
    let next = next_word(after);
    let begins_word = after.starts_with([' ', '-']) && next.starts_with(char::is_lowercase);
    let known_noun =
        matches!(next, "bill" | "bills" | "note" | "notes" | "coin" | "coins" | "gift" | "voucher");
    let verb = next.ends_with("ed") || next.ends_with("ing") || is_in(NO_NOUNS, next);
    begins_word && !verb && (known_noun || DETERMINERS.contains(&last_word(before).as_str()))
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

/// Whether a list of words, each between spaces, has the word.
pub(super) fn is_in(list: &str, word: &str) -> bool {
    !word.is_empty() && list.split_ascii_whitespace().any(|listed| listed == word)
}

/// Whether a word or number goes on right before, so that this is a part of it.
pub(super) fn is_glued(before: &str) -> bool {
    before.ends_with(|character: char| character.is_alphanumeric() || "_.".contains(character))
}

/// Whether the text begins with a capital letter.
pub(super) fn is_capitalised(text: &str) -> bool {
    text.starts_with(char::is_uppercase)
}
