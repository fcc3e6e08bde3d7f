//! The settings of turns: voice, silence, interruptions, attempts.

use std::time::Duration;

use clap::{Args, value_parser};
use hearing::{ActivitySettings, FRAME, TurnSettings};
use live::{InterruptionSettings, SpeculationSettings};

/// The flags of turns. Times are of the caller's audio.
#[derive(Clone, Debug, Args)]
pub struct TurnFlags {
    /// Score of the detector from which sound counts as voice, above 0 and below 1. Lower: soft callers are heard, and more
    /// noise is.
    #[arg(long, env = "FIRSTWORD_VOICE_THRESHOLD", default_value_t = 0.5, value_parser = score)]
    pub voice_threshold: f32,

    /// Voice with which speech begins, in milliseconds: within a time that is 40 ms longer.
    #[arg(long, env = "FIRSTWORD_VOICE_BEGIN_MS", default_value_t = 60, value_parser = value_parser!(u64).range(20..=200))]
    pub voice_begin_ms: u64,

    /// Level by which voice must stand above the noise of the line, in decibels.
    #[arg(long, env = "FIRSTWORD_VOICE_ABOVE_NOISE_DB", default_value_t = 6.0, value_parser = decibels)]
    pub voice_above_noise_db: f32,

    /// Level below which everything is silence, in decibels of full scale.
    #[arg(long, env = "FIRSTWORD_VOICE_FLOOR_DB", default_value_t = -50.0, value_parser = decibels,
          allow_negative_numbers = true)]
    pub voice_floor_db: f32,

    /// Silence after which the recogniser is asked for the words so far, in milliseconds; no later than the caller pauses.
    #[arg(long, env = "FIRSTWORD_TURN_LISTEN_MS", default_value_t = 40, value_parser = milliseconds())]
    pub turn_listen_ms: u64,

    /// Silence after which the caller pauses, in milliseconds: an answer to the words so far may be begun.
    #[arg(long, env = "FIRSTWORD_TURN_PAUSE_MS", default_value_t = 80, value_parser = milliseconds())]
    pub turn_pause_ms: u64,

    /// Silence after which the recogniser is asked for the final text, in milliseconds.
    #[arg(long, env = "FIRSTWORD_TURN_FINALISE_MS", default_value_t = 200, value_parser = milliseconds())]
    pub turn_finalise_ms: u64,

    /// The same behind words that are complete, in milliseconds, from the last sound on.
    #[arg(long, env = "FIRSTWORD_TURN_FINALISE_COMPLETE_MS", default_value_t = 100,
          value_parser = milliseconds())]
    pub turn_finalise_complete_ms: u64,

    /// Silence behind words that are whole by themselves, such as "yes", after which a caller is answered, in milliseconds;
    /// at most that behind a complete sentence.
    #[arg(long, env = "FIRSTWORD_TURN_WHOLE_MS", default_value_t = 250, value_parser = milliseconds())]
    pub turn_whole_ms: u64,

    /// Silence behind a complete sentence after which a caller is answered, in milliseconds.
    #[arg(long, env = "FIRSTWORD_TURN_COMPLETE_MS", default_value_t = 300)]
    pub turn_complete_ms: u64,

    /// Silence behind other words after which a caller is answered, in milliseconds.
    #[arg(long, env = "FIRSTWORD_TURN_USUAL_MS", default_value_t = 650)]
    pub turn_usual_ms: u64,

    /// Silence behind words that often stand before more, such as "-는데요", after which a caller is answered, in
    /// milliseconds; at least that behind other words.
    #[arg(long, env = "FIRSTWORD_TURN_SOFT_MS", default_value_t = 700, value_parser = milliseconds())]
    pub turn_soft_ms: u64,

    /// Silence behind words that call for more after which a caller is answered, in milliseconds.
    #[arg(long, env = "FIRSTWORD_TURN_OPEN_MS", default_value_t = 1_100)]
    pub turn_open_ms: u64,

    /// Silence behind digits after which a caller is answered, in milliseconds.
    #[arg(long, env = "FIRSTWORD_TURN_DIGITS_MS", default_value_t = 700)]
    pub turn_digits_ms: u64,

    /// Silence behind digits after which a caller is answered who was asked for a number, in milliseconds.
    #[arg(long, env = "FIRSTWORD_TURN_DICTATED_MS", default_value_t = 1_300)]
    pub turn_dictated_ms: u64,

    /// Longest turn, in seconds. A caller who speaks on is answered, and begins another one.
    #[arg(long, env = "FIRSTWORD_LONGEST_TURN_SECONDS", default_value_t = 60,
          value_parser = value_parser!(u64).range(1..=600))]
    pub longest_turn_seconds: u64,

    /// Voice that interrupts an answer, in milliseconds. Short gaps between words are bridged.
    #[arg(long, env = "FIRSTWORD_BARGE_IN_MS", default_value_t = 250, value_parser = voice())]
    pub barge_in_ms: u64,

    /// Greatest value to which false interruptions of an answer raise that voice, in milliseconds.
    #[arg(long, env = "FIRSTWORD_BARGE_IN_LONGEST_MS", default_value_t = 1_000, value_parser = voice())]
    pub barge_in_longest_ms: u64,

    /// Time without words after which an interrupted answer goes on, in milliseconds.
    #[arg(long, env = "FIRSTWORD_BARGE_IN_NOTHING_MS", default_value_t = 2_000,
          value_parser = value_parser!(u64).range(200..=30_000))]
    pub barge_in_nothing_ms: u64,

    /// Begin of an answer in a browser that voice does not interrupt, in milliseconds: the microphone may hear it.
    #[arg(long, env = "FIRSTWORD_BARGE_IN_GUARD_MS", default_value_t = 300)]
    pub barge_in_guard_ms: u64,

    /// Level below the caller's last turns at which a voice interrupts no answer, in dB: somebody else in the room. 0
    /// lets each voice interrupt.
    #[arg(long, env = "FIRSTWORD_BARGE_IN_FAINT_DB", default_value_t = 10, value_parser = value_parser!(u8).range(0..=40))]
    pub barge_in_faint_db: u8,

    /// Answers of a turn that may be begun before its end.
    #[arg(long, env = "FIRSTWORD_SPECULATION_ATTEMPTS", default_value_t = 3, value_parser = value_parser!(u32).range(0..=10))]
    pub speculation_attempts: u32,

    /// Silence behind words that call for more after which an answer is begun, in milliseconds.
    #[arg(long, env = "FIRSTWORD_SPECULATION_OPEN_MS", default_value_t = 300)]
    pub speculation_open_ms: u64,
}

