//! Texts for the measurements: sentences as contact centres use them, all of them different, since a repeated sentence
//! costs less.

/// One sentence of each length, with a name for the table. `{}` is the part that varies.
pub(super) const LENGTHS: [(&str, &str); 3] = [
    ("short", "Thank you, Mr. {}."),
    ("middle", "Your order was shipped on Monday, Mr. {}, and it should arrive within three working days."),
    (
        "long",
        "If you would like to change the delivery address, Mr. {}, please have your order number and the name on the account ready, because the next available colleague is going to ask you for both of them before anything can be changed.",
    ),
];

const NAMES: [&str; 40] = [
    "Adams", "Baker", "Carter", "Davis", "Evans", "Foster", "Gray", "Harris", "Irwin", "Jones", "Kelly",
    "Lewis", "Mason", "Nelson", "Owens", "Parker", "Quinn", "Reed", "Smith", "Turner", "Usher", "Vaughn",
    "Walker", "Young", "Archer", "Brooks", "Clark", "Dixon", "Ellis", "Fisher", "Green", "Hughes", "Jordan",
    "King", "Lawson", "Moore", "Norris", "Palmer", "Rogers", "Stone",
];

/// A sentence of one of the [`LENGTHS`], which `number` determines.
pub(super) fn named(template: &str, number: usize) -> String {
    template.replace("{}", NAMES[number % NAMES.len()])
}

/// Sentences of an answer. `{}` is a number of four digits.
const ANSWER: [&str; 10] = [
    "Let me look up case {} for you.",
    "Your last payment of {} dollars reached us on the third of March, and your balance is now settled.",
    "There is one more invoice, number {}, which is due at the end of the month.",
    "If you have already paid the {} dollars, please ignore our reminder.",
    "Is there anything else that I can do for you today about order {}?",
    "You can also see all of your {} invoices online, at any time, without calling us.",
    "The technician will ring the bell of flat {} between nine and eleven in the morning.",
    "Please make sure that somebody is at home, since meter {} is in the basement.",
    "We have sent confirmation {} to the address that you gave us.",
    "Thank you for being with us for {} days, and have a pleasant afternoon.",
];

/// The answer of stream `number`: six sentences, about 25 seconds of speech.
pub(super) fn answer(number: usize) -> String {
    (0..6).map(|index| sentence(number * 6 + index)).collect::<Vec<_>>().join(" ")
}

/// Sentence `number` of the measurement; the first ten thousand are all different.
pub(super) fn sentence(number: usize) -> String {
    let template = ANSWER[(number + number / ANSWER.len()) % ANSWER.len()];
    template.replace("{}", &(1000 + number * 7 % 9000).to_string())
}
