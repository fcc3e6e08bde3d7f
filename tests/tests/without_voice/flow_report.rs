//! The report of a call in a real Chromium: `connect-flow run` writes it, and it opens as a file.

use std::{
    env,
    path::{Path, PathBuf},
    time::Duration,
};

use e2e::{
    browser::{Browser, ENTER, TAB},
    places::program,
    prelude::*,
};
use tokio::{process::Command, time::timeout};

/// Longest time of everything that happens in the browser.
const ALL: Duration = Duration::from_secs(60);

/// Longest run of the program.
const RUN: Duration = Duration::from_secs(30);

/// The window of a desk, in CSS pixels.
const WIDE: (u32, u32) = (1280, 900);

/// The width of a phone in CSS pixels.
const NARROW: u32 = 390;

/// Markup in the caller's words that would leave a trace if it became a part of the page.
const MARKUP: &str = "<script>window.broken = 1</script><img src=x onerror=\"window.broken = 1\">";

#[tokio::test(flavor = "multi_thread")]
async fn the_report_of_a_call_is_read_by_mouse_and_keyboard() -> Result<()> {
    let out = tempfile::tempdir()?;
    write_report(out.path()).await?;
    let browser = Browser::open(WIDE.0, WIDE.1).await?;
    // The browser ends in any case.
    let outcome = timeout(ALL, read(&browser, &out.path().join("call.html"))).await;
    browser.close().await?;
    outcome.context("the page took too long")?
}

/// A call through `talk.json`, in which a key interrupts an answer.
async fn write_report(out: &Path) -> Result<()> {
    let flows = Path::new(env!("CARGO_MANIFEST_DIR")).join("../connect-flows");
    let scenario = std::fs::read_to_string(flows.join("scenarios/talk-interrupted.toml"))?;
    let flow = flows.join("flows/talk.json").canonicalize()?;
    let scenario = scenario
        .replace("../flows/talk.json", &flow.display().to_string())
        .replace("Tell me everything.", &MARKUP.replace('"', "\\\""));
    ensure!(scenario.contains("<script>"), "the scenario has other words");
    let file = out.join("markup.toml");
    std::fs::write(&file, scenario)?;
    let mut run = Command::new(program("connect-flow")?);
    run.args(["run", "--silent", "--virtual", "--scenario"]).arg(&file).arg("--out").arg(out).arg(&flow);
    let output = timeout(RUN, run.output()).await.context("the program does not end")??;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

async fn read(browser: &Browser, page: &Path) -> Result<()> {
    browser.go(&format!("file://{}", page.display())).await?;
    browser.until("document.querySelectorAll('.span').length > 10").await?;
    shoot(browser, "call-wide").await?;
    markup_is_text(browser).await?;
    it_plays(browser).await?;
    the_keyboard_reaches_every_span(browser).await?;
    tables_and_picture_lead_to_their_time(browser).await?;
    browser.prefer("dark").await?;
    shoot(browser, "call-dark").await?;
    browser.resize(NARROW, 844).await?;
    browser.until("document.documentElement.scrollWidth <= innerWidth").await?;
    shoot(browser, "call-narrow").await?;
    let complaints = browser.complaints().await?;
    ensure!(complaints.is_empty(), "{complaints:#?}");
    let allowed =
        |url: &String| ["file:", "blob:", "data:", "chrome"].iter().any(|scheme| url.starts_with(scheme));
    let elsewhere: Vec<_> = browser.requested().await?.into_iter().filter(|url| !allowed(url)).collect();
    ensure!(elsewhere.is_empty(), "{elsewhere:#?}");
    Ok(())
}

async fn markup_is_text(browser: &Browser) -> Result<()> {
    ensure!(
        browser.holds("window.broken === undefined").await?,
        "markup of the caller became a part of the page"
    );
    let shown =
        "[...document.querySelectorAll('.span')].some((span) => span.textContent.includes('<script>'))";
    ensure!(browser.holds(shown).await?, "the caller's words are not shown");
    Ok(())
}

async fn it_plays(browser: &Browser) -> Result<()> {
    let begin = browser.text("#now").await?;
    browser.click("#play").await?;
    browser.until(&format!("document.getElementById('now').textContent !== {}", json!(begin))).await?;
    browser.click("#play").await?;
    browser.until("document.getElementById('play').textContent === 'Play'").await
}

async fn the_keyboard_reaches_every_span(browser: &Browser) -> Result<()> {
    const SPAN: &str = "document.activeElement.classList.contains('span')";
    while !browser.holds(SPAN).await? {
        browser.press(TAB).await?;
        let is_past = "document.activeElement === document.body";
        ensure!(!browser.holds(is_past).await?, "no span can be reached by Tab");
    }
    browser.evaluate("window.first = document.activeElement").await?;
    // The arrow to the right.
    browser.press("\u{e014}").await?;
    ensure!(browser.holds(&format!("{SPAN} && document.activeElement !== window.first")).await?);
    browser.press(ENTER).await?;
    browser.until("document.getElementById('now').textContent !== '0:00.0'").await?;
    let panel = browser.text("#panel").await?;
    ensure!(!panel.trim().is_empty(), "the panel tells nothing");
    Ok(())
}

async fn tables_and_picture_lead_to_their_time(browser: &Browser) -> Result<()> {
    let gap = browser.text("#gaps tbody tr td").await?;
    browser.click("#gaps tbody tr button, #gaps tbody tr a").await?;
    browser
        .until(&format!("document.getElementById('now').textContent.startsWith({})", json!(gap.trim())))
        .await?;
    let cards = browser.evaluate("document.querySelectorAll('#picture [data-action]').length").await?;
    ensure!(cards.as_u64().is_some_and(|cards| cards > 20), "the picture has {cards} cards");
    Ok(())
}

/// Takes a picture of the page, where somebody wants pictures.
async fn shoot(browser: &Browser, name: &str) -> Result<()> {
    match env::var_os("FIRSTWORD_TEST_PICTURES") {
        Some(folder) => browser.screenshot(&PathBuf::from(folder).join(format!("{name}.png"))).await,
        None => Ok(()),
    }
}
