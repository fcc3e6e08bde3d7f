//! Tests the embedded S3 server through its public API, with the AWS SDK and a plain HTTP client on real ports.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod authorization;
mod policy;
mod support;

use std::time::{Duration, SystemTime};

use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::primitives::ByteStream;
use local_stack::s3::{Faults, MAX_OBJECT_BYTES, S3Config, S3Server, S3ServerError};

use crate::support::*;

#[tokio::test]
async fn an_object_comes_back_as_it_was_put() {
    let (server, client) = server().await;
    let put = client
        .put_object()
        .bucket(BUCKET)
        .key("a/b.wav")
        .body(ByteStream::from_static(b"sound"))
        .content_type("audio/wav")
        .cache_control("no-store")
        .metadata("voice", "anna");
    let etag = put.send().await.unwrap().e_tag.unwrap();
    assert_eq!(etag, format!("\"{}\"", md5(b"sound")));

    let head = client.head_object().bucket(BUCKET).key("a/b.wav").send().await.unwrap();
    let got = client.get_object().bucket(BUCKET).key("a/b.wav").send().await.unwrap();
    assert_eq!((head.e_tag(), got.e_tag()), (Some(etag.as_str()), Some(etag.as_str())));
    assert_eq!((head.content_length(), got.content_length()), (Some(5), Some(5)));
    assert_eq!((head.content_type(), got.content_type()), (Some("audio/wav"), Some("audio/wav")));
    assert_eq!(got.cache_control(), Some("no-store"));
    // `aws-chunked` is the encoding of the upload, not of the object.
    assert_eq!(got.content_encoding(), None);
    assert_eq!(head.metadata().unwrap()["voice"], "anna");
    assert!(got.checksum_crc32().is_some(), "the SDK's default checksum is kept and told");
    let age = SystemTime::now().duration_since((*got.last_modified().unwrap()).try_into().unwrap());
    assert!(age.unwrap() < Duration::from_secs(60));
    assert_eq!(got.body.collect().await.unwrap().into_bytes().as_ref(), b"sound");

    client.delete_object().bucket(BUCKET).key("a/b.wav").send().await.unwrap();
    client.delete_object().bucket(BUCKET).key("a/b.wav").send().await.unwrap();
    let gone = client.get_object().bucket(BUCKET).key("a/b.wav").send().await;
    assert_eq!(refusal(gone), refused(404, "NoSuchKey"));
    server.stop().await;
}

