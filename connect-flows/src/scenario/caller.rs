//! The caller of a scenario: `[[caller]]` and `then`.

use std::time::Duration;

use super::fields::Fields;
use crate::runner::{Act, Caller, Step, Then, When};

/// The keys that name the moment of a step; a step has one at most.
const MOMENTS: [&str; 6] = ["when", "at", "wait", "plays", "action", "invoked"];

/// The keys that name the act of a step; a step has exactly one.
const ACTS: [&str; 3] = ["say", "press", "hang_up"];

pub(super) fn read(root: &Fields<'_>) -> Caller {
    let then = match root.text("then").as_deref() {
        None | Some("hangs up") => Then::HangUp,
        Some("stays silent") => Then::StaySilent,
        Some("repeats") => Then::Repeat,
        Some(other) => {
            let known = "\"hangs up\", \"stays silent\" or \"repeats\"";
            root.faults.add(root.place("then"), format!("\"then\" can be {known}, not {other:?}"));
            Then::HangUp
        }
    };
    Caller { steps: root.tables("caller").into_iter().filter_map(step).collect(), then }
}

fn step(fields: Fields<'_>) -> Option<Step> {
    fields.one_of(&MOMENTS, false);
    fields.one_of(&ACTS, true);
    let (when, act) = (when(&fields), act(&fields));
    fields.finish();
    Some(Step { when, act: act? })
}

fn when(fields: &Fields<'_>) -> When {
    let after = fields.time("after");
    let needs_event = after.is_some() && !["plays", "action", "invoked"].iter().any(|key| fields.has(key));
    let asks = fields.text("when");
    if needs_event && asks.as_deref() != Some("asks") {
        let text = "\"after\" goes with \"plays\", \"action\", \"invoked\" or when = \"asks\"";
        fields.faults.add(fields.place("after"), format!("{text}; a time alone is \"wait\" or \"at\""));
    }
    let after = after.unwrap_or(Duration::ZERO);
    let moments = [
        fields.time("at").map(When::At),
        fields.time("wait").map(When::After),
        fields.text("plays").map(|contains| When::Plays { contains, after }),
        fields.text("action").map(|action| When::Action { action, after }),
        fields.text("invoked").map(|function| When::Invoked { function, after }),
    ];
    let named = match asks.as_deref() {
        None | Some("listens") => When::Listens,
        Some("asks") => When::Asks(after),
        Some(other) => {
            let text = format!("\"when\" can be \"listens\" or \"asks\", not {other:?}");
            fields.faults.add(fields.place("when"), text);
            When::Listens
        }
    };
    moments.into_iter().flatten().next().unwrap_or(named)
}

fn act(fields: &Fields<'_>) -> Option<Act> {
    let say = fields.text("say").map(Act::Say);
    let press = fields.scalar("press");
    let hang_up = fields.flag("hang_up");
    if let Some(keys) = press.as_ref().filter(|keys| !are_keys(keys)) {
        let text = format!("\"press\" must be keys, digits, * and #, not {keys:?}");
        fields.faults.add(fields.place("press"), text);
    }
    if hang_up == Some(false) {
        fields.faults.add(fields.place("hang_up"), "\"hang_up\" can only be true: leave the step out");
    }
    say.or(press.map(Act::Press)).or(hang_up.map(|_| Act::HangUp))
}

fn are_keys(keys: &str) -> bool {
    !keys.is_empty() && keys.chars().all(|key| key.is_ascii_digit() || key == '*' || key == '#')
}
