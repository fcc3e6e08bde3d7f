//! The settings of live calls. Each feature can be switched off; the plain serial way still works then.

use std::time::Duration;

use chat::TalkLimits;
use hearing::EarSettings;

/// The settings of all calls of a service.
#[derive(Clone, Debug)]
pub struct LiveSettings {
    /// Whether sentences are spoken while the answer is still being made. Off, the whole answer is collected first.
    pub streamed: bool,
    /// Whether the model is asked before the turn is over.
    pub speculation: bool,
    /// Whether the caller's voice interrupts an answer. Off, the words wait until it is spoken.
    pub barge_in: bool,
    /// Whether the call begins with a greeting.
    pub greeting: bool,
    /// Time from the end of a turn without a clip until an acknowledgement is spoken; zero for none.
    pub acknowledge_after: Duration,
    /// The same where the call's last answer took longer than that: the caller of a slow model or voice is not kept
    /// waiting each time.
    pub acknowledge_slow_after: Duration,
    /// Longest time without any progress of an answer, before an apology takes its place.
    pub answer_within: Duration,
    /// Longest time until a sentence of the service's own is made, before it is given up.
    pub saying_within: Duration,
    /// Silence, from the last sound or word on, until the caller is asked whether somebody is there. After as much
    /// again the call ends.
    pub silence: Duration,
    /// Longest call.
    pub longest_call: Duration,
    /// Longest time between two keys of one input.
    pub key_gap: Duration,
    /// Turns in a row that are not understood; with the next one the call ends.
    pub misunderstandings: u32,
    /// Voice without a word, while nothing is said to the caller, from which on the caller is asked to say it again.
    pub unheard_voice: Duration,
    /// Longest time that the line's door may let the call wait for its queue, before the call ends.
    pub send_within: Duration,
    /// Voice activity, partial texts and the end of a turn.
    pub ears: EarSettings,
    /// Pacing of the speech.
    pub mouth: MouthSettings,
    /// Interruptions by the caller.
    pub interruption: InterruptionSettings,
    /// Answers that are begun early.
    pub speculate: SpeculationSettings,
    /// Bounds of the talk that the model is told.
    pub talk: TalkLimits,
}

/// Pacing of the speech.
#[derive(Clone, Copy, Debug)]
pub struct MouthSettings {
    /// Greatest lead of the sent speech before real time.
    pub ahead: Duration,
    /// Speech that may wait to be sent, before the answer's makers wait.
    pub queued: Duration,
    /// Smallest amplitude of an audible sample, of 32,767.
    pub audible_level: u16,
    /// Greatest part of the speech that is said twice when it goes on after a false interruption.
    pub overlap: Duration,
    /// Time behind the computed end of a sentence after which its mark is no longer waited for.
    pub mark_patience: Duration,
}

/// Interruptions by the caller.
#[derive(Clone, Copy, Debug)]
pub struct InterruptionSettings {
    /// Voice without a pause that stops the speech.
    pub voice: Duration,
    /// Greatest value that false interruptions of an answer raise [`Self::voice`] to.
    pub longest_voice: Duration,
    /// Words of a partial text that confirm an interruption.
    pub words: usize,
    /// Time without words after which the speech goes on.
    pub nothing_within: Duration,
    /// The same where no words come while the caller speaks, for the begin of the voice: the speech waits for the end of
    /// the utterance.
    pub unheard_within: Duration,
    /// Begin of the speech on a wide line in which voice does not stop it: the echo of it in a browser.
    pub guard: Duration,
    /// A voice this far below the caller's last turns, in dB, stops nothing: it is somebody else's. 0: each voice counts.
    pub faint_db: f32,
    /// Rest of an answer behind which a backchannel is an answer of the caller's: "yes" to a question.
    pub nearly_over: Duration,
}

/// Answers that are begun early.
#[derive(Clone, Copy, Debug)]
pub struct SpeculationSettings {
    /// Most attempts of a turn.
    pub attempts: u32,
    /// Time in which the words of partial texts stay the same, before they are tried while the caller speaks.
    pub steady: Duration,
    /// Length of a turn from which on no attempt is begun.
    pub longest_speech: Duration,
    /// Silence behind a text that calls for more, before it is tried.
    pub open: Duration,
    /// Silence behind words that are no whole sentence, before the last attempt is for them.
    pub last: Duration,
}

impl LiveSettings {
    /// Whether texts may come while the caller speaks.
    pub(crate) fn has_partials(&self) -> bool {
        self.ears.partials && self.ears.stream
    }
}

impl Default for LiveSettings {
    fn default() -> Self {
        Self {
            streamed: true,
            speculation: true,
            barge_in: true,
            greeting: true,
            acknowledge_after: Duration::from_millis(900),
            acknowledge_slow_after: Duration::from_millis(100),
            answer_within: Duration::from_secs(15),
            saying_within: Duration::from_secs(5),
            silence: Duration::from_secs(15),
            longest_call: Duration::from_secs(30 * 60),
            key_gap: Duration::from_secs(2),
            misunderstandings: 2,
            unheard_voice: Duration::from_secs(1),
            send_within: Duration::from_millis(500),
            ears: EarSettings::default(),
            mouth: MouthSettings::default(),
            interruption: InterruptionSettings::default(),
            speculate: SpeculationSettings::default(),
            talk: TalkLimits::default(),
        }
    }
}

impl Default for MouthSettings {
    fn default() -> Self {
        Self {
            ahead: Duration::from_millis(300),
            queued: Duration::from_secs(10),
            audible_level: 100,
            overlap: Duration::from_millis(200),
            mark_patience: Duration::from_secs(1),
        }
    }
}

impl Default for InterruptionSettings {
    fn default() -> Self {
        Self {
            voice: Duration::from_millis(250),
            longest_voice: Duration::from_secs(1),
            words: 2,
            nothing_within: Duration::from_secs(2),
            unheard_within: Duration::from_secs(5),
            guard: Duration::from_millis(300),
            faint_db: 10.0,
            nearly_over: Duration::from_millis(500),
        }
    }
}

impl Default for SpeculationSettings {
    fn default() -> Self {
        Self {
            attempts: 3,
            steady: Duration::from_millis(200),
            longest_speech: Duration::from_secs(10),
            open: Duration::from_millis(300),
            last: Duration::from_millis(140),
        }
    }
}
