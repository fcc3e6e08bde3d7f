//! English words that open or close a sentence.

use super::{completeness::Completeness, token::Token};

/// Words of a listener, without marks.
pub(super) const BACKCHANNELS: &[&str] = &[
    "mhm", "mm", "mmhm", "mmhmm", "mhmm", "uhhuh", "huh", "hm", "hmm", "uh", "um", "ah", "aha", "oh", "yeah",
    "yea", "yep", "yup", "yes", "ok", "okay", "right", "sure", "alright", "gotcha", "cool", "great", "good",
    "fine", "i", "see", "really", "wow", "true", "exactly",
];

/// Single digits as they are dictated.
const DIGITS: &[&str] = &[
    "zero",
    "oh",
    "o",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "nought",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
    "hundred",
    "thousand",
    "double",
    "triple",
];

/// No sentence ends in one of these.
const OPEN: &[&str] = &[
    // Articles, possessives and other determiners.
    "a",
    "an",
    "the",
    "my",
    "your",
    "our",
    "their",
    "its",
    "every",
    "another",
    // Conjunctions.
    "and",
    "or",
    "but",
    "because",
    "cause",
    "'cause",
    "if",
    "while",
    "whether",
    "unless",
    "until",
    "although",
    "than",
    "nor",
    "plus",
    // Subjects without a verb, and verbs shortened onto them.
    "i",
    "we",
    "he",
    "she",
    "they",
    "i'm",
    "i've",
    "i'd",
    "i'll",
    "you're",
    "you've",
    "you'd",
    "you'll",
    "we're",
    "we've",
    "we'd",
    "we'll",
    "they're",
    "they've",
    "they'd",
    "they'll",
    "he's",
    "she's",
    "it's",
    "it'll",
    "that's",
    "there's",
    "here's",
    "what's",
    "where's",
    "who's",
    "name's",
    "number's",
    // Hesitation, and parts of spoken numbers and addresses.
    "um",
    "uh",
    "uhm",
    "er",
    "erm",
    "very",
    "dash",
    "dot",
    "slash",
    "underscore",
    "minus",
    "hyphen",
];

/// A sentence ends in one of these only when it is a question or a relative clause: "Where are you from?"
const PREPOSITIONS: &[&str] = &[
    "to", "of", "for", "with", "from", "at", "by", "about", "into", "onto", "between", "without", "during",
    "through", "like", "as", "per",
];

/// Verbs whose preposition may end a relative clause in a question: "Is there anybody I can talk to?"
const BEFORE_PREPOSITION: &[&str] =
    &["talk", "speak", "chat", "write", "complain", "turn", "look", "listen", "deal", "talking", "speaking"];

/// They call for more unless a subject stands before them: "my number is" against "yes, it is".
const AUXILIARIES: &[&str] = &[
    "is", "are", "am", "was", "were", "be", "do", "does", "did", "can", "could", "will", "would", "should",
    "shall", "may", "might", "must", "have", "has", "had", "want", "need", "wanna", "gonna",
];

/// Pronouns that stand for a subject.
const SUBJECTS: &[&str] = &["i", "you", "he", "she", "it", "we", "they", "that", "this", "there", "so"];

/// Words that begin a question.
const QUESTIONS: &[&str] = &["what", "when", "where", "who", "whom", "whose", "why", "which", "how"];

/// Verbs that begin a question.
const INVERTED: &[&str] = &[
    "can", "could", "would", "will", "do", "does", "did", "is", "are", "am", "was", "were", "have", "has",
    "should", "may", "shall",
];

/// Answers that are complete by themselves.
const ANSWERS: &[&str] = &[
    "yes",
    "yeah",
    "yep",
    "yup",
    "no",
    "nope",
    "okay",
    "ok",
    "sure",
    "correct",
    "right",
    "exactly",
    "absolutely",
    "hello",
    "hi",
    "hey",
    "bye",
    "goodbye",
    "please",
    "thanks",
    "thank you",
    "never mind",
    "nothing",
    "pardon",
    "of course",
    "no thanks",
    "no thank you",
    "yes please",
    "that's right",
    "that is right",
    "that's all",
    "that is all",
    "that's it",
    "that's correct",
    "not really",
    "i don't know",
    "i see",
    "go ahead",
    "i do",
    "i am",
];

/// Words with which a request or a call closes.
const CLOSING: &[&str] = &["please", "thanks", "bye", "goodbye"];

/// A caller who says only one of these has a wish yet to be said.
const GREETINGS: &[&str] = &["hello", "hi", "hey", "please"];

