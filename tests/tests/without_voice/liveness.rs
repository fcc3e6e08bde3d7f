//! Tests that `get_next_batch` asks for a stream to be resumed at the right times, and that it distinguishes failures
//! from a stream that does not exist. The bucket is real and has its own clock; the host of the service is a fake.

use std::net::Ipv4Addr;

use contract::{
    HostId, Life, StreamId, env,
    http::RESUME_STREAM,
    keys,
    stream::{Manifest, Outcome, Sentinel},
};
use e2e::{
    bucket::Bucket,
    fake_host::{FakeHost, environment, refused},
    prelude::*,
    runtime_api::{Invocation, Runtime},
};
use local_stack::s3::{Clock, Fault, Faults, S3Config, S3Server};
use reqwest::StatusCode;

/// A function with a bucket and a fake host that resumes every stream.
struct World {
    s3: S3Server,
    clock: Clock,
    faults: Faults,
    bucket: Bucket,
    host: FakeHost,
    runtime: Runtime,
    stream: StreamId,
}

impl World {
    async fn new() -> Result<Self> {
        Self::with(&[]).await
    }

    /// A world whose function has further variables.
    async fn with(variables: &[(&str, &str)]) -> Result<Self> {
        Self::of(variables, true).await
    }

    /// A world whose host resumes every stream, or no stream.
    async fn knowing(is_known: bool) -> Result<Self> {
        Self::of(&[], is_known).await
    }

    async fn of(variables: &[(&str, &str)], is_known: bool) -> Result<Self> {
        let faults = Faults::default();
        let config = S3Config {
            address: (Ipv4Addr::LOCALHOST, 0).into(),
            region: "us-east-1".into(),
            access_key: "KEY".into(),
            secret_key: "SECRET".into(),
            services: Vec::new(),
            buckets: vec!["bucket".into()],
        };
        let s3 = S3Server::start_with(config, Default::default(), faults.clone()).await?;
        let host = FakeHost::start(move |_| async move {
            match is_known {
                true => (200, json!({"stream_id": "stream", "effect": "resumed"})),
                false => refused(421, "not_mine"),
            }
        })
        .await?;
        let mut environment = environment(&host.url());
        environment.insert("AWS_ENDPOINT_URL_S3".into(), s3.endpoint());
        environment.insert("AWS_REGION".into(), "us-east-1".into());
        let bucket = Bucket::new(&environment)?;
        environment.extend(variables.iter().map(|(name, value)| ((*name).into(), (*value).into())));
        let runtime = Runtime::start(GET_NEXT_BATCH, 1, &environment).await?;
        let clock = s3.store().clock().clone();
        Ok(Self { s3, clock, faults, bucket, host, runtime, stream: "stream".parse()? })
    }

    /// Starts the stream on a host, without any part.
    async fn begin(&self, host: &str) -> Result<()> {
        let manifest = json!({
            "version": Manifest::VERSION,
            "stream_id": self.stream,
            "voice": "hibari",
            "speed": 1.0,
            "sentences": ["Hello there."],
            "created_at_ms": 0,
            "host": host,
        });
        self.bucket.put(&keys::manifest(&self.stream), manifest.to_string()).await
    }

    async fn beat(&self, host: &str) -> Result<()> {
        let host: HostId = host.parse()?;
        self.bucket.put(&keys::beat(&host), "beat").await
    }

    async fn live(&self, life: &Life) -> Result<()> {
        self.bucket.put(&keys::life(&self.stream), serde_json::to_vec(life)?).await
    }

    async fn ask(&self) -> Result<Reply> {
        let event = event("caller", &json!({"StreamId": self.stream, "NextIndex": "0"}));
        self.runtime.invoke(Invocation::new(event.to_string())).await
    }

    /// Whether the function asked a host to resume the stream. The reply must be `wait`.
    async fn is_resumed(&self) -> Result<bool> {
        let before = self.host.asked().len();
        let reply = self.ask().await?;
        ensure!(reply.status() == "wait", "{reply:?}");
        let asked = self.host.asked();
        ensure!(asked.iter().all(|asked| asked.path == RESUME_STREAM), "{asked:?}");
        Ok(asked.len() > before)
    }

