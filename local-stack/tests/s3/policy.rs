//! Tests of bucket policies, and of a service with permissions from such a policy.

use aws_sdk_s3::Client;
use aws_sdk_s3::config::Credentials;
use aws_sdk_s3::primitives::ByteStream;
use local_stack::s3::{S3Config, S3Server, SOURCE_ACCOUNT, SOURCE_ARN, ServiceKey};

use crate::support::*;

const CONNECT_KEY: &str = "AKIACONNECT";
const ACCOUNT: &str = "111122223333";
const INSTANCE: &str = "arn:aws:connect:eu-central-1:111122223333:instance/1";

/// A server with a key for Connect, the owner's client, and Connect's client.
async fn server_with_connect() -> (S3Server, Client, Client) {
    let connect = ServiceKey {
        service: "connect.amazonaws.com".to_owned(),
        access_key: CONNECT_KEY.to_owned(),
        secret_key: SECRET.to_owned(),
    };
    let server = S3Server::start(S3Config { services: vec![connect], ..config(0) }).await.unwrap();
    let owner = client(&server, SECRET);
    put(&owner, "streams/1/part0.wav", b"sound").await;
    put(&owner, "prompts/silence.wav", b"silence").await;
    let connect = client_of(&server, REGION, Credentials::new(CONNECT_KEY, SECRET, None, None, "test"));
    (server, owner, connect)
}

/// Reads an object as Connect does for an instance. Returns the status and the error code, or 200.
async fn read(connect: &Client, key: &str, account: &'static str, arn: &'static str) -> (u16, String) {
    let get = connect.get_object().bucket(BUCKET).key(key).customize().mutate_request(move |request| {
        request.headers_mut().insert(SOURCE_ACCOUNT, account);
        request.headers_mut().insert(SOURCE_ARN, arn);
    });
    match get.send().await {
        Ok(_) => (200, String::new()),
        refusal => self::refusal(refusal),
    }
}

fn denied() -> (u16, String) {
    refused(403, "AccessDenied")
}

#[tokio::test]
async fn connect_reads_by_the_committed_policy_and_not_without() {
    let (server, owner, connect) = server_with_connect().await;
    let part = "streams/1/part0.wav";
    assert_eq!(read(&connect, part, ACCOUNT, INSTANCE).await, denied());
    let none = owner.get_bucket_policy().bucket(BUCKET).send().await;
    assert_eq!(refusal(none), refused(404, "NoSuchBucketPolicy"));

    let policy = connect_flows::policy::connect_reads_streams(BUCKET, INSTANCE);
    owner.put_bucket_policy().bucket(BUCKET).policy(&policy).send().await.unwrap();
    let kept = owner.get_bucket_policy().bucket(BUCKET).send().await.unwrap();
    assert_eq!(kept.policy(), Some(policy.as_str()));
    assert_eq!(read(&connect, part, ACCOUNT, INSTANCE).await, (200, String::new()));
    assert_eq!(read(&connect, "streams/1/part1.wav", ACCOUNT, INSTANCE).await, refused(404, "NoSuchKey"));
    assert_eq!(read(&connect, part, "999999999999", INSTANCE).await, denied());
    let other = "arn:aws:connect:eu-central-1:111122223333:instance/2";
    assert_eq!(read(&connect, part, ACCOUNT, other).await, denied());
    let without_source = connect.get_object().bucket(BUCKET).key(part).send().await;
    assert_eq!(refusal(without_source), denied());
    let put = connect.put_object().bucket(BUCKET).key(part).body(ByteStream::from_static(b"x"));
    assert_eq!(refusal(put.send().await), denied());
    let plain = reqwest::get(format!("{}/{BUCKET}/{part}", server.endpoint())).await.unwrap();
    assert_eq!(plain.status(), 403);

    owner.delete_bucket_policy().bucket(BUCKET).send().await.unwrap();
    assert_eq!(read(&connect, part, ACCOUNT, INSTANCE).await, denied());
    server.stop().await;
}

/// A policy of one statement about Connect, with further members.
fn statement(effect: &str, actions: &str, resources: &str) -> String {
    let principal = r#"{"Service": "connect.amazonaws.com"}"#;
    format!(
        r#"{{"Effect": "{effect}", "Principal": {principal}, "Action": {actions}, "Resource": {resources}}}"#
    )
}