fn md5(body: &[u8]) -> String {
    use md5::{Digest, Md5};
    Md5::digest(body).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_racing_creators_exactly_one_wins() {
    const WRITERS: usize = 20;
    let (server, client) = server().await;
    for round in 0..5 {
        let key = format!("stream/{round}");
        let writers = (0..WRITERS).map(|writer| {
            let body = ByteStream::from(format!("writer {writer}").into_bytes());
            client.put_object().bucket(BUCKET).key(&key).if_none_match("*").body(body).send()
        });
        let results = futures::future::join_all(writers).await;
        let winners: Vec<usize> = (0..WRITERS).filter(|writer| results[*writer].is_ok()).collect();
        assert_eq!(winners.len(), 1, "round {round}");
        for lost in results.into_iter().filter(Result::is_err) {
            assert_eq!(refusal(lost), refused(412, "PreconditionFailed"));
        }
        let got = client.get_object().bucket(BUCKET).key(&key).send().await.unwrap();
        let body = got.body.collect().await.unwrap().into_bytes();
        assert_eq!(body, format!("writer {}", winners[0]));
    }
    server.stop().await;
}

#[tokio::test]
async fn if_match_compares_with_what_is_there() {
    let (server, client) = server().await;
    let put_if = |key: &str, etag: &str| {
        let body = ByteStream::from_static(b"next");
        client.put_object().bucket(BUCKET).key(key).if_match(etag).body(body).send()
    };
    let etag = put(&client, "here", b"first").await;
    assert_eq!(refusal(put_if("absent", &etag).await), refused(404, "NoSuchKey"));
    assert_eq!(
        refusal(put_if("here", &format!("\"{}\"", md5(b"other"))).await),
        refused(412, "PreconditionFailed")
    );
    put_if("here", &etag).await.unwrap();
    assert_eq!(refusal(put_if("here", &etag).await), refused(412, "PreconditionFailed"));

    let etag = format!("\"{}\"", md5(b"next"));
    let unchanged = client.get_object().bucket(BUCKET).key("here").if_none_match(&etag).send().await;
    assert_eq!(status(&unchanged.unwrap_err()), 304);
    server.stop().await;
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let (server, client) = server().await;
    let body = || ByteStream::from_static(b"x");
    let missing = refused(404, "NoSuchBucket");
    assert_eq!(refusal(client.put_object().bucket("nowhere").key("k").body(body()).send().await), missing);
    assert_eq!(refusal(client.get_object().bucket("nowhere").key("k").send().await), missing);
    assert_eq!(refusal(client.delete_object().bucket("nowhere").key("k").send().await), missing);
    assert_eq!(refusal(client.list_objects_v2().bucket("nowhere").send().await), missing);
    assert_eq!(refusal(client.get_object().bucket(BUCKET).key("k").send().await), refused(404, "NoSuchKey"));
    assert!(
        client
            .head_object()
            .bucket(BUCKET)
            .key("k")
            .send()
            .await
            .unwrap_err()
            .into_service_error()
            .is_not_found()
    );
    assert!(
        client.head_bucket().bucket("nowhere").send().await.unwrap_err().into_service_error().is_not_found()
    );

    client.create_bucket().bucket("nowhere").send().await.unwrap();
    client.head_bucket().bucket("nowhere").send().await.unwrap();
    client.put_object().bucket("nowhere").key("k").body(body()).send().await.unwrap();
    let buckets = client.list_buckets().send().await.unwrap();
    let names: Vec<_> = buckets.buckets().iter().filter_map(|bucket| bucket.name()).collect();
    assert_eq!(names, [BUCKET, "nowhere"]);
    assert_eq!(
        refusal(client.create_bucket().bucket(BUCKET).send().await),
        refused(409, "BucketAlreadyOwnedByYou")
    );
    server.stop().await;
}

#[tokio::test]
async fn ranges_are_cut_out() {
    let (server, client) = server().await;
    put(&client, "digits", b"0123456789").await;
    for (range, told, expected) in [
        ("bytes=2-4", "bytes 2-4/10", "234"),
        ("bytes=7-", "bytes 7-9/10", "789"),
        ("bytes=-2", "bytes 8-9/10", "89"),
        ("bytes=8-100", "bytes 8-9/10", "89"),
    ] {
        let got = client.get_object().bucket(BUCKET).key("digits").range(range).send().await.unwrap();
        assert_eq!(got.content_range(), Some(told), "{range}");
        assert_eq!(got.body.collect().await.unwrap().into_bytes(), expected, "{range}");
    }
    let beyond = client.get_object().bucket(BUCKET).key("digits").range("bytes=10-").send().await;
    assert_eq!(refusal(beyond), refused(416, "InvalidRange"));
    server.stop().await;
}

#[tokio::test]
async fn listing_rolls_up_and_continues() {
    let (server, client) = server().await;
    for key in ["a", "a/", "a/b", "a/c/d", "a/c/e", "b & +%ü", "z"] {
        put(&client, key, b"x").await;
    }
    let all = client.list_objects_v2().bucket(BUCKET).delimiter("/").send().await.unwrap();
    assert_eq!(keys(&all), ["a", "b & +%ü", "z"]);
    assert_eq!(prefixes(&all), ["a/"]);
    assert_eq!((all.key_count(), all.is_truncated()), (Some(4), Some(false)));

    let below = client.list_objects_v2().bucket(BUCKET).prefix("a/").delimiter("/").send().await.unwrap();
    assert_eq!((keys(&below), prefixes(&below)), (vec!["a/", "a/b"], vec!["a/c/"]));
    assert_eq!(below.contents()[0].size(), Some(1));
    assert_eq!(below.contents()[0].e_tag(), Some(format!("\"{}\"", md5(b"x")).as_str()));

    // Pages of one entry: a key that equals a common prefix must be neither repeated nor taken for the end of the
    // listing.
    let mut seen = Vec::new();
    let list = client.list_objects_v2().bucket(BUCKET).delimiter("/").max_keys(1);
    let mut pages = list.into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page.unwrap();
        seen.extend(keys(&page).into_iter().chain(prefixes(&page)).map(str::to_owned));
    }
    assert_eq!(seen, ["a", "a/", "b & +%ü", "z"]);

    let after = client.list_objects_v2().bucket(BUCKET).start_after("a/c/d").send().await.unwrap();
    assert_eq!(keys(&after), ["a/c/e", "b & +%ü", "z"]);
    let encoding = aws_sdk_s3::types::EncodingType::Url;
    let encoded =
        client.list_objects_v2().bucket(BUCKET).prefix("b").encoding_type(encoding).send().await.unwrap();
    assert_eq!(keys(&encoded), ["b%20%26%20%2B%25%C3%BC"]);
    let wrong = client.list_objects_v2().bucket(BUCKET).continuation_token("?").send().await;
    assert_eq!(refusal(wrong), refused(400, "InvalidArgument"));
    server.stop().await;
}

fn keys(page: &aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Output) -> Vec<&str> {
    page.contents().iter().filter_map(|object| object.key()).collect()
}

fn prefixes(page: &aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Output) -> Vec<&str> {
    page.common_prefixes().iter().filter_map(|prefix| prefix.prefix()).collect()
}

