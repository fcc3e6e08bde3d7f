//! The reading of one answer from its connection.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use futures::{Stream, stream};
use reqwest::{
    RequestBuilder, Response, Version,
    header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING},
};
use tokio::time::timeout;

use super::{
    Protocol,
    fault::{check, transport},
    frame::{Frame, Framing, Said},
};
use crate::error::ModelError;

/// Time that is left for remarks after the last piece of text: servers that forget to end an answer exist.
const REMARKS: Duration = Duration::from_millis(500);

/// Longest time for reading the end of a body, which lets its connection be used again.
const DRAIN: Duration = Duration::from_secs(1);

pub(super) struct Reading<P> {
    response: Response,
    framing: Box<dyn Framing>,
    protocol: Arc<P>,
    /// The model has said that its text is complete.
    has_last: bool,
    body_is_over: bool,
}

impl<P: Protocol> Reading<P> {
    /// Sends a question and waits for the head of its answer.
    pub(super) async fn open(request: RequestBuilder, protocol: Arc<P>) -> Result<Self, ModelError> {
        let response = request.send().await.map_err(|error| transport(&error))?;
        let response = check(response).await?;
        let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let framing = protocol.framing(&content_type.unwrap_or_default().to_ascii_lowercase())?;
        Ok(Self { response, framing, protocol, has_last: false, body_is_over: false })
    }

    /// The pieces of the answer.
    pub(super) fn pieces(self) -> impl Stream<Item = Result<String, ModelError>> {
        stream::try_unfold(self, Self::next)
    }

    async fn next(mut self) -> Result<Option<(String, Self)>, ModelError> {
        while let Some(frame) = self.frame().await? {
            let text = match self.protocol.read(&frame)? {
                Said::Text(text) => text,
                Said::Last(text) => {
                    self.has_last = true;
                    text
                }
                Said::Over => {
                    self.drain();
                    return Ok(None);
                }
            };
            if !text.is_empty() {
                return Ok(Some((text, self)));
            }
        }
        Ok(None)
    }

    async fn frame(&mut self) -> Result<Option<Frame>, ModelError> {
        loop {
            if let Some(frame) = self.framing.next() {
                return Ok(Some(frame));
            }
            if self.body_is_over {
                return if self.is_complete() { Ok(None) } else { Err(ModelError::Broken) };
            }
            match self.chunk().await {
                Ok(Some(bytes)) => self.framing.push(&bytes)?,
                Ok(None) => {
                    self.body_is_over = true;
                    if let Some(frame) = self.framing.finish()? {
                        return Ok(Some(frame));
                    }
                }
                Err(_) if self.has_last => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }

    async fn chunk(&mut self) -> Result<Option<Bytes>, ModelError> {
        let chunk = self.response.chunk();
        let chunk =
            if self.has_last { timeout(REMARKS, chunk).await.unwrap_or(Ok(None)) } else { chunk.await };
        chunk.map_err(|_| ModelError::Broken)
    }

    /// Whether a body that is over is the whole answer: the model or HTTP says so. A body that only the close of its
    /// connection ends may have been cut anywhere.
    fn is_complete(&self) -> bool {
        let headers = self.response.headers();
        self.has_last
            || self.framing.may_end_anywhere()
            || self.response.version() > Version::HTTP_11
            || headers.contains_key(CONTENT_LENGTH)
            || headers.contains_key(TRANSFER_ENCODING)
    }

    /// Reads the end of the body in the background: the caller need not wait for it.
    fn drain(mut self) {
        let draining = async move { while let Ok(Some(_)) = self.response.chunk().await {} };
        tokio::spawn(timeout(DRAIN, draining));
    }
}
