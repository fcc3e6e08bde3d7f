//! A real Chromium without a window, driven through ChromeDriver by the W3C's WebDriver protocol. Both must be on the
//! PATH.
//!
//! The protocol is a handful of requests. The crates for it would have `serde_json` keep another order of keys in all
//! programs that are tested (thirtyfour), or bring second versions of a dozen crates (fantoccini).

use std::{path::Path, process::Stdio, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    fs,
    io::{AsyncBufReadExt, BufReader},
    process::{Child, ChildStdout, Command},
    time::timeout,
};

use crate::patience::{LONG, until};

/// Longest start of ChromeDriver, and longest answer to a request.
const PATIENCE: Duration = Duration::from_secs(30);

/// Without a window, a GPU, or requests of its own. A sandbox can't be had as root.
const ARGUMENTS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
];

/// The name of an element's id in the protocol.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// The keys that are no letters.
pub const TAB: &str = "\u{e004}";
pub const ENTER: &str = "\u{e007}";

/// A browser with one tab. [`Self::close`] ends it.
pub struct Browser {
    http: reqwest::Client,
    /// Address of the session.
    session: String,
    chromedriver: Child,
    _output: BufReader<ChildStdout>,
    _profile: TempDir,
}

impl Browser {
    /// Starts a browser whose window has this size.
    ///
    /// # Errors
    /// When a program is missing or does not start.
    pub async fn open(width: u32, height: u32) -> Result<Self> {
        Self::open_with(width, height, &[]).await
    }

