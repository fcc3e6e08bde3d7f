//! The begin of a turn, attempts before it, and sentences of the service's own.

use hearing::Utterance;
use tokio::time::Instant;

use super::{
    Attempt, Call, Listening,
    speech::{Aside, Speech, Turn},
};
use crate::{
    answer::{Question, Saying},
    line::{News, ToCaller},
    report::{EndReason, Outcome},
    speculation::Action,
};

impl<E: Listening> Call<E> {
    /// Answers a turn, and the words that wait. Only here do they enter the talk.
    pub(super) fn begin_turn(&mut self, heard: Utterance) {
        let heard = self.with_waiting(heard);
        let number = self.next_turn();
        let id = self.turn_id(number);
        let turns = self.talk.begin(&id, &heard.text, &self.shared.settings.talk);
        self.publish();
        let is_for = self.speculation.is_for(&heard.text);
        let attempt = self.attempt.take().filter(|attempt| is_for && attempt.turns == turns);
        let speculated = self.speculation.ended(attempt.is_some());
        let answer = match attempt {
            Some(attempt) => attempt.answer,
            None => self.shared.answerer.answer(self.question(number, &heard.text, turns)),
        };
        self.tell(News::Heard { turn: number, text: heard.text.clone() });
        self.mouth.begin(Some(number));
        self.interruption.reset();
        let turn = Turn::new(id, number, &heard, speculated);
        self.speech = Some(Speech::new(Some(turn), Some(answer), None));
        self.has_new_moments = true;
    }

    /// Reports a turn that gets no answer of its own.
    pub(super) fn unanswered(&mut self, heard: &Utterance, outcome: Outcome) {
        let number = self.next_turn();
        self.attempt = None;
        let speculated = self.speculation.ended(false);
        self.report(Turn::new(self.turn_id(number), number, heard, speculated), outcome);
    }

    fn next_turn(&mut self) -> usize {
        self.turns += 1;
        self.turns - 1
    }

    fn turn_id(&self, number: usize) -> String {
        format!("{}-{number}", self.caller.id)
    }

    fn question(&self, turn: usize, text: &str, turns: Vec<chat::Turn>) -> Question {
        Question {
            call: self.caller.id.clone(),
            contact: self.caller.contact.clone(),
            turn,
            text: text.to_owned(),
            turns,
            voice: self.caller.voice.clone(),
            line: self.caller.line,
        }
    }

    /// Begins or drops an attempt to answer before the turn is over. Nothing of it enters the talk.
    pub(super) fn try_early(&mut self, action: Option<Action>) {
        match action {
            None => {}
            Some(Action::Drop) => self.attempt = None,
            Some(Action::Start(text)) => {
                // The one before is closed first: there is never more than one.
                self.attempt = None;
                let turns = self.talk.clone().begin("", &text, &self.shared.settings.talk);
                let question = self.question(self.turns, &text, turns.clone());
                self.attempt = Some(Attempt { turns, answer: self.shared.answerer.answer(question) });
            }
        }
    }

    /// Says a sentence of the service's own, in place of nothing.
    pub(super) fn say(&mut self, saying: Saying, ends_call: Option<EndReason>) {
        let is_question = matches!(saying, Saying::StillThere | Saying::SayAgain);
        let aside = self.aside(saying);
        self.mouth.begin(None);
        self.interruption.reset();
        let speech = Speech::new(None, None, Some(aside));
        self.speech = Some(Speech { is_question, ends_call, ..speech });
    }

    pub(super) fn aside(&self, saying: Saying) -> Aside {
        let answer = self.shared.answerer.say(saying.clone(), &self.caller.voice, self.caller.line);
        let until = Instant::now() + self.shared.settings.saying_within;
        Aside { saying, answer, until }
    }

    /// The caller was not understood. Nothing is added to a speech that is under way.
    pub(super) fn misunderstood(&mut self) {
        if self.speech.is_some() {
            return;
        }
        self.attention.owes_answer = false;
        self.attention.misunderstood += 1;
        if self.attention.misunderstood > self.shared.settings.misunderstandings {
            return self.close(EndReason::NotUnderstood);
        }
        self.say(Saying::SayAgain, None);
    }

    /// Says goodbye, whatever is being said. The call ends behind it.
    pub(super) fn close(&mut self, reason: EndReason) {
        tracing::info!(call = self.caller.id, %reason, "the call is closed");
        self.drop_speech(Instant::now(), true);
        self.leave_waiting();
        self.attempt = None;
        self.say(Saying::Goodbye, Some(reason));
    }

    /// Reports the turn that waited for the end of a speech, when the call ends before.
    pub(super) fn leave_waiting(&mut self) {
        if let Some(waiting) = self.waiting.take() {
            self.unanswered(&waiting, Outcome::CallEnded);
        }
    }

    pub(super) fn tell(&mut self, news: News) {
        self.outbox.push_back(ToCaller::News(news));
    }
}
