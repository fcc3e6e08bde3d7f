//! How an operator's words are matched, which files are refused, and how changes of a file are seen.

#![allow(clippy::expect_used, reason = "a test that can't write its files can only stop")]

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use text::lexicon::Clock;
use text::{Lexicon, LexiconFile, LexiconFolder};
use text::{Sentence, Span};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

fn lexicon(content: &str) -> Lexicon {
    Lexicon::parse("test", content.as_bytes()).expect("a good lexicon")
}

/// The spans in one line, with each pronunciation in slashes after its words.
fn said(lexicon: &Lexicon, text: &str) -> String {
    let spans = lexicon.apply(&Sentence::plain(text)).spans;
    let written = spans.iter().map(|span| match &span.ipa {
        Some(ipa) => format!("{}/{ipa}/", span.text),
        None => span.text.clone(),
    });
    written.collect::<Vec<_>>().join(" | ")
}

fn check(entries: &str, rows: &[(&str, &str)]) {
    let lexicon = lexicon(entries);
    for (text, expected) in rows {
        assert_eq!(said(&lexicon, text), *expected, "{text:?} with {entries:?}");
    }
}

#[test]
fn whole_words_are_replaced() {
    let entries =
        "# names\n\n  # indented\nSQL = sequel\nFirstword = first word\nNguyen = /ˈwɪn/\nC# = C sharp\r\n";
    check(
        entries,
        &[
            ("Ask SQL.", "Ask sequel."),
            ("SQL", "sequel"),
            ("SQLite and MySQL and SQL2 are not", "SQLite and MySQL and SQL2 are not"),
            ("\"SQL\", (SQL)/SQL-SQL's", "\"sequel\", (sequel)/sequel-sequel's"),
            ("Firstword's C# here, Firstwords", "first word's C sharp here, Firstwords"),
            ("Nothing here", "Nothing here"),
            ("", ""),
        ],
    );
}

#[test]
fn case_counts_where_the_entry_has_capitals() {
    let entries = "US = U S\nus = everyone\nécole = school\nHello World = greetings\nß = sharp s";
    check(
        entries,
        &[
            ("US and us and Us", "U S and everyone and everyone"),
            ("École, ÉCOLE, école", "school, school, school"),
            ("hello world, Hello World, HELLO WORLD", "hello world, greetings, HELLO WORLD"),
            ("ß, ẞ", "sharp s, ẞ"),
        ],
    );
}

#[test]
fn signs_are_part_of_a_word() {
    let entries = "C++ = C plus plus\nC+ = C plus\n.NET = dot net\n@home = at home\norder no. = order number\n\
                   24 = twenty-four seven\na=b = a equals b\nAT&T=A T and T";
    check(
        entries,
        &[
            ("C++ and C+, C+++ no", "C plus plus and C plus, C+++ no"),
            ("(C++).", "(C plus plus)."),
            ("C++11 XC++", "C++11 XC++"),
            ("Use .NET. ASP.NET is ..NET", "Use dot net. ASP.NET is ..NET"),
            ("@home, me@home, @homes", "at home, me@home, @homes"),
            ("Your order no. 5, Order No. 6", "Your order number 5, order number 6"),
            (
                "24, 24.5, 1,24, 24-7, 24. And 24.",
                "twenty-four seven, 24.5, 1,24, 24-7, twenty-four seven. And twenty-four seven.",
            ),
            ("Let a=b now", "Let a equals b now"),
            ("AT&T called", "A T and T called"),
        ],
    );
}

#[test]
fn the_longest_entry_wins_and_a_failed_one_falls_back() {
    let entries = "order = purchase\norder no = number\nno = none\ncafe = coffee house";
    check(
        entries,
        &[
            ("order no 5", "number 5"),
            ("order now", "purchase now"),
            ("no order, no", "none purchase, none"),
            ("cafe\u{301} cafe", "cafe\u{301} coffee house"),
        ],
    );
}

#[test]
fn korean_words_may_have_particles() {
    let entries = "은행 = 우리 지점\nSQL = 에스큐엘\n홍길동 = /hoŋɡildoŋ/\n고객 센터 = 상담소\n漢字 = 한자";
    check(
        entries,
        &[
            ("은행에서 기다리세요.", "우리 지점에서 기다리세요."),
            ("은행, 은행입니다. 은행까지는", "우리 지점, 우리 지점입니다. 우리 지점까지는"),
            ("은행나무와 한국은행은 다릅니다", "은행나무와 한국은행은 다릅니다"),
            ("SQL은 쉽고 MySQL은 아닙니다", "에스큐엘은 쉽고 MySQL은 아닙니다"),
            ("신규SQL과정", "신규에스큐엘과정"),
            ("홍길동님께서는 고객 센터로 오세요", "홍길동/hoŋɡildoŋ/ | 님께서는 상담소로 오세요"),
            ("5은행 A은행", "5은행 A은행"),
            ("이漢字는", "이한자는"),
        ],
    );
}

