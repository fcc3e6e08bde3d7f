//! A call in a real Chromium with a fake microphone: real ears, real voice, the demo model.

use std::{
    env,
    path::{Path, PathBuf},
    time::Duration,
};

use e2e::{browser::Browser, places, prelude::*};
use hound::{SampleFormat, WavSpec, WavWriter};
use tempfile::TempDir;
use tokio::time::timeout;

/// Longest time of everything that happens in the browser.
const ALL: Duration = Duration::from_secs(180);

/// Samples per second of the sound that the microphone hears.
const RATE: u32 = 24_000;

/// The window of a desk, in CSS pixels.
const WIDE: (u32, u32) = (1280, 900);

/// The size of a small phone in CSS pixels.
const NARROW: (u32, u32) = (360, 780);

/// The caller waits for the greeting, asks, and then says more into the answer. An answer that begins later than expected
/// is interrupted by a later one of these.
const SAYS: [(f64, &str); 5] = [
    (5.0, "What are your opening hours on Saturdays?"),
    (4.0, "Please stop, I have another question for you."),
    (6.0, "Please tell me everything about your opening hours."),
    (5.0, "Please stop, I have another question for you."),
    (7.0, "Please wait, where is my parcel now?"),
];

/// The folder for pictures, where somebody wants them.
const PICTURES: &str = "FIRSTWORD_TEST_PICTURES";

#[tokio::test(flavor = "multi_thread")]
async fn a_spoken_question_is_captioned_answered_and_interrupted() -> Result<()> {
    let ears = places::assets()?.join("ears");
    let ears = ears.to_str().context("a path of UTF-8")?;
    let settings =
        [("FIRSTWORD_CHAT_MODEL", "demo"), ("FIRSTWORD_EARS", "local"), ("FIRSTWORD_EARS_FOLDER", ears)];
    let bench = Bench::start_with(&settings).await?;
    let folder = TempDir::new()?;
    let sound = folder.path().join("caller.wav");
    record(&bench, &sound).await?;
    let browser = Browser::open_with_microphone(WIDE.0, WIDE.1, &sound).await?;
    // The browser ends in any case.
    let outcome = timeout(ALL, talk(&bench, &browser)).await;
    browser.close().await?;
    outcome.context("the call took too long")??;
    bench.stop().await?;
    Ok(())
}

/// Writes the sound of the microphone: the caller's sentences, spoken by a voice of the service, each after its silence.
async fn record(bench: &Bench, file: &Path) -> Result<()> {
    let spec =
        WavSpec { channels: 1, sample_rate: RATE, bits_per_sample: 16, sample_format: SampleFormat::Int };
    let mut wav = WavWriter::create(file, spec)?;
    for (silence, text) in SAYS {
        for _ in 0..(silence * f64::from(RATE)) as usize {
            wav.write_sample(0_i16)?;
        }
        let body = json!({"model": "tts-1", "voice": "alloy", "response_format": "pcm", "input": text});
        let url = format!("{}/v1/audio/speech", bench.stack.service_endpoint());
        let spoken = bench.http.post(url).bearer_auth(bench.stack.token()).json(&body).send().await?;
        for pair in spoken.error_for_status()?.bytes().await?.as_chunks().0 {
            wav.write_sample(i16::from_le_bytes(*pair))?;
        }
    }
    Ok(wav.finalize()?)
}

async fn talk(bench: &Bench, browser: &Browser) -> Result<()> {
    browser.go(&format!("{}/", bench.stack.service_endpoint())).await?;
    let link = "document.querySelector('nav a[href=\"/talk\"]') !== null";
    ensure!(browser.holds(link).await?, "the operators' page has no link to the call");
    browser.go(&format!("{}/talk", bench.stack.service_endpoint())).await?;
    browser.until("!document.getElementById('token-box').hidden").await?;
    shoot(browser, "idle").await?;
    a_wrong_token_is_refused(browser).await?;
    browser.write("#token", bench.stack.token()).await?;
    browser.click("#start").await?;
    browser.until("document.getElementById('stop').checkVisibility()").await?;
    heard_answered_and_interrupted(browser).await?;
    fits_a_phone_and_is_dark(browser).await?;
    hangs_up(browser).await?;
    says_that_the_microphone_is_gone(browser).await?;
    greets_without_opus(browser).await?;
    let error = browser.text("#error").await?;
    ensure!(error.is_empty(), "{error}");
    let complaints = browser.complaints().await?;
    ensure!(complaints.is_empty(), "{complaints:#?}");
    let here = bench.stack.service_endpoint();
    let elsewhere: Vec<_> =
        browser.requested().await?.into_iter().filter(|url| !url.starts_with(here)).collect();
    let own =
        |url: &String| url.starts_with("data:") || url.starts_with("chrome") || url.starts_with("blob:");
    ensure!(elsewhere.iter().all(own), "{elsewhere:#?}");
    Ok(())
}

