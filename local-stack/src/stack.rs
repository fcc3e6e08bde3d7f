//! Everything together: S3, the service, the functions, and the environment that wires them.
//!
//! The programs are the ones that are deployed. Only environment variables make them run here and not on AWS.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use contract::env;

pub(crate) use crate::bucket::REGION;
use crate::{
    bucket::{Bucket, RemoteS3},
    door::Door,
    lambda_host::{Function, LambdaHost, LambdaHostConfig},
    s3::{Faults, ServiceKey},
    service::{ServiceConfig, ServiceProcess},
};

/// Names and time limits of the functions.
pub const FUNCTIONS: [(&str, Duration); 5] = [
    ("start_stream", Duration::from_secs(15)),
    ("chat_and_stream", Duration::from_secs(15)),
    ("get_next_batch", Duration::from_secs(10)),
    ("synthesize_stream_cancel", Duration::from_secs(10)),
    ("live_call", Duration::from_secs(10)),
];

const ACCOUNT: &str = "000000000000";

/// The configuration of a stack: programs, voices, hosts and ports.
#[derive(Clone, Debug, Default)]
pub struct StackConfig {
    /// Folder of the built programs.
    pub programs: PathBuf,
    /// Folder that `cargo xtask fetch` fills.
    pub assets: PathBuf,
    /// Names of the voices to serve; if empty, all voices in the assets.
    pub voices: Vec<String>,
    /// Folder for the programs' logs.
    pub logs: PathBuf,
    /// Ports on the loopback address; 0 takes any free one.
    pub ports: Ports,
    /// Number of hosts of the service besides the first one, each on a free port. The functions know all of them.
    pub further_hosts: usize,
    /// Names of the voices that the further hosts serve; if empty, the same as those of the first host.
    pub further_voices: Vec<String>,
    /// Whether the functions know a load balancer in place of the hosts.
    pub balanced: bool,
    /// Another S3 in place of the one in this process.
    pub remote_s3: Option<RemoteS3>,
    /// Further environment variables of the service.
    pub service_settings: BTreeMap<String, String>,
}

/// Ports of the three servers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ports {
    /// Port of the local S3.
    pub s3: u16,
    /// Port of the service.
    pub service: u16,
    /// Port of the Lambda host.
    pub lambda: u16,
}

/// The running stack. Dropping it kills its processes; [`Stack::stop`] lets them finish first.
pub struct Stack {
    bucket: Bucket,
    hosts: Vec<Host>,
    balancer: Option<Door>,
    lambdas: LambdaHost,
    token: String,
}

/// One host of the service.
struct Host {
    config: ServiceConfig,
    endpoint: String,
    /// The host's process; `None` while another task has it.
    process: Option<ServiceProcess>,
}

impl Stack {
    /// Starts everything and waits until the service is ready.
    ///
    /// # Errors
    /// One line that names the program or port that did not start, and why.
    pub async fn start(config: &StackConfig) -> Result<Self> {
        for program in FUNCTIONS.iter().map(|(name, _)| *name).chain(["synth-service"]) {
            let path = config.programs.join(program);
            if !path.is_file() {
                bail!("{} is not built: run `cargo build --workspace --bins`", path.display());
            }
        }
        remove_old_logs(&config.logs);
        let bucket = Bucket::open(config.ports.s3, config.remote_s3.as_ref()).await?;
        let token = uuid::Uuid::new_v4().simple().to_string();
        let mut hosts = Vec::new();
        for number in 0..=config.further_hosts {
            hosts.push(Host::start(config, number, service_environment(config, &bucket, &token)).await?);
        }
        let balancer = if config.balanced { Some(balancer(&hosts).await?) } else { None };
        let environment = function_environment(&bucket, &endpoints(&hosts, balancer.as_ref()), &token);
        let lambdas = LambdaHost::start(lambda_config(config, &environment)).await?;
        for host in &hosts {
            host.wait_until_ready().await?;
        }
        Ok(Self { bucket, hosts, balancer, lambdas, token })
    }