#[tokio::test]
async fn keys_are_as_long_as_s3_allows() {
    let (server, client) = server().await;
    let long = format!("{}/{}", "ü".repeat(500), "x".repeat(23));
    assert_eq!(long.len(), 1024);
    put(&client, &long, b"long").await;
    client.head_object().bucket(BUCKET).key(&long).send().await.unwrap();
    let put = client.put_object().bucket(BUCKET).key(format!("{long}x")).body(ByteStream::from_static(b"x"));
    assert_eq!(refusal(put.send().await), refused(400, "KeyTooLongError"));
    server.stop().await;
}

#[tokio::test]
async fn the_bucket_has_a_clock_of_its_own() {
    let (server, client) = server().await;
    let clock = server.store().clock().clone();
    for offset_ms in [0, 5_000, -5_000, 600_000] {
        clock.set_offset_ms(offset_ms);
        let by_the_bucket = |time: SystemTime| {
            let system_ms =
                SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis() as i64;
            let ms = time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis() as i64;
            // HTTP's dates are whole seconds, and the request takes some time itself.
            assert!((system_ms + offset_ms - ms).abs() < 2_000, "{time:?} at an offset of {offset_ms} ms");
        };
        put(&client, "beat", b"on").await;
        let head = client.head_object().bucket(BUCKET).key("beat").send().await.unwrap();
        let listed = client.list_objects_v2().bucket(BUCKET).send().await.unwrap();
        for modified in [head.last_modified(), listed.contents()[0].last_modified()] {
            by_the_bucket((*modified.unwrap()).try_into().unwrap());
        }
        let refused = reqwest::get(server.endpoint()).await.unwrap();
        let date = refused.headers()["date"].to_str().unwrap();
        let format = aws_sdk_s3::primitives::DateTimeFormat::HttpDate;
        by_the_bucket(aws_sdk_s3::primitives::DateTime::from_str(date, format).unwrap().try_into().unwrap());
    }
    server.stop().await;
}

#[tokio::test]
async fn an_object_over_the_bound_is_refused_in_words() {
    let (server, client) = server().await;
    let body = ByteStream::from(vec![0; MAX_OBJECT_BYTES + 1]);
    let large = client.put_object().bucket(BUCKET).key("large").body(body).send().await;
    assert_eq!(refusal(large), refused(400, "EntityTooLarge"));
    server.stop().await;
}

#[tokio::test]
async fn a_digest_that_does_not_match_is_refused() {
    let (server, client) = server().await;
    let put = || client.put_object().bucket(BUCKET).key("k").body(ByteStream::from_static(b"sound"));
    assert_eq!(
        refusal(put().content_md5("AAAAAAAAAAAAAAAAAAAAAA==").send().await),
        refused(400, "BadDigest")
    );
    assert_eq!(refusal(put().content_md5("short").send().await), refused(400, "InvalidDigest"));
    assert_eq!(refusal(put().checksum_crc32("AAAAAA==").send().await), refused(400, "BadDigest"));
    for algorithm in ["CRC32C", "CRC64NVME", "SHA1", "SHA256"] {
        put().checksum_algorithm(algorithm.into()).send().await.unwrap();
    }
    server.stop().await;
}

#[tokio::test]
async fn the_same_port_again_with_the_same_data() {
    let (server, client) = server().await;
    put(&client, "kept", b"still here").await;
    let (port, store) = (server.address().port(), server.store());
    server.stop().await;
    let down = client.get_object().bucket(BUCKET).key("kept").send().await.unwrap_err();
    assert!(matches!(down, SdkError::DispatchFailure(_)), "{down:?}");

    let server = S3Server::start_with(config(port), store, Faults::default()).await.unwrap();
    let got = client.get_object().bucket(BUCKET).key("kept").send().await.unwrap();
    assert_eq!(got.body.collect().await.unwrap().into_bytes(), "still here");

    let taken = S3Server::start(config(port)).await.err().unwrap();
    assert!(matches!(taken, S3ServerError::Bind { .. }), "{taken}");
    server.stop().await;
}

#[tokio::test]
async fn stopping_cuts_a_request_that_does_not_end() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (server, _) = server().await;
    let mut stuck = tokio::net::TcpStream::connect(server.address()).await.unwrap();
    stuck.write_all(b"GET /clips/k HTTP/1.1\r\nHost: ").await.unwrap();
    tokio::time::timeout(Duration::from_secs(5), server.stop()).await.unwrap();
    let mut rest = Vec::new();
    // The connection must be closed, with or without an answer.
    let _ = stuck.read_to_end(&mut rest).await;
    assert!(rest.is_empty());
}

#[tokio::test]
async fn a_bucket_name_is_checked_at_start() {
    let buckets = vec!["Not A Bucket".to_owned()];
    let error = S3Server::start(S3Config { buckets, ..config(0) }).await.err().unwrap();
    assert!(matches!(error, S3ServerError::BucketName(_)), "{error}");
}
