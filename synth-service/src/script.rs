//! The sentences of one text, as they become certain.
//!
//! A text that is known from the start is a script whose every sentence is certain at once. A text that is still being
//! written has a [`Writer`]: sentences are added one after the other, and an [`Ending`] at the end.

use std::sync::Arc;

use contract::stream::{Ending, Manifest, ScriptPage};
use text::Sentence;
use tokio::{sync::watch, time::Instant};

/// Sentences that may be certain and not yet spoken before the writer is asked to wait.
const MOST_UNSPOKEN: usize = 8;

/// The ending of a growing text whose host was lost while the text was being written.
const HOST_LOST: &str = "the host stopped before the text was finished";

/// The sentences of one text. Cheap to clone; the clones share the progress of the reader.
#[derive(Clone)]
pub struct Script {
    written: watch::Receiver<Written>,
    /// Number of sentences whose turn has come.
    taken: Arc<watch::Sender<usize>>,
}

#[derive(Default)]
struct Written {
    sentences: Vec<Sentence>,
    /// When each sentence became certain.
    certain: Vec<Instant>,
    /// Numbers of the sentences that are no part of the written text.
    asides: Vec<usize>,
    ending: Option<Ending>,
}

impl Written {
    fn push(&mut self, sentence: Sentence) {
        self.sentences.push(sentence);
        self.certain.push(Instant::now());
    }
}

/// Adds sentences to a [`Script`]. If it is dropped before [`Self::finish`], the text is cut short.
pub struct Writer {
    written: watch::Sender<Written>,
    taken: watch::Receiver<usize>,
}

impl Script {
    /// A script whose every sentence is certain.
    pub fn whole(sentences: Vec<Sentence>, ending: Ending) -> Self {
        Self::certain(sentences, Vec::new(), ending)
    }

    fn certain(sentences: Vec<Sentence>, asides: Vec<usize>, ending: Ending) -> Self {
        let certain = vec![Instant::now(); sentences.len()];
        let written = watch::Sender::new(Written { sentences, certain, asides, ending: Some(ending) });
        Self { written: written.subscribe(), taken: Arc::new(watch::Sender::new(0)) }
    }

    /// All that is certain of the text of a stream, from its manifest and its pages.
    pub fn stored(manifest: &Manifest, pages: &[ScriptPage]) -> Self {
        let later = pages.iter().flat_map(|page| &page.sentences);
        let sentences = manifest.sentences.iter().chain(later).cloned().collect();
        let asides = manifest.asides.iter().chain(pages.iter().flat_map(|page| &page.asides));
        let asides = asides.copied().collect();
        let ending = if manifest.growing {
            let ending = pages.last().and_then(|page| page.ending.clone());
            ending.unwrap_or_else(|| Ending::CutShort(HOST_LOST.into()))
        } else {
            Ending::Finished
        };
        Self::certain(sentences, asides, ending)
    }

    /// A script without sentences yet, and its writer.
    pub fn growing() -> (Self, Writer) {
        let (written, taken) = (watch::Sender::new(Written::default()), watch::Sender::new(0));
        let writer = Writer { taken: taken.subscribe(), written };
        (Self { written: writer.written.subscribe(), taken: Arc::new(taken) }, writer)
    }

    /// Number of sentences that are certain.
    pub fn len(&self) -> usize {
        self.written.borrow().sentences.len()
    }

    /// Whether no sentence is certain.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A sentence, once it is certain.
    pub fn get(&self, sentence: usize) -> Option<Sentence> {
        self.written.borrow().sentences.get(sentence).cloned()
    }

    /// When a sentence became certain; `None` while it is not.
    pub fn certain_at(&self, sentence: usize) -> Option<Instant> {
        self.written.borrow().certain.get(sentence).copied()
    }

    /// How the text ends, once that is known.
    pub fn ending(&self) -> Option<Ending> {
        self.written.borrow().ending.clone()
    }

    /// Whether the service says a sentence of its own accord: an acknowledgement or an apology.
    pub fn is_aside(&self, sentence: usize) -> bool {
        self.written.borrow().asides.contains(&sentence)
    }

