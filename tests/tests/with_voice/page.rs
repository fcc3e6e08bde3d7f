//! The page for operators in a real Chromium, with the real service and a real voice.

use std::{env, path::PathBuf, time::Duration};

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

/// A sentence of a caller's stream.
const SPOKEN: &str = "Every sentence of this text is spoken while the one before it is heard.";

/// The window of a desk, in CSS pixels.
const WIDE: (u32, u32) = (1280, 900);

/// The width of a phone in CSS pixels.
const NARROW: u32 = 390;

/// The folder for pictures of the views, where somebody wants them.
const PICTURES: &str = "FIRSTWORD_TEST_PICTURES";

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_signs_in_and_sees_hears_and_talks() -> Result<()> {
    let settings = [("FIRSTWORD_CHAT_MODEL", "demo"), ("FIRSTWORD_MAX_TEXT_CHARS", "40000")];
    let bench = Bench::start_with(&settings).await?;
    let browser = Browser::open(WIDE.0, WIDE.1).await?;
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
    all_views_fit_a_phone(browser).await?;
    dark_is_dark(browser).await?;
    an_answer_that_comes_too_late_is_cancelled(browser).await?;
    an_operator_signs_out(bench, browser).await?;
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
    enter(bench, browser).await?;
    let kept = "sessionStorage.length === 1 && localStorage.length === 0";
    ensure!(browser.holds(kept).await?, "the token is kept for the tab only");
    Ok(())
}

async fn enter(bench: &Bench, browser: &Browser) -> Result<()> {
    browser.write("#token", bench.stack.token()).await?;
    browser.press(TAB).await?;
    ensure!(browser.holds("document.activeElement.type === 'submit'").await?, "the focus moves on");
    browser.press(ENTER).await?;
    browser.until("!document.getElementById('app').hidden").await?;
    browser.until("document.getElementById('state').textContent === 'ready'").await
}

/// In the middle of an answer, which the page then must not follow: without the token each look is refused, and a refusal
/// is a complaint of the browser.
async fn an_operator_signs_out(bench: &Bench, browser: &Browser) -> Result<()> {
    open(browser, "talk").await?;
    say(browser, "Tell me everything about your opening hours.").await?;
    browser.until("!document.getElementById('talk-stop').disabled").await?;
    browser.click("#sign-out").await?;
    browser.until("document.activeElement.id === 'token'").await?;
    let nothing_is_left = "document.getElementById('talk-log').childElementCount === 0 \
        && document.querySelector('#call-clips td') === null \
        && document.getElementById('call-said').textContent === '' \
        && [...document.querySelectorAll('audio')].every((audio) => !audio.src) && sessionStorage.length === 0";
    ensure!(browser.holds(nothing_is_left).await?, "something of the session is left");
    browser.resize(NARROW, 844).await?;
    fits(browser, "sign-in").await?;
    browser.resize(WIDE.0, WIDE.1).await?;
    let no_error = "document.getElementById('sign-in-error').textContent === ''";
    ensure!(browser.holds(no_error).await?, "signing out is an error");
    enter(bench, browser).await?;
    ensure!(browser.holds(no_error).await?, "signing in again is an error");
    open(browser, "now").await?;
    browser.until("document.querySelectorAll('#ended tbody tr').length > 0").await
}

/// The clips and the place of the caller in the waterfall of the newest stream.
const WATERFALL: &str = "document.querySelectorAll('#live li:first-child .strips rect').length + ' ' + \
    (document.querySelector('#live li:first-child .head')?.getAttribute('x') ?? '')";

async fn waterfalls_move(bench: &Bench, browser: &Browser) -> Result<()> {
    let text = format!("{SPOKEN} ").repeat(300);
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
    a_call_is_followed_through_a_failure(browser).await?;
    open(browser, "now").await?;
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
    a_caller_is_private(browser, stream).await
}

/// `window.troubled` says which requests of the page fail, and `window.held` which answers wait. `window.asked` has all.
const TROUBLE: &str = "(() => { const real = window.fetch; Object.assign(window, { asked: [], troubled: '', held: {} }); \
    window.fetch = async (path, options) => { \
        window.asked.push(path); \
        if (window.troubled && path.startsWith(window.troubled)) throw new TypeError('troubled'); \
        const answer = await real(path, options); \
        await window.held[path]; \
        return answer; \
    }; })()";

