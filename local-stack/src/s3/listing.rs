//! One page of ListObjectsV2: its keys and common prefixes, and the start of the next page.
//!
//! The code is pure: it reads a sorted map, and of HTTP it has only the form of the continuation token.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::object::Object;

/// A listing request.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) prefix: String,
    /// The delimiter, never empty. Keys that contain it after the prefix are grouped under a common prefix.
    pub(super) delimiter: Option<String>,
    pub(super) after: Option<After>,
    /// Largest number of keys and common prefixes together.
    pub(super) max_keys: usize,
}

/// The last entry of the previous page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum After {
    Key(String),
    /// A common prefix: all keys below it have been listed.
    Prefix(String),
}

#[derive(Default)]
pub(super) struct Page {
    pub(super) objects: Vec<(String, Arc<Object>)>,
    pub(super) prefixes: Vec<String>,
    /// The end of this page, if more pages follow.
    pub(super) next: Option<After>,
}

impl After {
    /// The continuation token, opaque to clients. The first byte says whether a key or a prefix follows, since both may
    /// be equal strings.
    pub(super) fn token(&self) -> String {
        let (kind, value) = match self {
            Self::Key(key) => ('k', key),
            Self::Prefix(prefix) => ('p', prefix),
        };
        URL_SAFE_NO_PAD.encode(format!("{kind}{value}"))
    }

    /// Parses a continuation token; `None` for a token that is not ours.
    pub(super) fn from_token(token: &str) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
        if let Some(key) = text.strip_prefix('k') {
            return Some(Self::Key(key.to_owned()));
        }
        text.strip_prefix('p').map(|prefix| Self::Prefix(prefix.to_owned()))
    }

    fn covers(&self, key: &str) -> bool {
        match self {
            Self::Key(last) => key <= last.as_str(),
            Self::Prefix(prefix) => key <= prefix.as_str() || key.starts_with(prefix.as_str()),
        }
    }

    fn start(&self) -> &str {
        match self {
            Self::Key(text) | Self::Prefix(text) => text,
        }
    }
}

impl Listing {
    pub(super) fn page(&self, objects: &BTreeMap<String, Arc<Object>>) -> Page {
        let mut page = Page::default();
        if self.max_keys == 0 {
            return page;
        }
        let mut last: Option<After> = None;
        let start = self.after.as_ref().map_or("", After::start).max(self.prefix.as_str());
        let found = objects
            .range::<str, _>((Bound::Included(start), Bound::Unbounded))
            .take_while(|(key, _)| key.starts_with(&self.prefix))
            .filter(|(key, _)| !self.after.as_ref().is_some_and(|after| after.covers(key)));
        for (key, object) in found {
            let prefix = self.common_prefix(key);
            if let (Some(prefix), Some(After::Prefix(told))) = (prefix, &last)
                && prefix == told
            {
                continue;
            }
            if page.objects.len() + page.prefixes.len() == self.max_keys {
                page.next = last;
                break;
            }
            match prefix {
                Some(prefix) => {
                    page.prefixes.push(prefix.to_owned());
                    last = Some(After::Prefix(prefix.to_owned()));
                }
                None => {
                    page.objects.push((key.clone(), Arc::clone(object)));
                    last = Some(After::Key(key.clone()));
                }
            }
        }
        page
    }

    fn common_prefix<'key>(&self, key: &'key str) -> Option<&'key str> {
        let delimiter = self.delimiter.as_deref()?;
        let at = key.get(self.prefix.len()..)?.find(delimiter)?;
        key.get(..self.prefix.len() + at + delimiter.len())
    }
}
