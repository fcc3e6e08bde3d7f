//! The limits of the service that hold for whole flows, texts and invocations.

/// The largest number of actions in one flow.
pub const ACTIONS: usize = 250;

/// The largest number of characters in an identifier.
pub const IDENTIFIER_CHARS: usize = 50;

/// Characters that may not stand in an identifier.
pub const NOT_IN_IDENTIFIERS: &str = r"%:(\/)=$,;[]{}";

/// Words that may not be an identifier.
pub const NOT_IDENTIFIERS: [&str; 10] = [
    "__defineGetter__",
    "__defineSetter__",
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
    "toString",
    "valueOf",
];

/// The largest number of characters in a flow's JSON.
pub const CONTENT_CHARS: usize = 256_000;

/// The largest number of spoken characters in one text; SSML tags are not counted. From Amazon Polly.
pub const SPOKEN_CHARS: usize = 3_000;

/// The largest number of characters in one spoken text, with its SSML tags. From Amazon Polly.
pub const SPEECH_CHARS: usize = 6_000;

/// The longest time that a synchronous invocation may take, in seconds.
pub const SYNCHRONOUS_SECONDS: usize = 8;

/// The longest time that an asynchronous invocation may take, in seconds.
pub const ASYNCHRONOUS_SECONDS: usize = 60;

/// The largest reply of a function, in bytes.
pub const REPLY_BYTES: usize = 32 * 1024;

/// The largest size of all attributes of a contact together, in bytes.
pub const ATTRIBUTES_BYTES: usize = 32 * 1024;
