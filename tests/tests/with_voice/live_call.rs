//! A contact of Amazon Connect in a live call: the real function before and behind it, the real service with a real
//! voice, and a caller who comes by Twilio's protocol. The caller talks by keys.

use e2e::{functions::LIVE_CALL, places, prelude::*};
use local_stack::talk::{Exchange, Item, LiveService, Way, hold};

const CONTACT: &str = "contact-live";

/// The reply of the function, whose keys are its own.
async fn live_call(bench: &Bench, parameters: Value) -> Result<Value> {
    let invocation = bench.functions.call(LIVE_CALL, &event(CONTACT, &parameters)).await?;
    ensure!(invocation.function_error.is_none(), "{invocation:?}");
    let reply = invocation.body;
    let map = reply.as_object().context("a map")?;
    ensure!(map.len() == 9, "{reply}");
    ensure!(map.values().all(|value| value.as_str().is_some_and(|text| !text.trim().is_empty())), "{reply}");
    Ok(reply)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_is_transferred_talks_and_comes_back_with_its_words() -> Result<()> {
    let live = LiveService::new(&places::assets()?, "hibari", "en", Way::Streamed);
    let mut settings: Vec<_> =
        live.settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    settings.extend([("FIRSTWORD_CHAT_MODEL", "demo"), ("FIRSTWORD_EARS", "local")]);
    let bench = Bench::start_with(&settings).await?;

    let begun = live_call(&bench, json!({"Step": "begin", "Language": "en", "System": "Be brief."})).await?;
    ensure!(begun["Status"] == "ready", "{begun}");
    let code = begun["Code"].as_str().context("a code")?;
    let digits = begun["Digits"].as_str().context("digits")?.replace(',', "");
    let early = live_call(&bench, json!({"Step": "end", "Code": code})).await?;
    ensure!(early["Outcome"] == "not_taken", "{early}");

    let exchange = live.exchange(bench.stack.service_endpoint());
    let exchange = Exchange { query: "pass=expected".into(), ..exchange };
    let items = vec![Item::sent(&digits), Item::keys("4571#"), Item::keys("0#")];
    let held = hold(&exchange, items, None).await?;
    ensure!(held.broken.is_some(), "the host ends the call, for the person");
    ensure!(held.heard.iter().any(|sample| sample.unsigned_abs() > 500), "nothing was heard");

    let ended = live_call(&bench, json!({"Step": "end", "Code": code})).await?;
    ensure!(ended["Status"] == "done" && ended["Outcome"] == "person", "{ended}");
    ensure!(ended["Turns"] == "2" && ended["Said"] == "4 5 7 1 # 0 #", "{ended}");
    let unknown = live_call(&bench, json!({"Step": "end", "Code": "none"})).await?;
    ensure!(unknown["Status"] == "error" && unknown["Reason"] != "none", "{unknown}");
    bench.stop().await?;
    Ok(())
}
