//! Asks running services to make the clips of their phrases: `POST /phrases/warm`, until there is no more to do.
//!
//! `cargo xtask phrases warm` runs it. By hand, with `cargo xtask dev` running, and its environment pasted into this
//! shell:
//!
//!     cargo run -p synth-service --example warm-phrases -- --voice hibari --speed 1.2

use std::error::Error;

use clap::Parser;
use contract::http::{WARM_PHRASES, WarmRequest, WarmResponse};

#[derive(Parser)]
struct Arguments {
    /// Base URL of the service, or of each host, separated by commas.
    #[arg(long, env = "FIRSTWORD_SERVICE_URL", value_delimiter = ',', required = true)]
    url: Vec<String>,
    /// Bearer token of the service.
    #[arg(long, env = "FIRSTWORD_SERVICE_TOKEN", default_value = "", hide_env_values = true)]
    token: String,
    /// Only this voice, instead of the first speaker of each voice.
    #[arg(long)]
    voice: Option<String>,
    /// The tenant whose phrases and lexicon are used.
    #[arg(long)]
    tenant: Option<String>,
    /// Factor on the speaking rate.
    #[arg(long)]
    speed: Option<f32>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let Arguments { url, token, voice, tenant, speed } = Arguments::parse();
    let tenant = tenant.map(TryInto::try_into).transpose()?;
    let request = WarmRequest { voice, tenant, speed, from: 0 };
    let mut failed = 0;
    for host in url {
        failed += warm(host.trim().trim_end_matches('/'), &token, request.clone()).await?;
    }
    if failed > 0 {
        Err(format!("{failed} clips were not made: see the service's log").into())
    } else {
        Ok(())
    }
}

/// Returns the number of clips that could not be made.
async fn warm(host: &str, token: &str, mut request: WarmRequest) -> Result<usize, Box<dyn Error>> {
    let client = reqwest::Client::new();
    let mut failures = 0;
    loop {
        let asked = client.post(format!("{host}{WARM_PHRASES}")).bearer_auth(token).json(&request);
        let response = asked.send().await?;
        if !response.status().is_success() {
            return Err(format!("{host}: {}: {}", response.status(), response.text().await?).into());
        }
        let done: WarmResponse = response.json().await?;
        let WarmResponse { made, found, failed, left } = done;
        println!("{host}: {made} made, {found} found, {failed} failed, {left} left");
        failures += failed;
        request.from += done.tried();
        if left == 0 {
            return Ok(failures);
        }
    }
}
