//! Tokens that are wrong, missing or rotated, in real requests.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

use std::{fs, time::Duration};

use reqwest::StatusCode;
use synth_service::http::door::Tokens;
use tokio::time;

use crate::support::{Entrance, PLAIN, Service, raw::Client, service_behind};

async fn behind(tokens: Tokens) -> Service {
    service_behind(Entrance { tokens, ..Entrance::default() }, PLAIN).await
}

/// The status of a request for an unknown stream: 404 means that the token was accepted.
async fn status(service: &Service, header: Option<&str>) -> StatusCode {
    let mut request = service.http.get(format!("{}/streams/nope", service.url));
    if let Some(header) = header {
        request = request.header("authorization", header);
    }
    request.send().await.expect("answered").status()
}

#[tokio::test]
async fn each_of_several_tokens_is_accepted_and_no_other() {
    let service = behind(Tokens::open("first, second", None).expect("tokens")).await;
    for (header, expected) in [
        (Some("Bearer first"), StatusCode::NOT_FOUND),
        (Some("Bearer second"), StatusCode::NOT_FOUND),
        (Some("bearer  second "), StatusCode::NOT_FOUND),
        (Some("Bearer first, second"), StatusCode::UNAUTHORIZED),
        (Some("Bearer firs"), StatusCode::UNAUTHORIZED),
        (Some("Bearer"), StatusCode::UNAUTHORIZED),
        (Some("Bearer "), StatusCode::UNAUTHORIZED),
        (Some("first"), StatusCode::UNAUTHORIZED),
        (Some("Basic first"), StatusCode::UNAUTHORIZED),
        (None, StatusCode::UNAUTHORIZED),
    ] {
        assert_eq!(status(&service, header).await, expected, "{header:?}");
    }
}

#[tokio::test]
async fn a_file_rotates_tokens_without_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("tokens");
    fs::write(&file, "# since March\nold\n").expect("written");
    let service = behind(Tokens::open("", Some(&file)).expect("tokens")).await;
    for (content, old, new) in [
        ("# since March\nold\n", 404, 401),
        ("old\nbrand-new\n", 404, 404),
        ("brand-new\n", 401, 404),
        // An empty file comes from a failed editor or disk: the tokens stay as they were.
        ("", 401, 404),
        ("# all gone\n", 401, 404),
    ] {
        fs::write(&file, content).expect("written");
        // Advances to the file's next check.
        time::pause();
        time::advance(Duration::from_secs(1)).await;
        time::resume();
        assert_eq!(status(&service, Some("Bearer old")).await.as_u16(), old, "{content:?}");
        assert_eq!(status(&service, Some("Bearer brand-new")).await.as_u16(), new, "{content:?}");
        assert_eq!(status(&service, None).await.as_u16(), 401, "{content:?}");
    }
}

#[tokio::test]
async fn without_a_setting_no_token_is_required() {
    let service = behind(Tokens::open("", None).expect("none")).await;
    assert_eq!(status(&service, None).await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_invalid_token_closes_the_connection() {
    let service = behind(Tokens::open("first", None).expect("tokens")).await;
    let mut stranger = Client::connect(service.address).await;
    assert_eq!(stranger.get("/streams/nope", "wrong").await.status, 401);
    assert_eq!(stranger.until_closed().await, "");
}
