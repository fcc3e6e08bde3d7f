//! Ends of clauses in Korean: verbs with an ending after which the sentence goes on.

use super::is_marked;

/// Endings of verbs after which another clause begins, with or without a comma. Hardly any noun ends like them. "하고" is
/// not among them: behind a noun it means "and".
const LINKING: &str = "지만 니다만 는데 은데 인데 한데 던데 으니 하니 되니 오니 이니 시니 으니까 하니까 되니까 시니까 이니까 \
    면서 며 므로 되고 이고 았고 었고 였고 했고 됐고 겠고 으면 하면 되면 시면 려면 다면 이라면 르면 리면";

/// The same, where the next word may belong to the verb as well: only a comma ends the clause.
const LINKING_AT_COMMA: &str = "있고 없고 같고 않고 주고 받고 보면 오면 주면 가면 보니 아서 어서 여서 해서 와서 워서 셔서 \
    려서 겨서 져서 라서 돼서 나서 거나 도록 려고 하고 시고 어도 아도 해도 되어 하여 많아 없어 니까 으나 시되 하되";

/// Ends of a sentence, an address or a phrase, behind which a comma may also stand in a list: "감사합니다, 고객님, …".
const FINAL: &str = "니다 세요 어요 아요 해요 네요 데요 까요 고객님 선생님 회원님 손님 까지 부터 에는 에서는";

/// Beginnings of words that belong to the verb before, beside the auxiliaries: "하시면 안 됩니다", "해 주시면 감사하겠습니다".
const ATTACHED: &str = "나서 나면 난 보니 보면 말고 안 돼 되 좋 감사 고맙 어떨 어떻 합 하";

/// Beginnings of words with which another clause begins behind "시고", which else may link two verbs: "모시고 오시는".
const BEHIND_HONORIFICS: &str = "그렇지 아니면 그다음 잠시";

/// Ends of verbs before a noun: "출고되고 배송된 상품".
const BEFORE_NOUNS: &str = "신 한 된 던 하는 되는 시는 드릴 할 될";

/// Words among which such a verb is sought: "개설되고 카드를 발급하는 업무".
const REACH: usize = 2;

/// Beginnings of sentences that end like a clause.
const CONNECTORS: [&str; 5] = ["하지만", "그렇지만", "그런데", "그러면", "그러므로"];

/// Whether a clause ends behind a word without a mark.
pub(super) fn ends_without_mark(word: &str, after: &[&str]) -> bool {
    let next = after.first().copied().unwrap_or_default();
    let is_linking =
        has_ending(word, LINKING) || word.ends_with("시고") && has_beginning(next, BEHIND_HONORIFICS);
    is_linking && !CONNECTORS.contains(&word) && !goes_on(word, after)
}

/// Whether a verb belongs to the words behind it, so that no part may end between them.
pub(super) fn goes_on(word: &str, after: &[&str]) -> bool {
    let is_attached = after.first().is_some_and(|next| has_beginning(next, ATTACHED));
    // "고" and "며" also link two verbs that stand before one noun.
    let is_before_noun =
        word.ends_with(['고', '며']) && after.iter().take(REACH).any(|next| has_ending(next, BEFORE_NOUNS));
    has_ending(word, LINKING) && is_attached || is_before_noun
}

/// Whether a clause ends at the comma or the dash behind a word. In a list of nouns it does not.
pub(super) fn ends_at_comma(word: &str, after: &[&str]) -> bool {
    let is_linking = has_ending(word, LINKING) || has_ending(word, LINKING_AT_COMMA);
    let is_final = has_ending(word, FINAL);
    is_linking && !CONNECTORS.contains(&word) || is_final && !after.iter().any(|word| is_marked(word))
}

fn has_beginning(word: &str, beginnings: &str) -> bool {
    beginnings.split_whitespace().any(|beginning| word.starts_with(beginning))
}

fn has_ending(word: &str, endings: &str) -> bool {
    endings.split_whitespace().any(|ending| word.ends_with(ending))
}
