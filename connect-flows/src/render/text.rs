//! Texts that fit into a width, and texts in XML.

/// Width of a text in a usual sans-serif font, in pixels. Rather too wide than too narrow: nobody knows the font.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(|character| advance(character) * size).sum()
}

fn advance(character: char) -> f64 {
    match character {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.32,
        'f' | 't' | 'r' | ' ' | '(' | ')' | '[' | ']' | '/' | '-' | '"' => 0.42,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.95,
        'A'..='Z' | '_' | '&' | '=' | '+' | '<' | '>' => 0.74,
        character if character.is_ascii() => 0.61,
        // Scripts with wide signs.
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{d7ff}' | '\u{f900}'..='\u{ffff}' => 1.0,
        character if character as u32 > 0xffff => 1.2,
        _ => 0.7,
    }
}

/// The text on one line, cut with an ellipsis where it is too wide.
pub(super) fn shorten(text: &str, size: f64, room: f64) -> String {
    let text = one_line(text);
    if width(&text, size) <= room {
        return text;
    }
    let mut kept = String::new();
    let mut used = width("…", size);
    for character in text.chars() {
        used += advance(character) * size;
        if used > room {
            break;
        }
        kept.push(character);
    }
    format!("{}…", kept.trim_end())
}

/// The text on at most `most` lines, broken at spaces, cut with an ellipsis.
pub(super) fn wrap(text: &str, size: f64, room: f64, most: usize) -> Vec<String> {
    let text = one_line(text);
    let mut lines = Vec::new();
    let mut rest = text.as_str();
    while !rest.is_empty() {
        if lines.len() + 1 >= most || width(rest, size) <= room {
            lines.push(shorten(rest, size, room));
            break;
        }
        let end = break_at(rest, size, room);
        lines.push(rest[..end].trim_end().to_owned());
        rest = rest[end..].trim_start();
    }
    lines
}

/// The byte at which a line ends: after the last space that fits, or in a word that is too long.
fn break_at(text: &str, size: f64, room: f64) -> usize {
    let (mut used, mut space, mut end) = (0.0, None, text.len());
    for (index, character) in text.char_indices() {
        used += advance(character) * size;
        if used > room && index > 0 {
            end = index;
            break;
        }
        // Paths and references may break before a full stop or slash.
        if character == ' ' || (matches!(character, '.' | '/' | '_' | '-') && used > room * 0.6) {
            space = Some(if character == ' ' { index + 1 } else { index });
        }
    }
    space.filter(|space| *space > 0).unwrap_or(end)
}

/// Without line breaks and repeated spaces, and bounded: a prompt may have thousands of characters.
fn one_line(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if line.len() > 400 {
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.chars().take(400));
    }
    line
}

/// The text for an element or attribute of XML. Characters that XML forbids are dropped.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            '\u{fffe}' | '\u{ffff}' => {}
            character if character.is_control() => {}
            character => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_to_the_room() {
        assert_eq!(shorten("short", 10.0, 100.0), "short");
        let cut = shorten("a text that is much too long for the room", 10.0, 100.0);
        assert!(cut.ends_with('…') && width(&cut, 10.0) <= 101.0, "{cut}");
        let lines = wrap("one two three four five six seven eight nine ten", 10.0, 100.0, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|line| width(line, 10.0) <= 101.0), "{lines:?}");
        assert!(wrap("한국어로된매우긴문장입니다만끝나지않습니다", 10.0, 100.0, 3).len() == 3);
        assert!(wrap(" \n ", 10.0, 100.0, 3).is_empty());
        assert_eq!(wrap("$.External.AVeryLongNameIndeed", 10.0, 120.0, 2).len(), 2);
    }

    #[test]
    fn markup_and_forbidden_characters_are_escaped() {
        assert_eq!(escape("<a b=\"c\">&'\u{0}\n"), "&lt;a b=&quot;c&quot;&gt;&amp;&#39; ");
    }
}
