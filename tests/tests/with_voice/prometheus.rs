//! Tests with a real Prometheus: it accepts the metrics, the rules and their tests, and each panel of the dashboards shows
//! data of real calls.

use std::{collections::BTreeMap, fs, path::Path, time::Duration};

use connect_flows::{
    runner::{CallSettings, Script},
    urls::Urls,
};
use contract::http::{METRICS, SPEECH, SYNTHESIZE_STREAM};
use e2e::{
    dashboards::{Panel, filled, panels},
    patience::LONG,
    places,
    prelude::*,
    prometheus::{Prometheus, promtool},
    texts::long_sentence,
};
use local_stack::{
    call::{CallConfig, call, committed_flow},
    talk::{Exchange, Item, LiveService, Way, hold, recording},
};
use reqwest::StatusCode;
use tempfile::TempDir;

/// Panels without data on a host like ours, and the reason.
const EMPTY: [(&str, &str); 1] = [("GPU memory", "the tests' host has no GPU")];

/// Streams at the same time, after which a host refuses.
const MOST_STREAMS: usize = 3;

/// A phrase, which every call begins with.
const PHRASE: &str = "Welcome to the museum.";

/// The question of a caller on the line, and the words with which the caller interrupts the answer.
const SAYS: [&str; 2] =
    ["What are your opening hours on Saturdays?", "Please stop, I have another question for you."];

/// The caller interrupts the answer this long after its begin.
const INTERRUPTED_AFTER: Duration = Duration::from_millis(400);

#[tokio::test]
async fn promtool_accepts_the_rules_and_their_tests_hold() -> Result<()> {
    promtool(&["check", "rules", "firstword.rules.yml"], "").await?;
    promtool(&["check", "config", "--syntax-only", "prometheus.yml"], "").await?;
    promtool(&["test", "rules", "firstword.test.yml"], "").await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_panel_shows_data_of_real_calls() -> Result<()> {
    let lexicons = TempDir::new()?;
    fs::write(lexicons.path().join("phrases.toml"), format!("[en]\nfixed = [\"{PHRASE}\"]\n"))?;
    let live = LiveService::new(&places::assets()?, "hibari", "en", Way::Speculating);
    let (streams, lexicons) = (MOST_STREAMS.to_string(), lexicons.path().to_string_lossy());
    let mut settings = vec![
        ("FIRSTWORD_CHAT_MODEL", "demo"),
        ("FIRSTWORD_MAX_STREAMS", &streams),
        ("FIRSTWORD_LEXICONS", &lexicons),
    ];
    settings.extend(live.settings.iter().map(|(name, value)| (&name[..], &value[..])));
    let bench = Bench::start_with(&settings).await?;
    let exchange = live.exchange(bench.stack.service_endpoint());
    let says = says(&bench).await?;
    let prometheus = Prometheus::start(bench.stack.service_endpoint(), bench.stack.token()).await?;
    // A rate needs a series twice: before and after its increase.
    for round in 0..2 {
        a_caller_is_on_the_line(&exchange, says.clone()).await?;
        everything_happens(&bench, round).await?;
        scraped(&bench, &prometheus).await?;
    }
    promtool(&["check", "metrics"], &metrics(&bench).await?).await?;
    every_panel_has_data(&prometheus).await?;
    variables_have_values(&prometheus).await?;
    rules_are_judged(&prometheus).await?;
    bench.stop().await?;
    Ok(())
}

/// The words of the caller on the line, spoken by the service's own voice.
async fn says(bench: &Bench) -> Result<Vec<Item>> {
    let folder = TempDir::new()?;
    let mut items = Vec::new();
    for (number, words) in SAYS.iter().enumerate() {
        let speech = json!({"model": "hibari", "input": words, "response_format": "wav"});
        let url = format!("{}{SPEECH}", bench.stack.service_endpoint());
        let answer = bench.http.post(url).bearer_auth(bench.stack.token()).json(&speech).send().await?;
        let file = folder.path().join(format!("{number}.wav"));
        fs::write(&file, answer.error_for_status()?.bytes().await?)?;
        items.push(recording(&file)?);
    }
    items[1].over = Some(INTERRUPTED_AFTER);
    Ok(items)
}

/// A live call in real time: a question, and an interruption of its answer.
async fn a_caller_is_on_the_line(exchange: &Exchange, says: Vec<Item>) -> Result<()> {
    let held = hold(exchange, says, None).await?;
    ensure!(held.broken.is_none(), "the live call broke: {:?}", held.broken);
    let interrupts = held.spoken.last().is_some_and(|last| last.over_answer);
    ensure!(interrupts, "the answer was over before the caller interrupted it");
    Ok(())
}

/// One of each: a call with a text, a talk, a text for a listener, a cancel, a refusal, an error.
async fn everything_happens(bench: &Bench, round: usize) -> Result<()> {
    let out = TempDir::new()?;
    let text = format!("{PHRASE} It opens at nine today. Tickets are free.");
    play(bench, "play-text", BTreeMap::from([("text".into(), text)]), Script::default(), out.path()).await?;
    let script = Script { says: vec!["When are you open?".to_owned()], ..Script::default() };
    play(bench, "talk", BTreeMap::new(), script, out.path()).await?;
    let speech = json!({"model": "hibari", "input": "Hello there. How are you?", "response_format": "wav"});
    let status = post(bench, SPEECH, speech).await?;
    ensure!(status.is_success(), "{status}");
    let status = post(bench, SYNTHESIZE_STREAM, json!({"text": ""})).await?;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);

    // As many streams as the host takes, one at least.
    let mut streams = Vec::new();
    until("a stream is refused", LONG, async || {
        let contact = format!("many-{round}-{}", streams.len());
        let text = vec![long_sentence(); 20].join(" ");
        let body = json!({"text": text, "contact_id": contact, "wait_ms": 0});
        match post(bench, SYNTHESIZE_STREAM, body).await? {
            StatusCode::OK => streams.push(contact),
            StatusCode::TOO_MANY_REQUESTS => return Ok((!streams.is_empty()).then_some(())),
            other => bail!("{other}"),
        }
        ensure!(streams.len() <= MOST_STREAMS, "nothing is refused");
        Ok(None)
    })
    .await?;
    for contact in streams {
        bench.cancel(&contact, json!({})).await?;
    }
    Ok(())
}

