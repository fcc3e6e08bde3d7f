//! One turn of a conversation as its caller sees it, beside the service's own record of it. All times are in
//! milliseconds since the Unix epoch: callers and service share a machine.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use connect_flows::{
    clip::{self, Clip, SAMPLE_RATE},
    http::{HttpClips, HttpLambdas},
    runner::{Clips, Lambdas},
};
use contract::{
    ContactId, StreamId,
    http::{ChatRequest, StartRequest, State, StreamStatus},
    timeline::{Moment, Timeline},
};
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use crate::{
    load::{
        bucket::Bucket,
        door::{Door, Started},
    },
    stack::Stack,
};

/// Pause between two looks for a part: short, because it adds to every figure.
const LOOK_STEP: Duration = Duration::from_millis(2);

/// Longest wait for a part.
const PATIENCE: Duration = Duration::from_secs(60);

/// Longest wait for the end of an answer: a host that is full makes it no sooner than its caller hears it.
const LONGEST_ANSWER: Duration = Duration::from_secs(180);

/// The service as callers reach it: through its functions, and directly.
pub(super) struct Line {
    pub(super) door: Door,
    pub(super) bucket: Bucket,
    lambdas: HttpLambdas,
    clips: HttpClips,
}

/// A turn whose first clip was heard.
pub(super) struct Turn {
    pub(super) stream: StreamId,
    /// The turn begins.
    pub(super) begun: f64,
    /// The function has replied, or the service has answered.
    pub(super) replied: f64,
    /// The first audible sample of the first clip, played as soon as it is fetched.
    pub(super) audible: f64,
    /// The file of the first clip.
    pub(super) clip: Vec<u8>,
}

/// A turn and the service's record of it.
pub(super) struct Recorded {
    pub(super) turn: Turn,
    pub(super) status: StreamStatus,
    pub(super) timeline: Timeline,
}

impl Recorded {
    /// The time at which the first sentence was certain.
    pub(super) fn certain(&self) -> Result<f64> {
        let first = self.timeline.parts.first().context("the answer has no part")?;
        let certain = self.timeline.at_number(Moment::SentenceCertain, first.sentence);
        Ok(self.timeline.began_at_ms + certain.context("the record lacks a sentence")?)
    }
}

impl Line {
    pub(super) async fn new(stack: &Stack) -> Result<Self> {
        let line = Self {
            door: Door::new(stack.front_endpoint(), stack.token().to_owned(), false)?,
            bucket: Bucket::of(&stack.environment()).await,
            lambdas: HttpLambdas::new(&stack.lambdas().endpoint())?,
            clips: HttpClips::new()?,
        };
        // The SDK reads certificates before its first request.
        line.bucket.warm_up().await?;
        Ok(line)
    }

    /// Invokes `chat_and_stream`, and fetches the first clip of the answer.
    pub(super) async fn invoke(&self, contact: &ContactId, text: &str, voice: &str) -> Result<Turn> {
        let begun = now_ms();
        let reply =
            self.reply(contact, &json!({"Text": text, "Voice": voice, "Acknowledge": "false"})).await?;
        let replied = now_ms();
        let value = |key: &str| reply[key].as_str().with_context(|| format!("the reply lacks {key}"));
        let stream = value("StreamId")?.parse()?;
        let clip = match value("Status")? {
            "play" => self.clips.fetch(value("Url0")?).await?,
            _ => self.first_part(&stream).await?,
        };
        Ok(Turn { stream, begun, replied, audible: audible(&clip)?, clip })
    }

    /// Invokes `chat_and_stream` with nothing to answer: it replies without asking the service.
    pub(super) async fn invoke_empty(&self, contact: &ContactId) -> Result<()> {
        self.reply(contact, &json!({"Text": ""})).await.map(drop)
    }

    async fn reply(&self, contact: &ContactId, parameters: &Value) -> Result<Value> {
        let event = json!({"Details": {"ContactData": {"ContactId": contact}, "Parameters": parameters}});
        self.lambdas.invoke("chat_and_stream", &event).await.context("chat_and_stream failed")
    }

    /// Begins a turn at the service, and fetches the first clip of the answer. `None` if the host is full.
    pub(super) async fn chat(&self, contact: ContactId, text: &str, voice: &str) -> Result<Option<Turn>> {
        let request = ChatRequest {
            text: text.to_owned(),
            contact_id: Some(contact),
            voice: Some(voice.to_owned()),
            acknowledge: Some(false),
            ..ChatRequest::default()
        };
        let begun = now_ms();
        self.heard(begun, self.door.chat(&request).await?).await
    }

    /// Has a text spoken, and fetches its first clip. `None` if the host is full.
    pub(super) async fn speak(&self, text: &str, voice: &str) -> Result<Option<Turn>> {
        let request =
            StartRequest { text: text.to_owned(), voice: Some(voice.to_owned()), ..StartRequest::default() };
        let begun = now_ms();
        self.heard(begun, self.door.start(&request).await?).await
    }

    async fn heard(&self, begun: f64, started: Started) -> Result<Option<Turn>> {
        let Started::Accepted(started) = started else { return Ok(None) };
        let replied = now_ms();
        let stream = started.stream_id;
        let clip = match started.first_url {
            Some(url) => self.clips.fetch(&url).await?,
            None => self.first_part(&stream).await?,
        };
        Ok(Some(Turn { stream, begun, replied, audible: audible(&clip)?, clip }))
    }

    /// A part, as soon as it is in the bucket; `None` where the stream has ended before it.
    pub(super) async fn part_or_end(&self, stream: &StreamId, number: usize) -> Result<Option<Vec<u8>>> {
        let looking = async {
            loop {
                if let Some(part) = self.bucket.part(stream, number).await? {
                    return Ok(Some(part));
                }
                // The part may have been stored since the look, so only the sentinel's count tells.
                if self.bucket.sentinel(stream).await?.is_some_and(|sentinel| sentinel.parts <= number) {
                    return Ok(None);
                }
                sleep(LOOK_STEP).await;
            }
        };
        timeout(PATIENCE, looking).await.context("a part never came")?
    }

    /// The first part, as soon as it is in the bucket.
    async fn first_part(&self, stream: &StreamId) -> Result<Vec<u8>> {
        self.part_or_end(stream, 0).await?.context("the answer has no part")
    }

    /// Waits for the end of an answer. Returns the service's record of it.
    pub(super) async fn recorded(&self, turn: Turn) -> Result<Recorded> {
        let ending = async {
            loop {
                let status = self.door.status(&turn.stream).await?;
                if status.ended_at_ms.is_some() {
                    return Ok::<_, anyhow::Error>(status);
                }
                sleep(LOOK_STEP * 10).await;
            }
        };
        let mut status = timeout(LONGEST_ANSWER, ending).await.context("an answer never ended")??;
        if status.state != State::Complete {
            bail!("an answer ended as {:?}: {}", status.state, status.reason.unwrap_or_default());
        }
        let timeline = status.timeline.take().context("the host has no record of the answer")?;
        Ok(Recorded { turn, status, timeline })
    }
}

/// The time of a clip's first audible sample, if it is played now.
pub(super) fn audible(file: &[u8]) -> Result<f64> {
    let now = now_ms();
    let clip = Clip::parse(file)?;
    let silence = clip::first_audible(clip.samples()).unwrap_or_default();
    Ok(now + silence as f64 * 1e3 / f64::from(SAMPLE_RATE))
}

pub(super) fn now_ms() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64() * 1e3
}