/// A caller who says only this wants to be listened to, and goes on, often behind a pause.
pub(super) const ATTENTION: &[&str] = &[
    "excuse me",
    "sorry",
    "i'm sorry",
    "stop",
    "stop please",
    "please stop",
    "wait",
    "wait please",
    "please wait",
    "no wait",
    "hold on",
    "hang on",
    "one moment",
    "just a moment",
    "just a second",
    "listen",
];

/// Short words behind which a question still lacks its object: "can you tell me".
const BEFORE_OBJECT: &[&str] = &["me", "us", "you", "it", "him", "her", "them", "that", "this"];

/// Verbs of which "me" is not the whole object: "can you tell me".
const GIVING: &[&str] = &["tell", "give", "show", "send", "get", "bring", "let"];

/// Verbs that want an object behind "I'd like to".
const TRANSITIVE: &[&str] = &[
    "know", "ask", "make", "get", "find", "give", "tell", "say", "put", "bring", "send", "buy", "take",
    "use", "have", "see", "set",
];

/// Words of a wish before "to".
const WISHES: &[&str] =
    &["like", "want", "wanted", "need", "needed", "trying", "going", "have", "calling", "love", "hoping"];

pub(super) fn completeness(tokens: &[Token]) -> Completeness {
    let Some((last, before)) = tokens.split_last() else { return Completeness::Unknown };
    let words: Vec<&str> = tokens.iter().map(|token| token.word.as_str()).collect();
    if last.is_cut_off() {
        return Completeness::Open;
    }
    let answer = words.join(" ");
    // "Sorry?" asks to hear it again.
    if ATTENTION.contains(&answer.as_str()) && last.mark() != Some('?') {
        return Completeness::Soft;
    }
    if ANSWERS.contains(&answer.as_str()) {
        let greets = GREETINGS.contains(&answer.as_str());
        return if greets { Completeness::Complete } else { Completeness::Whole };
    }
    let first = words[0];
    let asks = last.mark() == Some('?') && before.len() > 1;
    if OPEN.contains(&last.word.as_str()) {
        return Completeness::Open;
    }
    if PREPOSITIONS.contains(&last.word.as_str()) {
        let relative = before.len() >= 5
            && INVERTED.contains(&first)
            && before.last().is_some_and(|verb| BEFORE_PREPOSITION.contains(&verb.word.as_str()));
        let is_question = asks && (QUESTIONS.contains(&first) || relative);
        return if is_question { Completeness::Complete } else { Completeness::Open };
    }
    if AUXILIARIES.contains(&last.word.as_str()) {
        return after_auxiliary(first, before, asks);
    }
    if lacks_object(&words) && !asks { Completeness::Soft } else { by_shape(&words) }
}

/// "I'd like to know", "can you tell me", "I was wondering".
fn lacks_object(words: &[&str]) -> bool {
    match words {
        [.., wish, "to", verb] => WISHES.contains(wish) && TRANSITIVE.contains(verb),
        [first, .., verb, "me" | "us"] => INVERTED.contains(first) && GIVING.contains(verb),
        [.., "was" | "were", last] => matches!(*last, "wondering" | "thinking" | "hoping"),
        _ => false,
    }
}

/// "My number is" waits; "yes, it is" is an answer; "that is" may be either.
fn after_auxiliary(first: &str, before: &[Token], asks: bool) -> Completeness {
    let subject = before.last().is_some_and(|word| SUBJECTS.contains(&word.word.as_str()));
    let answers = ANSWERS.contains(&first) || asks;
    match (subject, answers) {
        (true, true) => Completeness::Complete,
        // The mark says nothing here: it is not read.
        _ => Completeness::Open,
    }
}

/// Without marks: a request with its closing word, or a question of some length. "Can you please" has no request yet.
fn by_shape(words: &[&str]) -> Completeness {
    let (first, last) = (words[0], words[words.len() - 1]);
    let question = QUESTIONS.contains(&first) && words.len() >= 4 && !BEFORE_OBJECT.contains(&last);
    let inverted = INVERTED.contains(&first) && words.len() >= 5 && !BEFORE_OBJECT.contains(&last);
    if last == "please" && words.len() == 3 && INVERTED.contains(&first) {
        Completeness::Open
    } else if CLOSING.contains(&last) || words.ends_with(&["thank", "you"]) {
        Completeness::Whole
    } else if question || inverted {
        Completeness::Complete
    } else {
        Completeness::Unknown
    }
}

/// The number of digits that a word stands for; 0 for others. "Five-five" is two.
pub(super) fn digits(word: &str) -> usize {
    let mut parts = word.split('-').peekable();
    let all = parts.clone().all(|part| DIGITS.contains(&part));
    if all && parts.peek().is_some() { parts.count() } else { 0 }
}
