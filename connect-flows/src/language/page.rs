//! The reference page `docs/flow-language.md`, made from the table.

mod rows;

use std::fmt::Write;

use super::{ActionType, Category, FlowType, Language, Next, Root, Run, Shape, action::Ends, limits};
use rows::{branches, code, conditions, groups, parameters, source};

const CATEGORIES: [(Category, &str); 5] = [
    (Category::Contact, "They change the contact."),
    (Category::FlowControl, "They choose the path."),
    (Category::Interactions, "They reach other services."),
    (Category::Participant, "The participant hears or sees them."),
    (
        Category::Undocumented,
        "They occur in exports, and have no page in the documentation of the flow language.",
    ),
];

const HEAD: &str = "\
# The flow language

Every action type that `connect-flow` knows, with the rules by which it lints, runs and draws flows. Where exports of the
service differ from its documentation, the rules follow the exports.

This page is generated from `connect-flows/language/*.toml` by `cargo xtask flows`.

A parameter's name is its place: `Media.Uri` lies in an object, `Messages[].Text` in each object of a list, and the names
in a map such as `Attributes.*` are free. A nested parameter is required only where the object around it is there. Values
are strings in the JSON, numbers too, and may not be empty; the tables name the exceptions. References such as
`$.External.x` may stand anywhere in a value, if the table says nothing else.
";

/// The reference page in Markdown.
pub fn page(language: &Language) -> String {
    let mut page = HEAD.to_owned();
    for (category, words) in CATEGORIES {
        _ = write!(page, "\n## {category}\n\n{words}\n");
        for action in language.actions().filter(|action| action.category == category) {
            page.push_str(&section(action));
        }
    }
    page.push_str(&roots(language));
    page.push_str(&limits());
    page
}

fn section(action: &ActionType) -> String {
    let mut section = format!("\n### {}\n\n{}: {}\n", action.name, action.title, action.does);
    if !action.parameters.is_empty() {
        section.push_str(&parameters(&action.parameters));
    }
    let lines = groups(&action.one_of)
        .chain(next(action))
        .chain(branches(&action.errors))
        .chain(conditions(&action.conditions))
        .chain(places(action))
        .chain([run(&action.run), format!("Source: {}.", source(&action.source))]);
    section.push('\n');
    for line in lines {
        _ = writeln!(section, "- {line}");
    }
    section
}

fn next(action: &ActionType) -> Option<String> {
    let words = match (action.next, action.ends) {
        (Next::None, _) => "Ends here: nothing may follow.",
        (_, Ends::Always) => "Ends the flow if it succeeds; `NextAction` may stand there.",
        (Next::Optional, _) => "May end the flow; `NextAction` may be left out.",
        (Next::Required, _) => return None,
    };
    Some(words.to_owned())
}

fn places(action: &ActionType) -> Option<String> {
    let types = list(action.flow_types.iter().copied().map(FlowType::name));
    let channels = list(action.channels.iter().map(ToString::to_string));
    match (action.flow_types.is_empty(), action.channels.is_empty()) {
        (true, true) => None,
        (false, true) => Some(format!("Flow types: {types}.")),
        (true, false) => Some(format!("Channels: {channels}.")),
        (false, false) => Some(format!("Flow types: {types}. Channels: {channels}.")),
    }
}

fn run(run: &Run) -> String {
    match run {
        Run::Performed => "`connect-flow run` performs it.".to_owned(),
        Run::Passes => "`connect-flow run` goes on to `NextAction`: a caller hears no difference.".to_owned(),
        Run::Error(name) => format!("`connect-flow run` takes the branch {}.", code(name)),
    }
}

fn roots(language: &Language) -> String {
    let mut table =
        "\n## References\n\n| root | holds | known members | source |\n| --- | --- | --- | --- |\n"
            .to_owned();
    for root in language.roots() {
        let shape = match root.shape {
            Shape::Text => "",
            Shape::Flat => ".name",
            Shape::Nested => "…",
        };
        _ = writeln!(
            table,
            "| `$.{}{shape}` | {} | {} | {} |",
            root.name,
            root.holds,
            members(root),
            source(&root.source)
        );
    }
    table
}

fn members(root: &Root) -> String {
    let mut members: Vec<String> = root.members.iter().map(|member| code(member)).collect();
    match (root.open, root.shape) {
        (true, _) if members.is_empty() => return "any".to_owned(),
        (true, _) => members.push("any other".to_owned()),
        _ => {}
    }
    members.join(", ")
}

fn list(items: impl Iterator<Item = impl Into<String>>) -> String {
    items.map(Into::into).collect::<Vec<String>>().join(", ")
}

fn limits() -> String {
    let rows = [
        ("actions in a flow", limits::ACTIONS),
        ("characters in a flow's JSON", limits::CONTENT_CHARS),
        ("characters in an identifier", limits::IDENTIFIER_CHARS),
        ("spoken characters in a text", limits::SPOKEN_CHARS),
        ("characters in a text, with SSML tags", limits::SPEECH_CHARS),
        ("seconds of a synchronous invocation", limits::SYNCHRONOUS_SECONDS),
        ("seconds of an asynchronous invocation", limits::ASYNCHRONOUS_SECONDS),
        ("bytes in a function's reply", limits::REPLY_BYTES),
        ("bytes in all attributes of a contact", limits::ATTRIBUTES_BYTES),
    ];
    let mut table = "\n## Limits\n\n| at most | |\n| --- | --- |\n".to_owned();
    for (words, most) in rows {
        _ = writeln!(table, "| {most} | {words} |");
    }
    _ = write!(
        table,
        "\nAn identifier has none of the characters `{}` and is none of the words {}.\n",
        limits::NOT_IN_IDENTIFIERS,
        list(limits::NOT_IDENTIFIERS.iter().map(|word| code(word)))
    );
    table
}
