//! Live calls that go wrong, over the real service with its local ears: sounds that are no speech, two people at once, a
//! caller who says nothing, a recogniser with faults, and a stop of the service.

use std::{collections::BTreeMap, f32::consts::TAU, fs};

use connect_flows::clip::mu_law_to_linear;
use e2e::{
    patience::LONG,
    places,
    prelude::*,
    recogniser::{Fault, StandIn},
};
use local_stack::{
    service::{ServiceConfig, ServiceProcess},
    talk::{Happened, Held, Item, LiveService, Way, hold, music, pink},
};
use tempfile::TempDir;

/// Samples of a second.
const SECOND: usize = 8000;

/// "I would like to book a table for four people, please."
const BOOKING: &[u8] = include_bytes!("../../../synth-service/hearing/tests/sounds/booking.ulaw");

/// "My number is five five five, one two three four."
const NUMBER: &[u8] = include_bytes!("../../../synth-service/hearing/tests/sounds/number.ulaw");

/// A service without a bucket.
struct Host {
    live: LiveService,
    process: ServiceProcess,
    logs: TempDir,
}

impl Host {
    async fn start(settings: &[(&str, &str)]) -> Result<Self> {
        let assets = places::assets()?;
        let live = LiveService::new(&assets, "hibari", "en", Way::Streamed);
        let logs = TempDir::new()?;
        let path = |name: &str| assets.join(name).to_string_lossy().into_owned();
        let mut environment: BTreeMap<_, _> = live.settings.clone();
        environment.extend([
            ("FIRSTWORD_BIND".into(), "127.0.0.1:0".into()),
            ("FIRSTWORD_LOG_FORMAT".into(), "json".into()),
            ("FIRSTWORD_ONNXRUNTIME".into(), path("onnxruntime/libonnxruntime.so")),
            ("FIRSTWORD_VOICES".into(), path("voices")),
            ("FIRSTWORD_SERVE".into(), "hibari".into()),
            ("FIRSTWORD_CHAT_MODEL".into(), "demo".into()),
        ]);
        environment.extend(settings.iter().map(|(name, value)| ((*name).into(), (*value).into())));
        let (program, log) = (places::program("synth-service")?, logs.path().join("log"));
        let process = ServiceProcess::start(&ServiceConfig { program, log, environment }).await?;
        process.wait_until_ready().await?;
        Ok(Self { live, process, logs })
    }

    async fn call(&self, items: Vec<Item>) -> Result<Held> {
        let held = hold(&self.live.exchange(&self.process.endpoint()), items, None).await?;
        let wrong = held.events.iter().find(|event| matches!(event, Happened::Wrong(..)));
        ensure!(wrong.is_none(), "{wrong:?}");
        Ok(held)
    }

    async fn metrics(&self) -> Result<String> {
        Ok(reqwest::get(format!("{}/metrics", self.process.endpoint())).await?.text().await?)
    }

    /// Stops the service, and returns the lines of its log.
    async fn stop(self) -> Result<Vec<Value>> {
        self.process.stop().await?;
        let log = fs::read_to_string(self.logs.path().join("log"))?;
        ensure!(!log.contains("panicked"), "{log}");
        log.lines().map(|line| serde_json::from_str(line).with_context(|| line.to_owned())).collect()
    }
}

/// A field of every line with this message.
fn logged<'a>(log: &'a [Value], message: &str, field: &str) -> Vec<&'a str> {
    let lines = log.iter().filter(|line| line["message"] == message);
    lines.map(|line| line[field].as_str().unwrap_or_default()).collect()
}

fn samples(mu_law: &[u8]) -> Vec<i16> {
    mu_law.iter().map(|code| mu_law_to_linear(*code)).collect()
}

/// A sound that is no turn, and a second of silence behind it.
fn sound(name: &str, mut samples: Vec<i16>) -> Item {
    samples.resize(samples.len() + SECOND, 0);
    Item { is_turn: false, at_once: true, ..Item::turn(name, samples) }
}

/// Two tones at once, for as long as they are on.
fn tones(seconds: usize, pair: impl Fn(f32) -> Option<[f32; 2]>) -> Vec<i16> {
    let sample = |at: usize| {
        let time = at as f32 / SECOND as f32;
        let hertz = pair(time).unwrap_or_default();
        (5000.0 * hertz.iter().map(|hertz| (TAU * hertz * time).sin()).sum::<f32>()) as i16
    };
    (0..seconds * SECOND).map(sample).collect()
}

/// A caller who says nothing for this time.
fn nothing(seconds: usize) -> Item {
    sound("nothing", vec![0; seconds * SECOND])
}