fn policy(statements: &[String]) -> String {
    format!(r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#, statements.join(", "))
}

#[tokio::test]
async fn a_deny_wins_and_a_missing_key_is_told_to_those_who_may_list() {
    let (server, _, connect) = server_with_connect().await;
    let all = statement("Allow", r#""s3:GetObject""#, r#""arn:aws:s3:::clips/*""#);
    let streams = statement("Allow", r#""s3:GetObject""#, r#""arn:aws:s3:::clips/streams/*""#);
    let list = statement("Allow", r#"["s3:ListBucket"]"#, r#"["arn:aws:s3:::clips"]"#);
    let prompts = statement("Deny", r#""s3:GetObject""#, r#""arn:aws:s3:::clips/prompts/s?lence*""#);
    let (ok, missing) = ((200, String::new()), refused(404, "NoSuchKey"));
    for (statements, part, prompt, gone) in [
        (vec![all.clone()], ok.clone(), ok.clone(), denied()),
        (vec![streams, list.clone()], ok.clone(), denied(), missing.clone()),
        (vec![all.clone(), prompts.clone(), list.clone()], ok.clone(), denied(), missing.clone()),
        (vec![prompts, all, list], ok, denied(), missing),
    ] {
        let policy = policy(&statements);
        server.set_policy(BUCKET, &policy).unwrap();
        assert_eq!(read(&connect, "streams/1/part0.wav", ACCOUNT, INSTANCE).await, part, "{policy}");
        assert_eq!(read(&connect, "prompts/silence.wav", ACCOUNT, INSTANCE).await, prompt, "{policy}");
        assert_eq!(read(&connect, "streams/1/gone.wav", ACCOUNT, INSTANCE).await, gone, "{policy}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_policy_that_is_not_understood_is_refused_whole() {
    let (server, owner, connect) = server_with_connect().await;
    let good = statement("Allow", r#""s3:GetObject""#, r#""arn:aws:s3:::clips/*""#);
    let with = |from: &str, to: &str| policy(&[good.clone(), good.replace(from, to)]);
    let condition =
        |text: &str| with(r#""Effect""#, &format!(r#""Condition": {{"StringEquals": {text}}}, "Effect""#));
    for (json, reason) in [
        ("{}".to_owned(), "missing field `Version`"),
        ("not JSON".to_owned(), "expected ident"),
        (policy(&[]), "an empty list"),
        (policy(std::slice::from_ref(&good)).replace("2012-10-17", "2008-10-17"), "its Version is"),
        (with("s3:GetObject", "s3:*"), "unknown variant `s3:*`"),
        (with(r#""Action""#, r#""NotAction""#), "unknown field `NotAction`"),
        (with(r#""Effect": "Allow""#, r#""Effect": "Permit""#), "unknown variant `Permit`"),
        (with(r#""Service""#, r#""AWS""#), "unknown field `AWS`"),
        (with(r#"{"Service": "connect.amazonaws.com"}"#, r#""*""#), "invalid type: string"),
        (with("clips/*", "others/*"), "is not in this bucket"),
        (with("clips/*", "clips/${aws:PrincipalTag/x}"), "policy variable"),
        (with("clips/*", "clips"), "GetObject applies to none of its statement's resources"),
        (condition(r#"{"aws:SourceVpc": "vpc-1"}"#), "unknown variant `aws:SourceVpc`"),
        (condition(r#"{"aws:SourceArn": 1}"#), "invalid type: integer"),
        (
            with(r#""Effect""#, r#""Condition": {"StringNotEquals": {"aws:SourceArn": "x"}}, "Effect""#),
            "unknown variant `StringNotEquals`",
        ),
    ] {
        let error = server.set_policy(BUCKET, &json).unwrap_err().to_string();
        assert!(error.contains(reason) && !error.contains('\n'), "{reason}: {error}");
        let put = owner.put_bucket_policy().bucket(BUCKET).policy(&json).send().await;
        assert_eq!(refusal(put), refused(400, "MalformedPolicy"), "{json}");
        assert_eq!(read(&connect, "prompts/silence.wav", ACCOUNT, INSTANCE).await, denied(), "{json}");
    }
    let error = server.set_policy("nowhere", &policy(&[good.replace("clips", "nowhere")])).unwrap_err();
    assert!(error.to_string().contains("there is no such bucket"), "{error}");
    server.stop().await;
}
