//! The page for operators in a real Chromium, with the real service and a real voice.

use std::time::Duration;

use e2e::{
    browser::{Browser, ENTER, TAB},
    prelude::*,
};
use tokio::time::timeout;

/// Longest time of everything that happens in the browser.
const ALL: Duration = Duration::from_secs(120);

/// Markup that would leave a trace if it became a part of the page.
const MARKUP: &str =
    "<script>window.broken = 1</script><img src=x onerror=\"window.broken = 1\"> Hello there.";

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_signs_in_and_sees_hears_and_talks() -> Result<()> {
    let settings = [("FIRSTWORD_CHAT_MODEL", "demo"), ("FIRSTWORD_MAX_TEXT_CHARS", "40000")];
    let bench = Bench::start_with(&settings).await?;
    let browser = Browser::open(1280, 900).await?;
    // The browser ends in any case.
    let outcome = timeout(ALL, look_around(&bench, &browser)).await;
    browser.close().await?;
    outcome.context("the page took too long")??;
    bench.stop().await?;
    Ok(())
}

async fn look_around(bench: &Bench, browser: &Browser) -> Result<()> {
    sign_in(bench, browser).await?;
    waterfalls_move(bench, browser).await?;
    a_text_is_tried_and_heard(browser).await?;
    markup_is_text(browser).await?;
    a_talk_is_answered(browser).await?;
    a_call_is_drawn(browser).await?;
    let complaints = browser.complaints().await?;
    ensure!(complaints.is_empty(), "{complaints:#?}");
    let here = bench.stack.service_endpoint();
    let own = |url: &String| url.starts_with(here) || url.starts_with(&format!("blob:{here}"));
    let elsewhere: Vec<_> = browser.requested().await?.into_iter().filter(|url| !own(url)).collect();
    ensure!(
        elsewhere.iter().all(|url| url.starts_with("data:") || url.starts_with("chrome")),
        "{elsewhere:#?}"
    );
    Ok(())
}

/// With the keyboard alone: first with a wrong token, then with the right one.
async fn sign_in(bench: &Bench, browser: &Browser) -> Result<()> {
    browser.go(bench.stack.service_endpoint()).await?;
    browser.until("document.activeElement.id === 'token'").await?;
    ensure!(browser.holds("document.getElementById('app').hidden").await?, "the page shows data");
    browser.press("wrong").await?;
    browser.press(ENTER).await?;
    browser.until("document.getElementById('sign-in-error').textContent !== ''").await?;
    ensure!(
        browser.text("#sign-in-error").await?.contains("not accepted"),
        "a wrong token has a line of its own"
    );
    let refused = browser.complaints().await?;
    ensure!(refused.iter().all(|line| line.contains("401")), "{refused:?}");
    browser.write("#token", bench.stack.token()).await?;
    browser.press(TAB).await?;
    ensure!(browser.holds("document.activeElement.type === 'submit'").await?, "the focus moves on");
    browser.press(ENTER).await?;
    browser.until("document.getElementById('state').textContent === 'ready'").await?;
    let kept = "sessionStorage.length === 1 && localStorage.length === 0";
    ensure!(browser.holds(kept).await?, "the token is kept for the tab only");
    Ok(())
}

/// The clips and the place of the caller in the waterfall of the newest stream.
const WATERFALL: &str = "document.querySelectorAll('#live li:first-child .strips rect').length + ' ' + \
    (document.querySelector('#live li:first-child .head')?.getAttribute('x') ?? '')";

