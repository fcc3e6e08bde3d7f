//! A scenario as a file: the caller and the world. Expectations are the author's, and are not written.

use std::{collections::BTreeMap, path::Path, time::Duration};

use toml::{Table, Value};

use super::{ClipSound, Clock, FunctionSource, Scenario};
use crate::runner::{
    Act, Answer, Branch, Hours, InvokeError, PromptSound, Queue, Reply, Rule, Step, Then, When,
};

/// Writes a scenario as [`read`](super::read()) reads it. Paths below the scenario's folder are written from there.
pub fn write(scenario: &Scenario) -> String {
    let mut root = Table::new();
    let path = |path: &Path| text(path.strip_prefix(&scenario.folder).unwrap_or(path).display());
    root.insert("flow".into(), path(&scenario.flow));
    put(&mut root, "flows", scenario.flows.iter().map(|flow| path(flow)).collect());
    head(scenario, &mut root);
    put(&mut root, "caller", scenario.caller.steps.iter().map(step).collect());
    put(
        &mut root,
        "lex",
        scenario.lex.iter().flat_map(|(bot, rules)| rules.iter().map(move |one| rule(bot, one))).collect(),
    );
    put(&mut root, "function", functions(scenario));
    put_table(&mut root, "attributes", &scenario.attributes, |value| text(value));
    put_table(&mut root, "hours", &scenario.hours, hours);
    put_table(&mut root, "metrics", &scenario.metrics, |value| text(value));
    put_table(&mut root, "queues", &scenario.queues, queue);
    put_table(&mut root, "prompts", &scenario.prompts, |sound| match sound {
        PromptSound::File(file) => path(file),
        PromptSound::Words(words) => text(words),
    });
    put_table(&mut root, "clips", &scenario.clips, |sound| match sound {
        ClipSound::Tone(length) => time(*length),
        ClipSound::Silence(length) => text(format!("silence {}ms", length.as_millis())),
        ClipSound::Words(words) => text(words),
        ClipSound::File(file) => path(file),
        ClipSound::Missing => text("missing"),
    });
    put_table(&mut root, "branches", &scenario.branches, branch);
    put_table(&mut root, "values", &scenario.values, from_json);
    // Tables of strings and numbers always have a form in TOML.
    toml::to_string(&root).unwrap_or_default()
}

fn head(scenario: &Scenario, root: &mut Table) {
    let mut set = |key: &str, value: Option<Value>| {
        root.extend(value.map(|value| (key.to_owned(), value)));
    };
    set("name", Some(&scenario.name).filter(|name| !name.is_empty()).map(text));
    set("caller_number", scenario.caller_number.as_ref().map(text));
    set("called_number", scenario.called_number.as_ref().map(text));
    set("language", scenario.language.as_ref().map(text));
    set("clock", (scenario.clock == Clock::Real).then(|| text("real")));
    set("seed", i64::try_from(scenario.seed).ok().filter(|seed| *seed > 0).map(Value::Integer));
    set("limit", scenario.limit.map(time));
    set("disconnect_flow", scenario.disconnect_flow.as_ref().map(text));
    set(
        "then",
        match scenario.caller.then {
            Then::HangUp => None,
            Then::StaySilent => Some(text("stays silent")),
            Then::Repeat => Some(text("repeats")),
        },
    );
}

fn text(text: impl ToString) -> Value {
    Value::String(text.to_string())
}

fn time(time: Duration) -> Value {
    text(format!("{}ms", time.as_millis()))
}

/// A time that counts from another one, if it is not the same.
fn put_time(fields: &mut Table, key: &str, after: Duration) {
    if !after.is_zero() {
        fields.insert(key.into(), time(after));
    }
}

fn put(root: &mut Table, key: &str, list: Vec<Value>) {
    if !list.is_empty() {
        root.insert(key.into(), Value::Array(list));
    }
}

fn put_table<T>(root: &mut Table, key: &str, entries: &BTreeMap<String, T>, value: impl Fn(&T) -> Value) {
    if !entries.is_empty() {
        let entries = entries.iter().map(|(name, entry)| (name.clone(), value(entry)));
        root.insert(key.into(), Value::Table(entries.collect()));
    }
}

