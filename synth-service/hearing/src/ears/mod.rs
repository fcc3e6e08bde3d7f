//! The ears of one call: frames in, reports out.

mod edge;
mod intake;
mod link;
mod recent;

use std::{collections::VecDeque, sync::Arc, time::Duration};

use tokio::time::Instant;

pub use self::intake::FrameCounts;
use self::{
    edge::Edge,
    intake::Intake,
    link::{Link, News, until},
    recent::Recent,
};
use crate::{
    EarSettings, Event, FRAME, Format, Frame, Heard, Hint, Input, Recogniser,
    activity::{Activity, Change},
    turn::{Look, Moment, Rules, Step, Turn},
};

/// Reports that may wait for their reader: minutes of them. Then the oldest goes.
const WAITING: usize = 1_024;

/// Words that come later than this behind their voice are of no more use, and may be guessed from the silence that keeps
/// a recogniser's session.
const LATEST: Duration = Duration::from_secs(5);

/// The ears of one call. Dropping them ends the call's use of the recogniser.
pub struct Ears {
    rules: Rules,
    partials: bool,
    stall: Duration,
    most_held: usize,
    intake: Intake,
    activity: Activity,
    recent: Recent,
    edge: Edge,
    link: Link,
    turn: Option<Turn>,
    /// The turn before it. Words of it may still come.
    over: Option<Turn>,
    /// The end of the voice behind which the recogniser was told of a pause.
    paused_behind: Duration,
    hint: Hint,
    /// The end of the newest frame, and when it was received.
    now: Moment,
    /// Frames behind a turn that was cut: they wait for its end, and belong to the next one.
    held: VecDeque<(Frame, Instant)>,
    events: VecDeque<Event>,
}

impl Ears {
    /// Opens a session of the recogniser in the background; it needs a tokio runtime.
    pub fn new(recogniser: Arc<dyn Recogniser>, format: Format, settings: EarSettings) -> Self {
        let held = settings.kept.as_millis() / FRAME.as_millis();
        Self {
            link: Link::new(recogniser, format.clone(), &settings),
            intake: Intake::new(format.line, settings.longest_gap),
            activity: Activity::new(format.line, settings.activity, settings.turn.pause_after),
            recent: Recent::new(settings.before_voice),
            edge: Edge::default(),
            rules: Rules {
                settings: settings.turn,
                stream: settings.stream,
                shortest_voice: settings.shortest_voice,
                language: format.language,
            },
            partials: settings.partials,
            stall: settings.stall,
            most_held: usize::try_from(held).unwrap_or(usize::MAX),
            turn: None,
            over: None,
            paused_behind: Duration::ZERO,
            hint: Hint::None,
            now: Moment { at: Duration::ZERO, received: Instant::now() },
            held: VecDeque::new(),
            events: VecDeque::new(),
        }
    }

    /// Takes the next frame, received now. Never waits.
    pub fn hear(&mut self, frame: Frame) {
        let received = Instant::now();
        // A stalled line counts by this, also where the frame is of no use.
        self.now.received = received;
        for frame in self.intake.take(frame) {
            self.take(frame, received);
        }
    }

    /// The next report. Safe to cancel.
    pub async fn next(&mut self) -> Event {
        loop {
            if let Some(event) = self.events.pop_front() {
                return event;
            }
            let stalled = self.turn.is_some().then(|| self.now.received + self.stall);
            tokio::select! {
                biased;
                news = self.link.next() => self.news(news),
                () = until(stalled) => self.stalled(),
            }
        }
    }

    /// The expected kind of the turn that is to end next. It holds for that turn alone.
    pub fn hint(&mut self, hint: Hint) {
        self.hint = hint;
    }

    /// Voice until now, over short gaps; zero in silence. See [`crate::ActivitySettings::longest_bridged`].
    pub fn voiced(&self) -> Duration {
        self.activity.voiced()
    }

    /// Mean square of the loudest 10 ms of the voice's turn so far, of 1.0.
    pub fn level(&self) -> f32 {
        self.edge.level()
    }

    /// The call's frames that were not as they should be.
    pub fn counts(&self) -> FrameCounts {
        self.intake.counts
    }

    fn take(&mut self, frame: Frame, received: Instant) {
        if self.turn.as_ref().is_some_and(Turn::is_closed) {
            if self.held.len() == self.most_held {
                self.held.pop_front();
            }
            self.held.push_back((frame, received));
            return;
        }
        self.now = Moment { at: frame.ends(), received };
        let change = self.activity.take(&frame);
        self.edge.push(&frame, received);
        self.recent.push(frame, received);
        match change {
            Some(Change::Began(at)) => self.voice_begins(at),
            Some(Change::Ended(at)) => self.voice_pauses(self.recent.ends(at)),
            None => {}
        }
        self.send();
        self.listen();
        self.step();
    }

    fn voice_begins(&mut self, at: Duration) {
        let moment = self.recent.begins(at);
        self.recent.voice_begins(at);
        match &mut self.turn {
            Some(turn) => turn.resume(at),
            None => {
                self.edge.turn_begins(at);
                self.link.turn_begins();
                self.turn = Some(Turn::new(moment));
            }
        }
        let recogniser = self.link.voice_begins();
        if let Some(turn) = &mut self.turn {
            match recogniser {
                Ok(()) => turn.found(),
                Err(error) => turn.lose(error, moment.received),
            }
        }
        self.report(Event::VoiceBegan { at, received: moment.received });
    }

