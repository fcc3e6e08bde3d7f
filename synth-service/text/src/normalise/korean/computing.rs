//! Signs of computing: keys that are held together, paths, ports, hexadecimal numbers, names with underscores.

use std::sync::LazyLock;

use super::{
    code_signs, codes, hangul, letters,
    numerals::{Zero, english_digit, one_by_one},
    romanised,
    rule::{Rule, Text, apply, compile},
};

const KEYS: [(&str, &str); 18] = [
    ("ctrl", "컨트롤"),
    ("control", "컨트롤"),
    ("alt", "알트"),
    ("shift", "시프트"),
    ("cmd", "커맨드"),
    ("command", "커맨드"),
    ("⌘", "커맨드"),
    ("option", "옵션"),
    ("win", "윈도우"),
    ("fn", "에프엔"),
    ("esc", "이에스씨"),
    ("del", "딜리트"),
    ("delete", "딜리트"),
    ("tab", "탭"),
    ("enter", "엔터"),
    ("space", "스페이스"),
    ("home", "홈"),
    ("end", "엔드"),
];

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    compile(&[
        (
            r"(?i:ctrl|control|alt|shift|cmd|command|⌘|option|win|fn)(?: ?\+ ?(?:[A-Za-z]+\d{0,2}|\d|⌘))+",
            |found| {
                let keys = found.group(0).split('+').map(|key| self::key(key.trim()));
                let is_part = found.before().ends_with(|it: char| it.is_ascii_alphanumeric());
                (!is_part).then(|| keys.collect::<Vec<_>>().join(" 플러스 "))
            },
        ),
        (r"\b(?i:(ctrl|alt|esc))", |found| {
            let is_part = found.after().starts_with(|it: char| it.is_ascii_alphanumeric());
            // ALT is a value of the liver too.
            (!is_part && found.group(1) != "ALT").then(|| key(found.group(1)))
        }),
        // C:\Users\kim, /etc/hosts, ~/Downloads/a.txt
        (r"([A-Za-z]):((?:\\(?:[A-Za-z0-9_-]+|[가-힣][가-힣0-9_-]*)(?:\.[A-Za-z0-9]+)*)*)\\?", |found| {
            let is_part = found.before().ends_with(|it: char| it.is_ascii_alphanumeric());
            let is_path = found.group(0).contains('\\') && !is_part;
            is_path.then(|| format!("{} 드라이브{}", letters::spell(found.group(1)), path(found.group(2))))
        }),
        (r"~?(?:/[A-Za-z][A-Za-z0-9_.-]*){2,}/?", |found| {
            let is_path = found.before().is_empty() || found.before().ends_with([' ', '(', '\'', '"']);
            is_path.then(|| path(found.group(0)).trim_start().to_owned())
        }),
        (r"0[xX]([0-9A-Fa-f]+)", |found| {
            let is_part = found.before().ends_with(|it: char| it.is_ascii_alphanumeric())
                || found.after().starts_with(|it: char| it.is_ascii_alphanumeric());
            (!is_part).then(|| format!("영엑스 {}", codes::code(&found.group(1).to_ascii_uppercase())))
        }),
        // 192.168.0.1:8080, localhost:3000
        (r"(\d{1,3}(?:\.\d{1,3}){3}|localhost):(\d{2,5})", |found| {
            let is_port = !found.after().starts_with(|it: char| it.is_ascii_digit());
            is_port.then(|| format!("{} 포트 {}", found.group(1), one_by_one(found.group(2), Zero::Gong)))
        }),
        // 10.0.0.5/24: the bits of a network.
        (r"(\d{1,3}(?:\.\d{1,3}){3})/(\d{1,2})", |found| {
            found.stands_alone().then(|| format!("{} 슬래시 {}", found.group(1), found.group(2)))
        }),
        // docker run -p 8080:80
        (r"(-p |포트 ?)(\d{2,5}):(\d{2,5})", |found| {
            let port = |index| one_by_one(found.group(index), Zero::Gong);
            found.stands_alone().then(|| format!("{}{} 콜론 {}", found.group(1), port(2), port(3)))
        }),
        // 비밀번호는 guest2025!입니다: every character is said.
        (
            r"((?:비밀번호|비번|패스워드|암호)(?:는|은|가|를|을|로)? ?:? ?['\x22\[]?)([A-Za-z0-9!@#$%&*/_-]{4,})",
            |found| {
                let has = |is_in: fn(char) -> bool| found.group(2).contains(is_in);
                let is_mixed = has(|it| it.is_ascii_alphabetic()) && has(|it| it.is_ascii_digit());
                // "1234!입니다": the sentence goes on, so the mark is a part of it.
                let has_mark = has(|it| it.is_ascii_digit())
                    && found.group(2).ends_with(['!', '@', '#'])
                    && found.after().starts_with(hangul::is_syllable);
                let is_typed = (is_mixed || has_mark) && !found.after().starts_with(['~', ',']);
                is_typed
                    .then(|| format!("{} {}", found.group(1).trim_end(), path(found.group(2)).trim_start()))
            },
        ),
        // 404 Not Found, 503 에러: states of a server.
        (r"([45]0[1-9])( ?(?:(?i:not |bad |forbidden|gateway|unauthorized|error)|에러|오류))", |found| {
            let state = one_by_one(found.group(1), Zero::Gong);
            found.stands_alone().then(|| format!("{state}{}", found.group(2)))
        }),
        // help_2024, user_name
        (r"[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+", |found| {
            let is_part = found.before().ends_with(['@', '.', '/']) || found.after().starts_with(['@', '/']);
            (!is_part).then(|| path(found.group(0)))
        }),
        // i7-13700K
        (r"i([3579])-(\d{4,5})([A-Z]{0,2})", |found| {
            let family = english_digit(found.group(1).chars().next()?)?;
            let is_part = found.before().ends_with(|it: char| it.is_ascii_alphanumeric())
                || found.after().starts_with(|it: char| it.is_ascii_alphanumeric());
            let number = one_by_one(found.group(2), Zero::Gong);
            let name = format!("아이 {family}, {number} {}", letters::spell(found.group(3)));
            (!is_part).then(|| name.trim_end().to_owned())
        }),
        // A1:B10, cells of a sheet
        (r"([A-Z]{1,2})(\d{1,4}):([A-Z]{1,2})(\d{1,4})", |found| {
            let cell = |column, row| format!("{} {}", letters::spell(found.group(column)), found.group(row));
            found.stands_alone().then(|| format!("{}에서 {}", cell(1, 2), cell(3, 4)))
        }),
        // main.py
        (
            r"[A-Za-z0-9][A-Za-z0-9_-]*\.(?:py|ipynb|md|txt|js|ts|tsx|jsx|html?|css|json|csv|xlsx?|docx?|pptx?|pdf|hwpx?|jpe?g|png|gif|svg|mp4|mp3|wav|zip|exe|apk|java|cpp|rs|go|sh|ya?ml|toml|ini|log|sql|env)",
            |found| {
                let is_part = found.before().ends_with(['@', '.', '/', '-'])
                    || found.after().starts_with(|it: char| it.is_ascii_alphanumeric() || it == '/');
                (!is_part).then(|| path(found.group(0)).trim_start().to_owned())
            },
        ),
        // GPT-4o
        (r"(?i:gpt)-?4o", |found| {
            let goes_on = found.after().starts_with(|it: char| it.is_ascii_alphanumeric());
            (!goes_on).then(|| "지피티 포오".to_owned())
        }),
        // 10.x
        (r"(\d+(?:\.\d+)*)\.x", |found| {
            let goes_on = found.after().starts_with(|it: char| it.is_ascii_alphanumeric());
            (!goes_on).then(|| format!("{} 점 엑스", found.group(1)))
        }),
    ])
});

