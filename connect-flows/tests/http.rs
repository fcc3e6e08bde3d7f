//! Tests the HTTP clients for functions and clips, against a local server with given responses.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test that uses them")]

use std::sync::Arc;

use connect_flows::{
    http::{HttpClips, HttpFunction, HttpLambdas, HttpVoice},
    model::Flow,
    runner::{
        Beeps, Call, CallSettings, Clips, FetchError, InvokeError, Lambdas, Ports, PromptVoice, RealTime,
        Runner, in_virtual_time,
    },
};
use serde_json::json;
use time::OffsetDateTime;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    runtime::Runtime,
    task::JoinHandle,
};

/// Serves one request with `response`. Returns the base URL and a task that ends with the text of the request.
async fn serve(response: String) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let request = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !is_whole(&request) {
            let mut bytes = [0; 1024];
            let count = socket.read(&mut bytes).await.unwrap();
            assert_ne!(count, 0, "the request breaks off");
            request.extend_from_slice(&bytes[..count]);
        }
        // A write may fail: a client may close the connection before it has read the whole response.
        let _ = socket.write_all(response.as_bytes()).await;
        String::from_utf8(request).unwrap()
    });
    (base, request)
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().unwrap());
    body.len() >= length
}

fn response(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}")
}

#[tokio::test]
async fn the_event_is_posted_to_the_functions_invocations() {
    let (base, request) = serve(response("200 OK", "", r#"{"Status":"done"}"#)).await;
    let lambdas = HttpLambdas::new(&format!("{base}/local/")).unwrap();
    let arn = "arn:aws:lambda:us-east-1:000000000000:function:start_stream";
    let reply = lambdas.invoke(arn, &json!({"Name": "ContactFlowEvent"})).await;
    assert_eq!(reply, Ok(json!({"Status": "done"})));
    let request = request.await.unwrap();
    assert!(
        request.starts_with("POST /local/2015-03-31/functions/start_stream/invocations HTTP/1.1\r\n"),
        "{request}"
    );
    assert!(request.ends_with(r#"{"Name":"ContactFlowEvent"}"#), "{request}");
}

#[tokio::test]
async fn a_name_cannot_leave_its_place_in_the_path() {
    let (base, request) = serve(response("200 OK", "", "{}")).await;
    let lambdas = HttpLambdas::new(&base).unwrap();
    lambdas.invoke("a/../b?c d", &json!({})).await.unwrap();
    let request = request.await.unwrap();
    assert!(request.starts_with("POST /2015-03-31/functions/a%2F..%2Fb%3Fc%20d/invocations "), "{request}");
}

#[tokio::test]
async fn each_answer_that_is_no_reply_is_its_own_error() {
    let function_error = response(
        "200 OK",
        "X-Amz-Function-Error: Unhandled\r\n",
        r#"{"errorType":"E","errorMessage":"index\nout of range"}"#,
    );
    let cases = [
        (function_error, "the function failed: index out of range"),
        (response("429 Too Many Requests", "", ""), "throttled"),
        (response("503 Service Unavailable", "", ""), "the Lambda service answered 503"),
        (response("404 Not Found", "", "no such\nfunction"), "invocation refused: 404: no such function"),
        (
            response("200 OK", "", "<html>"),
            "invocation refused: the reply is not JSON: expected value at line 1 column 1",
        ),
    ];
    for (response, expected) in cases {
        let (base, _request) = serve(response).await;
        let error = HttpLambdas::new(&base).unwrap().invoke("f", &json!({})).await;
        assert_eq!(error.unwrap_err().to_string(), expected);
    }
}

#[tokio::test]
async fn a_clip_is_fetched_with_its_query() {
    let (base, request) = serve(response("200 OK", "", "RIFF…")).await;
    let clip = HttpClips::new().unwrap().fetch(&format!("{base}/k.wav?sig=1")).await;
    assert_eq!(clip, Ok("RIFF…".as_bytes().to_vec()));
    assert!(request.await.unwrap().starts_with("GET /k.wav?sig=1 "));
}

#[tokio::test]
async fn only_200_is_a_clip() {
    for (status, code) in [("403 Forbidden", 403), ("204 No Content", 204)] {
        let (base, _request) = serve(response(status, "", "")).await;
        let error = HttpClips::new().unwrap().fetch(&base).await;
        assert_eq!(error, Err(FetchError::Status { status: code }));
    }
}

#[tokio::test]
async fn a_clip_that_is_too_large_is_not_read_to_its_end() {
    let limit = connect_flows::clip::MAX_BYTES;
    let (base, _request) = serve(response("200 OK", "", &"x".repeat(limit + 1))).await;
    let error = HttpClips::new().unwrap().fetch(&base).await;
    assert_eq!(error, Err(FetchError::TooLarge { limit }));
}

#[tokio::test]
async fn an_error_of_the_connection_does_not_tell_the_query() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = listener.local_addr().unwrap();
    drop(listener);
    let url = format!("http://{closed}/k.wav?X-Amz-Signature=secret");
    let error = HttpClips::new().unwrap().fetch(&url).await.unwrap_err();
    assert!(matches!(&error, FetchError::Transport { .. }), "{error}");
    assert!(!format!("{error:?}").contains("secret"), "{error:?}");
    let lambdas = HttpLambdas::new(&format!("http://{closed}")).unwrap();
    let error = lambdas.invoke("f", &json!({})).await.unwrap_err();
    assert!(matches!(error, InvokeError::Transport { .. }), "{error}");
}

#[test]
fn an_endpoint_must_be_an_http_url() {
    for endpoint in ["127.0.0.1:9001", "ftp://host", ""] {
        let error = HttpLambdas::new(endpoint).unwrap_err().to_string();
        assert!(error.ends_with("is no http or https URL"), "{error}");
    }
}

#[tokio::test]
async fn a_function_at_an_address_of_its_own_is_posted_the_event() {
    let (base, request) = serve(response("200 OK", "", r#"{"word":"la"}"#)).await;
    let function = HttpFunction::new(&format!("{base}/my/hook?key=1")).unwrap();
    assert_eq!(function.invoke("any", &json!({"Name": "n"})).await, Ok(json!({"word": "la"})));
    assert!(request.await.unwrap().starts_with("POST /my/hook?key=1 HTTP/1.1"));
}

#[tokio::test]
async fn a_voice_speaks_a_text_once() {
    // 24,000 Hz become 8000 Hz: a level stays the same.
    let body = "\u{10}\u{10}".repeat(300);
    let (base, request) = serve(response("200 OK", "", &body)).await;
    let voice = HttpVoice::new(&base, "hibari", Some("t0ken".into())).unwrap();
    let samples = voice.speak("Hello.").await.unwrap();
    assert_eq!((samples.len(), samples[50]), (100, 0x1010));
    let request = request.await.unwrap();
    assert!(request.starts_with("POST /v1/audio/speech "), "{request}");
    assert!(request.contains("t0ken") && request.contains(r#""voice":"hibari""#), "{request}");
    // The server is gone, and is not asked again.
    assert_eq!(voice.speak("Hello.").await, Ok(samples));
    assert!(voice.speak("Bye.").await.is_err());
}

/// Runs a flow that invokes one function, in virtual time.
fn virtual_call(lambdas: Arc<dyn Lambdas>) -> Call {
    let flow = r#"{"Version": "2019-10-30", "StartAction": "ask", "Actions": [
        {"Identifier": "ask", "Type": "InvokeLambdaFunction", "Parameters": {"LambdaFunctionARN": "f"},
         "Transitions": {"NextAction": "end"}},
        {"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}]}"#;
    let ports = Ports {
        lambdas,
        clips: Arc::new(HttpClips::new().unwrap()),
        voice: Arc::new(Beeps),
        caller: None,
        clock: Arc::new(|| OffsetDateTime::UNIX_EPOCH),
    };
    let runner = Runner::new(Flow::parse(flow).unwrap(), ports, CallSettings::new("c"));
    in_virtual_time(runner.run(&mut |_| {})).unwrap()
}

#[test]
fn a_real_function_takes_no_virtual_time_and_one_that_never_answers_takes_its_limit() {
    let runtime = Runtime::new().unwrap();
    let (base, _request) = runtime.block_on(serve(response("200 OK", "", "{}")));
    let real: Arc<dyn Lambdas> = Arc::new(HttpLambdas::new(&base).unwrap());
    let call = virtual_call(Arc::new(RealTime::new(runtime.handle().clone(), real)));
    assert_eq!((call.end.error(), call.recording.duration().as_millis()), (None, 0));

    struct Silent;
    #[async_trait::async_trait]
    impl Lambdas for Silent {
        async fn invoke(&self, _: &str, _: &serde_json::Value) -> Result<serde_json::Value, InvokeError> {
            Err(InvokeError::TimedOut)
        }
    }
    let call = virtual_call(Arc::new(RealTime::new(runtime.handle().clone(), Arc::new(Silent))));
    assert_eq!(call.end.error().as_deref(), Some("action \"ask\": f: no reply within 3 s"));
    assert_eq!(call.recording.duration().as_secs(), 3);
}
