//! The log of one process: its own lines and the host's, in the order in which they were written.
//!
//! Both kinds go through one pipe. The pipe's write end is stdout and stderr of the process; the host writes its START,
//! END and REPORT lines into it, each after a mark that no process can guess. A pipe keeps order, so an END line comes
//! after everything that was printed before the response, without waiting until no more output arrives. A thread per
//! process reads, because a read end in the async runtime could starve a writer in it.

use std::fs::File;
use std::io::{self, BufRead, BufReader, PipeReader, PipeWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::sync::mpsc;
use uuid::Uuid;

/// Largest part of an invocation's log that a client can request, in bytes.
pub(super) const TAIL_BYTES: usize = 4096;
/// A longer line is split into pieces of about this many bytes.
const LINE_BYTES: usize = 64 * 1024;
/// Longest wait of an answer for its log. The reader is late only when the disk is.
const TAIL_PATIENCE: Duration = Duration::from_secs(1);

/// The host's end of a process's log.
pub(super) struct LogPipe {
    writer: PipeWriter,
    mark: String,
    tails: mpsc::UnboundedReceiver<Vec<u8>>,
}

impl LogPipe {
    /// Opens the pipe and starts its reader, which ends when all write ends are closed.
    pub(super) fn open(function: &str, folder: Option<&Path>) -> io::Result<Self> {
        let (reader, writer) = io::pipe()?;
        let mark = format!("\0{}\0", Uuid::new_v4().simple());
        let (tail_sender, tails) = mpsc::unbounded_channel();
        let file = folder.map(|folder| folder.join(format!("{function}.log"))).map(append).transpose()?;
        let mut sink = Sink { function: function.to_owned(), file, tail: Vec::new() };
        let reader_mark = mark.clone();
        std::thread::Builder::new()
            .name("function-log".to_owned())
            .spawn(move || read(reader, reader_mark.as_bytes(), &mut sink, &tail_sender))?;
        Ok(Self { writer, mark, tails })
    }

    /// A write end of the pipe, for the process.
    pub(super) fn stdio(&self) -> io::Result<Stdio> {
        Ok(Stdio::from(self.writer.try_clone()?))
    }

    /// Adds a line by the host.
    pub(super) fn line(&mut self, text: &str) {
        self.write('L', text);
    }

    /// Ends an invocation's part of the log, and returns the last bytes of that part if they are `wanted`.
    pub(super) async fn end(&mut self, wanted: bool) -> Vec<u8> {
        if !wanted {
            self.write('E', "");
            return Vec::new();
        }
        self.write('T', "");
        tokio::time::timeout(TAIL_PATIENCE, self.tails.recv()).await.ok().flatten().unwrap_or_default()
    }

    /// Writes a marked line. It blocks only while the pipe is full, until the reader's thread continues. The line is
    /// shorter than PIPE_BUF, so the process's output never splits it.
    fn write(&mut self, kind: char, text: &str) {
        let line = format!("{}{kind}{text}\n", self.mark);
        // Errors are ignored: an invocation must not fail because its log can't be written.
        let _ = self.writer.write_all(line.as_bytes());
    }
}

fn append(path: PathBuf) -> io::Result<File> {
    File::options().create(true).append(true).open(path)
}

/// The destinations of lines: the file or `tracing`, and the tail of the current invocation.
struct Sink {
    function: String,
    file: Option<File>,
    tail: Vec<u8>,
}

impl Sink {
    fn line(&mut self, line: &[u8]) {
        if let Some(file) = &mut self.file {
            // One write per line: several processes append to the same file.
            let _ = file.write_all(&[line, b"\n"].concat());
        } else {
            tracing::debug!(function = %self.function, "{}", String::from_utf8_lossy(line));
        }
        self.tail.extend_from_slice(line);
        self.tail.push(b'\n');
        if self.tail.len() > 2 * TAIL_BYTES {
            self.tail.drain(..self.tail.len() - TAIL_BYTES);
        }
    }

    fn take_tail(&mut self) -> Vec<u8> {
        let tail = std::mem::take(&mut self.tail);
        tail[tail.len().saturating_sub(TAIL_BYTES)..].to_vec()
    }
}

fn read(reader: PipeReader, mark: &[u8], sink: &mut Sink, tails: &mpsc::UnboundedSender<Vec<u8>>) {
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    loop {
        let taken = reader.by_ref().take(LINE_BYTES as u64).read_until(b'\n', &mut line);
        match taken {
            Ok(0) | Err(_) => break,
            Ok(_) if line.ends_with(b"\n") => {
                line.pop();
                take_line(&line, mark, sink, tails);
                line.clear();
            }
            // The end of the piece may be the beginning of a mark, so that many bytes stay for the next piece.
            Ok(_) if line.len() >= LINE_BYTES => {
                let rest = line.split_off(line.len() - mark.len());
                sink.line(&line);
                line = rest;
            }
            Ok(_) => {}
        }
    }
    if !line.is_empty() {
        sink.line(&line);
    }
}

fn take_line(line: &[u8], mark: &[u8], sink: &mut Sink, tails: &mpsc::UnboundedSender<Vec<u8>>) {
    let Some(at) = line.windows(mark.len()).position(|window| window == mark) else {
        return sink.line(line);
    };
    // The host's line begins in the middle of an unfinished line of the process.
    if at > 0 {
        sink.line(&line[..at]);
    }
    match line[at + mark.len()..].split_first() {
        Some((b'L', text)) => sink.line(text),
        Some((b'T', _)) => {
            let _ = tails.send(sink.take_tail());
        }
        _ => sink.tail.clear(),
    }
}