#[test]
fn a_pronunciation_becomes_a_span_with_the_rate_and_the_pause_at_the_end() {
    let lexicon = lexicon("nguyen = /ˈwɪn/\npecan = /pɪˈkɑːn/\nSQL = sequel");
    let span = Span { rate: 0.8, pause_ms: 500, ..Span::plain("Ms. Nguyen likes pecan, SQL.") };
    let fixed = Span { ipa: Some("sɪkwəl".to_owned()), ..Span::plain("SQL") };
    let quick = |text: &str, ipa: Option<&str>, pause_ms| Span {
        text: text.to_owned(),
        ipa: ipa.map(str::to_owned),
        rate: 0.8,
        pause_ms,
    };
    let found = lexicon.apply(&Sentence { spans: vec![span, fixed.clone(), Span::plain("")] });
    assert_eq!(
        found.spans,
        [
            quick("Ms.", None, 0),
            quick("Nguyen", Some("ˈwɪn"), 0),
            quick("likes", None, 0),
            quick("pecan", Some("pɪˈkɑːn"), 0),
            quick(", sequel.", None, 500),
            fixed,
            Span::plain(""),
        ]
    );
    let only = lexicon.apply(&Sentence { spans: vec![Span { pause_ms: 70, ..Span::plain(" pecan ") }] });
    assert_eq!(only.spans, [Span { ipa: Some("pɪˈkɑːn".to_owned()), pause_ms: 70, ..Span::plain("pecan") }]);
}

#[test]
fn respellings_hold_other_words() {
    check(
        "DBA = database admin\ndatabase = data base\nadmin = /ˈædmɪn/\nDBAs = many DBA and more",
        &[
            ("Ask a DBA now", "Ask a data base | admin/ˈædmɪn/ | now"),
            ("DBAs", "many data base | admin/ˈædmɪn/ | and more"),
        ],
    );
    // Replaced text is not searched again.
    check("New York = York\nYork = the city of Yorkshire", &[("New York", "the city of Yorkshire")]);
}

#[test]
fn the_lexicon_on_top_wins() {
    let tenant = lexicon("sql = squeal\nacme = /ˈækmi/\nroute = root");
    let voice =
        lexicon("SQL = sequel\nSQL Server = sequel server\nrouter = row ter\nsqueal = squeak\nroot = bottom");
    let both = tenant.over(&voice);
    for (text, expected) in [
        ("SQL", "squeal"),
        ("SQL Server", "sequel server"),
        ("sql server", "squeal server"),
        ("a router, a route", "a row ter, a root"),
        ("squeal at acme", "squeak at | acme/ˈækmi/"),
    ] {
        assert_eq!(said(&both, text), expected, "{text:?}");
    }
    let none = Lexicon::default();
    assert!(none.over(&none).is_empty() && lexicon("# nothing").is_empty() && !both.is_empty());
    assert_eq!(said(&none.over(&voice), "SQL"), "sequel");
    assert_eq!(said(&voice.over(&none), "SQL"), "sequel");
}

#[test]
fn bad_lines_are_named_with_what_to_do() {
    let chain: String = (0..40).map(|step| format!("w{step} = w{}\n", step + 1)).collect();
    let many: String = (0..20_001).map(|entry| format!("w{entry} = x\n")).collect();
    let growing: String = (b'a'..=b'y')
        .map(|letter| {
            let next = char::from(letter + 1);
            format!("{}x = {next}x {next}x {next}x\n", char::from(letter))
        })
        .collect();
    let long = format!("a = b\n{} = c", "a".repeat(1_000));
    let large = "# comment\n".repeat(100_001);
    for (content, line, message) in [
        ("SQL", 1, "there is no = here: write WORD = RESPELLING"),
        ("a = b\n\n= c", 3, "nothing stands before the =: write the word"),
        ("a = b\nSQL =  ", 2, "nothing follows the =: write how"),
        ("SQL = --", 1, "no letter and no digit"),
        ("a = /wɪn", 1, "between two slashes: write /…/"),
        ("a = wɪn/", 1, "between two slashes"),
        ("a = /", 1, "between two slashes"),
        ("a = /wɪn/ or /win/", 1, "between two slashes"),
        ("a = //", 1, "nothing stands between the slashes"),
        ("a = / ˈ /", 1, "nothing stands between the slashes"),
        ("a = b\nc = /w1n/", 2, "'1' is not a phonetic sign: write the pronunciation in IPA"),
        ("a = /W/", 1, "'W' is not a phonetic sign"),
        ("a = b\nb = c\n# x\na = d", 4, "\"a\" has another entry on line 1: remove one of them"),
        ("a = /b/\na = b", 2, "\"a\" has another entry on line 1"),
        ("x = a\na = b\nb = a", 2, "\"a\" leads back to itself (a → b → a): remove one of them"),
        ("a = the a", 1, "\"a\" leads back to itself (a → a)"),
        ("c = d\nnasa = NASA", 2, "\"nasa\" leads back to itself (nasa → nasa)"),
        (&chain, 1, "\"w0\" takes more than 32 steps to resolve"),
        (&growing, 20, "becomes longer than 2000 bytes"),
        (&many, 20_001, "this is more than 20000 entries: remove some"),
        (&long, 2, "this line is longer than 1000 bytes"),
        (&large, 100_001, "the file is larger than 1000000 bytes"),
    ] {
        let error = Lexicon::parse("voice.lexicon", content.as_bytes()).expect_err(message).to_string();
        assert!(error.starts_with(&format!("lexicon voice.lexicon line {line}: ")), "{error} for {message}");
        assert!(error.contains(message) && !error.contains('\n'), "{error} for {message}");
    }
    let error = Lexicon::parse("x", b"a = b\nc = \xff\n").expect_err("no UTF-8").to_string();
    assert_eq!(error, "lexicon x line 2: this is not UTF-8: save the file as UTF-8");
}