/// The text with such signs in words.
pub(super) fn read(text: &mut Text) {
    apply(&RULES, text);
}

fn key(written: &str) -> String {
    let lower = written.to_ascii_lowercase();
    if let Some((_, name)) = KEYS.iter().find(|(key, _)| *key == lower) {
        return (*name).to_owned();
    }
    // F4 is a key of its own, and so is 4.
    let name = written.trim_end_matches(|it: char| it.is_ascii_digit());
    let number = &written[name.len()..];
    let digit = number.parse().ok().and_then(english_digit).filter(|_| name == "F");
    let name = if name.len() > 1 { word(name) } else { letters::spell(name) };
    digit.map_or_else(|| format!("{name}{number}"), |digit| format!("{name} {digit}"))
}

/// Each part of a path or a name, with the signs between them.
fn path(written: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut rest = written;
    while let Some(first) = rest.chars().next() {
        let run = |is_in: fn(char) -> bool| rest.find(|it: char| !is_in(it)).unwrap_or(rest.len());
        let length = match first {
            '0'..='9' => run(|it| it.is_ascii_digit()),
            _ if first.is_alphabetic() => run(char::is_alphabetic),
            _ => first.len_utf8(),
        };
        let (part, behind) = rest.split_at(length);
        rest = behind;
        parts.push(match first {
            '0'..='9' => one_by_one(part, Zero::Gong),
            _ if first.is_ascii_alphabetic() => word(part),
            _ => code_signs::name(first).unwrap_or(part).to_owned(),
        });
    }
    format!(" {}", parts.join(" ")).trim_end().to_owned()
}

/// "etc" of a path is no "and so on".
fn word(part: &str) -> String {
    let said = if part == "etc" { letters::spell(part) } else { romanised::label(part) };
    // "abcd" of a password is no word.
    if said == part && part.len() <= 4 { letters::spell(part) } else { said }
}
