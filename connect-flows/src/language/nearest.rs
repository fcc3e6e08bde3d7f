//! The known name that somebody meant.

/// A name less like a known one than this is another name. 1.0 is the same name.
const NEAR: f64 = 0.7;

/// The known name that is most like this one, if any is like it.
pub fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let likeness = |known: &str| strsim::jaro_winkler(&name.to_lowercase(), &known.to_lowercase());
    known
        .into_iter()
        .map(|known| (likeness(known), known))
        .filter(|(likeness, _)| *likeness > NEAR)
        // Of equals the first one counts: it is the first in its list.
        .min_by(|(one, _), (other, _)| other.total_cmp(one))
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_first_of_equals_is_named() {
        assert_eq!(nearest("Url", ["Status", "Url0", "Url1"]), Some("Url0"));
        assert_eq!(nearest("StatusX", ["Url0", "Status"]), Some("Status"));
        assert_eq!(nearest("name", ["Url0", "Status"]), None);
    }
}
