//! Deletes the prompts that hosts have made in an Amazon Connect instance: those that the manifest in the bucket lists.
//!
//! `cargo xtask prompts clean` runs it. It needs the rights to read and write `prompts/` in the bucket and
//! `connect:DeletePrompt`, and finds region and credentials as every AWS program does.

use std::{
    io::{self, Write},
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use clap::Parser;
use connect_prompts::{Connect, InstanceArn, clean};
use contract::env;
use stream_store::{ObjectStore, StoreConfig};

#[derive(Parser)]
struct Arguments {
    /// Bucket of the streams, whose manifest lists the prompts.
    #[arg(long, env = env::BUCKET)]
    bucket: String,
    /// Delete without a question.
    #[arg(long)]
    yes: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("prompts clean: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<()> {
    let config = StoreConfig::of_service(&arguments.bucket, Duration::from_secs(1));
    let store = ObjectStore::connect(&config).await;
    let manifest = store.prompts().await?.map(|(manifest, _)| manifest);
    let Some(manifest) = manifest.filter(|manifest| !manifest.prompts.is_empty()) else {
        println!("the bucket {} lists no prompts", arguments.bucket);
        return Ok(());
    };
    let instance: InstanceArn = manifest.instance.parse().context("the manifest")?;
    let (number, seconds) = (manifest.prompts.len(), manifest.prompts.len().div_ceil(2));
    println!(
        "{number} prompts of {instance} will be deleted, in about {seconds} s. Replies may name them for two minutes more."
    );
    println!("Hosts that still have {} make them again.", env::CONNECT_INSTANCE);
    if !arguments.yes && !is_confirmed()? {
        bail!("nothing was deleted");
    }
    let cleaned = clean(&Connect::of_host(instance).await?, store).await?;
    println!("{} deleted, {} were gone already", cleaned.deleted, cleaned.gone);
    Ok(())
}

fn is_confirmed() -> Result<bool> {
    print!("Delete them? Type yes: ");
    io::stdout().flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}
