//! The two kinds of URL with which a flow can play our clips.

/// The kind of URL that the flow plays from a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urls {
    /// Presigned URLs, `Url0` and so on: valid for some minutes, for anyone who has them.
    Presigned,
    /// Plain URLs, `S3Url0` and so on: the bucket's policy allows Connect to read them.
    Plain,
}

impl Urls {
    /// Both kinds of URL.
    pub const ALL: [Self; 2] = [Self::Presigned, Self::Plain];

    /// The end of the names of flows that play this kind.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Presigned => "",
            Self::Plain => "-s3",
        }
    }

    /// Reference to the URL of the reply's clip in this slot.
    pub(crate) fn clip(self, slot: usize) -> String {
        match self {
            Self::Presigned => format!("$.External.Url{slot}"),
            Self::Plain => format!("$.External.S3Url{slot}"),
        }
    }

    /// Reference to the URL of the clip of silence.
    pub(crate) fn pause(self) -> &'static str {
        match self {
            Self::Presigned => "$.External.PauseUrl",
            Self::Plain => "$.External.PauseS3Url",
        }
    }
}
