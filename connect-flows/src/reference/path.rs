//! The written form of a reference: `$.Root.name`, `$.Root.['first name']`, `$['Root']['name']`, `$.Root.list[0]`.

use std::borrow::Cow;

/// One step of a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step<'t> {
    /// The name, without quotation marks; the digits of an index.
    pub name: Cow<'t, str>,
    /// The end of the step in the text.
    pub end: usize,
    /// Whether the name stands in brackets, so that it can't be a part of the text around it.
    pub bracketed: bool,
}

/// The steps of the reference whose `$` stands before `text`. A full stop without a name after it ends the sentence, not
/// the reference.
pub(crate) fn steps(text: &str) -> Vec<Step<'_>> {
    let mut steps: Vec<Step<'_>> = Vec::new();
    while let Some(step) = step(text, steps.last().map_or(0, |last| last.end)) {
        steps.push(step);
    }
    steps
}

fn step(text: &str, start: usize) -> Option<Step<'_>> {
    let rest = &text[start..];
    let after_dot = rest.strip_prefix('.');
    if let Some(inner) = after_dot.unwrap_or(rest).strip_prefix('[') {
        let from = text.len() - inner.len();
        let (name, length) = bracketed(inner)?;
        return Some(Step { name, end: from + length, bracketed: true });
    }
    let name = after_dot?;
    let in_name = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-');
    let length = name.find(|character| !in_name(character)).unwrap_or(name.len());
    let (name, end) = (&name[..length], start + 1 + length);
    (length > 0).then_some(Step { name: name.into(), end, bracketed: false })
}

/// The name and the length of `'name']`, `"name"]` or `0]`.
fn bracketed(inner: &str) -> Option<(Cow<'_, str>, usize)> {
    let quote = inner.chars().next()?;
    if !matches!(quote, '\'' | '"') {
        let end = inner.find(']')?;
        let digits = &inner[..end];
        let index = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        return index.then(|| (digits.into(), end + 1));
    }
    let mut name = String::new();
    let mut characters = inner.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => name.push(characters.next()?.1),
            _ if character == quote => {
                let end = at + 1;
                return inner[end..].starts_with(']').then(|| (name.into(), end + 1));
            }
            _ => name.push(character),
        }
    }
    None
}
