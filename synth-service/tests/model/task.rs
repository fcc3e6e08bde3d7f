//! A host's work on one stream, between two of its steps.

use contract::Life;
use synth_service::streams::{
    end::EndCause,
    protocol::{Protocol, Step},
};

use super::bucket::Stream;

/// A host's work on a stream.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Task {
    pub(crate) at: At,
    /// Version of the life that this host has seen last.
    pub(crate) version: usize,
    /// Pages of the text that this host has written.
    pub(crate) pages: usize,
    pub(crate) cancelled: Option<EndCause>,
}

impl Task {
    /// Whether this is the task that began the stream.
    pub(crate) fn is_first(&self) -> bool {
        match &self.at {
            At::Announce { protocol }
            | At::Ready { protocol }
            | At::Recording { protocol, .. }
            | At::Looked { protocol }
            | At::Waiting { protocol } => protocol.life().term == 0,
            At::ReadOwner { then: Then::Open { .. } } | At::Claim { then: Then::Open { .. }, .. } => true,
            _ => false,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum At {
    /// Reads the manifest for a takeover.
    TakeOver {
        cancelled: Option<EndCause>,
    },
    /// Waits for the write of its takeover.
    Taking {
        life: Life,
    },
    /// Counts the parts.
    Count {
        life: Life,
    },
    /// Creates the manifest.
    Announce {
        protocol: Protocol,
    },
    /// Claims the contact: reads its owner.
    ReadOwner {
        then: Then,
    },
    Claim {
        then: Then,
        older: Option<Stream>,
    },
    /// Carries out the protocol's next step.
    Ready {
        protocol: Protocol,
    },
    /// The check has passed; the sentences before number `upto` are being recorded.
    Recording {
        protocol: Protocol,
        upto: usize,
    },
    /// The check has passed; the sentence is spoken next.
    Looked {
        protocol: Protocol,
    },
    /// Waits for a write.
    Waiting {
        protocol: Protocol,
    },
    /// Hands the stream over.
    Leaving {
        life: Life,
    },
}

/// The continuation after the claim of a contact.
#[allow(clippy::large_enum_variant, reason = "a state is copied whole anyway")]
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Then {
    /// A new stream is open.
    Open { protocol: Protocol },
    /// The parts of a stream that was taken over are counted.
    Count { life: Life },
}

impl Then {
    pub(crate) fn won(self) -> At {
        match self {
            Self::Open { mut protocol } => {
                protocol.opened();
                match protocol.step(0) {
                    Step::Await { .. } => At::Ready { protocol },
                    _ => At::Looked { protocol },
                }
            }
            Self::Count { life } => At::Count { life },
        }
    }

    pub(crate) fn lost(self) -> At {
        match self {
            Self::Open { mut protocol } => {
                protocol.opened();
                protocol.finish(EndCause::Preempted.into());
                At::Ready { protocol }
            }
            // The stream finds out before its next part.
            Self::Count { life } => At::Count { life },
        }
    }
}
