//! Texts to be spoken: sentences of ordinary length, all of them different.

const SENTENCES: [&str; 6] = [
    "Ferry number {} left the northern pier with a full deck of passengers",
    "Locker {} is reserved until you come back from the mountain trail",
    "The gardener counted {} new tulips along the wall this morning",
    "Please keep ticket {} until the conductor has been to your carriage",
    "Our bakery sold {} loaves of rye bread before the doors were opened",
    "Room {} has a view of the lighthouse and of the fishing boats",
];

/// A text of this number of sentences, each of which becomes one part.
pub fn sentences(count: usize) -> String {
    (0..count).map(sentence).collect::<Vec<_>>().join(" ")
}

fn sentence(number: usize) -> String {
    let pattern = SENTENCES[number % SENTENCES.len()];
    pattern.replace("{}", &(number + 2).to_string()) + "."
}

/// One sentence of the greatest allowed length, which keeps a worker busy for a while.
pub fn long_sentence() -> String {
    "The tide table on the harbour wall says that the water is lowest at noon, that the causeway to the \
     island is open for walkers until three, and that nobody should start on the way back when the lamps \
     of the fishing boats are already burning."
        .into()
}
