//! The main loop: from the Lambda runtime to a function and back.

use std::{
    env,
    future::Future,
    io::Write,
    pin::Pin,
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use contract::{ContactId, Namespace, StreamId, event::ContactFlowEvent};
use lambda_runtime::{
    Context, Error, LambdaEvent, LambdaInvocation, Runtime, service_fn, tower::util::MapRequestLayer,
};
use tokio::time::{Instant, timeout, timeout_at};
use tracing::{
    Instrument, Span,
    field::{Empty, display},
};
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use crate::{
    emf::Finished,
    failure::{Failure, Replied},
    init_error,
    invocation::{Invocation, allowed},
    settings::{Settings, SettingsError},
};

/// Longest wait during init for the connections that the first event will use.
pub const WARM_UP_TIMEOUT: Duration = Duration::from_secs(2);

/// One function. A process may answer several events concurrently, so an implementation keeps no state of an event.
pub trait Function: Sized + Send + Sync + 'static {
    /// The name, in the metrics.
    const NAME: &'static str;

    /// Longest wait of a flow for the answer.
    const LIMIT: Duration;

    /// The reply to the flow.
    type Reply: Replied;

    /// Builds the clients, once, during init.
    ///
    /// # Errors
    /// [`SettingsError`] when a client can't be built from the settings.
    fn connect(settings: &Settings) -> impl Future<Output = Result<Self, SettingsError>>;

    /// Opens connections and resolves credentials during init, so that no caller waits for it. The first event reports
    /// a failure.
    fn warm_up(&self) -> impl Future<Output = ()>;

    /// Answers one event.
    ///
    /// # Errors
    /// [`Failure`], which becomes the reply.
    fn answer(
        &self,
        event: &ContactFlowEvent,
        invocation: &Invocation,
    ) -> impl Future<Output = Result<Self::Reply, Failure>> + Send;
}