    /// The same, with a microphone that every page may use and that hears a WAV file once.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_with_microphone(width: u32, height: u32, sound: &Path) -> Result<Self> {
        let sound = format!("--use-file-for-fake-audio-capture={}%noloop", sound.display());
        let fakes = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"];
        Self::open_with(width, height, &[fakes[0], fakes[1], &sound]).await
    }

    async fn open_with(width: u32, height: u32, more: &[&str]) -> Result<Self> {
        let profile = TempDir::new()?;
        let mut chromedriver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("no chromedriver on the PATH: install the packages chromium and chromium-driver")?;
        let mut output = BufReader::new(chromedriver.stdout.take().context("its output is piped")?);
        let port = timeout(PATIENCE, port(&mut output)).await.context("ChromeDriver does not start")??;
        let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build()?;
        let own = [
            format!("--user-data-dir={}", profile.path().display()),
            format!("--window-size={width},{height}"),
        ];
        let fixed = ARGUMENTS.iter().chain(more).map(|argument| (*argument).to_owned());
        let arguments: Vec<_> = fixed.chain(own).collect();
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": arguments},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }}});
        let sessions = format!("http://127.0.0.1:{port}/session");
        let session = answer(http.post(&sessions).json(&wanted)).await.context("Chromium does not start")?;
        let session = format!("{sessions}/{}", session["sessionId"].as_str().context("a session")?);
        Ok(Self { http, session, chromedriver, _output: output, _profile: profile })
    }

    /// Ends the browser and ChromeDriver.
    ///
    /// # Errors
    /// When the browser does not end by itself.
    pub async fn close(mut self) -> Result<()> {
        let quit = answer(self.http.delete(&self.session)).await;
        self.chromedriver.kill().await?;
        quit.map(drop)
    }

    async fn ask(&self, path: &str, body: Value) -> Result<Value> {
        answer(self.http.post(format!("{}/{path}", self.session)).json(&body)).await
    }

    /// Opens an address.
    ///
    /// # Errors
    /// When the browser does not answer, or answers with an error.
    pub async fn go(&self, url: &str) -> Result<()> {
        self.ask("url", json!({"url": url})).await.map(drop)
    }

    /// Clicks on an element as a person does.
    pub async fn click(&self, selector: &str) -> Result<()> {
        let found = self.ask("element", json!({"using": "css selector", "value": selector})).await?;
        let element = found[ELEMENT].as_str().context("an element")?;
        self.ask(&format!("element/{element}/click"), json!({})).await.map(drop)
    }

    /// Gives the page a viewport of this size.
    ///
    /// # Errors
    /// As [`Self::go`].
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.command("Emulation.setDeviceMetricsOverride", size).await
    }

    /// Has the page prefer `light` or `dark` colours.
    ///
    /// # Errors
    /// As [`Self::go`].
    pub async fn prefer(&self, scheme: &str) -> Result<()> {
        let feature = json!({"name": "prefers-color-scheme", "value": scheme});
        self.command("Emulation.setEmulatedMedia", json!({"features": [feature]})).await
    }

    /// A command of the DevTools protocol.
    async fn command(&self, name: &str, parameters: Value) -> Result<()> {
        self.ask("goog/cdp/execute", json!({"cmd": name, "params": parameters})).await.map(drop)
    }

    /// Stores the viewport as a PNG file.
    ///
    /// # Errors
    /// When the picture can't be taken or written.
    pub async fn screenshot(&self, file: &Path) -> Result<()> {
        let picture = answer(self.http.get(format!("{}/screenshot", self.session))).await?;
        let picture = BASE64_STANDARD.decode(picture.as_str().context("a picture")?)?;
        fs::write(file, picture).await.with_context(|| format!("can't write {}", file.display()))
    }

    /// Types into the element that has the focus.
    pub async fn press(&self, keys: &str) -> Result<()> {
        let strokes =
            keys.chars().flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({"type": kind, "value": key})));
        let keyboard = json!({"type": "key", "id": "keyboard", "actions": strokes.collect::<Vec<_>>()});
        self.ask("actions", json!({"actions": [keyboard]})).await.map(drop)
    }

    /// Replaces the text of a field.
    pub async fn write(&self, selector: &str, text: &str) -> Result<()> {
        self.evaluate(&format!("document.querySelector({}).value = ''", json!(selector))).await?;
        self.click(selector).await?;
        self.press(text).await
    }

    /// The value of an expression in the page.
    pub async fn evaluate(&self, expression: &str) -> Result<Value> {
        let body = json!({"script": format!("return ({expression});"), "args": []});
        self.ask("execute/sync", body).await.with_context(|| expression.to_owned())
    }

    pub async fn holds(&self, expression: &str) -> Result<bool> {
        Ok(self.evaluate(expression).await? == true)
    }

    /// Waits until an expression is true.
    pub async fn until(&self, expression: &str) -> Result<()> {
        until(expression, LONG, async || Ok(self.holds(expression).await?.then_some(()))).await
    }

    /// The text of the first element that a selector finds.
    pub async fn text(&self, selector: &str) -> Result<String> {
        let text = self.evaluate(&format!("document.querySelector({}).textContent", json!(selector))).await?;
        Ok(text.as_str().context("a text")?.to_owned())
    }

    /// Errors and warnings on the console since the last look.
    pub async fn complaints(&self) -> Result<Vec<String>> {
        let bad = |entry: &Value| entry["level"] == "SEVERE" || entry["level"] == "WARNING";
        let entries = self.log("browser").await?;
        Ok(entries.iter().filter(|entry| bad(entry)).map(|entry| entry["message"].to_string()).collect())
    }

    /// The addresses that the page has asked for since the last look.
    pub async fn requested(&self) -> Result<Vec<String>> {
        let address = |entry: &Value| {
            let message: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
            let message = &message["message"];
            let url = message["params"]["request"]["url"].as_str().map(str::to_owned);
            url.filter(|_| message["method"] == "Network.requestWillBeSent")
        };
        let addresses: Vec<_> = self.log("performance").await?.iter().filter_map(address).collect();
        ensure!(!addresses.is_empty(), "no request was logged");
        Ok(addresses)
    }

    async fn log(&self, kind: &str) -> Result<Vec<Value>> {
        let log = self.ask("se/log", json!({"type": kind})).await?;
        Ok(log.as_array().context("a list")?.clone())
    }
}

/// The value in ChromeDriver's answer.
async fn answer(request: reqwest::RequestBuilder) -> Result<Value> {
    let mut body: Value = request.send().await?.json().await?;
    let value = body["value"].take();
    match value["error"].as_str() {
        Some(error) => bail!("{error}: {}", value["message"].as_str().unwrap_or_default()),
        None => Ok(value),
    }
}

/// The port of ChromeDriver, from its output.
async fn port(output: &mut BufReader<ChildStdout>) -> Result<u16> {
    let mut line = String::new();
    while output.read_line(&mut line).await? > 0 {
        let port = line.trim().trim_end_matches('.').rsplit_once("on port ");
        match port.and_then(|(_, port)| port.parse().ok()) {
            // The first line repeats the port that was asked for.
            None | Some(0) => {}
            Some(port) => return Ok(port),
        }
        line.clear();
    }
    bail!("ChromeDriver ended")
}
