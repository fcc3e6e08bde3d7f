//! A client of `POST /v1/audio/speech`: writes the audio to a file while the service still speaks.
//!
//! With `cargo xtask dev` running, and its environment pasted into this shell:
//!
//!     cargo run -p synth-service --example speech-client -- "Thank you for calling." hello.wav

use std::{env, error::Error, fs::File, io::Write, time::Instant};

use serde_json::json;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let text = arguments.next().unwrap_or_else(|| "Thank you for calling.".to_owned());
    let out = arguments.next().unwrap_or_else(|| "hello.wav".to_owned());
    let service =
        env::var("FIRSTWORD_SERVICE_URL").map_err(|_| "set FIRSTWORD_SERVICE_URL to the service's URL")?;
    let token = env::var("FIRSTWORD_SERVICE_TOKEN").unwrap_or_default();

    let started = Instant::now();
    let mut response = reqwest::Client::new()
        .post(format!("{service}/v1/audio/speech"))
        .bearer_auth(token)
        .json(&json!({"input": text, "response_format": "wav"}))
        .send()
        .await?;
    if !response.status().is_success() {
        return Err(format!("{}: {}", response.status(), response.text().await?).into());
    }
    let mut file = File::create(&out)?;
    let mut bytes = 0;
    while let Some(chunk) = response.chunk().await? {
        if bytes == 0 {
            println!("first sound after {} ms", started.elapsed().as_millis());
        }
        file.write_all(&chunk)?;
        bytes += chunk.len();
    }
    println!("{out}: {bytes} bytes after {} ms", started.elapsed().as_millis());
    Ok(())
}