/// Runs a function until its sandbox ends.
pub fn main<F: Function>() -> ExitCode {
    let begun = Instant::now();
    // Plain lines: CloudWatch adds the time, and does not render colours.
    // `Targets`, since `EnvFilter` brings the tables of Unicode: half a megabyte in each zip.
    let filter = env::var("RUST_LOG").ok().and_then(|filter| filter.parse().ok());
    let filter = filter.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    let lines = tracing_subscriber::fmt().with_ansi(false).without_time();
    lines.with_max_level(LevelFilter::TRACE).finish().with(filter).init();
    let mut runtime = if is_concurrent() {
        tokio::runtime::Builder::new_multi_thread()
    } else {
        // One event at a time: more threads would only slow the start.
        tokio::runtime::Builder::new_current_thread()
    };
    let ended = runtime
        .enable_all()
        .build()
        .map_err(Error::from)
        .and_then(|runtime| runtime.block_on(serve::<F>(begun)));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether this is a Lambda Managed Instance, whose processes take several events concurrently.
fn is_concurrent() -> bool {
    env::var("AWS_LAMBDA_MAX_CONCURRENCY").is_ok_and(|most| most.parse::<u32>().is_ok_and(|most| most > 1))
}

async fn serve<F: Function>(begun: Instant) -> Result<(), Error> {
    let runtime_api = env::var("AWS_LAMBDA_RUNTIME_API").map_err(|_| SettingsError::NoLambda)?;
    let (function, namespace) = match init::<F>().await {
        Ok((function, namespace)) => (Arc::new(function), Arc::<str>::from(namespace.to_string())),
        Err(error) => {
            init_error::report(&runtime_api, &error).await;
            return Err(error.into());
        }
    };
    // Taken by the first invocation.
    let init = Arc::new(Mutex::new(Some(begun.elapsed())));
    let handler = service_fn(move |event: LambdaEvent<String>| {
        let (function, namespace) = (Arc::clone(&function), Arc::clone(&namespace));
        let init = init.lock().unwrap_or_else(PoisonError::into_inner).take();
        // Boxed: the SDK's futures are nested too deeply for the compiler to compute their layout within the runtime's.
        let reply: Pin<Box<dyn Future<Output = Result<F::Reply, Error>> + Send>> = Box::pin(async move {
            let (reply, line) = reply(&*function, event, init, &namespace).await;
            // CloudWatch reads metrics from the log of a function. Nobody reads the line if the log is gone.
            let _ = writeln!(std::io::stdout(), "{line}");
            Ok(reply)
        });
        reply
    });
    Runtime::new(handler).layer(MapRequestLayer::new(as_text)).run_concurrent().await
}

/// The function, and the namespace of its metrics.
async fn init<F: Function>() -> Result<(F, Namespace), SettingsError> {
    let settings = Settings::read(|name| env::var(name).ok())?;
    let function = F::connect(&settings).await?;
    let _ = timeout(WARM_UP_TIMEOUT, function.warm_up()).await;
    rehearse(&function).await;
    Ok((function, settings.namespace))
}

/// Answers an event that asks for nothing, and drops the reply. The code around an answer is then in memory, for which the
/// first caller would wait.
async fn rehearse<F: Function>(function: &F) {
    let event = LambdaEvent::new("{}".to_owned(), Context::default());
    let (reply, _) = reply(function, event, None, "").await;
    let _ = serde_json::to_vec(&reply);
}

/// Wraps the payload in a JSON string. The runtime parses payloads before the function does, and a parse error would be
/// a failed invocation; a string always parses.
fn as_text(invocation: LambdaInvocation) -> LambdaInvocation {
    let text = serde_json::Value::String(String::from_utf8_lossy(&invocation.body).into_owned());
    LambdaInvocation { body: text.to_string().into(), ..invocation }
}

/// Adds the contact and the stream of the current invocation to its log lines.
pub(crate) fn concerns(contact: Option<&ContactId>, stream: Option<&StreamId>) {
    let span = Span::current();
    if let Some(contact) = contact {
        span.record("contact", display(contact));
    }
    if let Some(stream) = stream {
        span.record("stream", display(stream));
    }
}

/// The reply to one event, and the line for the log. A failure becomes a reply as well: a flow can compare a `Status`, but
/// learns nothing from a failed invocation.
async fn reply<F: Function>(
    function: &F,
    event: LambdaEvent<String>,
    init: Option<Duration>,
    namespace: &str,
) -> (F::Reply, String) {
    let received = Instant::now();
    let invocation = Invocation::received(&event.context, F::LIMIT);
    // The span has the level of errors, so that log lines of every level include it.
    let request_id = &invocation.request_id;
    let span = tracing::error_span!("invocation", request_id, contact = Empty, stream = Empty);
    let failed = |failure: Failure| {
        invocation.figures.failed(failure.kind(), failure.for_log());
        F::Reply::failed(failure)
    };
    let parsed = ContactFlowEvent::parse(&event.payload);
    // The function itself reports an id that is none.
    let contact = parsed.as_ref().ok().and_then(|event| event.contact_id().ok()?);
    let stream = parsed.as_ref().ok().and_then(|event| event.stream_id().ok()?);
    let answering = async {
        let event = match parsed {
            Ok(event) => event,
            Err(error) => return failed(error.into()),
        };
        concerns(contact.as_ref(), None);
        match timeout_at(invocation.reply_by(), function.answer(&event, &invocation)).await {
            Ok(Ok(reply)) => reply,
            Ok(Err(failure)) => failed(failure),
            Err(_) => failed(Failure::TooLate),
        }
    };
    let reply = answering.instrument(span).await;
    let finished = Finished {
        namespace,
        function: F::NAME,
        request_id: &invocation.request_id,
        contact: contact.as_ref(),
        stream: reply.stream_id().or(stream.as_ref()),
        status: reply.status(),
        figures: &invocation.figures,
        duration: received.elapsed(),
        time_left: allowed(event.context.deadline, SystemTime::now()),
        init,
    };
    let line = finished.line();
    (reply, line)
}