    /// Starts one process per function and waits for its init, so that the first caller meets no cold start.
    pub async fn warm_functions(&self) -> Result<BTreeMap<&'static str, Duration>> {
        let mut inits = BTreeMap::new();
        for (name, _) in FUNCTIONS {
            if let Some(init) = self.lambdas.warm(name).await? {
                inits.insert(name, init);
            }
        }
        Ok(inits)
    }

    /// URL of the local S3.
    pub fn s3_endpoint(&self) -> String {
        self.bucket.endpoint()
    }

    /// Base URL of the service; with several hosts, of the first one.
    pub fn service_endpoint(&self) -> &str {
        &self.hosts[0].endpoint
    }

    /// Base URL of the load balancer; without one, of the first host.
    pub fn front_endpoint(&self) -> String {
        self.balancer.as_ref().map_or_else(|| self.hosts[0].endpoint.clone(), balancer_endpoint)
    }

    /// Ids of the running processes of the hosts.
    pub fn service_ids(&self) -> Vec<u32> {
        self.hosts.iter().filter_map(|host| host.process.as_ref()?.id()).collect()
    }

    /// Paths of the hosts' logs.
    pub fn service_logs(&self) -> Vec<PathBuf> {
        self.hosts.iter().map(|host| host.config.log.clone()).collect()
    }

    /// Takes the process of a host out of the stack, which then no longer stops it.
    pub fn take_host(&mut self, number: usize) -> Result<ServiceProcess> {
        self.hosts[number].process.take().context("this host was taken before")
    }

    /// Restarts a host at its old address. Its process must have been taken and have ended.
    pub async fn restart_host(&mut self, number: usize) -> Result<()> {
        let host = &mut self.hosts[number];
        let address = host.endpoint.trim_start_matches("http://").to_owned();
        host.config.environment.insert("FIRSTWORD_BIND".into(), address);
        host.process = Some(ServiceProcess::start(&host.config).await?);
        host.wait_until_ready().await
    }

    /// The Lambda host of the functions.
    pub fn lambdas(&self) -> &LambdaHost {
        &self.lambdas
    }

    /// The service's bearer token, new for each stack.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The environment variables with which AWS programs and curl can use this stack.
    pub fn environment(&self) -> BTreeMap<String, String> {
        let mut environment =
            function_environment(&self.bucket, &endpoints(&self.hosts, self.balancer.as_ref()), &self.token);
        environment.insert("AWS_REGION".into(), REGION.into());
        environment.insert("AWS_DEFAULT_REGION".into(), REGION.into());
        environment.insert("AWS_ENDPOINT_URL_LAMBDA".into(), self.lambdas.endpoint());
        environment
    }

    /// Faults to inject into the S3 in this process.
    pub fn faults(&self) -> &Faults {
        &self.bucket.faults
    }

    /// The key with which the runner acts as Connect; `None` for an external S3.
    pub(crate) fn connect(&self) -> Option<&ServiceKey> {
        self.bucket.connect.as_ref()
    }

    /// Makes S3 unreachable; its objects are kept.
    pub async fn stop_s3(&mut self) {
        self.bucket.shut().await;
    }

    /// Makes S3 reachable again at the same address, with the same objects.
    pub async fn restart_s3(&mut self) -> Result<()> {
        self.bucket.reopen().await
    }

    /// Stops everything. The service is stopped first, so that it can end its streams.
    pub async fn stop(mut self) -> Result<()> {
        let mut stopped = Ok(());
        for process in self.hosts.into_iter().filter_map(|host| host.process) {
            stopped = stopped.and(process.stop().await);
        }
        self.lambdas.stop().await;
        self.bucket.shut().await;
        stopped.context("synth-service did not stop cleanly")
    }
}

/// Removes logs of an earlier run, so that they aren't taken for the new run's. A log that can't be removed is appended
/// to.
fn remove_old_logs(folder: &Path) {
    for program in FUNCTIONS.iter().map(|(name, _)| *name).chain(["synth-service"]) {
        let _ = std::fs::remove_file(folder.join(program).with_extension("log"));
    }
    for number in 1.. {
        if std::fs::remove_file(folder.join(further_log(number))).is_err() {
            return;
        }
    }
}

fn further_log(number: usize) -> String {
    format!("synth-service-{number}.log")
}

