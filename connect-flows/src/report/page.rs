//! Makes the file. The template is filled in one pass, so that no text that is filled in is read as a template.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde::Serialize;

use super::{
    Report,
    sound::{Channel, PEAKS_PER_SECOND},
};
use crate::clip::SAMPLE_RATE;

const TEMPLATE: &str = include_str!("page/page.html");

const STYLES: [&str; 2] = [include_str!("page/page.css"), include_str!("page/lanes.css")];

/// In the order in which they need each other.
const SCRIPTS: [&str; 9] = [
    include_str!("page/dom.js"),
    include_str!("page/sound.js"),
    include_str!("page/scale.js"),
    include_str!("page/waves.js"),
    include_str!("page/lanes.js"),
    include_str!("page/panel.js"),
    include_str!("page/picture.js"),
    include_str!("page/facts.js"),
    include_str!("page/main.js"),
];

/// The report with its sound.
#[derive(Serialize)]
struct Data<'r> {
    #[serde(flatten)]
    report: &'r Report,
    rate: u32,
    peaks_per_second: usize,
    heard: Channel,
    said: Channel,
}

pub(super) fn page(report: &Report) -> String {
    let data = Data {
        report,
        rate: SAMPLE_RATE,
        peaks_per_second: PEAKS_PER_SECOND,
        heard: Channel::of(&report.heard),
        said: Channel::of(&report.said),
    };
    // Serialisation can't fail: there are only strings, numbers and lists.
    let data = in_script(&serde_json::to_string(&data).unwrap_or_default());
    let picture = report.picture.as_deref().map(svg_element).unwrap_or_default();
    let nonce = nonce(&data, picture);
    let fill = |name: &str| match name {
        "nonce" => nonce.clone(),
        "title" => in_text(&report.title),
        "styles" => STYLES.concat(),
        "scripts" => SCRIPTS.concat(),
        "data" => data.clone(),
        "picture" => picture.to_owned(),
        _ => String::new(),
    };
    let mut sections = TEMPLATE.split("{{");
    let mut page = sections.next().unwrap_or_default().to_owned();
    for section in sections {
        let (name, rest) = section.split_once("}}").unwrap_or((section, ""));
        page.push_str(&fill(name));
        page.push_str(rest);
    }
    page
}

/// The word that marks the page's own script. Markup that came in with a text would have to guess it, and it depends on
/// that text. The same call always has the same page.
fn nonce(data: &str, picture: &str) -> String {
    let mut hasher = DefaultHasher::new();
    (data, picture).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// JSON that can stand inside of a script element.
fn in_script(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '<' => safe.push_str("\\u003c"),
            '>' => safe.push_str("\\u003e"),
            '&' => safe.push_str("\\u0026"),
            '\u{2028}' => safe.push_str("\\u2028"),
            '\u{2029}' => safe.push_str("\\u2029"),
            other => safe.push(other),
        }
    }
    safe
}

fn in_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The SVG element of a file, without a declaration before it.
fn svg_element(file: &str) -> &str {
    file.find("<svg").map_or("", |start| &file[start..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_in_a_script_stays_the_same_json() {
        let text = "</script><!-- & \u{2028}\u{2029} \"'";
        let json = serde_json::to_string(text).unwrap();
        let safe = in_script(&json);
        assert!(!safe.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{safe}");
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), text);
    }

    #[test]
    fn no_text_is_read_as_a_template() {
        let report = Report { title: "{{data}} <b>".into(), end: "{{styles}}".into(), ..Report::default() };
        let page = page(&report);
        assert!(page.contains("<title>{{data}} &lt;b&gt;"));
        assert!(page.contains(r#""end":"{{styles}}""#));
    }
}
