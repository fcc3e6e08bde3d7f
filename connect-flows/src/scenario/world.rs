//! The world of a scenario: bots, hours, metrics, queues, prompts and forced branches.

use std::path::Path;

use serde_json::Value;

use super::{ClipSound, Scenario, duration, fields::Fields};
use crate::{
    language,
    runner::{Branch, Hours, PromptSound, Queue, Rule, Understood, check_schedule},
};

pub(super) fn read(root: &Fields<'_>, scenario: &mut Scenario) {
    for fields in root.tables("lex") {
        let bot = fields.text("bot").unwrap_or_else(|| "*".into());
        scenario.lex.entry(bot).or_default().push(rule(&fields));
        fields.finish();
    }
    if let Some(table) = root.table("hours") {
        scenario.hours =
            table.keys().filter_map(|name| Some((name.clone(), hours(&table, &name)?))).collect();
    }
    scenario.metrics = root.names("metrics").into_iter().collect();
    if let Some(queues) = root.table("queues") {
        scenario.queues = queues.keys().map(|name| (name.clone(), queue(&queues, &name))).collect();
    }
    if let Some(clips) = root.table("clips") {
        scenario.clips = clips
            .keys()
            .filter_map(|url| Some((url.clone(), clip(&scenario.folder, &clips.text(&url)?))))
            .collect();
    }
    let sound = |(name, sound): (String, String)| (name, prompt(&scenario.folder, sound));
    scenario.prompts = root.names("prompts").into_iter().map(sound).collect();
    if let Some(branches) = root.table("branches") {
        scenario.branches =
            branches.keys().filter_map(|name| Some((name.clone(), branch(&branches, &name)?))).collect();
    }
    if let Some(values) = root.table("values") {
        scenario.values =
            values.keys().filter_map(|name| Some((name.clone(), below(&values, &name)?))).collect();
    }
}

/// The values below a root of references.
fn below(values: &Fields<'_>, name: &str) -> Option<Value> {
    let value = values.json(name)?;
    let table = language::table();
    let fault = match table.root(name) {
        Some(_) if name == "Attributes" => Some("attributes stand in [attributes]".to_owned()),
        Some(_) => None,
        None => {
            let near = language::nearest(name, table.roots().map(|root| root.name.as_str()));
            let advice = near.map_or_else(String::new, |near| format!(": did you mean {near:?}?"));
            Some(format!("no reference begins with {name:?}{advice}"))
        }
    };
    fault.into_iter().for_each(|fault| values.faults.add(values.place(name), fault));
    Some(value)
}

fn rule(fields: &Fields<'_>) -> Rule {
    let answer = Understood {
        intent: fields.needed("intent"),
        slots: fields.names("slots").into_iter().collect(),
        transcript: fields.text("transcript"),
        confidence: fields.number("confidence"),
        session_attributes: fields.names("session_attributes").into_iter().collect(),
    };
    Rule { words: fields.text("words").unwrap_or_else(|| "*".into()), answer }
}

fn hours(table: &Fields<'_>, name: &str) -> Option<Hours> {
    let value = table.text(name)?;
    match value.as_str() {
        "open" => Some(Hours::Open),
        "closed" => Some(Hours::Closed),
        schedule if schedule.contains(':') => {
            let fault = check_schedule(schedule).err();
            fault.into_iter().for_each(|fault| table.faults.add(table.place(name), fault));
            Some(Hours::Schedule(value))
        }
        _ => {
            let forms = "\"open\", \"closed\" or \"Mon-Fri 09:00-17:00\"";
            table.faults.add(table.place(name), format!("hours can be {forms}, not {value:?}"));
            None
        }
    }
}

/// `"open"`, `"full"`, or a table with `full` and `wait`.
fn queue(queues: &Fields<'_>, name: &str) -> Queue {
    if queues.value(name).is_some_and(|value| value.get_ref().is_str()) {
        return match queues.text(name).as_deref() {
            Some("full") => Queue { full: true, wait: None },
            Some("open") => Queue::default(),
            other => {
                let other = other.unwrap_or_default();
                let text =
                    format!("a queue can be \"open\", \"full\" or {{ wait = \"30s\" }}, not {other:?}");
                queues.faults.add(queues.place(name), text);
                Queue::default()
            }
        };
    }
    queues.table(name).map_or_else(Queue::default, |fields| {
        let queue = Queue { full: fields.flag("full").unwrap_or_default(), wait: fields.time("wait") };
        fields.finish();
        queue
    })
}

/// A name that ends in `.wav` is a file; any other text is spoken.
fn prompt(folder: &Path, sound: String) -> PromptSound {
    if is_wav(&sound) { PromptSound::File(folder.join(sound)) } else { PromptSound::Words(sound) }
}

/// A length, `silence` and a length, a file that ends in `.wav`, `missing`, or words.
fn clip(folder: &Path, text: &str) -> ClipSound {
    let silence = text.strip_prefix("silence ").and_then(duration::read);
    if let Some(length) = silence {
        return ClipSound::Silence(length);
    }
    match duration::read(text) {
        Some(length) => ClipSound::Tone(length),
        None if text == "missing" => ClipSound::Missing,
        None if is_wav(text) => ClipSound::File(folder.join(text)),
        None => ClipSound::Words(text.to_owned()),
    }
}

fn is_wav(text: &str) -> bool {
    Path::new(text).extension().is_some_and(|end| end.eq_ignore_ascii_case("wav"))
}

/// `"next"`, or a table with `error` or `condition`.
fn branch(branches: &Fields<'_>, name: &str) -> Option<Branch> {
    if branches.value(name)?.get_ref().is_str() {
        let text = branches.text(name)?;
        if text != "next" {
            let forms = "\"next\", { error = \"NoMatchingError\" } or { condition = \"1\" }";
            branches.faults.add(branches.place(name), format!("a branch can be {forms}, not {text:?}"));
        }
        return Some(Branch::Next);
    }
    let fields = branches.table(name)?;
    fields.one_of(&["error", "condition"], true);
    let branch = fields.text("error").map(Branch::Error);
    let branch = branch.or(fields.scalar("condition").map(Branch::Condition));
    fields.finish();
    branch
}