    async fn stop(self) -> Result<()> {
        self.runtime.stop().await?;
        self.s3.stop().await;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_beat_of_its_host_says_whether_a_stream_is_made() -> Result<()> {
    // The clocks of the bucket and of the hosts differ; only the bucket's clock counts.
    for apart_ms in [0, 30_000, -30_000] {
        let world = World::new().await?;
        world.clock.set_offset_ms(apart_ms);
        world.begin("one").await?;
        assert!(world.is_resumed().await?, "{apart_ms}: a host without a beat");
        world.beat("one").await?;
        assert!(!world.is_resumed().await?, "{apart_ms}: a host that lives");
        world.clock.set_offset_ms(apart_ms + 5_000);
        assert!(world.is_resumed().await?, "{apart_ms}: a host whose beat stopped");
        world.beat("one").await?;
        assert!(world.is_resumed().await?, "{apart_ms}: a host that lives, and a stream that stands still");
        world.stop().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_host_that_took_over_counts_and_one_that_handed_over_does_not() -> Result<()> {
    let world = World::new().await?;
    world.begin("one").await?;
    let life = Life::begun_by("one".parse()?);
    let taken_over = life.taken_over_by("other".parse()?, None).context("goes on")?;
    world.live(&taken_over).await?;
    world.beat("other").await?;
    assert!(!world.is_resumed().await?, "the other one lives");
    world.beat("one").await?;
    world.live(&taken_over.handed_over()).await?;
    assert!(world.is_resumed().await?, "no host makes it");
    world.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_of_which_nothing_comes_is_given_up_though_its_host_lives() -> Result<()> {
    let world = World::new().await?;
    world.begin("one").await?;
    world.clock.set_offset_ms(25_000);
    world.beat("one").await?;
    let reply = world.ask().await?;
    assert!(reply.status() == "error" && reply["Reason"].contains("nothing has come for"), "{reply:?}");
    assert_eq!(reply.stream()?, world.stream);
    world.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn trouble_is_told_as_what_it_is_and_never_as_a_missing_stream() -> Result<()> {
    let world = World::new().await?;
    let reason = async |what: &str| {
        let reply = world.ask().await?;
        ensure!(reply.status() == "error", "{what}: {reply:?}");
        Ok(reply["Reason"].to_owned())
    };
    assert!(reason("nothing there").await?.contains("there is no such stream"));
    let manifest = keys::manifest(&world.stream);
    for (body, expected) in [("{\"version\":1,\"stream_id\":\"str", "is damaged"), ("", "is damaged")] {
        world.bucket.put(&manifest, body).await?;
        let reason = reason(body).await?;
        assert!(reason.contains(&manifest) && reason.contains(expected), "{body}: {reason}");
    }
    world.begin("one").await?;
    world.bucket.put(&keys::life(&world.stream), "{").await?;
    assert!(reason("life").await?.contains("life.json` is damaged"));
    world.live(&Life::begun_by("one".parse()?)).await?;

    for folder in ["/part", "/manifest", "/life", "/final"] {
        world
            .faults
            .set(move |_, path| path.contains(folder).then_some(Fault::Refused(StatusCode::FORBIDDEN)));
        let reason = reason(folder).await?;
        assert!(reason.contains("403") && reason.contains("grant s3:GetObject"), "{folder}: {reason}");
    }
    // If the beat can't be read, the function asks a host, which checks for itself.
    world.faults.set(|_, path| path.contains("/hosts/").then_some(Fault::Refused(StatusCode::FORBIDDEN)));
    assert!(world.is_resumed().await?);
    world.faults.clear();

    let sentinel =
        Sentinel { parts: 0, outcome: Outcome::Complete, reason: "none".into(), skipped: 0, ended_at_ms: 0 };
    world.bucket.put(&keys::sentinel(&world.stream), serde_json::to_vec(&sentinel)?).await?;
    assert_eq!(world.ask().await?.status(), "done");
    world.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_of_another_release_is_that_of_a_host_of_that_release() -> Result<()> {
    for (body, expected) in [("{\"version\":99}", "has version 99"), ("{\"life\":{}}", "has version 0")] {
        for is_known in [true, false] {
            let world = World::knowing(is_known).await?;
            world.bucket.put(&keys::manifest(&world.stream), body).await?;
            let reply = world.ask().await?;
            let says_so = reply["Reason"].contains(expected);
            assert!(
                if is_known { reply.status() == "wait" } else { says_so },
                "{body} {is_known}: {reply:?}"
            );
            assert!(world.host.asked().iter().all(|asked| asked.path == RESUME_STREAM));
            world.stop().await?;
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_bucket_or_key_is_told_as_such() -> Result<()> {
    for (name, value, expected) in [
        (env::BUCKET, "another", "there is no bucket `another`"),
        ("AWS_SECRET_ACCESS_KEY", "WRONG", "403"),
        ("AWS_REGION", "eu-west-3", "AWS_REGION"),
    ] {
        let world = World::with(&[(name, value)]).await?;
        let reply = world.ask().await?;
        assert!(reply.status() == "error" && reply["Reason"].contains(expected), "{name}: {reply:?}");
        world.stop().await?;
    }
    Ok(())
}