/// Whether something was heard behind the end of the caller's item.
fn is_answered(held: &Held, item: usize) -> bool {
    let end = held.spoken.get(item).map_or(usize::MAX, |spoken| spoken.voice.end);
    held.heard.iter().skip(end).any(|sample| sample.unsigned_abs() > 500)
}

#[tokio::test(flavor = "multi_thread")]
async fn sounds_that_are_no_speech_are_no_turns_and_questions_behind_them_are_answered() -> Result<()> {
    let host = Host::start(&[]).await?;
    let key = |time: f32| (time % 0.2 < 0.1).then_some([[697.0, 1209.0], [770.0, 1336.0]][time as usize % 2]);
    let rings = |time: f32| (time % 3.0 < 2.0).then_some([440.0, 480.0]);
    let mut deeper: Vec<i16> =
        samples(NUMBER).chunks(4).flat_map(|four| [four, &four[..1]].concat()).collect();
    let booking = samples(BOOKING);
    deeper.resize(booking.len(), 0);
    let both = booking.iter().zip(deeper).map(|(one, other)| one.saturating_add(other / 4)).collect();
    let held = host.call(vec![
        Item { at_once: false, ..sound("music", music()?[..4 * SECOND].to_vec()) },
        sound("keys", tones(3, key)),
        sound("ringback", tones(5, rings)),
        sound("pink noise", pink()?[..4 * SECOND].to_vec()),
        Item { at_once: true, ..Item::turn("booking", booking) },
        Item::turn("two people at once", both),
    ]);
    let held = held.await?;
    ensure!(held.broken.is_none(), "{:?}", held.broken);
    ensure!(is_answered(&held, 4) && is_answered(&held, 5), "{:?}", held.events.last());
    let log = host.stop().await?;
    let said = logged(&log, "the caller said", "text");
    ensure!(said.len() == 2 && said.iter().all(|text| text.contains("book a table")), "{said:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_says_nothing_is_asked_and_then_let_go() -> Result<()> {
    let host = Host::start(&[("FIRSTWORD_LIVE_SILENCE_SECONDS", "2")]).await?;
    let held = host.call(vec![nothing(60)]).await?;
    ensure!(held.broken.as_deref() == Some("the service closed the media stream"), "{:?}", held.broken);
    let sounds = held.events.iter().filter(|event| matches!(event, Happened::Mark(_))).count();
    ensure!(sounds >= 3, "greeting, question and goodbye: {:?}", held.events);
    let log = host.stop().await?;
    ensure!(logged(&log, "live call ended", "reason") == ["silent"], "{log:?}");
    ensure!(logged(&log, "the caller said", "text").is_empty(), "{log:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_of_the_service_ends_a_call_in_order() -> Result<()> {
    let host = Host::start(&[("FIRSTWORD_SHUTDOWN_GRACE_SECONDS", "1")]).await?;
    let exchange = host.live.exchange(&host.process.endpoint());
    let call = tokio::spawn(async move { hold(&exchange, vec![nothing(60)], None).await });
    let running = async || Ok(host.metrics().await?.contains("firstword_live_calls_running 1").then_some(()));
    until("the call is on the line", LONG, running).await?;
    let log = host.stop().await?;
    let held = call.await??;
    ensure!(held.broken.as_deref() == Some("the service closed the media stream"), "{:?}", held.broken);
    ensure!(logged(&log, "the line is closed", "end") == ["Stopped"], "{log:?}");
    ensure!(logged(&log, "live call ended", "reason") == ["stopped"], "{log:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recogniser_with_faults_loses_no_call() -> Result<()> {
    for fault in Fault::ALL {
        let stand_in = StandIn::start(fault).await;
        let settings = [
            ("FIRSTWORD_EARS", "rtzr"),
            ("FIRSTWORD_RTZR_ID", "id"),
            ("FIRSTWORD_RTZR_SECRET", "secret"),
            ("FIRSTWORD_RTZR_BASE_URL", stand_in.url()),
            ("FIRSTWORD_GREETING", "false"),
        ];
        let host = Host::start(&settings).await?;
        let held = host.call(vec![Item { at_once: true, ..Item::turn("booking", samples(BOOKING)) }]).await?;
        ensure!(held.broken.is_none() && is_answered(&held, 0), "{fault:?}: {:?}", held.broken);
        let counted =
            async || Ok(host.metrics().await?.contains("firstword_live_fall_backs_total 1").then_some(()));
        until("the fall-back is counted", LONG, counted).await.with_context(|| format!("{fault:?}"))?;
        let log = host.stop().await?;
        let said = logged(&log, "the caller said", "text");
        ensure!(said.len() == 1 && said[0].contains("book a table"), "{fault:?}: {said:?}");
        ensure!(stand_in.was_asked(), "{fault:?}: nobody has asked the stand-in");
    }
    Ok(())
}
