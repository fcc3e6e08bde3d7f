//! The container files and the chart agree with the service, with each other and with their own values.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};
use e2e::places;

fn infra(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra").join(name)
}

/// Names of the environment variables that the service reads.
fn variables() -> Result<BTreeSet<String>> {
    let help = Command::new(places::program("synth-service")?).arg("--help").output()?;
    let help = String::from_utf8(help.stdout)?;
    let names = help.split("[env: ").skip(1).filter_map(|rest| rest.split(['=', ']']).next());
    Ok(names.map(str::to_owned).collect())
}

/// The words of a text that are names of our variables.
fn mentioned(text: &str) -> BTreeSet<String> {
    let words = text.split(|character: char| !character.is_ascii_alphanumeric() && character != '_');
    let is_name = |word: &&str| word.strip_prefix("FIRSTWORD_").is_some_and(|name| !name.is_empty());
    words.filter(is_name).map(str::to_owned).collect()
}

#[test]
fn every_variable_in_a_deployment_file_is_one_of_the_services() -> Result<()> {
    let known = variables()?;
    assert!(known.contains("FIRSTWORD_BUCKET"), "{known:?}");
    let mut files = places::files(&infra("chart"))?;
    files.extend(places::files(&infra("containers"))?);
    files.extend(places::files(&infra("host"))?);
    for (name, text) in files {
        let unknown: Vec<_> = mentioned(&text).difference(&known).cloned().collect();
        assert!(unknown.is_empty(), "{name}: {unknown:?}");
    }
    Ok(())
}

#[test]
fn containers_run_without_root_and_check_themselves() -> Result<()> {
    for name in ["containers/Containerfile.cpu", "containers/Containerfile.cuda"] {
        let text = fs::read_to_string(infra(name))?;
        let last = text.rsplit("\nFROM ").next().context(name)?;
        let user = last.lines().find_map(|line| line.strip_prefix("USER ")).context("USER")?;
        let id: u32 = user.split(':').next().unwrap_or_default().parse()?;
        assert!(id > 0, "{name}: {user}");
        assert!(
            last.contains("HEALTHCHECK") && last.contains(r#"CMD ["./synth-service", "health"]"#),
            "{name}"
        );
        assert!(text.contains("cargo xtask package host"), "{name}: one way to pack a release");
    }
    let help = Command::new(places::program("synth-service")?).args(["health", "--help"]).output()?;
    assert!(help.status.success(), "the service has the subcommand");
    Ok(())
}

/// The paths of all values in `values.yaml`, such as `image.tag`.
fn values(text: &str) -> BTreeSet<String> {
    let mut parents: Vec<(usize, String)> = Vec::new();
    let mut paths = BTreeSet::new();
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        let Some((key, _)) = line.trim_start().split_once(':').filter(|(key, _)| !key.starts_with('#'))
        else {
            continue;
        };
        parents.retain(|(other, _)| *other < indent);
        let path = parents.iter().map(|(_, name)| name.as_str()).chain([key]).collect::<Vec<_>>().join(".");
        parents.push((indent, key.to_owned()));
        paths.insert(path);
    }
    paths
}

/// The paths after `.Values.` in a template.
fn references(template: &str) -> BTreeSet<String> {
    let rests = template.split(".Values.").skip(1);
    let end = |character: char| !character.is_ascii_alphanumeric() && character != '.';
    rests.filter_map(|rest| rest.split(end).next()).map(str::to_owned).collect()
}

#[test]
fn each_value_of_the_chart_is_used_and_each_that_is_used_has_a_default() -> Result<()> {
    let values = values(&fs::read_to_string(infra("chart/values.yaml"))?);
    let templates = places::files(&infra("chart/templates"))?;
    let mut used = BTreeSet::new();
    for (name, text) in &templates {
        let references = references(text);
        let unknown: Vec<_> = references.difference(&values).collect();
        assert!(unknown.is_empty(), "{name}: {unknown:?}");
        used.extend(references);
    }
    let is_used = |path: &String| {
        used.iter().any(|other| {
            other == path || path.starts_with(&format!("{other}.")) || other.starts_with(&format!("{path}."))
        })
    };
    let idle: Vec<_> = values.iter().filter(|path| !is_used(path)).collect();
    assert!(idle.is_empty(), "{idle:?}");
    for kind in [
        "Deployment",
        "Service",
        "PodDisruptionBudget",
        "HorizontalPodAutoscaler",
        "ServiceMonitor",
        "PrometheusRule",
        "NetworkPolicy",
    ] {
        let line = format!("kind: {kind}");
        assert!(templates.iter().any(|(_, text)| text.lines().any(|other| other == line)), "{kind}");
    }
    Ok(())
}
