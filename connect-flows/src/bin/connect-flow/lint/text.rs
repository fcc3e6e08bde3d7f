//! Findings for people: each with the line of the file, and a last line that sums up.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use connect_flows::{json::Span, lint::Finding, source::Source};

use super::report::Report;

/// Columns of the output where the terminal does not say its width.
const WIDTH: usize = 120;

pub(super) fn write(report: &Report) -> String {
    let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).unwrap_or(WIDTH);
    // Colours are removed later where they are not wanted.
    let renderer = Renderer::styled().term_width(width);
    let mut text = String::new();
    for (source, finding) in report.findings() {
        text.push_str(&shown(&renderer, source, finding));
        text.push_str("\n\n");
    }
    text.push_str(&summary(report));
    text
}

fn shown(renderer: &Renderer, source: &Source, finding: &Finding) -> String {
    let line = Line::of(source, &finding.span);
    let code = finding.rule.to_string();
    let level = if finding.is_error() { Level::ERROR } else { Level::WARNING };
    let snippet = Snippet::source(line.text)
        .path(&source.name)
        .line_start(line.number)
        .annotation(AnnotationKind::Primary.span(line.span));
    let group = Group::with_title(level.primary_title(finding.sentence()).id(code))
        .element(snippet)
        .element(Level::HELP.message(&finding.remedy));
    renderer.render(&[group])
}

/// The line in which a finding begins.
struct Line<'s> {
    number: usize,
    text: &'s str,
    /// The finding's bytes in the line.
    span: Span,
}

impl<'s> Line<'s> {
    fn of(source: &'s Source, span: &Span) -> Self {
        let text = &source.text;
        let at = text.floor_char_boundary(span.start.min(text.len()));
        let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let start = text[..at].rfind('\n').map_or(mark, |end| end + 1);
        let end = text[at..].find(['\n', '\r']).map_or(text.len(), |length| at + length);
        let at = at.max(start);
        let last = text.floor_char_boundary(span.end.clamp(at, end.max(at)));
        Self {
            number: source.position(at).line,
            text: text.get(start..end).unwrap_or_default(),
            span: at - start..last - start,
        }
    }
}

fn summary(report: &Report) -> String {
    let count = |number: usize, word: &str| format!("{number} {word}{}", if number == 1 { "" } else { "s" });
    let (errors, warnings) = (report.errors(), report.warnings());
    let files = count(report.judged, "file");
    let unread = match report.unread.len() {
        0 => String::new(),
        unread => format!(", {} not read", count(unread, "file")),
    };
    format!("{files}: {}, {}{unread}\n", count(errors, "error"), count(warnings, "warning"))
}
