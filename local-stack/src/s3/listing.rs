//! One page of ListObjectsV2: which keys and common prefixes it holds, and where the next begins.
//!
//! Pure: it reads a sorted map and knows nothing of HTTP but the form of the continuation token.

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
    /// Never empty; keys that hold it after the prefix are rolled up.
    pub(super) delimiter: Option<String>,
    pub(super) after: Option<After>,
    /// Keys and common prefixes together.
    pub(super) max_keys: usize,
}

/// Where the previous page ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum After {
    Key(String),
    /// Everything below this common prefix was already told.
    Prefix(String),
}

#[derive(Default)]
pub(super) struct Page {
    pub(super) objects: Vec<(String, Arc<Object>)>,
    pub(super) prefixes: Vec<String>,
    /// Set when there is more.
    pub(super) next: Option<After>,
}

impl After {
    /// Opaque to clients; the first byte tells a key from a prefix, as both may be equal strings.
    pub(super) fn token(&self) -> String {
        let (kind, value) = match self {
            Self::Key(key) => ('k', key),
            Self::Prefix(prefix) => ('p', prefix),
        };
        URL_SAFE_NO_PAD.encode(format!("{kind}{value}"))
    }

    /// `None` when the token is not one of ours.
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
