//! Answers to callers on the line: a model writes, a voice speaks, clip by clip.

use std::sync::Arc;

use chat::{Event, Prompt, system_prompt};
use contract::{
    metrics::{MODEL_FAILURES, MODEL_FIRST_TOKEN, MODEL_TOKENS},
    stream::Ending,
};
use hearing::Line;
use live::{Answer, Answerer, Progress, Question, Saying, Step, Voice, answer};
use otlp::spans;
use speech::Band;
use text::{GrowingText, Sentence};
use tokio::{sync::mpsc::Sender, time::Instant};
use tracing::Instrument;

use super::{
    clips::{Clips, Stop},
    wide::WideClips,
};
use crate::{
    admission::Admission,
    dictation::Dictation,
    order::{Order, OrderRequest, Refusal},
    phrases::{Books, Phrase, Phrases},
    pipeline::{LineUp, Turn, deliver},
    script::{Script, Writer},
    telemetry::Meters,
    voices::{Chosen, Voices},
};

/// The parts of a host that speak to callers.
#[derive(Clone)]
pub struct Speakers {
    /// The voices.
    pub voices: Arc<Voices>,
    /// The admission of all texts of the host: each answer of a live call takes a seat as a stream does.
    pub admission: Admission,
    /// The phrases.
    pub books: Books,
    /// The clips of phrases; `None` without a bucket.
    pub phrases: Option<Phrases>,
    /// The meters.
    pub meters: Meters,
    /// Whether texts may be logged.
    pub log_text: bool,
}

/// Answers callers with the host's model and voices. Cheap to clone.
#[derive(Clone)]
pub struct ServiceAnswerer {
    speakers: Speakers,
    /// `None` without a model: every question is answered with a failure.
    model: Option<chat::Writer>,
    wide: WideClips,
}

impl ServiceAnswerer {
    /// Answers by `model`.
    pub fn new(speakers: Speakers, model: Option<chat::Writer>) -> Self {
        Self { speakers, model, wide: WideClips::default() }
    }

    /// Has the model answer, and speaks it. Returns the reason why no more comes, if the answer is not complete.
    async fn talk(&self, question: Question, steps: &Sender<Step>) -> Result<(), String> {
        let model = self.model.as_ref().ok_or("there is no language model: set --chat-model")?;
        let voice = self.voice(&question.voice).map_err(|error| error.to_string())?;
        let language = language(&question.voice, &voice).to_owned();
        let (script, writer) = Script::growing();
        let first = voice.voice.engine.first_part();
        let call = question.call.clone();
        let line = question.line;
        let writing = model.write(prompt(question, &language));
        let dictation = Dictation::new(writing, writer, GrowingText::without_gaps(&language, first));
        let order = Order { voice, speed: 1.0, script };
        let speaking = self.speak(order, line, steps);
        // Where the voice fails, nobody needs the model's words; where the model does, its sentences are still spoken.
        let writing = async { Ok::<_, String>(self.write(dictation, &call, steps).await) };
        let (written, ()) = tokio::try_join!(writing, speaking)?;
        written
    }

    /// Passes the model's sentences on. Returns the reason of its failure.
    async fn write(&self, mut dictation: Dictation, call: &str, steps: &Sender<Step>) -> Result<(), String> {
        let meters = &self.speakers.meters;
        let (mut asked, mut is_first, mut answer) = (Instant::now(), true, String::new());
        while let Some(event) = dictation.next().await {
            match event {
                Event::Asked { model } => {
                    asked = Instant::now();
                    tracing::debug!(call, model, "asked");
                    report(steps, Progress::Asked).await;
                }
                Event::Text(text) => {
                    if is_first {
                        meters.observe(&MODEL_FIRST_TOKEN, &[], asked.elapsed().as_secs_f64());
                        report(steps, Progress::FirstToken).await;
                    }
                    is_first = false;
                    meters.count(&MODEL_TOKENS, &[], 1);
                    if self.speakers.log_text {
                        answer.push_str(&text);
                    }
                    dictation.add(&text);
                }
                Event::Ended { .. } => {
                    dictation.finish();
                    if self.speakers.log_text {
                        tracing::info!(call, answer, "the model answered");
                    }
                    break;
                }
                Event::Failed(error) => {
                    meters.count(&MODEL_FAILURES, &[], 1);
                    dictation.break_off(None, error.to_string());
                    return Err(error.to_string());
                }
            }
        }
        Ok(())
    }

    /// Speaks a text, once the host has admitted it. Returns the reason why nothing, or no more, is said.
    async fn speak(&self, order: Order, line: Line, steps: &Sender<Step>) -> Result<(), String> {
        let (band, wide) = match line {
            Line::Telephone => (Band::Telephone, None),
            Line::Wide => (Band::Wide, Some(self.wide.clone())),
        };
        let turn = self.turn(&order)?;
        let mut clips = Clips::new(order.script.clone(), steps.clone(), wide);
        let line_up = LineUp::new(order, band, turn);
        let mut line_up = match &self.speakers.phrases {
            Some(phrases) => line_up.with_phrases(phrases.clone()),
            None => line_up,
        };
        match deliver(&mut line_up, &mut clips).await {
            Ok(()) => clips.silent_because().map_or(Ok(()), |error| Err(error.to_string())),
            Err(Stop::Speech(error)) => Err(error.to_string()),
            Err(Stop::Unwanted) => Ok(()),
        }
    }

