//! The lines of the functions' metrics are in the embedded metric format, as `tests/schemas/embedded-metric-format.json` has
//! its specification.

use std::{collections::BTreeSet, fs};

use contract::metrics::FUNCTION;
use e2e::{emf::Schema, functions::CHAT_AND_STREAM, prelude::*, texts::long_sentence};

/// Longest line in the format, in bytes.
const LONGEST: usize = 256 * 1024;

/// The lines with metrics in a log.
fn lines(log: &str) -> Result<Vec<Value>> {
    let lines = log.lines().filter(|line| line.contains("_aws"));
    lines.map(|line| serde_json::from_str(line).with_context(|| line.to_owned())).collect()
}

/// The lines of a log that are neither metrics nor of the sandbox itself.
fn others(log: &str) -> Vec<&str> {
    let of_sandbox = ["INIT_START ", "START RequestId", "END RequestId", "REPORT RequestId"];
    let is_other =
        |line: &&str| !line.contains("_aws") && !of_sandbox.iter().any(|start| line.starts_with(start));
    log.lines().filter(is_other).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_invocation_writes_one_line_in_the_format() -> Result<()> {
    let bench = Bench::start_with(&[("FIRSTWORD_CHAT_MODEL", "demo")]).await?;
    let first = bench.start_stream("whole", json!({"Text": sentences(4)})).await?;
    bench.walk(&first, 1).await?;
    let waiting = bench.start_stream("waiting", json!({"Text": long_sentence(), "WaitMs": "0"})).await?;
    bench.cancel("waiting", json!({})).await?;
    bench.start_stream("wrong", json!({})).await?;
    bench.next_batch(&"no-such-stream".parse()?, 0).await?;
    let chat = event("chat", &json!({"Text": "When are you open?"}));
    bench.functions.invoke(CHAT_AND_STREAM, &chat).await?;
    assert_eq!(waiting.status(), "wait", "{waiting:?}");

    let logs = bench.stop().await?;
    let schema = Schema::read()?;
    let (mut named, mut statuses) = (BTreeSet::new(), BTreeSet::new());
    for (function, fewest) in
        [(START_STREAM, 3), (GET_NEXT_BATCH, 4), (CHAT_AND_STREAM, 1), (SYNTHESIZE_STREAM_CANCEL, 1)]
    {
        let log = fs::read_to_string(logs.path().join(format!("{function}.log")))?;
        let lines = lines(&log)?;
        assert!(lines.len() >= fewest, "{function}: {log}");
        assert_eq!(lines.len(), log.matches("REPORT RequestId").count(), "{function}: {log}");
        assert_eq!(others(&log), Vec::<&str>::new(), "{function}");
        for line in lines {
            schema.check(&line).with_context(|| function.to_owned())?;
            assert!(line.to_string().len() < LONGEST, "{line}");
            assert_eq!(line["function"], function);
            assert!(line["contact"].is_string() || function == GET_NEXT_BATCH, "{line}");
            assert!(line["stream"].is_string() || line["status"] == "error", "{line}");
            statuses.insert(line["status"].to_string());
            let members = line.as_object().into_iter().flat_map(|line| line.keys().cloned());
            named.extend(members.filter(|name| name.starts_with("firstword_")));
        }
    }
    let expected: BTreeSet<_> = FUNCTION.iter().map(|metric| metric.name.to_owned()).collect();
    assert_eq!(named, expected, "the calls were not of all kinds");
    for status in ["play", "wait", "error", "cancelled"] {
        assert!(statuses.contains(&format!("{status:?}")), "{status} is not in {statuses:?}");
    }
    Ok(())
}

#[test]
fn the_schema_refuses_what_cloudwatch_does_not_take() -> Result<()> {
    let schema = Schema::read()?;
    let good = json!({
        "_aws": {"Timestamp": 1_790_000_000_000_u64, "CloudWatchMetrics": [{
            "Namespace": "Firstword",
            "Dimensions": [["function"]],
            "Metrics": [{"Name": "firstword_function_polls", "Unit": "Count"}],
        }]},
        "function": "start_stream",
        "firstword_function_polls": 3,
    });
    schema.check(&good)?;
    let many_metrics: Vec<_> = (0..101).map(|number| json!({"Name": format!("m{number}")})).collect();
    let many_dimensions: Vec<_> = (0..31).map(|number| format!("d{number}")).collect();
    for (place, value) in [
        ("/_aws/Timestamp", json!("2026-11-29T00:00:00Z")),
        ("/_aws/Timestamp", json!(1_790_000_000)),
        ("/_aws/CloudWatchMetrics", json!([])),
        ("/_aws/CloudWatchMetrics/0/Namespace", json!("")),
        ("/_aws/CloudWatchMetrics/0/Metrics", json!(many_metrics)),
        ("/_aws/CloudWatchMetrics/0/Metrics/0/Unit", json!("seconds")),
        ("/_aws/CloudWatchMetrics/0/Metrics/0/Name", json!("firstword_function_waits")),
        ("/_aws/CloudWatchMetrics/0/Dimensions/0", json!(many_dimensions)),
        ("/_aws/CloudWatchMetrics/0/Dimensions", json!(["function"])),
        ("/function", json!(7)),
        ("/firstword_function_polls", json!("3")),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(place).with_context(|| place.to_owned())? = value;
        assert!(schema.check(&bad).is_err(), "{place}: {bad}");
    }
    Ok(())
}