#[test]
fn good_lines_that_look_odd() {
    let parsed = lexicon(
        "\u{feff}SQL = sequel\r\nSQL = sequel\r\n\tTab\t=\tbar and stool\nw/o = without\nand/or = and or",
    );
    for (text, expected) in [
        ("SQL", "sequel"),
        ("Tab", "bar and stool"),
        ("w/o it and/or", "without it and or"),
        ("W/O", "without"),
    ] {
        assert_eq!(said(&parsed, text), expected, "{text:?}");
    }
    assert!(Lexicon::parse("none", b"").expect("an empty file").is_empty());
}

#[test]
fn no_content_and_no_text_makes_it_panic() {
    let parts = [
        "a", "A", "=", " = ", "/", "#", "\n", " ", "가", "은", "é", "\u{301}", "İ", "🎉", ".", "+", "1", "漢",
    ];
    let mut state = 7_u64;
    let mut random = |length: usize| -> String {
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            parts[usize::try_from(state >> 33).expect("31 bits") % parts.len()]
        };
        (0..length).map(|_| next()).collect()
    };
    for _ in 0..5_000 {
        let content = random(8);
        if let Ok(lexicon) = Lexicon::parse("random", content.as_bytes()) {
            let text = random(20);
            let _ = lexicon.apply(&Sentence::plain(text));
        }
    }
}

#[test]
fn long_texts_and_large_lexicons_are_quick() {
    let many: String = (0..20_000).map(|entry| format!("word{entry} = spoken {entry}\n")).collect();
    let nested: String = (1..60).map(|words| format!("{}= x\n", "a ".repeat(words))).collect();
    let started = Instant::now();
    for (entries, text) in [
        (&many, "word5 and word19999 go ".repeat(2_200)),
        (&nested, "a ".repeat(10_000)),
        (&nested, "aa".repeat(10_000)),
        (&"은행 = x\n".to_owned(), "은행에서는까지도부터는 ".repeat(1_500)),
    ] {
        let _ = lexicon(entries).apply(&Sentence::plain(text));
    }
    let taken = started.elapsed();
    assert!(taken < Duration::from_secs(30), "{taken:?}");
}

/// A clock that stands still until a test advances it.
struct Stage {
    milliseconds: Arc<AtomicU64>,
}

impl Stage {
    fn new() -> Self {
        Self { milliseconds: Arc::default() }
    }

    fn clock(&self) -> Clock {
        let start = Instant::now();
        let milliseconds = Arc::clone(&self.milliseconds);
        Arc::new(move || start + Duration::from_millis(milliseconds.load(Ordering::Relaxed)))
    }

    fn wait_ms(&self, milliseconds: u64) {
        self.milliseconds.fetch_add(milliseconds, Ordering::Relaxed);
    }
}

/// Writes a file whose modification time is `second` seconds after a fixed time.
fn write(path: &Path, content: &str, second: u64) {
    fs::write(path, content).expect("a written file");
    let file = File::options().write(true).open(path).expect("the file");
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 + second)).expect("a time");
}