async fn play(
    bench: &Bench,
    flow: &str,
    attributes: BTreeMap<String, String>,
    script: Script,
    out: &Path,
) -> Result<()> {
    let flow = committed_flow(flow, Urls::Presigned)?;
    let settings = CallSettings { attributes, script: script.into(), ..CallSettings::new("") };
    let (out, assets) = (out.to_owned(), places::assets()?);
    let config = CallConfig { flow, settings, functions: Vec::new(), out, assets };
    call(&bench.stack, config).await
}

/// Posts a request, and reads the whole answer.
async fn post(bench: &Bench, path: &str, body: Value) -> Result<StatusCode> {
    let url = format!("{}{path}", bench.stack.service_endpoint());
    let answer = bench.http.post(url).bearer_auth(bench.stack.token()).json(&body).send().await?;
    let status = answer.status();
    answer.bytes().await?;
    Ok(status)
}

async fn metrics(bench: &Bench) -> Result<String> {
    let url = format!("{}{METRICS}", bench.stack.service_endpoint());
    let answer = bench.http.get(url).bearer_auth(bench.stack.token()).send().await?;
    Ok(answer.error_for_status()?.text().await?)
}

/// Waits until no stream runs and Prometheus has all that the service counts by then.
async fn scraped(bench: &Bench, prometheus: &Prometheus) -> Result<()> {
    let counted = until("all streams have ended", LONG, async || {
        let metrics = metrics(bench).await?;
        let running = sum(&metrics, "firstword_streams_running");
        Ok((running == 0.0).then(|| sum(&metrics, "firstword_streams_ended_total")))
    })
    .await?;
    // The scrape that has the last end of a stream has everything before it.
    until("Prometheus has the calls", LONG, async || {
        let ended = prometheus.query("sum(firstword_streams_ended_total)").await?;
        Ok((ended == [counted]).then_some(()))
    })
    .await
}

/// The sum of a metric's series.
fn sum(metrics: &str, name: &str) -> f64 {
    let lines = metrics.lines().filter(|line| line.starts_with(name));
    lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
}

async fn every_panel_has_data(prometheus: &Prometheus) -> Result<()> {
    let (mut asked, mut empty) = (0, Vec::new());
    for Panel { title, expressions, .. } in panels()? {
        for expression in expressions {
            let filled = filled(&expression, "hibari");
            let samples = prometheus.query(&filled).await.context(title.clone())?;
            // A quotient of nothing by nothing is no data either.
            let has_data = samples.iter().any(|sample| sample.is_finite());
            if has_data == EMPTY.iter().any(|(name, _)| *name == title) {
                empty.push(format!("{title}: {filled} is {samples:?}"));
            }
            asked += 1;
        }
    }
    assert!(asked > 50, "{asked}");
    assert!(empty.is_empty(), "not as expected:\n{}", empty.join("\n"));
    Ok(())
}

/// The variables of the dashboards list the host and its voice.
async fn variables_have_values(prometheus: &Prometheus) -> Result<()> {
    for (label, metric) in [("instance", "firstword_host_ready"), ("voice", "firstword_device_info")] {
        let values = prometheus.ask(&format!("label/{label}/values"), &[("match[]", metric)]).await?;
        assert_eq!(values.as_array().map(Vec::len), Some(1), "{label}: {values}");
    }
    Ok(())
}

/// Prometheus can judge every rule.
async fn rules_are_judged(prometheus: &Prometheus) -> Result<()> {
    let healthy = async || {
        let answer = prometheus.ask("rules", &[]).await?;
        let groups = answer["groups"].as_array().context("groups")?.iter();
        let rules: Vec<_> =
            groups.flat_map(|group| group["rules"].as_array().into_iter().flatten()).collect();
        ensure!(rules.len() > 10, "{answer}");
        let broken = rules.iter().find(|rule| rule["health"] == "err");
        ensure!(broken.is_none(), "{broken:?}");
        Ok(rules.iter().all(|rule| rule["health"] == "ok").then_some(()))
    };
    until("all rules are judged", LONG, healthy).await
}
