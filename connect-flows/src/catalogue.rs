//! The flows that designers import, by name: committed as `flows/NAME.json`.

use crate::{
    disconnect::disconnect,
    live::live,
    model::Flow,
    play_text::play_text,
    play_text_module::play_text_module,
    talk::{Thinking, talk},
    urls::Urls,
};

/// Every flow with its name.
pub fn flows() -> Vec<(String, Flow)> {
    let mut flows = vec![("disconnect".to_owned(), disconnect()), ("live".to_owned(), live())];
    for urls in Urls::ALL {
        flows.push((format!("play-text{}", urls.suffix()), play_text(urls)));
        flows.push((format!("play-text-module{}", urls.suffix()), play_text_module(urls)));
        for thinking in Thinking::ALL {
            flows.push((format!("{}{}", thinking.flow_name(), urls.suffix()), talk(thinking, urls)));
        }
    }
    flows
}

/// The flow of this name.
pub fn flow(name: &str) -> Option<Flow> {
    flows().into_iter().find_map(|(known, flow)| (known == name).then_some(flow))
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs};

    use super::*;
    use crate::lint;

    #[test]
    fn the_committed_flows_are_the_generated_ones() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/flows");
        let files =
            fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        let generated = flows();
        let names = generated.iter().map(|(name, _)| format!("{name}.json"));
        assert_eq!(files.collect::<BTreeSet<_>>(), names.collect());
        for (name, flow) in generated {
            let committed = fs::read_to_string(format!("{folder}/{name}.json")).unwrap();
            assert!(committed == flow.to_json(), "{name}.json is stale: run `cargo xtask flows`");
        }
    }

    #[test]
    fn the_flows_have_no_problem_and_read_back_as_themselves() {
        for (name, flow) in flows() {
            assert_eq!(lint::flow(&flow, None), [], "{name}");
            assert!(Flow::parse(&flow.to_json()) == Ok(flow), "{name}");
        }
    }

    #[test]
    fn no_two_blocks_lie_on_each_other() {
        for (name, flow) in flows() {
            let places: BTreeSet<_> = flow.actions.iter().filter_map(|action| action.position).collect();
            assert_eq!(places.len(), flow.actions.len(), "{name}");
        }
    }

    #[test]
    fn the_page_for_designers_has_every_flow_and_attribute() {
        let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/flows.md")).unwrap();
        for (name, flow) in flows() {
            let plain = name.strip_suffix("-s3").unwrap_or(&name);
            assert!(page.contains(&format!("`{plain}.json`")), "{name}");
            let json = flow.root().to_string();
            for root in ["$.Attributes.", "$.FlowAttributes."] {
                for reference in json.split(root).skip(1) {
                    let end =
                        reference.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
                    let attribute = &reference[..end.unwrap_or(reference.len())];
                    assert!(page.contains(&format!("`{attribute}`")), "{name}: {root}{attribute}");
                }
            }
        }
    }
}
