//! The page for operators: its files, which need no token, and its data, which does.
//!
//! | module | owns |
//! | --- | --- |
//! | `data` | one stream, its clips, the words of a text |
//! | `events` | the host and its streams, as they change |
//! | `talk` | the page of a call in the browser |

mod data;
mod events;
mod talk;

use axum::{
    Router,
    http::{HeaderName, HeaderValue, header},
    response::IntoResponse,
    routing::get,
};

pub(super) use self::{data::data, talk::talk};

/// Scripts and styles come from this host alone, none is inline, and no text can become markup.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    media-src 'self' blob:; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

/// Headers of every file.
const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-cache"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// A file of the page: its path, its type and its content.
type File = (&'static str, &'static str, &'static str);

macro_rules! module {
    ($name:literal) => {
        (concat!("/page/", $name), JAVASCRIPT, include_str!(concat!("../../../page/", $name)))
    };
}

const FILES: [File; 12] = [
    ("/page/page.css", "text/css; charset=utf-8", include_str!("../../../page/page.css")),
    ("/page/icon.svg", "image/svg+xml", include_str!("../../../page/icon.svg")),
    module!("main.js"),
    module!("session.js"),
    module!("dom.js"),
    module!("feed.js"),
    module!("now.js"),
    module!("waterfall.js"),
    module!("try.js"),
    module!("talk.js"),
    module!("call.js"),
    module!("sound.js"),
];

const INDEX: &str = include_str!("../../../page/index.html");

/// The mark in a page that a token is needed.
const SIGN_IN: &str = "data-sign-in=\"needed\"";

/// The link to the page of a call.
const TALK: &str = "<a href=\"/talk\">Live call</a>";

/// The routes of the files, for a router with any other state. They say whether the service wants a token, and whether
/// it holds calls.
pub(super) fn files<S: Clone + Send + Sync + 'static>(needs_token: bool, has_live: bool) -> Router<S> {
    let index = if has_live { INDEX.to_owned() } else { INDEX.replace(TALK, "") };
    routes("/", &index, needs_token, FILES)
}

/// The routes of a page and of its files.
fn routes<S: Clone + Send + Sync + 'static>(
    path: &str,
    page: &str,
    needs_token: bool,
    files: impl IntoIterator<Item = File>,
) -> Router<S> {
    let page = if needs_token { page.to_owned() } else { page.replace(SIGN_IN, "") };
    let page: &'static str = page.leak();
    let page = get(move || async move { file("text/html; charset=utf-8", page) });
    files.into_iter().fold(Router::new().route(path, page), |router, (path, kind, content)| {
        router.route(path, get(move || async move { file(kind, content) }))
    })
}

fn file(kind: &'static str, content: &'static str) -> impl IntoResponse {
    let headers = HEADERS.map(|(name, value)| (name, HeaderValue::from_static(value)));
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], headers, content)
}
