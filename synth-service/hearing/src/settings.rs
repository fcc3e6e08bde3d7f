//! Settings of a call's ears. Every duration is of received audio unless its comment says otherwise.

use std::time::Duration;

/// Settings of [`crate::Ears`].
#[derive(Clone, Debug, PartialEq)]
pub struct EarSettings {
    /// Whether partial texts are reported.
    pub partials: bool,
    /// Whether audio goes to the recogniser while the caller speaks. Without it audio is collected, and sent when the
    /// caller has been silent for the usual time: the plain serial way.
    pub stream: bool,
    /// Voice activity.
    pub activity: ActivitySettings,
    /// The end of a turn.
    pub turn: TurnSettings,
    /// Audio before the first voiced frame that the recogniser gets too.
    pub before_voice: Duration,
    /// Voice shorter than this that brought no text is a noise even if the recogniser fails. With text it is a turn.
    pub shortest_voice: Duration,
    /// Audio that is kept for another try when a session fails. The oldest goes first.
    pub kept: Duration,
    /// Wall time between two tries to reach a recogniser that is gone.
    pub retry_after: Duration,
    /// Wall time in which a session must be open.
    pub open_patience: Duration,
    /// Wall time in which the final text must come after it was asked for. A quarter of the audio that has not yet
    /// been sent is added: a recogniser works off a collected utterance faster than it was spoken, but not at once.
    pub final_patience: Duration,
    /// Wall time without any frame after which a turn ends as if the caller were silent: the line has stalled.
    pub stall: Duration,
    /// The longest gap between two frames that is filled with silence. A longer one is cut to this.
    pub longest_gap: Duration,
}

/// Settings of voice activity.
#[derive(Clone, Debug, PartialEq)]
pub struct ActivitySettings {
    /// The score of the detector from which a frame counts as voice, from 0 to 1.
    pub threshold: f32,
    /// Voice begins when this many of the last [`Self::begin_among`] frames of 20 ms are voiced.
    pub begin_frames: usize,
    /// See [`Self::begin_frames`].
    pub begin_among: usize,
    /// Periodic frames, as vowels are, among the last ten frames of 20 ms without which no voice begins. Steady noise
    /// such as wind has hardly any.
    pub begin_periodic: usize,
    /// Voice must be louder than the line's noise by this many decibels.
    pub above_noise_db: f32,
    /// Frames quieter than this are silence, in decibels of full scale (root mean square).
    pub floor_db: f32,
    /// The longest gap between words over which voice is counted on, for interruptions: [`crate::Ears::voiced`].
    pub longest_bridged: Duration,
    /// So much of such a gap counts as voice.
    pub bridge_counts: Duration,
    /// Voice with gaps counts where one part of it is at least this long, as a syllable is.
    pub least_unbroken: Duration,
    /// The least share of voiced frames in voice with gaps, from 0 to 1. With less its earlier part does not count.
    pub least_voiced: f32,
}

/// Settings of the end of a turn: the silence behind the caller's words after which the service answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TurnSettings {
    /// Silence after which the recogniser is asked for a partial text: it may be the end of the voice. At most
    /// [`Self::pause_after`].
    pub listen_after: Duration,
    /// Silence after which the caller pauses.
    pub pause_after: Duration,
    /// Silence after which the recogniser is asked for the final text.
    pub finalise_after: Duration,
    /// The same where the words of a partial text are complete: the silence behind the last sound, not the last voice.
    pub finalise_complete_after: Duration,
    /// Silence behind words that are whole whatever the marks say, such as "yes"; at most [`Self::complete`].
    pub whole: Duration,
    /// Silence behind a complete sentence, or one whose end the recogniser has found.
    pub complete: Duration,
    /// Silence behind other words.
    pub usual: Duration,
    /// Silence behind words that may be whole but often stand before more; at least [`Self::usual`].
    pub soft: Duration,
    /// Silence behind words that call for more, such as a connective.
    pub open: Duration,
    /// Silence behind digits.
    pub digits: Duration,
    /// Silence behind digits while a number is dictated: [`crate::Hint::Number`].
    pub dictated: Duration,
    /// The longest of these silences; larger settings are cut to it.
    pub longest_pause: Duration,
    /// The greatest length of a turn. A caller who speaks on is answered, and begins another turn.
    pub longest_turn: Duration,
}

impl EarSettings {
    /// Audio that is kept for another try. Without streaming that is a whole turn.
    pub fn kept_audio(&self) -> Duration {
        let turn = self.turn.longest_turn + self.turn.usual + self.before_voice;
        if self.stream { self.kept } else { turn.max(self.kept) }
    }
}

impl Default for EarSettings {
    fn default() -> Self {
        Self {
            partials: true,
            stream: true,
            activity: ActivitySettings::default(),
            turn: TurnSettings::default(),
            before_voice: Duration::from_millis(200),
            shortest_voice: Duration::from_millis(250),
            kept: Duration::from_secs(15),
            retry_after: Duration::from_secs(5),
            open_patience: Duration::from_secs(4),
            final_patience: Duration::from_secs(2),
            stall: Duration::from_millis(1_500),
            longest_gap: Duration::from_millis(1_500),
        }
    }
}

impl Default for ActivitySettings {
    fn default() -> Self {
        Self {
            threshold: 0.5,
            begin_frames: 3,
            begin_among: 5,
            begin_periodic: 2,
            above_noise_db: 6.0,
            floor_db: -50.0,
            longest_bridged: Duration::from_millis(200),
            bridge_counts: Duration::from_millis(80),
            least_unbroken: Duration::from_millis(120),
            least_voiced: 0.55,
        }
    }
}

impl Default for TurnSettings {
    fn default() -> Self {
        Self {
            listen_after: Duration::from_millis(40),
            pause_after: Duration::from_millis(80),
            finalise_after: Duration::from_millis(200),
            finalise_complete_after: Duration::from_millis(100),
            whole: Duration::from_millis(250),
            complete: Duration::from_millis(300),
            usual: Duration::from_millis(650),
            soft: Duration::from_millis(700),
            open: Duration::from_millis(1_100),
            digits: Duration::from_millis(700),
            dictated: Duration::from_millis(1_300),
            longest_pause: Duration::from_millis(1_500),
            longest_turn: Duration::from_secs(60),
        }
    }
}
