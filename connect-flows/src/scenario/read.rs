//! A scenario out of its file.

use std::path::{Component, Path, PathBuf};

use toml::de::DeTable;

use super::{
    Clock, Scenario, caller, expectation,
    fields::{Fault, Faults, Fields},
    functions, world,
};

/// Reads a scenario. Relative paths in it start from the folder of `path`.
///
/// # Errors
/// All faults of the text, in the order of their places.
pub fn read(path: &Path, text: &str) -> Result<Scenario, Vec<Fault>> {
    let faults = Faults::default();
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        faults.add(error.span().unwrap_or(0..0), one_line(error.message()));
    }
    if !errors.is_empty() {
        return Err(faults.into_vec());
    }
    let fields = Fields::new(root.get_ref(), 0..0, "a scenario", &faults);
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    let mut scenario = head(&fields, folder);
    scenario.name = fields.text("name").unwrap_or(stem);
    scenario.caller = caller::read(&fields);
    scenario.functions = functions::read(&fields);
    world::read(&fields, &mut scenario);
    scenario.expectations = expectation::all(&fields);
    fields.finish();
    let faults = faults.into_vec();
    if faults.is_empty() { Ok(scenario) } else { Err(faults) }
}

fn head(fields: &Fields<'_>, folder: PathBuf) -> Scenario {
    let clock = match fields.text("clock").as_deref() {
        None | Some("virtual") => Clock::Virtual,
        Some("real") => Clock::Real,
        Some(other) => {
            let text = format!("\"clock\" can be \"virtual\" or \"real\", not {other:?}");
            fields.faults.add(fields.place("clock"), text);
            Clock::Virtual
        }
    };
    Scenario {
        flow: clean(&folder.join(fields.needed("flow"))),
        flows: fields.texts("flows").iter().map(|path| clean(&folder.join(path))).collect(),
        attributes: fields.names("attributes").into_iter().collect(),
        caller_number: fields.text("caller_number"),
        called_number: fields.text("called_number"),
        language: fields.text("language"),
        clock,
        seed: fields.whole("seed").unwrap_or_default(),
        limit: fields.time("limit"),
        disconnect_flow: fields.text("disconnect_flow"),
        folder,
        ..Scenario::default()
    }
}

/// The path without `a/..` in it, so that a flow has the same name in every scenario.
fn clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        let has_name = matches!(clean.components().next_back(), Some(Component::Normal(_)));
        match part {
            Component::CurDir => {}
            Component::ParentDir if has_name => {
                clean.pop();
            }
            part => clean.push(part),
        }
    }
    clean
}

fn one_line(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    fn faults(text: &str) -> Vec<String> {
        let source = Source::new("x.toml", text);
        let faults = read(Path::new("x.toml"), text).unwrap_err();
        let line = |fault: &Fault| {
            let place = source.position(fault.span.start);
            format!("{}:{}: {}", place.line, place.column, fault.text)
        };
        faults.iter().map(line).collect()
    }

    #[test]
    fn a_misspelt_key_is_named_with_its_place_and_the_right_one() {
        let inner = "flow = \"a.json\"\n[huors]\n[[expect]]\ninvoked = \"f\"\nwiht = {}\n[hours]\nx = \"Fry 9:00-10:00\"\n";
        let found = faults(inner);
        assert_eq!(found[0], "2:2: a scenario has no key \"huors\": did you mean \"hours\"?");
        assert_eq!(found[1], "5:1: [[expect]] has no key \"wiht\": did you mean \"with\"?");
        assert!(found[2].starts_with("7:5: the hours \"Fry 9:00-10:00\" are not understood"), "{found:?}");
        assert_eq!(
            faults("flow = \"a.json\"\nfunctoin = []\n[[caller]]\nsya = \"hello\"\npress = \"1\"\n"),
            [
                "2:1: a scenario has no key \"functoin\": did you mean \"function\"?",
                "4:1: [[caller]] has no key \"sya\": did you mean \"say\"?",
            ]
        );
    }

    #[test]
    fn all_faults_are_reported_at_once() {
        let text =
            "clock = \"fast\"\nseed = -1\nlimit = 3\n[hours]\nbasic = \"shut\"\n[[lex]]\nintent = true\n";
        let found = faults(text);
        assert_eq!(found.len(), 6, "{found:#?}");
        assert_eq!(found[0], "1:1: a scenario needs the key \"flow\"");
        assert_eq!(found[1], "1:9: \"clock\" can be \"virtual\" or \"real\", not \"fast\"");
        assert!(found[2].contains("\"seed\" must be a whole number from 0, not -1"), "{found:?}");
        assert!(found[3].contains("\"limit\" must be a time such as"), "{found:?}");
        assert!(found[4].contains("hours can be \"open\", \"closed\" or"), "{found:?}");
        assert!(found[5].contains("\"intent\" must be a text"), "{found:?}");
    }

    #[test]
    fn values_stand_below_known_roots() {
        let found =
            faults("flow = \"a.json\"\n[values]\nAttributes = 3\nCustmer = { a = 1 }\nExternal = {}\n");
        let expected = [
            "3:14: attributes stand in [attributes]",
            "4:11: no reference begins with \"Custmer\": did you mean \"Customer\"?",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_text_that_is_no_toml_is_reported_with_its_line() {
        let found = faults("flow = \"a.json\"\nname = x\n[[[\n");
        assert!(found[0].starts_with("2:"), "{found:?}");
        assert!(found.iter().any(|fault| fault.starts_with("3:")), "{found:?}");
    }
}