    fn voice_pauses(&mut self, ended: Moment) {
        if let Some(turn) = &mut self.turn {
            turn.pause(ended);
        }
        self.send();
        self.tell_pause(ended.at);
        self.report(Event::VoicePaused { at: ended.at, received: ended.received });
    }

    /// A short silence within the voice may be its end: a text of the voice so far is of use.
    fn listen(&mut self) {
        let voice_ends = self.activity.last_voiced();
        let is_silent = self.now.at >= voice_ends + self.rules.settings.listen_after;
        if self.activity.is_voice() && is_silent && self.tell_pause(voice_ends) {
            self.report(Event::VoiceFaded);
        }
    }

    /// Tells the recogniser of a pause, once behind each voice. Returns whether it is news.
    fn tell_pause(&mut self, voice_ends: Duration) -> bool {
        let is_new = self.paused_behind != voice_ends;
        if is_new {
            self.paused_behind = voice_ends;
            self.link.tell(Input::Pause { voice_ends });
        }
        is_new
    }

    /// Sends the frames of the utterance.
    fn send(&mut self) {
        if self.turn.as_ref().is_some_and(Turn::takes_audio) {
            for frame in self.recent.take_unsent() {
                self.link.tell(Input::Audio(frame));
            }
        }
    }

    /// Does everything that is due now; a few frames later where the caller may just go on.
    fn step(&mut self) {
        while let Some(step) = self.next_step() {
            match step {
                Step::Finalise => self.link.tell(Input::Finalise),
                Step::Cut => {
                    self.activity.cut();
                    self.voice_pauses(self.now);
                    self.link.tell(Input::Finalise);
                }
                over => self.end(over),
            }
        }
    }

    fn next_step(&mut self) -> Option<Step> {
        let turn = self.turn.as_mut()?;
        // The end of the sound is sought behind a voice only: each frame comes here.
        let sound = if turn.is_silent() { self.edge.end(turn.ended()).at } else { self.now.at };
        let look = Look { now: self.now.at, sound, may_begin: self.activity.may_begin() };
        turn.step(look, self.hint, &self.rules)
    }

    fn end(&mut self, step: Step) {
        let Some(turn) = self.turn.take() else { return };
        self.link.forget();
        let at = turn.ended().at;
        self.edge.turn_ends(at);
        match step {
            Step::End(reason) => {
                self.hint = Hint::None;
                let ended = self.edge.end(turn.ended());
                self.report(Event::TurnEnded(turn.utterance(
                    self.link.name(),
                    ended,
                    self.edge.level(),
                    reason,
                )));
            }
            Step::Deaf(error) => self.report(Event::Deaf(error)),
            _ => {
                let (voiced, had_words) = (turn.voiced(), self.partials && turn.had_words());
                self.report(Event::Nothing { at, voiced, had_words });
            }
        }
        self.over = Some(turn);
        for (frame, received) in std::mem::take(&mut self.held) {
            self.take(frame, received);
        }
    }

    fn news(&mut self, news: News) {
        let now = Instant::now();
        if let News::Heard(Heard::Final { text, .. }) = &news {
            self.reopen(text, now);
        }
        let Some(turn) = &mut self.turn else { return };
        let has_text = matches!(&news, News::Heard(Heard::Partial(_) | Heard::Final { .. }));
        match news {
            News::Heard(Heard::Partial(text)) => turn.partial(text, now),
            News::Heard(Heard::Final { text, asked }) => turn.final_text(&text, asked, now),
            News::Heard(Heard::SpeechEnded) => turn.found_end(),
            News::Gone(error) => turn.lose(error, now),
        }
        self.step();
        if has_text {
            self.report_partial();
        }
    }

    /// Words of a voice that was given up on are a turn, however late: nothing else would answer the caller.
    fn reopen(&mut self, text: &str, now: Instant) {
        if self.turn.is_some() || text.trim().is_empty() {
            return;
        }
        let in_time = |over: &Turn| now.saturating_duration_since(over.ended().received) <= LATEST;
        self.turn = self.over.take_if(|over| in_time(over) && over.reopen(text));
    }

    /// Final texts count as partial ones too while the turn goes on: an answer to them may begin.
    fn report_partial(&mut self) {
        let text = self.turn.as_ref().map(Turn::words).unwrap_or_default();
        if self.partials && !text.is_empty() {
            self.report(Event::Partial { text });
        }
    }

    /// No frames come: the turn ends as in silence.
    fn stalled(&mut self) {
        // The next look is one stall later, where the final text has not come.
        self.now.received = Instant::now();
        let last = self.activity.is_voice().then(|| self.recent.ends(self.activity.last_voiced()));
        // A voice that may have begun is dropped too.
        self.activity.cut();
        if let Some(last) = last {
            self.voice_pauses(last);
        }
        if let Some(turn) = &mut self.turn {
            turn.stall();
        }
        self.step();
    }

    fn report(&mut self, event: Event) {
        if self.events.len() == WAITING {
            self.events.pop_front();
        }
        // Only the newest partial text is of use.
        if matches!((self.events.back(), &event), (Some(Event::Partial { .. }), Event::Partial { .. })) {
            self.events.pop_back();
        }
        self.events.push_back(event);
    }
}

#[cfg(test)]
mod tests;