    /// Admits a text, or queues it: a caller on the line can't be sent away.
    fn turn(&self, order: &Order) -> Result<Turn, String> {
        let (admission, demand) = (&self.speakers.admission, order.demand(0));
        match admission.admit(demand.clone()) {
            Ok(seat) => Ok(Turn::Seated(seat)),
            Err(_) => admission.wait(demand).map(Turn::Waiting).map_err(|full| full.to_string()),
        }
    }

    /// Says a sentence of the service's own.
    async fn utter(
        &self,
        saying: Saying,
        voice: &Voice,
        line: Line,
        steps: &Sender<Step>,
    ) -> Result<(), String> {
        let chosen = self.voice(voice).map_err(|error| error.to_string())?;
        let language = language(voice, &chosen);
        let book = self.speakers.books.of(chosen.tenant()).await;
        let phrase = match saying {
            // The short ones are one sentence each, as streams speak them.
            Saying::Acknowledgement(number) => book.acknowledgement(language, number).map(one),
            Saying::Apology => book.apology(language).map(one),
            Saying::Greeting => book.live(language, Phrase::Greeting).map(|text| several(&chosen, text)),
            Saying::SayAgain => book.live(language, Phrase::SayAgain).map(|text| several(&chosen, text)),
            Saying::StillThere => book.live(language, Phrase::StillThere).map(|text| several(&chosen, text)),
            Saying::Goodbye => book.live(language, Phrase::Goodbye).map(|text| several(&chosen, text)),
        };
        let missing =
            || format!("there is no phrase for {saying:?} in {language}: write it into phrases.toml");
        let script = asides(phrase.ok_or_else(missing)?);
        self.speak(Order { voice: chosen, speed: 1.0, script }, line, steps).await
    }

    /// A voice with the language that it speaks, where the caller's is not known.
    pub(super) fn resolved(&self, voice: &Voice) -> Voice {
        let mut resolved = voice.clone();
        if let Ok(chosen) = self.voice(voice) {
            resolved.language = language(voice, &chosen).to_owned();
        }
        resolved
    }

    /// The caller's voice; without a name one that speaks the caller's language, the default one first.
    fn voice(&self, voice: &Voice) -> Result<Chosen, Refusal> {
        let voices = &self.speakers.voices;
        let name = voice.name.as_deref().or_else(|| voices.speaking(&voice.language));
        let request =
            OrderRequest { text: "", pronunciations: false, voice: name, tenant: None, speed: None };
        request.voice(voices).map(|(chosen, _)| chosen)
    }

    /// An answer whose last step says how it ended.
    fn begin<W>(&self, work: impl FnOnce(Self, Sender<Step>) -> W) -> Answer
    where
        W: Future<Output = Result<(), String>> + Send + 'static,
    {
        answer(|steps| {
            let work = work(self.clone(), steps.clone());
            let ending = async move {
                let last = work.await.map_or_else(Progress::Failed, |()| Progress::Ended);
                report(&steps, last).await;
            };
            ending.in_current_span()
        })
    }
}

impl Answerer for ServiceAnswerer {
    fn answer(&self, question: Question) -> Answer {
        if self.speakers.log_text {
            tracing::info!(call = question.call, turn = question.turn, text = ?question.text, "the caller said");
        }
        self.begin(|this, steps| async move { this.talk(question, &steps).await })
    }

    fn say(&self, saying: Saying, voice: &Voice, line: Line) -> Answer {
        let voice = voice.clone();
        self.begin(|this, steps| async move { this.utter(saying, &voice, line, &steps).await })
    }
}

/// Reports a step. A call that has dropped the answer needs none.
async fn report(steps: &Sender<Step>, progress: Progress) {
    let _ = steps.send(Step { at: Instant::now(), progress }).await;
}

/// The language in which the model is to answer.
fn language<'a>(voice: &'a Voice, chosen: &'a Chosen) -> &'a str {
    if voice.language.is_empty() { &chosen.voice.language } else { &voice.language }
}

fn prompt(question: Question, language: &str) -> Prompt {
    let Question { call, contact, text, turns, voice, .. } = question;
    Prompt {
        traceparent: spans::traceparent(&tracing::Span::current()),
        // Attempts of a turn have texts of their own: a chatbot must not take one for the repetition of another.
        turn: uuid::Uuid::new_v4().simple().to_string(),
        contact: contact.map_or(call, |contact| contact.to_string()),
        system: voice.system.unwrap_or_else(|| system_prompt(Some(language))),
        turns,
        text,
    }
}

fn one(phrase: &str) -> Vec<Sentence> {
    vec![Sentence::plain(phrase)]
}

/// A phrase is no SSML, which alone can be malformed.
fn several(voice: &Chosen, phrase: &str) -> Vec<Sentence> {
    voice.sentences(phrase, false).unwrap_or_default()
}

/// A script of sentences that the service says of its own accord.
fn asides(sentences: Vec<Sentence>) -> Script {
    let (script, writer): (Script, Writer) = Script::growing();
    sentences.into_iter().for_each(|sentence| writer.push_aside(sentence));
    writer.finish(Ending::Finished);
    script
}
