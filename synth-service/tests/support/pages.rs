//! The files of pages: their headers, and that they name nothing from elsewhere.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

use std::collections::BTreeSet;

use reqwest::{Client, StatusCode};

/// Checks a page and all files that it and its modules name; returns their paths.
pub(crate) async fn check(http: &Client, url: &str, page: &str) -> BTreeSet<String> {
    let (mut seen, mut waiting) = (BTreeSet::new(), vec![page.to_owned()]);
    while let Some(path) = waiting.pop() {
        if seen.insert(path.clone()) {
            let content = file(http, url, &path).await;
            waiting.extend(named(&path, &content));
        }
    }
    seen
}

/// The content of a file.
async fn file(http: &Client, url: &str, path: &str) -> String {
    let answer = http.get(format!("{url}{path}")).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
    let policy = header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    for source in ["unsafe", "http:", "https:", "data:", "*"] {
        assert!(!policy.contains(source), "{path}: {policy}");
    }
    assert_eq!(header("x-content-type-options"), "nosniff");
    let content = answer.text().await.expect("text");
    // The namespace of SVG is a name and no address.
    let addresses = content.replace("http://www.w3.org/2000/svg", "");
    for outside in ["http://", "https://", "innerHTML", " style=", "onclick", "eval("] {
        assert!(!addresses.contains(outside), "{path} has {outside}");
    }
    content
}

/// The files that a page, or a module in its folder, names.
fn named(path: &str, content: &str) -> Vec<String> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let parent = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
    let words = content.split(['"', '`']).filter(|word| !word.contains(char::is_whitespace));
    let absolute = |word: &str| match word.strip_prefix("../") {
        Some(name) => format!("{parent}/{name}"),
        None => word.strip_prefix("./").map_or_else(|| word.to_owned(), |name| format!("{folder}/{name}")),
    };
    let is_file = |word: &String| {
        word.starts_with("/page/")
            && [".js", ".css", ".svg"].iter().any(|end| word.ends_with(end))
            && !word.contains('$')
    };
    words.map(absolute).filter(is_file).collect()
}