fn table<const N: usize>(entries: [(&str, Value); N]) -> Table {
    entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn step(step: &Step) -> Value {
    let mut fields = match &step.when {
        When::Listens => table([("when", text("listens"))]),
        When::Asks(_) => table([("when", text("asks"))]),
        When::At(at) => table([("at", time(*at))]),
        When::After(wait) => table([("wait", time(*wait))]),
        When::Plays { contains, .. } => table([("plays", text(contains))]),
        When::Action { action, .. } => table([("action", text(action))]),
        When::Invoked { function, .. } => table([("invoked", text(function))]),
    };
    if let When::Asks(after)
    | When::Plays { after, .. }
    | When::Action { after, .. }
    | When::Invoked { after, .. } = &step.when
    {
        put_time(&mut fields, "after", *after);
    }
    let (key, value) = match &step.act {
        Act::Say(words) => ("say", text(words)),
        Act::Press(keys) => ("press", text(keys)),
        Act::HangUp => ("hang_up", Value::Boolean(true)),
    };
    fields.insert(key.into(), value);
    Value::Table(fields)
}

fn rule(bot: &str, rule: &Rule) -> Value {
    let mut fields =
        table([("bot", text(bot)), ("words", text(&rule.words)), ("intent", text(&rule.answer.intent))]);
    fields.extend(rule.answer.transcript.as_ref().map(|words| ("transcript".into(), text(words))));
    fields.extend(rule.answer.confidence.map(|share| ("confidence".into(), Value::Float(share))));
    put_table(&mut fields, "slots", &rule.answer.slots, |value| text(value));
    put_table(&mut fields, "session_attributes", &rule.answer.session_attributes, |value| text(value));
    Value::Table(fields)
}

fn functions(scenario: &Scenario) -> Vec<Value> {
    let mut all = Vec::new();
    for function in &scenario.functions {
        let name = ("name", text(&function.name));
        match &function.source {
            FunctionSource::Address(url) => all.push(Value::Table(table([name, ("url", text(url))]))),
            FunctionSource::Aws => all.push(Value::Table(table([name, ("aws", Value::Boolean(true))]))),
            FunctionSource::Canned(replies) => {
                all.extend(replies.iter().map(|one| {
                    let mut fields = table([name.clone(), reply(one)]);
                    put_time(&mut fields, "delay", one.after);
                    Value::Table(fields)
                }));
            }
        }
    }
    all
}

fn reply(reply: &Reply) -> (&'static str, Value) {
    match &reply.answer {
        Answer::Value(value) => ("reply", from_json(value)),
        Answer::Never | Answer::Fails(InvokeError::TimedOut) => ("never", Value::Boolean(true)),
        Answer::Fails(InvokeError::Throttled) => ("error", text("throttled")),
        Answer::Fails(InvokeError::Service { status }) => ("error", text(status)),
        Answer::Fails(
            InvokeError::Function { message }
            | InvokeError::Refused { message }
            | InvokeError::Transport { message },
        ) => ("error", text(message)),
    }
}

fn hours(hours: &Hours) -> Value {
    match hours {
        Hours::Open => text("open"),
        Hours::Closed => text("closed"),
        Hours::Schedule(schedule) => text(schedule),
    }
}

fn queue(queue: &Queue) -> Value {
    let mut fields = table([("full", Value::Boolean(queue.full))]);
    fields.extend(queue.wait.map(|wait| ("wait".into(), time(wait))));
    Value::Table(fields)
}

fn branch(branch: &Branch) -> Value {
    match branch {
        Branch::Next => text("next"),
        Branch::Error(error) => Value::Table(table([("error", text(error))])),
        Branch::Condition(operand) => Value::Table(table([("condition", text(operand))])),
    }
}

/// TOML has no null: it is left out of tables, and an empty text elsewhere.
fn from_json(value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => text(""),
        serde_json::Value::Bool(flag) => Value::Boolean(*flag),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(number) => Value::Integer(number),
            None => Value::Float(number.as_f64().unwrap_or_default()),
        },
        serde_json::Value::String(words) => text(words),
        serde_json::Value::Array(list) => Value::Array(list.iter().map(from_json).collect()),
        serde_json::Value::Object(map) => {
            let members = map.iter().filter(|(_, value)| !value.is_null());
            Value::Table(members.map(|(key, value)| (key.clone(), from_json(value))).collect())
        }
    }
}
