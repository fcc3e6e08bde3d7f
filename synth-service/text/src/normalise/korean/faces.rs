//! Laughter, tears, faces and short answers of chats. Faces are seen, not said.

use std::sync::LazyLock;

use super::rule::{Rule, compile_beside};

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    compile_beside(&[
        (r"ㅇㅋ|ㅇㅇ|ㄴㄴ|ㄱㅅ|ㅊㅋ|ㅈㅅ|ㅂㅂ|ㅅㄱ", |found| {
            let short = [
                ("ㅇㅋ", "오케이"),
                ("ㅇㅇ", "응"),
                ("ㄴㄴ", "아니"),
                ("ㄱㅅ", "감사"),
                ("ㅊㅋ", "축하"),
                ("ㅈㅅ", "죄송"),
                ("ㅂㅂ", "바이바이"),
                ("ㅅㄱ", "수고"),
            ];
            short.iter().find(|(written, _)| *written == found.group(0)).map(|(_, word)| (*word).to_owned())
        }),
        (r"\^[oO-]\^;*", |_| Some(String::new())),
        (r" ?\((?:\^[_.oO-]?\^|[TㅠㅜQ]_{1,2}[TㅠㅜQ]|>_<|-_-|o_o|O_O)[;~]*\)", |_| Some(String::new())),
        (r"(?:^| )(?:T_T|Q_Q|o_o|O_O)", |found| {
            (!found.after().starts_with(|it: char| it.is_ascii_alphanumeric())).then(String::new)
        }),
        (r" ?(?:[ㅋㅎㄷㅠㅜㅡ]+|\^[_.]?\^;*| --;+|[ㅠㅜ]_[ㅠㅜ]|-_-;*|>_<|;;+)", |_| {
            Some(String::new())
        }),
        (r"(?:^| )[:;]-?[DPpO]", |found| {
            (!found.after().starts_with(|it: char| it.is_alphanumeric())).then(String::new)
        }),
        (r" *[:;] *-? *[)(]", |found| {
            let is_last = |it: char| " .!?~다요죠까네".contains(it);
            let begins = found.group(0).starts_with(' ') || found.before().is_empty();
            let stands = begins || found.before().ends_with(is_last);
            let ends = !found.after().starts_with(|it: char| !it.is_whitespace());
            (stands && ends).then(String::new)
        }),
    ])
});
