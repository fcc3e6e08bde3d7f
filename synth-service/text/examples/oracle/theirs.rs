//! The oracle, a process that reads one line after another, and its readings of earlier runs.

use std::{
    collections::HashMap,
    error::Error,
    fs::{self, File, OpenOptions},
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde::Deserialize;

use crate::language::Language;

/// Texts whose reading is timed.
const TIMED: usize = 50;

pub(crate) struct Oracle {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    log: PathBuf,
    known: HashMap<String, String>,
    /// Where new readings are added: JSON arrays of a line and its words.
    kept: File,
}

#[derive(Deserialize)]
struct Answer {
    spoken: String,
    seconds: f64,
}

impl Oracle {
    /// Starts the process.
    pub(crate) fn start(
        python: &str,
        script: &str,
        kept: &str,
        language: Language,
    ) -> Result<Self, Box<dyn Error>> {
        fs::create_dir_all(kept)?;
        let path = Path::new(kept).join(format!("{}.jsonl", language.name()));
        let mut known = HashMap::new();
        for line in fs::read_to_string(&path).unwrap_or_default().lines() {
            // A run that was stopped may have left half a line.
            known.extend(serde_json::from_str::<(String, String)>(line));
        }
        // Its library also complains of each line that it leaves as it is.
        let log = Path::new(kept).join(format!("{}.log", language.name()));
        eprintln!("starting the oracle; its first start compiles grammars, which takes minutes");
        let mut process = Command::new(python)
            .args([script, language.name(), kept])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?)
            .spawn()?;
        let input = process.stdin.take().ok_or("the oracle has no input")?;
        let output = BufReader::new(process.stdout.take().ok_or("the oracle has no output")?);
        let kept = OpenOptions::new().create(true).append(true).open(path)?;
        let mut oracle = Self { process, input, output, log, known, kept };
        oracle.answer::<String>()?;
        Ok(oracle)
    }

    /// The words of a line.
    pub(crate) fn reading(&mut self, line: &str) -> Result<String, Box<dyn Error>> {
        if let Some(spoken) = self.known.get(line) {
            return Ok(spoken.clone());
        }
        let spoken = self.ask(line)?.spoken;
        writeln!(self.kept, "{}", serde_json::to_string(&(line, &spoken))?)?;
        self.known.insert(line.to_owned(), spoken.clone());
        Ok(spoken)
    }

    /// Seconds that 100 characters take.
    pub(crate) fn seconds(&mut self, texts: &[String]) -> Result<f64, Box<dyn Error>> {
        let (mut characters, mut seconds) = (0, 0.0);
        for text in texts.iter().step_by(texts.len().div_ceil(TIMED).max(1)) {
            characters += text.chars().count();
            seconds += self.ask(text)?.seconds;
        }
        Ok(seconds / characters as f64 * 100.0)
    }

    fn ask(&mut self, line: &str) -> Result<Answer, Box<dyn Error>> {
        writeln!(self.input, "{}", serde_json::to_string(line)?)?;
        self.answer()
    }

    fn answer<T: for<'a> Deserialize<'a>>(&mut self) -> Result<T, Box<dyn Error>> {
        let mut answer = String::new();
        self.output.read_line(&mut answer)?;
        if answer.is_empty() {
            let status = self.process.wait()?;
            return Err(format!("the oracle ended ({status}); {} says why", self.log.display()).into());
        }
        Ok(serde_json::from_str(&answer)?)
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        // It would end with its input too, but not before this process.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
