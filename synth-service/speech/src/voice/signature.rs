//! Compares a model's inputs and outputs with the ones that its family expects.

use ort::session::Session;

/// Checks that a model has the inputs and outputs of `family`. The error is one line that lists the model's own.
pub(super) fn check(
    family: &str,
    session: &Session,
    inputs: &[&str],
    outputs: &[&str],
) -> Result<(), String> {
    check_names(family, "input", inputs, session.inputs().iter().map(|input| input.name()))?;
    check_names(family, "output", outputs, session.outputs().iter().map(|output| output.name()))
}

fn check_names<'a>(
    family: &str,
    kind: &str,
    expected: &[&str],
    found: impl Iterator<Item = &'a str>,
) -> Result<(), String> {
    let found: Vec<_> = found.collect();
    match expected.iter().find(|name| !found.contains(name)) {
        Some(missing) => {
            Err(format!("a {family} model has an {kind} `{missing}`, this one has {}", found.join(", ")))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_of_another_family_is_named() {
        let cause =
            check_names("hibari", "input", &["ids", "speed"], ["tokens", "style", "speed"].into_iter());
        assert_eq!(
            cause.err().as_deref(),
            Some("a hibari model has an input `ids`, this one has tokens, style, speed")
        );
    }
}
