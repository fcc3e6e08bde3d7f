//! Cleaning as callers of the module use it.

use super::{clean, has_speech};

#[test]
fn markup_control_characters_and_emoji_leave_at_most_a_space() {
    for (text, expected) in [
        ("<speak>Hello<break time=\"1s\"/>there</speak>", "Hello there"),
        ("Hi\u{0}\u{7}there\u{200d}👋🏽!", "Hi there!"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ("a <b c", "a <b c"),
        ("- one\n- two", "one\n\ntwo"),
        ("co\u{ad}ope\u{200b}rate", "cooperate"),
        ("Write to <jane@example.com> or </p>us", "Write to <jane@example.com> or\n\nus"),
        ("Do:\n- one\n2. two\n-three", "Do:\n\none\n\n2. two -three"),
        ("one\ntwo", "one two"),
        ("one \n \n\n two", "one\n\ntwo"),
        ("  café, cafe\u{301}  ", "café, cafe\u{301}"),
        ("It costs €5 – really…", "It costs €5 – really…"),
        ("### Hours ###\n**Mon**: `9`", "Hours\n\nMon: 9"),
        ("2 * 3 * 4, snake_case_name, #5, C#", "2 * 3 * 4, snake_case_name, #5, C#"),
        ("[our shop](https://example.com/a(b)) ![logo](l.png)", "our shop logo"),
        ("[word](/wɜːd/)", "word"),
        ("a ~~b~~ c\n---\n> d", "a c\n\nd"),
        ("~~$40~~ $25, 9~~5, 네~~ ~~5", "$25, 9~5, 네 5"),
        ("| a | b |\n|---|---|\n| c | d |", "a, b\n\nc, d"),
        ("```rust\nlet a = b * c;\n```\nDone", "Done"),
        ("&lt;b&gt; &amp; &#39;x&#x27; &nosuch;", "<b> & 'x' &nosuch;"),
        ("👨‍👩‍👧 🇰🇷 1️⃣ ❤️ ok", "1 ok"),
        ("مرحبًا بكم שָׁלוֹם नमस्ते", "مرحبًا بكم שָׁלוֹם नमस्ते"),
        ("Card ****-****-****-1234.", "Card ****-****-****-1234."),
        ("****-****-****-1234", "****-****-****-1234"),
        ("010-****-1234, 900101-1****** 님", "010-****-1234, 900101-1****** 님"),
        ("1234-56**-****-7890", "1234-56**-****-7890"),
        ("Your card ****1234 and A12B***.", "Your card ****1234 and A12B***."),
        ("카드번호 ****-****-****-1234로", "카드번호 ****-****-****-1234로"),
        ("**bold 5** and **5**, **5 items** or **A1**-x", "bold 5 and 5, 5 items or A1-x"),
        ("the **2025-03-04** day: ***3***.", "the 2025-03-04 day: 3."),
        ("Use the <Settings> menu. Press <Enter>.", "Use the Settings menu. Press Enter."),
        ("Press <Menu> or <F1>.<br><nav>x</nav>", "Press Menu or F1. x"),
        ("a <think>b</think> <amazon:x>c</amazon:x>", "a b c"),
        ("ends inside **bold", "ends inside bold"),
        ("ends inside [a link](http", "ends inside [a link](http"),
    ] {
        assert_eq!(clean(text), expected, "{text:?}");
    }
}

#[test]
fn speech_needs_a_letter_or_a_digit() {
    assert!(has_speech("네"));
    assert!(has_speech("7"));
    assert!(!has_speech("… — ?!"));
}
