//! Tests of signatures and presigned URLs: those that are accepted, and the error code of each refused one.

use std::time::{Duration, SystemTime};

use aws_sdk_s3::Client;
use aws_sdk_s3::config::Credentials;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;

use crate::support::*;

#[tokio::test]
async fn presigned_urls_are_verified() {
    let (server, client) = server().await;
    put(&client, "clip", b"sound").await;
    put(&client, "clop", b"other").await;
    let presign = async |client: &Client, start: SystemTime| {
        let terms = PresigningConfig::builder().start_time(start).expires_in(Duration::from_secs(60)).build();
        let request = client.get_object().bucket(BUCKET).key("clip").presigned(terms.unwrap()).await;
        request.unwrap().uri().to_owned()
    };
    let now = SystemTime::now();
    let good = presign(&client, now).await;
    let answer = reqwest::get(&good).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.bytes().await.unwrap(), "sound");

    let stranger = self::client(&server, "not the secret");
    for (what, url) in [
        ("expired", presign(&client, now - Duration::from_secs(61)).await),
        ("another key", good.replace("/clip?", "/clop?")),
        ("longer", good.replace("X-Amz-Expires=60", "X-Amz-Expires=600")),
        ("wrong secret", presign(&stranger, now).await),
        ("anonymous", format!("{}/{BUCKET}/clip", server.endpoint())),
    ] {
        assert_ne!(url, good, "{what}");
        assert_eq!(reqwest::get(&url).await.unwrap().status(), 403, "{what}");
    }

    let terms = PresigningConfig::expires_in(Duration::from_secs(60)).unwrap();
    let upload = client.put_object().bucket(BUCKET).key("upload").presigned(terms).await.unwrap();
    let put = reqwest::Client::new().put(upload.uri()).body("by url").send().await.unwrap();
    assert_eq!(put.status(), 200);
    server.stop().await;
}

/// A presigned URL for `clip`, valid for a minute.
async fn presigned(client: &Client) -> String {
    let terms = PresigningConfig::expires_in(Duration::from_secs(60)).unwrap();
    client.get_object().bucket(BUCKET).key("clip").presigned(terms).await.unwrap().uri().to_owned()
}

/// The HTTP status and S3's error code.
async fn answer(request: reqwest::RequestBuilder) -> (u16, String) {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let body = answer.text().await.unwrap();
    let code = body.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    (status, code.map_or_else(String::new, |(code, _)| code.to_owned()))
}

#[tokio::test]
async fn a_presigned_url_that_s3_would_not_take_is_refused_with_its_code() {
    const QUERY: &str = "AuthorizationQueryParametersError";
    let (server, client) = server().await;
    put(&client, "clip", b"sound").await;
    let good = presigned(&client).await;
    let elsewhere = client_of(&server, "us-east-1", Credentials::new(KEY, SECRET, None, None, "test"));
    let token = Some("a token from elsewhere".to_owned());
    let with_token = client_of(&server, REGION, Credentials::new(KEY, SECRET, token, None, "test"));
    let stranger = client_of(&server, REGION, Credentials::new("AKIASTRANGER", SECRET, None, None, "test"));
    let life = |seconds: &str| good.replace("X-Amz-Expires=60", &format!("X-Amz-Expires={seconds}"));
    let plain = good.split_once('?').unwrap().0;
    let http = reqwest::Client::new();
    for (case, url, expected) in [
        ("another region", presigned(&elsewhere).await, refused(400, QUERY)),
        ("longer than a week", life("604801"), refused(400, QUERY)),
        ("no life", life("0"), refused(400, QUERY)),
        ("a negative life", life("-60"), refused(400, QUERY)),
        ("a life that is no number", life("1h"), refused(400, QUERY)),
        ("two lives", format!("{good}&X-Amz-Expires=60"), refused(400, QUERY)),
        ("no life given", good.replace("X-Amz-Expires=60", ""), refused(400, QUERY)),
        ("another algorithm", good.replace("HMAC-SHA256", "HMAC-SHA512"), refused(400, QUERY)),
        ("another service", good.replace("%2Fs3%2F", "%2Fsts%2F"), refused(400, QUERY)),
        ("another day", good.replace("X-Amz-Date=2", "X-Amz-Date=1"), refused(400, QUERY)),
        ("a token", presigned(&with_token).await, refused(400, "InvalidToken")),
        ("a key that is not known", presigned(&stranger).await, refused(403, "InvalidAccessKeyId")),
        (
            "version 2",
            format!("{plain}?AWSAccessKeyId={KEY}&Expires=4102444800&Signature=c2lnbmF0dXJl"),
            refused(400, "InvalidRequest"),
        ),
        ("the longest life, signed for another", life("604800"), refused(403, "SignatureDoesNotMatch")),
    ] {
        assert_ne!(url, good, "{case}");
        assert_eq!(answer(http.get(&url)).await, expected, "{case}");
    }
    let token = http.get(&good).header("x-amz-security-token", "a token");
    assert_eq!(answer(token).await, refused(400, "InvalidToken"));
    let both = http.get(&good).header("authorization", "AWS4-HMAC-SHA256 Credential=K");
    assert_eq!(answer(both).await, refused(400, "InvalidArgument"));
    let unsigned = http.get(&good).header("x-amz-meta-voice", "anna");
    assert_eq!(answer(unsigned).await, refused(403, "AccessDenied"));
    assert_eq!(answer(http.get(&good)).await, (200, String::new()));
    server.stop().await;
}

#[tokio::test]
async fn a_signed_request_that_s3_would_not_take_is_refused_with_its_code() {
    let (server, client) = server().await;
    put(&client, "clip", b"sound").await;
    let get = |client: Client| async move { client.get_object().bucket(BUCKET).key("clip").send().await };
    let elsewhere = client_of(&server, "us-east-1", Credentials::new(KEY, SECRET, None, None, "test"));
    assert_eq!(refusal(get(elsewhere).await), refused(400, "AuthorizationHeaderMalformed"));
    let token = Some("a token from elsewhere".to_owned());
    let with_token = client_of(&server, REGION, Credentials::new(KEY, SECRET, token, None, "test"));
    assert_eq!(refusal(get(with_token).await), refused(400, "InvalidToken"));
    let stranger = client_of(&server, REGION, Credentials::new("AKIASTRANGER", SECRET, None, None, "test"));
    assert_eq!(refusal(get(stranger).await), refused(403, "InvalidAccessKeyId"));

    let url = format!("{}/{BUCKET}/clip", server.endpoint());
    let http = reqwest::Client::new();
    for (authorization, expected) in [
        ("AWS AKIALOCAL:c2lnbmF0dXJl", refused(400, "InvalidRequest")),
        ("Bearer token", refused(400, "InvalidArgument")),
        ("AWS4-HMAC-SHA256 Signature=0", refused(400, "AuthorizationHeaderMalformed")),
    ] {
        let request = http.get(&url).header("authorization", authorization);
        assert_eq!(answer(request).await, expected, "{authorization}");
    }
    get(client).await.unwrap();
    server.stop().await;
}

#[tokio::test]
async fn requests_with_a_wrong_secret_are_refused() {
    let (server, _) = server().await;
    let stranger = client(&server, "not the secret");
    let put = stranger.put_object().bucket(BUCKET).key("k").body(ByteStream::from_static(b"x"));
    assert_eq!(refusal(put.send().await), refused(403, "SignatureDoesNotMatch"));
    let anonymous = reqwest::Client::new().put(format!("{}/{BUCKET}/k", server.endpoint())).body("x");
    assert_eq!(anonymous.send().await.unwrap().status(), 403);
    server.stop().await;
}