async fn waterfalls_move(bench: &Bench, browser: &Browser) -> Result<()> {
    let text = "Every sentence of this text is spoken while the one before it is heard. ".repeat(300);
    let body = json!({"text": text, "contact_id": "c-1"});
    let started = bench.http.post(format!("{}/synthesize_stream", bench.stack.service_endpoint()));
    let started: Value = started.bearer_auth(bench.stack.token()).json(&body).send().await?.json().await?;
    let stream = started["stream_id"].as_str().context("a stream")?;
    browser
        .until(&format!("document.querySelector('#live li:first-child')?.dataset.stream === '{stream}'"))
        .await?;
    browser.until("document.querySelector('#live li:first-child .head') !== null").await?;
    let before = browser.evaluate(WATERFALL).await?;
    browser.until(&format!("({WATERFALL}) !== {before}")).await?;
    let cancel = bench.http.post(format!("{}/synthesize_stream_cancel", bench.stack.service_endpoint()));
    cancel
        .bearer_auth(bench.stack.token())
        .json(&json!({"stream_id": stream}))
        .send()
        .await?
        .error_for_status()?;
    browser
        .until(&format!("document.querySelector('#ended tr[data-stream=\"{stream}\"] .end') !== null"))
        .await?;
    let first = browser.text("#first-audio").await?;
    ensure!(first.ends_with(" ms"), "the time to first audio is {first}");
    ensure!(browser.text("#call-closed").await?.contains("--log-text"), "the page names the setting");
    Ok(())
}

async fn open(browser: &Browser, view: &str) -> Result<()> {
    browser.click(&format!("nav a[href=\"#{view}\"]")).await?;
    browser.until(&format!("!document.getElementById('view-{view}').hidden")).await
}

async fn speak(browser: &Browser, text: &str) -> Result<()> {
    browser.write("#try-text", text).await?;
    browser.click("#try-form button").await?;
    browser.until("document.getElementById('try-more').textContent.includes('loudest')").await
}

async fn a_text_is_tried_and_heard(browser: &Browser) -> Result<()> {
    open(browser, "try").await?;
    speak(browser, "The total is $12.50.").await?;
    let words = browser.text("#try-words").await?;
    ensure!(words.contains("twelve dollars and fifty cents"), "{words}");
    browser.until("document.getElementById('try-sound').duration > 0.5").await?;
    browser.until("document.getElementById('try-sound').currentTime > 0").await?;
    let heard = browser.text("#try-more").await?;
    ensure!(heard.contains("dBFS"), "the sound is not silence: {heard}");
    ensure!(
        browser.holds("document.querySelector('#try-shape path').getAttribute('d').length > 1000").await?
    );
    Ok(())
}

async fn markup_is_text(browser: &Browser) -> Result<()> {
    speak(browser, MARKUP).await?;
    browser.until("document.querySelectorAll('#try-words li').length > 0").await?;
    open(browser, "talk").await?;
    say(browser, MARKUP).await?;
    let shown = browser.text("#talk-log .you").await?;
    ensure!(shown == MARKUP, "{shown}");
    browser.until("document.querySelector('#talk-log .answer .quiet').textContent !== ''").await?;
    ensure!(browser.holds("window.broken === undefined").await?, "a text became a part of the page");
    ensure!(browser.holds("document.querySelectorAll('main script, main img').length === 0").await?);
    Ok(())
}

async fn say(browser: &Browser, text: &str) -> Result<()> {
    browser.write("#talk-text", text).await?;
    browser.press(ENTER).await
}

async fn a_talk_is_answered(browser: &Browser) -> Result<()> {
    say(browser, "When are you open on Saturdays?").await?;
    browser.until("document.querySelectorAll('#talk-log .answer').length === 2").await?;
    let about = "document.querySelector('#talk-log .answer:last-child .quiet').textContent";
    browser.until(&format!("{about}.includes('first sound after')")).await?;
    let words = "document.querySelector('#talk-log .answer:last-child p').textContent.length > 20";
    browser.until(words).await?;
    browser.until("document.getElementById('talk-sound').duration > 0").await
}

async fn a_call_is_drawn(browser: &Browser) -> Result<()> {
    browser.until("document.getElementById('talk-stop').disabled").await?;
    browser.click("#talk-log .answer:last-child a").await?;
    browser.until("document.querySelectorAll('#call-lanes .outline').length > 0").await?;
    let lanes = browser.text("#call-lanes svg").await?;
    for lane in ["model", "queue", "synthesis", "upload", "sound"] {
        ensure!(lanes.contains(lane), "no lane {lane} in {lanes}");
    }
    browser.until("!document.getElementById('call-open').hidden").await?;
    browser.click("#call-listen").await?;
    browser.until("document.getElementById('call-sound').duration > 0").await
}
