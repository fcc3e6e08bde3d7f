//! The bucket from the view of another client, independent of the programs under test.

use std::{collections::BTreeMap, env, net::SocketAddr};

use anyhow::{Context, Result, bail};
use aws_sdk_s3::{
    Client, Config,
    config::{BehaviorVersion, Credentials, Region},
};
use contract::{
    ContactId, Life, StreamId, keys,
    stream::{Manifest, Sentinel},
};
use local_stack::bucket::{ACCESS_KEY, RemoteS3, SECRET_KEY};

/// Name of the variable with an S3 to use for the tests in place of our own:
/// `http://ACCESS_KEY:SECRET_KEY@ADDRESS:PORT`.
const TEST_S3: &str = "FIRSTWORD_TEST_S3";

/// Whether the environment names an S3 for the tests.
pub fn is_remote() -> bool {
    env::var_os(TEST_S3).is_some()
}

/// The id and the secret of the key that the programs of a stack have.
pub fn local_keys() -> Result<(String, String)> {
    Ok(match named_s3()? {
        Some((access_key, secret_key, _)) => (access_key, secret_key),
        None => (ACCESS_KEY.to_owned(), SECRET_KEY.to_owned()),
    })
}

/// Key, secret and address of the S3 that the environment names, if there is one.
fn named_s3() -> Result<Option<(String, String, SocketAddr)>> {
    let Ok(url) = env::var(TEST_S3) else { return Ok(None) };
    let parsed = || {
        let (keys, address) = url.strip_prefix("http://")?.split_once('@')?;
        let (access_key, secret_key) = keys.split_once(':')?;
        Some((access_key.to_owned(), secret_key.to_owned(), address.trim_end_matches('/').parse().ok()?))
    };
    parsed().map(Some).with_context(|| format!("{TEST_S3} must be http://ACCESS_KEY:SECRET_KEY@ADDRESS:PORT"))
}

/// Creates a bucket in the S3 that the environment names, if there is one.
pub async fn remote() -> Result<Option<RemoteS3>> {
    let Some((access_key, secret_key, address)) = named_s3()? else { return Ok(None) };
    let bucket = format!("firstword-{}", uuid::Uuid::new_v4().simple());
    let credentials = Credentials::new(&access_key, &secret_key, None, None, TEST_S3);
    let client = client(format!("http://{address}"), "us-east-1".into(), credentials);
    client.create_bucket().bucket(&bucket).send().await?;
    Ok(Some(RemoteS3 { address, access_key, secret_key, bucket }))
}

fn client(endpoint: String, region: String, credentials: Credentials) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region))
        .endpoint_url(endpoint)
        .credentials_provider(credentials)
        // Path style, since not every S3 supports buckets as host names.
        .force_path_style(true)
        .build();
    Client::from_conf(config)
}

/// Size limit of a tombstone, in bytes. A tombstone is a part of 20 ms of silence, which is shorter than any word.
const LONGEST_TOMBSTONE: i64 = 300;

/// The bucket of the streams.
pub struct Bucket {
    client: Client,
    name: String,
}

impl Bucket {
    /// Removes the bucket's policy, so that only the owner may read.
    pub async fn remove_policy(&self) -> Result<()> {
        self.client.delete_bucket_policy().bucket(&self.name).send().await?;
        Ok(())
    }

    /// Opens the bucket with the key, endpoint and name from a stack's environment.
    pub fn new(environment: &BTreeMap<String, String>) -> Result<Self> {
        let get =
            |name: &str| environment.get(name).cloned().with_context(|| format!("the stack sets no {name}"));
        let credentials =
            Credentials::new(get("AWS_ACCESS_KEY_ID")?, get("AWS_SECRET_ACCESS_KEY")?, None, None, "stack");
        let client = client(get("AWS_ENDPOINT_URL_S3")?, get("AWS_REGION")?, credentials);
        Ok(Self { client, name: get(contract::env::BUCKET)? })
    }

    /// The content of an object; `None` when there is none.
    pub async fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let request = self.client.get_object().bucket(&self.name).key(key);
        match request.send().await {
            Ok(object) => Ok(Some(object.body.collect().await?.to_vec())),
            Err(error) if error.raw_response().map(|answer| answer.status().as_u16()) == Some(404) => {
                Ok(None)
            }
            Err(error) => bail!("{key}: {error:?}"),
        }
    }

    pub async fn put(&self, key: &str, body: impl Into<Vec<u8>>) -> Result<()> {
        let body = body.into().into();
        self.client.put_object().bucket(&self.name).key(key).body(body).send().await?;
        Ok(())
    }

    /// The keys that begin with `prefix`, sorted; at most 1,000.
    pub async fn keys(&self, prefix: &str) -> Result<Vec<String>> {
        let request = self.client.list_objects_v2().bucket(&self.name).prefix(prefix);
        let listing = request.send().await?;
        let keys = listing.contents().iter().filter_map(|object| object.key());
        Ok(keys.map(str::to_owned).collect())
    }

    pub async fn sentinel(&self, stream: &StreamId) -> Result<Option<Sentinel>> {
        let body = self.get(&keys::sentinel(stream)).await?;
        Ok(body.map(|body| serde_json::from_slice(&body)).transpose()?)
    }

    /// The numbers of the stored parts, sorted.
    pub async fn parts(&self, stream: &StreamId) -> Result<Vec<usize>> {
        let mut numbers = self
            .keys(&keys::parts_prefix(stream))
            .await?
            .iter()
            .map(|key| keys::part_number(key).with_context(|| format!("{key} is no part")))
            .collect::<Result<Vec<_>>>()?;
        numbers.sort_unstable();
        Ok(numbers)
    }

    pub async fn manifest(&self, stream: &StreamId) -> Result<Manifest> {
        let body = self.get(&keys::manifest(stream)).await?;
        Ok(serde_json::from_slice(&body.with_context(|| format!("{stream} has no manifest"))?)?)
    }

    /// The current life of a stream.
    pub async fn life(&self, stream: &StreamId) -> Result<Life> {
        match self.get(&keys::life(stream)).await? {
            Some(body) => Ok(serde_json::from_slice(&body)?),
            None => Ok(self.manifest(stream).await?.first_life()),
        }
    }

    /// The sentences that a stream's parts hold, in the order of the parts. Tombstones hold none.
    pub async fn spoken_sentences(&self, stream: &StreamId) -> Result<Vec<usize>> {
        let mut sentences = Vec::new();
        for number in self.parts(stream).await? {
            let key = keys::part(stream, number);
            let head = self.client.head_object().bucket(&self.name).key(&key).send().await?;
            let said = head.metadata().and_then(|metadata| metadata.get("sentence")?.parse().ok());
            if head.content_length().unwrap_or_default() > LONGEST_TOMBSTONE {
                sentences.push(said.with_context(|| format!("{key} does not say what it holds"))?);
            }
        }
        Ok(sentences)
    }

    /// The stream that owns a contact.
    pub async fn current_stream(&self, contact: &ContactId) -> Result<Option<StreamId>> {
        let body = self.get(&keys::current_stream(contact)).await?;
        body.map(|body| anyhow::Ok(String::from_utf8(body)?.trim().parse()?)).transpose()
    }
}
