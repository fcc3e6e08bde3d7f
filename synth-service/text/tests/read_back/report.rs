//! Collects the differences of a sweep, so that one run shows every form that is read wrong.

use std::collections::BTreeMap;

/// Differences that are printed for one form.
const SHOWN: usize = 20;

/// A sweep of one language.
pub(crate) struct Report {
    language: &'static str,
    tried: usize,
    wrong: BTreeMap<&'static str, Vec<String>>,
}

impl Report {
    pub(crate) fn new(language: &'static str) -> Self {
        Self { language, tried: 0, wrong: BTreeMap::new() }
    }

    /// Says `written` where the frame has its last `N`, reads the words at its place with `read`, and compares.
    ///
    /// `name` is the form's name in the report, for the forms that are not their frame.
    pub(crate) fn read<V: PartialEq + std::fmt::Debug>(
        &mut self,
        name: &'static str,
        frame: &str,
        written: &str,
        value: &V,
        read: impl Fn(&str) -> Option<V>,
    ) {
        self.tried += 1;
        let (before, behind) = frame.rsplit_once('N').expect("a frame has an N");
        let text = format!("{before}{written}{behind}");
        let spoken = text::normalise(self.language, &text);
        let words = spoken.strip_prefix(before).and_then(|rest| rest.strip_suffix(behind));
        let found = words.and_then(|words| read(words.trim()));
        if found.as_ref() != Some(value) {
            let found = found.map_or_else(|| "not readable".to_owned(), |found| format!("read as {found:?}"));
            self.differs(name, format!("{text:?} is {spoken:?}: {found}, expected {value:?}"));
        }
    }

    pub(crate) fn differs(&mut self, name: &'static str, difference: String) {
        self.wrong.entry(name).or_default().push(difference);
    }

    /// Fails if something differs.
    pub(crate) fn finish(self) {
        assert!(self.tried > 0, "nothing was tried");
        let total: usize = self.wrong.values().map(Vec::len).sum();
        let mut lines = String::new();
        for (name, differences) in &self.wrong {
            lines.push_str(&format!("[{}] {name}: {} differences\n", self.language, differences.len()));
            for difference in differences.iter().take(SHOWN) {
                lines.push_str(&format!("  {difference}\n"));
            }
        }
        assert!(total == 0, "{total} of {} differ (seed {}):\n{lines}", self.tried, crate::seed());
    }
}
