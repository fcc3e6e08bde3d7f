//! The page of a call in the browser: `/talk`, its modules and the two that run in the audio thread.

use axum::Router;

use super::{File, JAVASCRIPT, routes};

const INDEX: &str = include_str!("../../../page/talk/index.html");

const STYLE: &str = include_str!("../../../page/talk/talk.css");

macro_rules! module {
    ($name:literal) => {
        (concat!("/page/talk/", $name), JAVASCRIPT, include_str!(concat!("../../../page/talk/", $name)))
    };
}

const FILES: [File; 10] = [
    ("/page/talk/talk.css", "text/css; charset=utf-8", STYLE),
    module!("main.js"),
    module!("captions.js"),
    module!("capture.js"),
    module!("codec.js"),
    module!("line.js"),
    module!("playback.js"),
    module!("resample.js"),
    module!("turns.js"),
    module!("voice.js"),
];

/// The routes of the page, which needs no token and says whether the service wants one.
pub(in crate::http) fn talk<S: Clone + Send + Sync + 'static>(needs_token: bool) -> Router<S> {
    routes("/talk", INDEX, needs_token, FILES)
}
