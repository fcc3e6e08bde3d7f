//! What is spoken while measuring: sentences as contact centres say them.

/// One sentence of each length, with a name for the table.
pub(super) const LENGTHS: [(&str, &str); 3] = [
    ("short", "Thank you for calling."),
    ("middle", "Your order was shipped on Monday, and it should arrive within three working days."),
    (
        "long",
        "If you would like to change the delivery address, please have your order number and the name on the account ready, because the next available colleague is going to ask you for both of them before anything can be changed.",
    ),
];

/// Sentences of an answer; which one a stream begins with differs from stream to stream.
pub(super) const ANSWER: [&str; 10] = [
    "Let me look that up for you.",
    "Your last payment reached us on the third of March, and your balance is now settled.",
    "There is one more invoice, which is due at the end of the month.",
    "If you have already paid it, please ignore our reminder.",
    "Is there anything else that I can do for you today?",
    "You can also see all of your invoices online, at any time, without calling us.",
    "The technician will ring the bell between nine and eleven in the morning.",
    "Please make sure that somebody is at home, since the meter is in the basement.",
    "We have sent a confirmation to the address that you gave us.",
    "Thank you, and have a pleasant afternoon.",
];

/// The sentences of stream `number`: six of [`ANSWER`], about 25 seconds of speech.
pub(super) fn answer(number: usize) -> impl Iterator<Item = &'static str> {
    (0..6).map(move |index| ANSWER[(number * 7 + index) % ANSWER.len()])
}
