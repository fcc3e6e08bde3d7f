//! Drops the reasoning that some servers leave in the text of an answer, between `<think>` and `</think>`.

/// The marks: an opening one with its closing one, or a lone closing one, whose opening was in the model's template.
const MARKS: [(&str, Option<&str>); 4] = [
    ("<think>", Some("</think>")),
    ("<thinking>", Some("</thinking>")),
    ("</think>", None),
    ("</thinking>", None),
];

/// A filter for pieces of text; a mark may be cut anywhere.
#[derive(Debug, Default)]
pub(crate) struct Reasoning {
    /// The end of the text so far, while it may be the beginning of a mark.
    held: String,
    /// The mark that ends the reasoning in which the text is.
    closing: Option<&'static str>,
}

impl Reasoning {
    /// The speakable part of the text up to and with this piece, less the parts returned before.
    pub(crate) fn pass(&mut self, piece: &str) -> String {
        self.held.push_str(piece);
        let mut spoken = String::new();
        loop {
            match self.closing {
                Some(mark) => {
                    let Some(at) = self.held.find(mark) else {
                        self.keep(beginning_of_mark(&self.held, mark));
                        return spoken;
                    };
                    self.keep(self.held.len() - at - mark.len());
                    self.closing = None;
                }
                None => {
                    let found = MARKS.iter().filter_map(|(mark, closing)| {
                        self.held.find(mark).map(|at| (at, mark.len(), *closing))
                    });
                    let Some((at, length, closing)) = found.min() else {
                        let marks = MARKS.iter().map(|(mark, _)| beginning_of_mark(&self.held, mark));
                        let kept = marks.max().unwrap_or(0);
                        spoken.push_str(&self.held[..self.held.len() - kept]);
                        self.keep(kept);
                        return spoken;
                    };
                    spoken.push_str(&self.held[..at]);
                    self.keep(self.held.len() - at - length);
                    self.closing = closing;
                }
            }
        }
    }

    /// The rest, when no more comes: it was no mark after all.
    pub(crate) fn finish(&mut self) -> String {
        if self.closing.is_some() { String::new() } else { std::mem::take(&mut self.held) }
    }

    /// Drops all but the last `length` bytes that are held.
    fn keep(&mut self, length: usize) {
        self.held.drain(..self.held.len() - length);
    }
}

/// The length of the text's end that is a beginning of the mark.
fn beginning_of_mark(text: &str, mark: &str) -> usize {
    (1..mark.len()).rev().find(|&length| text.ends_with(&mark[..length])).unwrap_or(0)
}