    /// The sentences from number `first` on.
    pub fn from(&self, first: usize) -> Vec<Sentence> {
        self.written.borrow().sentences.get(first..).unwrap_or_default().to_vec()
    }

    /// The sentences from number `first` on, and how the text ends if that is known, for the bucket.
    pub fn page(&self, first: usize) -> ScriptPage {
        let written = self.written.borrow();
        let sentences = written.sentences.get(first..).unwrap_or_default().to_vec();
        let asides = written.asides.iter().copied().filter(|&aside| aside >= first).collect();
        ScriptPage { version: ScriptPage::VERSION, sentences, asides, ending: written.ending.clone() }
    }

    /// Waits until more than `known` sentences are certain, or the text's ending is known.
    pub async fn grown(&mut self, known: usize) {
        // A writer that is gone has left an ending.
        let _ = self
            .written
            .wait_for(|written| written.sentences.len() > known || written.ending.is_some())
            .await;
    }

    /// Records that the turn of sentence number `sentence` has come.
    pub fn take(&self, sentence: usize) {
        self.taken.send_if_modified(|taken| {
            let is_new = sentence >= *taken;
            *taken = (*taken).max(sentence + 1);
            is_new
        });
    }
}

impl Writer {
    /// Adds a sentence, which is certain from now on.
    pub fn push(&self, sentence: Sentence) {
        self.written.send_modify(|written| written.push(sentence));
    }

    /// Adds a sentence that is no part of the written text.
    pub fn push_aside(&self, sentence: Sentence) {
        self.written.send_modify(|written| {
            written.asides.push(written.sentences.len());
            written.push(sentence);
        });
    }

    /// Adds sentences, in order.
    pub fn extend(&self, sentences: Vec<Sentence>) {
        sentences.into_iter().for_each(|sentence| self.push(sentence));
    }

    /// Whether no sentence was added.
    pub fn is_empty(&self) -> bool {
        self.written.borrow().sentences.is_empty()
    }

    /// Ends the text.
    pub fn finish(self, ending: Ending) {
        self.written.send_modify(|written| written.ending = Some(ending));
    }

    /// Waits until the reader needs more sentences soon.
    pub async fn room(&self) {
        let written = self.written.borrow().sentences.len();
        // Without a reader there is no need to wait: `unwanted` completes.
        let _ = self.taken.clone().wait_for(|taken| written < taken + MOST_UNSPOKEN).await;
    }

    /// Completes when nobody reads the script any more.
    pub async fn unwanted(&self) {
        self.written.closed().await;
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.written.send_if_modified(|written| {
            let is_cut_short = written.ending.is_none();
            written.ending.get_or_insert_with(|| Ending::CutShort("a fault in the service".into()));
            is_cut_short
        });
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[test]
    fn a_reader_waits_for_a_sentence_or_the_ending() {
        let (mut script, writer) = Script::growing();
        assert!(script.grown(0).now_or_never().is_none());
        writer.push(Sentence::plain("One."));
        assert!(script.grown(0).now_or_never().is_some());
        assert!(script.grown(1).now_or_never().is_none());
        writer.finish(Ending::Finished);
        assert!(script.grown(1).now_or_never().is_some());
        assert_eq!((script.len(), script.ending()), (1, Some(Ending::Finished)));
    }

    #[test]
    fn a_writer_that_is_dropped_leaves_a_text_that_is_cut_short() {
        let (script, writer) = Script::growing();
        drop(writer);
        assert!(matches!(script.ending(), Some(Ending::CutShort(_))));
    }

    #[test]
    fn a_writer_far_ahead_waits_for_the_reader_and_learns_that_it_is_gone() {
        let (script, writer) = Script::growing();
        (0..MOST_UNSPOKEN).for_each(|_| writer.push(Sentence::plain("One.")));
        assert!(writer.room().now_or_never().is_none());
        script.take(0);
        assert!(writer.room().now_or_never().is_some());
        assert!(writer.unwanted().now_or_never().is_none());
        drop(script);
        assert!(writer.unwanted().now_or_never().is_some());
    }
}
