//! The way to a media stream: the webhook of an incoming call, and the TwiML that answers it.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};
use reqwest::Client;
use thiserror::Error;

use super::signature::sign;

/// The webhook of an incoming call.
const VOICE: &str = "/live/twilio/voice";

/// Longest wait for the TwiML; Twilio waits 15 s.
const TIMEOUT: Duration = Duration::from_secs(15);

/// The service turned a call away, as its TwiML says.
#[derive(Debug, Error)]
#[error("the service refuses the call")]
pub(crate) struct Refused;

/// A service that takes calls from Twilio.
#[derive(Clone)]
pub struct Exchange {
    /// URL at which the service is reached here.
    pub endpoint: String,
    /// URL of the service as Twilio knows it, which is signed.
    pub public_url: String,
    /// The account's auth token.
    pub auth_token: String,
    /// Query of the webhook's URL, as an operator writes it there: `language=ko`; empty without one.
    pub query: String,
}

/// A media stream as the TwiML names it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ticket {
    /// The stream's public URL.
    pub(super) url: String,
    /// The parameters for the stream's `start`, in order.
    pub(super) parameters: Vec<(String, String)>,
}

impl Exchange {
    /// Reports an incoming call, and reads the answer.
    ///
    /// # Errors
    /// One line when the service does not connect the call to a media stream.
    pub(super) async fn ticket(&self, call: &str, account: &str) -> Result<Ticket> {
        let parameters = [
            ("AccountSid", account),
            ("ApiVersion", "2010-04-01"),
            ("CallSid", call),
            ("CallStatus", "ringing"),
            ("Direction", "inbound"),
            ("From", "+15005550006"),
            ("To", "+15005550001"),
        ];
        let path = match &self.query[..] {
            "" => VOICE.to_owned(),
            query => format!("{VOICE}?{query}"),
        };
        let signature = sign(&self.auth_token, &format!("{}{path}", self.public_url), &parameters);
        let http = Client::builder().no_proxy().timeout(TIMEOUT).build()?;
        let answer = http
            .post(format!("{}{path}", self.endpoint))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-twilio-signature", signature)
            .body(form(&parameters))
            .send()
            .await
            .with_context(|| format!("{VOICE} can't be asked"))?;
        let (status, body) = (answer.status(), answer.text().await?);
        if !status.is_success() {
            bail!("{VOICE} answers HTTP {status}: check the auth token and --public-url");
        }
        read(&body).with_context(|| format!("{VOICE} sends TwiML that connects no stream"))
    }

    /// The signature of the stream's upgrade request.
    pub(super) fn sign_upgrade(&self, url: &str) -> String {
        sign(&self.auth_token, url, &[])
    }
}

/// The parameters as a form.
fn form(parameters: &[(&str, &str)]) -> String {
    let encode = |text| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC);
    let pairs: Vec<_> =
        parameters.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}

/// Reads the first `<Connect><Stream>`.
fn read(twiml: &str) -> Result<Ticket> {
    let mut reader = Reader::from_str(twiml);
    let mut ticket: Option<Ticket> = None;
    let mut is_connect = false;
    loop {
        match reader.read_event()? {
            Event::Start(element) | Event::Empty(element) => match element.name().as_ref() {
                b"Reject" => return Err(Refused.into()),
                b"Connect" => is_connect = true,
                b"Stream" if is_connect => {
                    let url = attribute(&element, "url")?.context("<Stream> has no url")?;
                    ticket.get_or_insert(Ticket { url, parameters: Vec::new() });
                }
                b"Parameter" => {
                    if let Some(ticket) = &mut ticket {
                        let value =
                            |name| attribute(&element, name)?.context("a <Parameter> lacks its value");
                        ticket.parameters.push((value("name")?, value("value")?));
                    }
                }
                _ => {}
            },
            Event::End(element) if element.name().as_ref() == b"Connect" => is_connect = false,
            Event::Eof => break,
            _ => {}
        }
    }
    check(ticket.context("it has no <Connect><Stream>")?)
}

/// A ticket that Twilio takes.
fn check(ticket: Ticket) -> Result<Ticket> {
    if !ticket.url.starts_with("wss://") {
        bail!("the stream's URL is not wss");
    }
    if ticket.url.contains('?') {
        bail!("the stream's URL has a query, which Twilio refuses (error 31920)");
    }
    Ok(ticket)
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>> {
    let found = element.try_get_attribute(name)?;
    Ok(found
        .map(|found| found.normalized_value(XmlVersion::Explicit1_0))
        .transpose()?
        .map(|value| value.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_and_parameters_of_a_stream_are_read() {
        let twiml = r#"<?xml version="1.0" encoding="UTF-8"?><Response><Connect>
            <Stream url="wss://a.example/live/twilio"><Parameter name="token" value="x&amp;y"/></Stream>
            </Connect></Response>"#;
        let parameters = vec![("token".to_owned(), "x&y".to_owned())];
        let ticket = Ticket { url: "wss://a.example/live/twilio".into(), parameters };
        assert_eq!(read(twiml).unwrap(), ticket);
    }

    #[test]
    fn twiml_that_twilio_would_refuse_is_refused() {
        for (twiml, reason) in [
            ("<Response><Reject reason='busy'/></Response>", "the service refuses the call"),
            ("<Response><Hangup/></Response>", "it has no <Connect><Stream>"),
            ("<Response><Start><Stream url='wss://a'/></Start></Response>", "it has no <Connect><Stream>"),
            ("<Response><Connect><Stream url='ws://a'/></Connect></Response>", "the stream's URL is not wss"),
            (
                "<Response><Connect><Stream url='wss://a?b=c'/></Connect></Response>",
                "the stream's URL has a query, which Twilio refuses (error 31920)",
            ),
        ] {
            assert_eq!(read(twiml).unwrap_err().to_string(), reason);
        }
    }
}