async fn a_wrong_token_is_refused(browser: &Browser) -> Result<()> {
    browser.write("#token", "wrong").await?;
    browser.click("#start").await?;
    browser.until("document.getElementById('error').textContent.includes('token')").await?;
    let asks_again = "!document.getElementById('token-box').hidden && document.activeElement.id === 'token'";
    browser.until(asks_again).await
}

async fn heard_answered_and_interrupted(browser: &Browser) -> Result<()> {
    let greeting = "document.querySelector('#captions > .agent:first-child p')?.textContent.length > 10";
    browser.until(greeting).await?;
    browser.until("document.querySelector('#captions .you.growing') !== null").await?;
    browser.until("document.querySelector('#turns .first.waiting') !== null").await?;
    let question =
        "document.querySelector('#captions .you:not(.growing) p')?.textContent.toLowerCase() ?? ''";
    browser.until(&format!("({question}).includes('saturday')")).await?;
    let answer = "document.querySelector('#captions .you + .agent p')?.textContent.length > 10";
    browser.until(answer).await?;
    browser.until("document.getElementById('state').textContent === 'speaking'").await?;
    browser.until("document.getElementById('agent-level').value > 0.3").await?;
    shoot(browser, "speaking").await?;
    let sound =
        "[...document.querySelectorAll('#turns .first')].some((first) => first.textContent.endsWith('ms'))";
    browser.until(sound).await?;
    browser.until("document.querySelector('#captions .cut') !== null").await?;
    let is_cut = "document.querySelector('#captions .agent:has(.cut) p').textContent.length > 0";
    ensure!(browser.holds(is_cut).await?, "nothing of the interrupted answer was heard");
    shoot(browser, "interrupted").await
}

async fn hangs_up(browser: &Browser) -> Result<()> {
    browser.click("#stop").await?;
    browser.until("document.getElementById('state').textContent === 'not connected'").await
}

/// A call whose microphone is pulled out.
async fn says_that_the_microphone_is_gone(browser: &Browser) -> Result<()> {
    let keep = "(() => {
        const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = async (wish) => (window.microphone = await ask(wish));
        return true;
    })()";
    browser.evaluate(keep).await?;
    browser.click("#start").await?;
    browser.until("document.querySelector('#captions .agent p')?.textContent.length > 10").await?;
    browser.evaluate("window.microphone.getAudioTracks()[0].dispatchEvent(new Event('ended'))").await?;
    browser.until("document.getElementById('error').textContent.includes('microphone is gone')").await?;
    browser.until("document.getElementById('state').textContent === 'not connected'").await
}

/// Another call, as in a browser that has no Opus.
async fn greets_without_opus(browser: &Browser) -> Result<()> {
    browser.evaluate("delete window.AudioEncoder").await?;
    browser.click("#start").await?;
    browser.until("document.getElementById('line').textContent.includes('samples')").await?;
    browser.until("document.querySelector('#captions .agent p')?.textContent.length > 10").await?;
    browser.until("document.getElementById('agent-level').value > 0.3").await?;
    hangs_up(browser).await
}

async fn fits_a_phone_and_is_dark(browser: &Browser) -> Result<()> {
    const GROUND: &str = "getComputedStyle(document.documentElement).backgroundColor";
    browser.resize(NARROW.0, NARROW.1).await?;
    let fits =
        "document.documentElement.scrollWidth <= innerWidth && document.body.scrollWidth <= innerWidth";
    browser.until(fits).await.context("the page is wider than a phone")?;
    shoot(browser, "narrow").await?;
    browser.prefer("dark").await?;
    ensure!(browser.evaluate(GROUND).await? == json!("rgb(17, 22, 27)"), "dark is not dark");
    shoot(browser, "narrow-dark").await?;
    browser.resize(WIDE.0, WIDE.1).await?;
    shoot(browser, "dark").await
}

/// Takes a picture of the page, where somebody wants pictures.
async fn shoot(browser: &Browser, name: &str) -> Result<()> {
    match env::var_os(PICTURES) {
        Some(folder) => browser.screenshot(&PathBuf::from(folder).join(format!("live-{name}.png"))).await,
        None => Ok(()),
    }
}
