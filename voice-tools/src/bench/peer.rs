//! Runs a peer, which is another program's library, in a separate process that takes texts on standard input.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::Bench;

/// The measurements of one text, in seconds.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct Measured {
    /// Time until the first chunk of audio.
    pub(super) first: f64,
    /// Time until the last chunk of audio.
    pub(super) total: f64,
    /// Length of the audio.
    pub(super) audio: f64,
    /// Length of the silence at the beginning of the first chunk.
    pub(super) lead: f64,
}

impl Measured {
    /// Time until the first audible sample.
    pub(super) fn first_audible(&self) -> f64 {
        self.first + self.lead
    }

    pub(super) fn real_time_factor(&self) -> f64 {
        self.total / self.audio
    }
}

/// The fields of `voice.toml` that a peer needs.
#[derive(Deserialize)]
struct Description {
    family: String,
    speakers: Vec<String>,
}

impl Description {
    fn read(folder: &Path) -> Result<Self> {
        let path = folder.join("voice.toml");
        let text = fs::read_to_string(&path).with_context(|| format!("{} can't be read", path.display()))?;
        toml::from_str(&text).with_context(|| format!("{} is not valid", path.display()))
    }
}

/// The running peer of one voice; killed when dropped.
pub(super) struct Peer {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Peer {
    /// Starts the peer, and waits until its voice is loaded.
    pub(super) fn start(bench: &Bench<'_>, voice: &str, cores: usize) -> Result<Self> {
        let folder = bench.voice_folder(voice);
        let description = Description::read(&folder)?;
        let mut child = Command::new(&bench.arguments.python)
            .arg(&bench.arguments.peers)
            .arg(description.family)
            .arg(folder)
            .args(description.speakers.first())
            .arg(cores.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .with_context(|| format!("{} can't be started", bench.arguments.python.display()))?;
        let input = child.stdin.take().context("its input is piped")?;
        let output = BufReader::new(child.stdout.take().context("its output is piped")?);
        let mut peer = Self { child, input, output };
        let ready: String = peer.answer().context("the peer did not start; the lines above say why")?;
        ensure!(ready == "ready", "the peer answered {ready} in place of ready");
        Ok(peer)
    }

    pub(super) fn speak(&mut self, text: &str) -> Result<Measured> {
        writeln!(self.input, "{}", serde_json::to_string(text)?)?;
        self.input.flush()?;
        self.answer().context("the peer failed; the lines above say why")
    }

    fn answer<T: serde::de::DeserializeOwned>(&mut self) -> Result<T> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        Ok(serde_json::from_str(&line)?)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // The error is ignored: the peer may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
