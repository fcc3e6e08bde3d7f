//! From a scenario to the settings of its call.

use std::collections::BTreeMap;

use super::{Scenario, Words, sounds::ClipSound};
use crate::runner::{CallSettings, Lex, Step, When, World};

impl Scenario {
    /// The settings of the scenario's call, without the flows.
    pub fn settings(&self) -> CallSettings {
        let mut settings = CallSettings::new("00000000-0000-4000-8000-000000000000");
        settings.attributes.clone_from(&self.attributes);
        settings.caller = self.caller_number.clone().unwrap_or(settings.caller);
        settings.called = self.called_number.clone().unwrap_or(settings.called);
        settings.language = self.language.clone().unwrap_or(settings.language);
        settings.script = self.caller.clone();
        settings.script.steps.iter_mut().for_each(|step| by_url(step, &self.clips));
        settings.world = self.world();
        settings.seed = self.seed;
        settings.max_duration = self.limit.unwrap_or(settings.max_duration);
        settings
    }

    fn world(&self) -> World {
        World {
            lex: Lex { bots: self.lex.clone() },
            hours: self.hours.clone(),
            queues: self.queues.clone(),
            metrics: self.metrics.clone(),
            prompts: self.prompts.clone(),
            branches: self.branches.clone(),
            values: self.values.clone(),
            disconnect_flow: self.disconnect_flow.clone(),
            ..World::default()
        }
    }
}

/// The runner knows clips by their URLs: a step that waits for words of a clip waits for its URL instead.
fn by_url(step: &mut Step, clips: &BTreeMap<String, ClipSound>) {
    let When::Plays { contains, .. } = &mut step.when else { return };
    let words = Words::Plain(contains.clone());
    let has = |sound: &ClipSound| matches!(sound, ClipSound::Words(text) if words.are_in(text));
    if let Some((url, _)) = clips.iter().find(|(url, sound)| *url != "*" && has(sound)) {
        contains.clone_from(url);
    }
}