impl TurnFlags {
    pub(super) fn activity(&self) -> ActivitySettings {
        let usual = ActivitySettings::default();
        let begin_frames =
            usize::try_from(self.voice_begin_ms / FRAME.as_millis() as u64).unwrap_or(usual.begin_frames);
        ActivitySettings {
            threshold: self.voice_threshold,
            begin_frames,
            begin_among: begin_frames + usual.begin_among - usual.begin_frames,
            begin_periodic: usual.begin_periodic.min(begin_frames),
            above_noise_db: self.voice_above_noise_db,
            floor_db: self.voice_floor_db,
            ..usual
        }
    }

    pub(super) fn turn(&self) -> TurnSettings {
        TurnSettings {
            listen_after: Duration::from_millis(self.turn_listen_ms),
            pause_after: Duration::from_millis(self.turn_pause_ms),
            finalise_after: Duration::from_millis(self.turn_finalise_ms),
            finalise_complete_after: Duration::from_millis(self.turn_finalise_complete_ms),
            whole: Duration::from_millis(self.turn_whole_ms),
            complete: Duration::from_millis(self.turn_complete_ms),
            usual: Duration::from_millis(self.turn_usual_ms),
            soft: Duration::from_millis(self.turn_soft_ms),
            open: Duration::from_millis(self.turn_open_ms),
            digits: Duration::from_millis(self.turn_digits_ms),
            dictated: Duration::from_millis(self.turn_dictated_ms),
            longest_turn: Duration::from_secs(self.longest_turn_seconds),
            ..TurnSettings::default()
        }
    }

    pub(super) fn interruption(&self) -> InterruptionSettings {
        InterruptionSettings {
            voice: Duration::from_millis(self.barge_in_ms),
            longest_voice: Duration::from_millis(self.barge_in_longest_ms),
            nothing_within: Duration::from_millis(self.barge_in_nothing_ms),
            guard: Duration::from_millis(self.barge_in_guard_ms),
            faint_db: f32::from(self.barge_in_faint_db),
            ..InterruptionSettings::default()
        }
    }

    pub(super) fn speculate(&self) -> SpeculationSettings {
        SpeculationSettings {
            attempts: self.speculation_attempts,
            open: Duration::from_millis(self.speculation_open_ms),
            ..SpeculationSettings::default()
        }
    }
}

/// A silence that is found in frames: none, or one that no caller keeps, would end no turn.
fn milliseconds() -> clap::builder::RangedU64ValueParser {
    clap::builder::RangedU64ValueParser::new().range(20..=1_500)
}

