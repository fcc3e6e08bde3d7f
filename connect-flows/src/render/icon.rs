//! The icons on the cards: lines on a field of 16 by 16.

/// The family of an action type, which has one icon and one colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Icon {
    Speak,
    Keys,
    Bot,
    Choice,
    Function,
    Repeat,
    Clock,
    Note,
    Queue,
    Away,
    Module,
    Stop,
    Screen,
    Record,
    Settings,
    Person,
    Other,
}

impl Icon {
    /// The icon of an action type.
    pub(super) fn of(kind: &str) -> Self {
        match kind {
            "MessageParticipant" | "MessageParticipantIteratively" | "UpdateContactTextToSpeechVoice" => {
                Self::Speak
            }
            "GetParticipantInput" => Self::Keys,
            "ConnectParticipantWithLexBot" | "CreateWisdomSession" => Self::Bot,
            "Compare" | "DistributeByPercentage" | "CheckMetricData" | "GetMetricData" => Self::Choice,
            "InvokeLambdaFunction" | "LoadLambdaFunctionResult" => Self::Function,
            "Loop" => Self::Repeat,
            "Wait" | "CheckHoursOfOperation" => Self::Clock,
            "InvokeFlowModule" => Self::Module,
            "DisconnectParticipant" | "EndFlowExecution" | "EndFlowModuleExecution" => Self::Stop,
            "ShowView" => Self::Screen,
            "CompleteOutboundCall" | "CheckOutboundCallStatus" => Self::Away,
            _ => Self::of_family(kind),
        }
    }

    /// The icon by a part of the type's name: new types find theirs.
    fn of_family(kind: &str) -> Self {
        let has = |part: &str| kind.contains(part);
        if has("Queue") || has("Routing") {
            Self::Queue
        } else if kind.starts_with("Transfer") || has("Callback") {
            Self::Away
        } else if has("Recording") || has("MediaStreaming") || has("Voice") {
            Self::Record
        } else if has("Attributes") || has("ContactData") || has("TagContact") {
            Self::Note
        } else if has("Profile") || has("Participant") {
            Self::Person
        } else if has("Logging") || has("Hooks") || has("Processing") {
            Self::Settings
        } else {
            Self::Other
        }
    }

    /// The class in the style sheet, which gives the colour.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Speak => "say",
            Self::Keys | Self::Bot | Self::Screen => "ask",
            Self::Choice | Self::Repeat | Self::Clock => "way",
            Self::Function | Self::Module => "run",
            Self::Queue | Self::Away | Self::Person => "out",
            Self::Stop => "end",
            Self::Note | Self::Record | Self::Settings | Self::Other => "set",
        }
    }

    /// The lines, for the attribute `d` of a path.
    pub(super) fn lines(self) -> &'static str {
        match self {
            Self::Speak => "M2 6v4h3l4 3V3L5 6zM11.5 5.5a3.5 3.5 0 0 1 0 5M13.3 3.5a6.3 6.3 0 0 1 0 9",
            Self::Keys => {
                "M3.5 3.5h.01M8 3.5h.01M12.5 3.5h.01M3.5 8h.01M8 8h.01M12.5 8h.01M8 12.5h.01M3.5 12.5h.01M12.5 12.5h.01"
            }
            Self::Bot => "M2 3h12v8H8l-3 3v-3H2zM5 7h.01M8 7h.01M11 7h.01",
            Self::Choice => "M8 1.5 14.5 8 8 14.5 1.5 8zM6.3 6.6a1.8 1.8 0 1 1 2.4 1.7q-.7.3-.7 1M8 11.3h.01",
            Self::Function => "M4 2.5h1.5q1.2 0 1.7 1.4L11 13.5h1.5M7.6 6.2 4 13.5",
            Self::Repeat => "M13.5 8a5.5 5.5 0 1 1-1.7-4M12.5 1v3.3H9.2",
            Self::Clock => "M8 2a6 6 0 1 0 .01 0M8 4.8V8l2.4 1.6",
            Self::Note => "M2.5 2.5h6l5 5-6 6-5-5zM5.7 5.7h.01",
            Self::Queue => {
                "M4 5a1.5 1.5 0 1 0 .01 0M10.5 4a1.8 1.8 0 1 0 .01 0M1.5 12.5q0-3 2.5-3t2 1.4M7 13.5q0-4 3.5-4t3.5 4"
            }
            Self::Away => "M2.5 13.5v-3q0-4 4-4h6M9.5 3l4 3.5-4 3.5",
            Self::Module => "M2 6.5h3.2a1.8 1.8 0 1 1 3.2 0h3.1v3a1.8 1.8 0 1 1 0 3.2v1.8H2z",
            Self::Stop => "M1.8 9.3Q8 4 14.2 9.3l-1.7 2-2.7-1.1V8.3Q8 7.7 6.2 8.3v1.9l-2.7 1.1z",
            Self::Screen => "M2 3h12v8.5H2zM5.5 14h5M8 11.5V14",
            Self::Record => "M8 2a6 6 0 1 0 .01 0M8 6a2 2 0 1 0 .01 0",
            Self::Settings => "M2 4.5h6M11 4.5h3M9.5 3v3M2 11.5h2M7 11.5h7M5.5 10v3",
            Self::Person => "M8 2.5a2.7 2.7 0 1 0 .01 0M2.8 14q0-5.2 5.2-5.2t5.2 5.2",
            Self::Other => "M3 3h10v10H3z",
        }
    }
}