/// Begins with a stream that runs.
async fn a_call_is_followed_through_a_failure(browser: &Browser) -> Result<()> {
    const CLIPS: &str = "document.querySelectorAll('#call-clips tbody tr').length";
    browser.click("#live li:first-child a").await?;
    browser.until(&format!("{CLIPS} > 0")).await?;
    browser.evaluate(TROUBLE).await?;
    browser.evaluate("window.troubled = '/page/streams/'").await?;
    browser.until("document.getElementById('call-error').textContent.includes('does not answer')").await?;
    let before = browser.evaluate(CLIPS).await?;
    browser.evaluate("window.troubled = ''").await?;
    browser.until("document.getElementById('call-error').textContent === ''").await?;
    browser.until(&format!("{CLIPS} > {before}")).await
}

/// The call of a caller has its times and its shape, and neither its words nor its sound.
async fn a_caller_is_private(browser: &Browser, stream: &str) -> Result<()> {
    browser.click(&format!("#ended tr[data-stream=\"{stream}\"] a")).await?;
    browser.until("document.querySelectorAll('#call-clips td').length > 0").await?;
    browser.until("document.getElementById('call-closed').checkVisibility()").await?;
    ensure!(browser.holds("!document.getElementById('call-open').checkVisibility()").await?);
    let page = browser.evaluate("document.documentElement.innerText").await?;
    let page = page.as_str().context("a text")?;
    ensure!(page.contains("--log-text"), "the page names the setting: {page}");
    let all = browser.evaluate("document.documentElement.outerHTML").await?;
    ensure!(!all.as_str().context("a text")?.contains(SPOKEN), "the words of a caller are on the page");
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

/// A talk that is ended while its answer is on the way ends on the service too, and says nothing.
async fn an_answer_that_comes_too_late_is_cancelled(browser: &Browser) -> Result<()> {
    const CANCELLED: &str = "window.asked.includes('/synthesize_stream_cancel')";
    open(browser, "talk").await?;
    browser.click("#talk-new").await?;
    let hold = "window.held['/chat_stream'] = new Promise((go) => { window.release = go; })";
    browser.evaluate(&format!("{hold}, window.asked = []")).await?;
    say(browser, "Tell me everything about your opening hours.").await?;
    browser.until("window.asked.includes('/chat_stream')").await?;
    browser.evaluate("window.asked = []").await?;
    browser.click("#talk-new").await?;
    ensure!(!browser.holds(CANCELLED).await?, "nothing is known that could be cancelled");
    browser.evaluate("window.release(), window.held = {}").await?;
    browser.until(CANCELLED).await?;
    ensure!(
        browser.holds("document.getElementById('talk-sound').src === ''").await?,
        "an old answer is heard"
    );
    Ok(())
}

/// Begins in the view of a call.
async fn all_views_fit_a_phone(browser: &Browser) -> Result<()> {
    let lanes = "(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth)(document.getElementById('call-lanes'))";
    ensure!(browser.holds(lanes).await?, "at a desk the lanes need no scrolling");
    shoot(browser, "call").await?;
    browser.resize(NARROW, 844).await?;
    fits(browser, "call").await?;
    for view in ["now", "try", "talk"] {
        open(browser, view).await?;
        fits(browser, view).await?;
    }
    browser.resize(WIDE.0, WIDE.1).await
}

async fn fits(browser: &Browser, view: &str) -> Result<()> {
    let width = browser.evaluate("innerWidth").await?;
    ensure!(width == NARROW, "the viewport is {width} wide");
    let fits =
        "document.documentElement.scrollWidth <= innerWidth && document.body.scrollWidth <= innerWidth";
    // The lanes are drawn again with the next frame.
    browser.until(fits).await.with_context(|| format!("{view} is wider than a phone"))?;
    shoot(browser, &format!("{view}-narrow")).await
}

async fn dark_is_dark(browser: &Browser) -> Result<()> {
    const GROUND: &str = "getComputedStyle(document.documentElement).backgroundColor";
    let light = browser.evaluate(GROUND).await?;
    browser.prefer("dark").await?;
    let dark = browser.evaluate(GROUND).await?;
    ensure!((light, dark) == (json!("rgb(245, 246, 248)"), json!("rgb(17, 22, 27)")));
    for view in ["now", "try", "talk"] {
        open(browser, view).await?;
        shoot(browser, &format!("{view}-dark")).await?;
    }
    browser.prefer("light").await
}

/// Takes a picture of the page, where somebody wants pictures.
async fn shoot(browser: &Browser, name: &str) -> Result<()> {
    match env::var_os(PICTURES) {
        Some(folder) => browser.screenshot(&PathBuf::from(folder).join(format!("{name}.png"))).await,
        None => Ok(()),
    }
}