/// Voice that interrupts: without any, each frame would; with more, hardly any caller could.
fn voice() -> clap::builder::RangedU64ValueParser {
    clap::builder::RangedU64ValueParser::new().range(20..=5_000)
}

fn score(text: &str) -> Result<f32, String> {
    let score = text.parse().map_err(|_| "must be a number".to_owned())?;
    if 0.0 < score && score < 1.0 { Ok(score) } else { Err("must be above 0 and below 1".into()) }
}

fn decibels(text: &str) -> Result<f32, String> {
    let level: f32 = text.parse().map_err(|_| "must be a number".to_owned())?;
    if level.abs() <= 100.0 { Ok(level) } else { Err("must be between -100 and 100".into()) }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use hearing::EarSettings;
    use live::LiveSettings;

    use crate::settings::Settings;

    fn parse(arguments: &[&str]) -> Result<LiveSettings, clap::Error> {
        let settings = Settings::try_parse_from(["synth-service"].iter().chain(arguments))?;
        Ok(settings.live.settings(LiveSettings::default().acknowledge_after))
    }

    #[test]
    fn the_defaults_are_those_of_the_crates() {
        let (given, usual) = (parse(&[]).expect("parses"), LiveSettings::default());
        assert_eq!(given.ears, EarSettings::default());
        assert_eq!(format!("{:?}", given.interruption), format!("{:?}", usual.interruption));
        assert_eq!(format!("{:?}", given.speculate), format!("{:?}", usual.speculate));
    }

    #[test]
    fn each_number_of_a_turn_can_be_set() {
        let numbers = [
            ("--voice-threshold", "0.4"),
            ("--voice-begin-ms", "100"),
            ("--voice-above-noise-db", "9"),
            ("--voice-floor-db", "-45"),
            ("--turn-listen-ms", "60"),
            ("--turn-pause-ms", "120"),
            ("--turn-finalise-ms", "240"),
            ("--turn-finalise-complete-ms", "140"),
            ("--turn-whole-ms", "260"),
            ("--turn-soft-ms", "900"),
            ("--turn-dictated-ms", "1400"),
            ("--barge-in-longest-ms", "800"),
            ("--barge-in-nothing-ms", "1800"),
            ("--barge-in-guard-ms", "0"),
            ("--barge-in-faint-db", "12"),
            ("--speculation-attempts", "1"),
            ("--speculation-open-ms", "500"),
        ];
        let arguments: Vec<_> = numbers.iter().flat_map(|(name, value)| [*name, *value]).collect();
        let LiveSettings { ears, interruption, speculate, .. } = parse(&arguments).expect("parses");
        let activity = &ears.activity;
        assert_eq!((activity.threshold, activity.begin_frames, activity.begin_among), (0.4, 5, 7));
        assert_eq!((activity.above_noise_db, activity.floor_db), (9.0, -45.0));
        let turn = &ears.turn;
        let asked = [turn.listen_after, turn.pause_after, turn.finalise_after, turn.finalise_complete_after];
        assert_eq!(asked.map(|time| time.as_millis()), [60, 120, 240, 140]);
        assert_eq!([turn.whole, turn.soft, turn.dictated].map(|time| time.as_millis()), [260, 900, 1400]);
        let times =
            [interruption.longest_voice, interruption.nothing_within, interruption.guard, speculate.open];
        assert_eq!(times.map(|time| time.as_millis()), [800, 1800, 0, 500]);
        assert_eq!((speculate.attempts, interruption.faint_db), (1, 12.0));
    }

    #[test]
    fn a_number_of_no_use_is_refused() {
        for [name, value] in [
            ["--voice-threshold", "0"],
            ["--voice-threshold", "1"],
            ["--voice-threshold", "NaN"],
            ["--voice-begin-ms", "0"],
            ["--voice-floor-db", "loud"],
            ["--turn-listen-ms", "0"],
            ["--turn-pause-ms", "0"],
            ["--turn-finalise-ms", "60000"],
            ["--turn-finalise-complete-ms", "0"],
            ["--turn-whole-ms", "0"],
            ["--turn-soft-ms", "60000"],
            ["--barge-in-ms", "0"],
            ["--barge-in-longest-ms", "60000"],
            ["--barge-in-nothing-ms", "0"],
            ["--ears-partial-ms", "10"],
            ["--speculation-attempts", "11"],
            ["--barge-in-faint-db", "41"],
        ] {
            assert!(parse(&[name, value]).is_err(), "{name} {value}");
        }
    }
}
