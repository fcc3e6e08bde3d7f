//! Removes the queries of URLs: the query of a presigned URL is a secret.

use serde_json::Value;

/// The text without the queries of the URLs in it.
pub fn without_queries(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(scheme) = rest.find("://") {
        let after_scheme = scheme + "://".len();
        let url_end = rest[after_scheme..].find(ends_url).map_or(rest.len(), |length| after_scheme + length);
        let url = &rest[..url_end];
        let kept = url[after_scheme..].find('?').map_or(url, |query| &url[..after_scheme + query]);
        clean.push_str(kept);
        rest = &rest[url_end..];
    }
    clean.push_str(rest);
    clean
}

/// Removes the queries of the URLs in the strings of a JSON value.
pub(crate) fn remove_queries(value: &mut Value) {
    match value {
        Value::String(text) if text.contains("://") => *text = without_queries(text),
        Value::Array(items) => items.iter_mut().for_each(remove_queries),
        Value::Object(map) => map.values_mut().for_each(remove_queries),
        _ => {}
    }
}

fn ends_url(character: char) -> bool {
    character.is_whitespace() || matches!(character, '"' | '\'' | '<' | '>' | ')')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_query_goes() {
        let cases = [
            ("https://b/k.wav?X-Amz-Signature=1&a=b", "https://b/k.wav"),
            ("https://b/k.wav", "https://b/k.wav"),
            ("failed (http://b/k?s=1): why?", "failed (http://b/k): why?"),
            ("http://a/?x=1 http://b/?y=2 end", "http://a/ http://b/ end"),
            ("is it so?", "is it so?"),
            ("é://x?é é", "é://x é"),
        ];
        for (text, expected) in cases {
            assert_eq!(without_queries(text), expected);
        }
    }

    #[test]
    fn every_string_of_a_value_is_cleaned() {
        let mut value = json!({"a": ["http://b/k?s=1", 1], "b": {"c": "http://d?e"}});
        remove_queries(&mut value);
        assert_eq!(value, json!({"a": ["http://b/k", 1], "b": {"c": "http://d"}}));
    }
}