/// Counts the events that are logged.
#[derive(Clone, Default)]
struct Log(Arc<AtomicUsize>);

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        assert_eq!(*event.metadata().level(), tracing::Level::ERROR);
        self.0.fetch_add(1, Ordering::Relaxed);
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[test]
fn a_changed_file_is_read_again_within_a_second() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("voice.lexicon");
    let stage = Stage::new();
    let file = LexiconFile::with_clock(&path, stage.clock()).expect("a missing file is an empty lexicon");
    let spoken = || said(&file.current(), "SQL");
    assert!(file.current().is_empty());

    write(&path, "SQL = sequel", 1);
    assert_eq!(spoken(), "SQL", "looked at less than a second ago");
    stage.wait_ms(999);
    assert_eq!(spoken(), "SQL");
    stage.wait_ms(1);
    assert_eq!(spoken(), "sequel");
    let before = file.current();
    stage.wait_ms(1_000);
    assert!(Arc::ptr_eq(&before, &file.current()), "read again without a change");

    write(&path, "SQL = squeal", 2);
    stage.wait_ms(1_000);
    assert_eq!(spoken(), "squeal", "the same length, another time");
    write(&path, "SQL = es queue el", 2);
    stage.wait_ms(1_000);
    assert_eq!(spoken(), "es queue el", "the same time, another length");
    fs::remove_file(&path).expect("removed");
    stage.wait_ms(1_000);
    assert!(file.current().is_empty());
}

#[test]
fn a_wrong_version_is_logged_once_and_the_last_good_one_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("voice.lexicon");
    write(&path, "SQL = sequel", 1);
    let stage = Stage::new();
    let file = LexiconFile::with_clock(&path, stage.clock()).expect("a good file");
    let log = Log::default();
    tracing::subscriber::with_default(log.clone(), || {
        write(&path, "SQL = ", 2);
        for _ in 0..5 {
            stage.wait_ms(1_000);
            assert_eq!(said(&file.current(), "SQL"), "sequel");
        }
        assert_eq!(log.0.load(Ordering::Relaxed), 1);
        write(&path, "SQL = squeal", 3);
        stage.wait_ms(1_000);
        assert_eq!(said(&file.current(), "SQL"), "squeal");
        assert_eq!(log.0.load(Ordering::Relaxed), 1);
    });
}

#[test]
fn a_file_that_is_wrong_from_the_start_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("voice.lexicon");
    write(&path, "a = b\nc", 1);
    let error = LexiconFile::open(&path).err().expect("a bad line").to_string();
    assert!(error.contains("voice.lexicon line 2: there is no ="), "{error}");
    let error = LexiconFile::open(folder.path()).err().expect("a folder is not a file").to_string();
    assert!(error.contains("can't be read") && !error.contains('\n'), "{error}");
}

#[test]
fn tenants_have_files_of_their_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let tenants = folder.path().join("tenants");
    let stage = Stage::new();
    let lexicons = LexiconFolder::with_clock(&tenants, stage.clock());
    assert!(lexicons.get("acme").is_none(), "no folder yet");

    fs::create_dir(&tenants).expect("a folder");
    write(&tenants.join("acme.lexicon"), "SQL = sequel", 1);
    write(&tenants.join("Other_1-b.lexicon"), "SQL = squeal", 1);
    write(&folder.path().join("secret.lexicon"), "SQL = secret", 1);
    let spoken = |tenant: &str| lexicons.get(tenant).map(|lexicon| said(&lexicon, "SQL"));
    assert_eq!(spoken("acme").as_deref(), Some("sequel"), "a new file is found at once");
    assert_eq!(spoken("Other_1-b").as_deref(), Some("squeal"));
    let long = "a".repeat(65);
    for name in
        ["", "nobody", "../secret", "secret", "..", "acme.lexicon", "a/b", "a\\b", "acme\0", "한국", &long]
    {
        assert!(lexicons.get(name).is_none(), "{name:?}");
    }

    write(&tenants.join("acme.lexicon"), "SQL = es queue el", 2);
    stage.wait_ms(1_000);
    assert_eq!(spoken("acme").as_deref(), Some("es queue el"));
    fs::remove_file(tenants.join("acme.lexicon")).expect("removed");
    stage.wait_ms(1_000);
    assert_eq!(spoken("acme"), None);
    write(&tenants.join("acme.lexicon"), "SQL = sequel", 3);
    stage.wait_ms(1_000);
    assert_eq!(spoken("acme").as_deref(), Some("sequel"));
}

#[test]
fn a_tenants_wrong_file_is_logged_once_until_it_is_put_right() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("acme.lexicon");
    write(&path, "SQL", 1);
    let stage = Stage::new();
    let lexicons = LexiconFolder::with_clock(folder.path(), stage.clock());
    let log = Log::default();
    tracing::subscriber::with_default(log.clone(), || {
        for _ in 0..3 {
            assert!(lexicons.get("acme").is_none());
            stage.wait_ms(1_000);
        }
        assert_eq!(log.0.load(Ordering::Relaxed), 1);
        write(&path, "SQL = sequel", 2);
        stage.wait_ms(1_000);
        assert!(lexicons.get("acme").is_some());
    });
}