impl Host {
    async fn start(
        config: &StackConfig,
        number: usize,
        mut environment: BTreeMap<String, String>,
    ) -> Result<Self> {
        let name = if number == 0 { "synth-service.log".into() } else { further_log(number) };
        if number > 0 {
            environment.insert("FIRSTWORD_BIND".into(), loopback(0).to_string());
            if !config.further_voices.is_empty() {
                environment.insert("FIRSTWORD_SERVE".into(), config.further_voices.join(","));
            }
        }
        let program = config.programs.join("synth-service");
        let config = ServiceConfig { program, log: config.logs.join(name), environment };
        let process = ServiceProcess::start(&config).await?;
        Ok(Self { config, endpoint: process.endpoint(), process: Some(process) })
    }

    async fn wait_until_ready(&self) -> Result<()> {
        match &self.process {
            Some(process) => process.wait_until_ready().await,
            None => bail!("the host at {} was taken", self.endpoint),
        }
    }
}

async fn balancer(hosts: &[Host]) -> Result<Door> {
    let address = |host: &Host| Ok(host.endpoint.trim_start_matches("http://").parse()?);
    let hosts = hosts.iter().map(address).collect::<Result<Vec<_>>>()?;
    Ok(Door::open(loopback(0), hosts).await?)
}

fn balancer_endpoint(balancer: &Door) -> String {
    format!("http://{}", balancer.address())
}

/// The URLs of the service in the functions' settings.
fn endpoints(hosts: &[Host], balancer: Option<&Door>) -> String {
    if let Some(balancer) = balancer {
        return balancer_endpoint(balancer);
    }
    hosts.iter().map(|host| host.endpoint.as_str()).collect::<Vec<_>>().join(",")
}

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// The environment variables of every AWS program of the stack.
fn aws_environment(bucket: &Bucket) -> BTreeMap<String, String> {
    let endpoint = bucket.endpoint();
    let pairs = [
        ("AWS_ACCESS_KEY_ID", bucket.access_key.as_str()),
        ("AWS_SECRET_ACCESS_KEY", bucket.secret_key.as_str()),
        ("AWS_ENDPOINT_URL_S3", endpoint.as_str()),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        (env::BUCKET, bucket.name.as_str()),
    ];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The environment of a function.
pub(crate) fn function_environment(
    bucket: &Bucket,
    service_endpoint: &str,
    token: &str,
) -> BTreeMap<String, String> {
    let mut environment = aws_environment(bucket);
    environment.insert(env::SERVICE_URL.into(), service_endpoint.into());
    environment.insert(env::SERVICE_TOKEN.into(), token.into());
    environment
}

fn service_environment(config: &StackConfig, bucket: &Bucket, token: &str) -> BTreeMap<String, String> {
    let mut environment = aws_environment(bucket);
    environment.insert("AWS_REGION".into(), REGION.into());
    environment.insert(env::SERVICE_TOKEN.into(), token.into());
    environment.insert("FIRSTWORD_BIND".into(), loopback(config.ports.service).to_string());
    environment.insert("FIRSTWORD_LOG_FORMAT".into(), "json".into());
    environment.insert("FIRSTWORD_STOP_WHEN_STDIN_ENDS".into(), "true".into());
    environment
        .insert("FIRSTWORD_ONNXRUNTIME".into(), text(&config.assets.join("onnxruntime/libonnxruntime.so")));
    environment.insert("FIRSTWORD_VOICES".into(), text(&config.assets.join("voices")));
    if !config.voices.is_empty() {
        environment.insert("FIRSTWORD_SERVE".into(), config.voices.join(","));
    }
    // Variables that are passed on from this process: a developer's log settings, and the library paths of a GPU host.
    for name in ["RUST_LOG", "RUST_BACKTRACE", "LD_LIBRARY_PATH"] {
        if let Ok(value) = std::env::var(name) {
            environment.insert(name.into(), value);
        }
    }
    environment.extend(config.service_settings.clone());
    environment
}

fn lambda_config(config: &StackConfig, environment: &BTreeMap<String, String>) -> LambdaHostConfig {
    let function = |(name, timeout): (&str, Duration)| Function {
        timeout,
        memory_mb: 256,
        environment: environment.clone(),
        ..Function::new(name, config.programs.join(name))
    };
    LambdaHostConfig {
        address: loopback(config.ports.lambda),
        functions: FUNCTIONS.map(function).into(),
        region: REGION.into(),
        account: ACCOUNT.into(),
        logs: Some(config.logs.clone()),
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
