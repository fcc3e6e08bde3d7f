//! Ids that become part of an S3 key or of a file's name.
//!
//! All kinds are checked against one strict pattern when they enter a process, so the rest of the code never sees an id
//! with `../`, with a control character or of unbounded length.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Longest accepted id, in bytes. Connect's contact ids have 36 bytes, our stream ids 32.
const MAX_LENGTH: usize = 64;

/// An id that does not match `[A-Za-z0-9][A-Za-z0-9_-]{0,63}`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} must be 1 to {MAX_LENGTH} of A-Z a-z 0-9 _ - and begin with a letter or digit")]
pub struct InvalidId {
    kind: &'static str,
}

fn is_valid(id: &str) -> bool {
    id.len() <= MAX_LENGTH
        && id.starts_with(|first: char| first.is_ascii_alphanumeric())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

macro_rules! id_type {
    ($(#[$docs:meta])* $name:ident, $kind:literal) => {
        $(#[$docs])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The id as text, as it appears in keys and messages.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(id: String) -> Result<Self, InvalidId> {
                if is_valid(&id) { Ok(Self(id)) } else { Err(InvalidId { kind: $kind }) }
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;

            fn from_str(id: &str) -> Result<Self, InvalidId> {
                id.to_owned().try_into()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

id_type!(
    /// Id of a stream, which is one answer. The service makes the id from random bytes, so that keys spread over S3's
    /// partitions.
    StreamId,
    "stream_id"
);
id_type!(
    /// Id of a contact (a call) of Amazon Connect.
    ContactId,
    "contact_id"
);
id_type!(
    /// Id of a tenant of the contact centre. Selects a lexicon.
    TenantId,
    "tenant"
);
id_type!(
    /// Id of one run of the service on a host; it changes at each start.
    HostId,
    "host_id"
);

impl StreamId {
    /// An id of 32 hexadecimal digits.
    pub fn from_random_bits(bits: u128) -> Self {
        Self(format!("{bits:032x}"))
    }
}

impl HostId {
    /// An id of 32 hexadecimal digits.
    pub fn from_random_bits(bits: u128) -> Self {
        Self(format!("{bits:032x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_connect_and_of_the_service_are_accepted() {
        for id in ["0d4f1b9e6c0c4d55a3f1d4b8c1e2f3a4", "5ca32fbd-8f92-46af-92a5-6b0f970f0efe", "a"] {
            assert!(id.parse::<StreamId>().is_ok(), "{id}");
        }
    }

    #[test]
    fn an_id_from_random_bits_is_valid_whatever_the_bits() {
        for bits in [0, 1, u128::MAX] {
            let id = StreamId::from_random_bits(bits);
            assert_eq!(id.as_str().parse::<StreamId>().as_ref(), Ok(&id));
        }
    }

    #[test]
    fn ids_that_could_leave_their_folder_or_the_log_line_are_refused() {
        let too_long = "a".repeat(MAX_LENGTH + 1);
        for id in ["", "../x", "a/b", "a.b", "-a", "a\0", "a\n", "é", " a", too_long.as_str()] {
            assert!(id.parse::<StreamId>().is_err(), "{id:?}");
        }
    }
}
