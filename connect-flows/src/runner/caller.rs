//! The caller: the things that a caller does, each with its moment.

use std::time::Duration;

/// The caller's part of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// The steps. One follows the other, except that those with [`When::At`] happen at their time in any case.
    pub steps: Vec<Step>,
    /// The behaviour when all steps are done and the flow waits for input again.
    pub then: Then,
}

/// One thing that the caller does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its moment.
    pub when: When,
    /// The thing itself.
    pub act: Act,
}

/// The moment of a step. Steps before it that are not done hold it back, except for [`When::At`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// The flow waits for input: the prompt of a Lex block or of GetParticipantInput was heard out.
    Listens,
    /// The prompt of a block that waits for input has been playing for this long; a shorter one is heard out. A caller
    /// does not speak over a prompt that voice can't interrupt.
    Asks(Duration),
    /// This time after the start of the call.
    At(Duration),
    /// This long after the step before in the list; after the start of the call for the first one.
    After(Duration),
    /// A prompt began whose text, URL or id contains this text; case does not count.
    Plays {
        /// Part of the prompt's text, URL, PromptId or its name in the designer.
        contains: String,
        /// Time from the prompt's start.
        after: Duration,
    },
    /// An action began.
    Action {
        /// Its identifier, or its name in the designer.
        action: String,
        /// Time from the action's start.
        after: Duration,
    },
    /// A function was invoked.
    Invoked {
        /// Its name or ARN.
        function: String,
        /// Time from the start of the invocation.
        after: Duration,
    },
}

/// A thing that the caller does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// The caller says these words.
    Say(String),
    /// The caller presses these keys, one after the other: digits, `*` and `#`.
    Press(String),
    /// The caller hangs up.
    HangUp,
}

/// The behaviour of a caller whose steps are done, when the flow waits for input again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Then {
    /// The caller hangs up.
    #[default]
    HangUp,
    /// The caller stays silent.
    StaySilent,
    /// The caller does all steps once more, except those with [`When::At`].
    Repeat,
}

impl Caller {
    /// A caller who says these words, one text each time the flow listens.
    pub fn who_says<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        let says = |text: T| Step { when: When::Listens, act: Act::Say(text.into()) };
        Self { steps: texts.into_iter().map(says).collect(), then: Then::default() }
    }
}

/// A caller in the short form: words for Lex in their order, and keys at their times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// The words that Lex makes of the caller's speech, one text each time it listens.
    pub says: Vec<String>,
    /// The keys that the caller presses.
    pub keys: Vec<KeyPress>,
    /// How long the caller hears a prompt of Lex before speaking over it; `None` for a caller who hears it out.
    pub barges_in_after: Option<Duration>,
    /// The behaviour of the caller when everything is said and Lex listens again.
    pub then: Then,
}

/// A key that the caller presses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyPress {
    /// Time from the start of the call.
    pub at: Duration,
    /// The key: a digit, `*` or `#`.
    pub key: char,
}

impl From<Script> for Caller {
    fn from(script: Script) -> Self {
        let when = script.barges_in_after.map_or(When::Listens, When::Asks);
        let says = script.says.into_iter().map(|text| Step { when: when.clone(), act: Act::Say(text) });
        let press = |press: KeyPress| Step { when: When::At(press.at), act: Act::Press(press.key.into()) };
        let keys = script.keys.into_iter().map(press);
        Self { steps: says.chain(keys).collect(), then: script.then }
    }
}
