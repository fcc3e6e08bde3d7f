//! Helpers of the tests: a server, clients, and the form of refusals.

use std::net::SocketAddr;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use local_stack::s3::{S3Config, S3Server};

pub(crate) const BUCKET: &str = "clips";
pub(crate) const REGION: &str = "eu-central-1";
pub(crate) const KEY: &str = "AKIALOCAL";
pub(crate) const SECRET: &str = "a secret of this machine";

pub(crate) fn config(port: u16) -> S3Config {
    S3Config {
        address: SocketAddr::from(([127, 0, 0, 1], port)),
        region: REGION.to_owned(),
        access_key: KEY.to_owned(),
        secret_key: SECRET.to_owned(),
        services: Vec::new(),
        buckets: vec![BUCKET.to_owned()],
    }
}

pub(crate) async fn server() -> (S3Server, Client) {
    let server = S3Server::start(config(0)).await.unwrap();
    let client = client(&server, SECRET);
    (server, client)
}

pub(crate) fn client(server: &S3Server, secret: &str) -> Client {
    client_of(server, REGION, Credentials::new(KEY, secret, None, None, "test"))
}

pub(crate) fn client_of(server: &S3Server, region: &'static str, credentials: Credentials) -> Client {
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region))
        .credentials_provider(credentials)
        .endpoint_url(server.endpoint())
        .force_path_style(true)
        .build();
    Client::from_conf(config)
}

pub(crate) async fn put(client: &Client, key: &str, body: &'static [u8]) -> String {
    let put = client.put_object().bucket(BUCKET).key(key).body(ByteStream::from_static(body));
    put.send().await.unwrap().e_tag.unwrap()
}

pub(crate) fn status<E>(error: &SdkError<E>) -> u16 {
    error.raw_response().unwrap().status().as_u16()
}

/// The HTTP status and S3's error code.
pub(crate) fn refusal<O, E: ProvideErrorMetadata>(result: Result<O, SdkError<E>>) -> (u16, String) {
    let Err(error) = result else { panic!("the server accepted it") };
    (status(&error), error.code().unwrap_or_default().to_owned())
}

pub(crate) fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}
