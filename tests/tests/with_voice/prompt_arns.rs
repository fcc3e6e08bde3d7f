//! Prompts of Amazon Connect end to end: real hosts make them, real functions name them, and a command deletes them.

use std::{net::Ipv4Addr, time::Duration};

use contract::{env, keys};
use e2e::{bucket::local_keys, functions::Functions, places, prelude::*};
use local_stack::{
    connect::ConnectServer,
    lambda_host::{Function, LambdaHost, LambdaHostConfig},
};
use tokio::process::Command;

const INSTANCE: &str = "arn:aws:connect:us-east-1:123456789012:instance/12345678-1234-1234-1234-123456789012";

/// A built-in phrase.
const PHRASE: &str = "One moment, please.";

const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn replies_name_the_prompts_of_their_clips_until_these_are_deleted() -> Result<()> {
    let (access_key, secret_key) = local_keys()?;
    let connect = ConnectServer::start(INSTANCE, &access_key, &secret_key).await?;
    connect.add("Welcome");
    let endpoint = connect.endpoint();
    let settings = [(env::CONNECT_INSTANCE, INSTANCE), ("AWS_ENDPOINT_URL_CONNECT", &endpoint)];
    let bench = Bench::start_with(&settings).await?;

    let first = until("a reply names both prompts", PATIENCE, async || {
        let reply = bench.start_stream("caller", json!({"Text": PHRASE})).await?;
        Ok((reply.clips()[0].prompt_arn != "none" && &reply["PausePromptArn"] != "none").then_some(reply))
    })
    .await?;
    let arn = |word: &str| {
        let prompt = connect.prompts().into_iter().find(|prompt| prompt.clip.contains(word));
        prompt.map(|prompt| prompt.arn).with_context(|| format!("there is no prompt of {word}"))
    };
    let (phrase, silence) = (arn("/phrases/")?, arn(&keys::silence())?);
    assert_eq!((&first.clips()[0].prompt_arn, &first["PausePromptArn"]), (&phrase, silence.as_str()));

    // A function that starts now learns of the silence's prompt when it starts.
    let host = another_lambda_host(&bench).await?;
    let functions = Functions::new(host.endpoint())?;
    let question = json!({"StreamId": first.stream()?.to_string(), "NextIndex": "0"});
    let next = functions.invoke(GET_NEXT_BATCH, &event("caller", &question)).await?;
    assert_eq!((&next.clips()[0].prompt_arn, &next["PausePromptArn"]), (&phrase, silence.as_str()));
    host.stop().await;

    let plain = bench.start_stream("caller", json!({"Text": sentences(1)})).await?;
    assert_eq!(plain.clips()[0].prompt_arn, "none", "{plain:?}");
    assert_eq!(connect.refused_signatures(), 0);

    clean(&bench, &endpoint).await?;
    let left: Vec<_> = connect.prompts().into_iter().map(|prompt| prompt.name).collect();
    assert_eq!(left, ["Welcome"]);
    bench.stop().await?;
    Ok(())
}

async fn another_lambda_host(bench: &Bench) -> Result<LambdaHost> {
    let function = Function {
        timeout: Duration::from_secs(10),
        environment: bench.stack.environment(),
        ..Function::new(GET_NEXT_BATCH, places::program(GET_NEXT_BATCH)?)
    };
    let config = LambdaHostConfig {
        address: (Ipv4Addr::LOCALHOST, 0).into(),
        functions: vec![function],
        region: "us-east-1".into(),
        account: "000000000000".into(),
        logs: None,
    };
    Ok(LambdaHost::start(config).await?)
}

/// Runs the program of `cargo xtask prompts clean`.
async fn clean(bench: &Bench, endpoint: &str) -> Result<()> {
    let mut command = Command::new(places::program("clean-prompts")?);
    command.envs(bench.stack.environment()).env("AWS_ENDPOINT_URL_CONNECT", endpoint).arg("--yes");
    let output = command.output().await?;
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    ensure!(said.contains("2 deleted, 0 were gone already"), "{said}");
    Ok(())
}
