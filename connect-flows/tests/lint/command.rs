//! The command: its outputs, exit codes and exceptions.

use std::{fs, path::Path, process::Command};

use serde_json::Value;
use serde_sarif::sarif::{ResultLevel, Sarif};
use tempfile::TempDir;

use crate::{HEALTHY, with};

/// A folder with files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// Exit code, standard output and standard error.
fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_connect-flow"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("COLUMNS")
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// A flow with an error and a warning.
fn faulty() -> String {
    with(r#""LoopCount": "3""#, r#""LoopCount": 3"#).replace("Fish &amp; chips", "Fish & chips")
}

#[test]
fn text_shows_the_line_and_sums_up() {
    let folder =
        folder(&[("flows/bad.json", &faulty()), ("flows/good.json", HEALTHY), ("flows/package.json", "{}")]);
    let (code, out, _) = run(folder.path(), &["lint", "flows"]);
    assert_eq!(code, 1);
    let expected = r#"warning[FW050]: greet: a lone & can't stand in SSML
  --> flows/bad.json:18:30
   |
18 |       "Parameters": {"SSML": "<speak>Good morning. <break time=\"300ms\"/>Fish & chips.</speak>"},
   |                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: write &amp;

error[FW033]: rounds: the parameter LoopCount is 3, not a string
  --> flows/bad.json:37:35
   |
37 |       "Parameters": {"LoopCount": 3},
   |                                   ^
   |
   = help: write "3"

2 files: 1 error, 1 warning
"#;
    assert_eq!(out, expected);
}

#[test]
fn a_flow_on_one_long_line_is_shown_in_part() {
    let folder = folder(&[("flow.json", &faulty().replace('\n', ""))]);
    let (_, out, _) = run(folder.path(), &["lint", "flow.json"]);
    assert!(out.lines().all(|line| line.chars().count() < 130), "{out}");
    assert!(out.contains("\"LoopCount\": 3"), "{out}");
}

#[test]
fn exit_codes_tell_errors_from_warnings_and_from_files_that_cannot_be_read() {
    let warning = HEALTHY.replace("Fish &amp; chips", "Fish & chips");
    let files = [("good.json", HEALTHY), ("bad.json", &faulty()), ("warns.json", &warning)];
    let folder = folder(&files);
    let code = |arguments: &[&str]| run(folder.path(), arguments).0;
    assert_eq!(code(&["lint", "good.json"]), 0);
    assert_eq!(code(&["lint", "warns.json"]), 0);
    assert_eq!(code(&["lint", "--deny", "warnings", "warns.json"]), 1);
    assert_eq!(code(&["lint", "*.json"]), 1);
    let (code, out, err) = run(folder.path(), &["lint", "gone.json", "bad.json"]);
    assert_eq!(code, 2);
    assert!(out.contains("FW033") && err.contains("gone.json"), "{out}{err}");
    assert_eq!(run(folder.path(), &["lint", "gone*.json"]).0, 2);
}

#[test]
fn attributes_that_no_flow_sets_are_found_in_a_whole_set() {
    let reads = with("Press 1 for orders.", "Hello $.Attributes.name");
    let folder = folder(&[("a.json", &reads), ("b.json", HEALTHY)]);
    assert!(run(folder.path(), &["lint", "."]).1.ends_with("2 files: 0 errors, 0 warnings\n"));
    let (code, out, _) = run(folder.path(), &["lint", "--together", "."]);
    assert_eq!(code, 0);
    assert!(
        out.contains("warning[FW061]: Main menu (menu): the attribute \"name\" is read, and no flow"),
        "{out}"
    );
    assert!(out.ends_with("2 files: 0 errors, 1 warning\n"), "{out}");
}

#[test]
fn json_names_each_place() {
    let folder = folder(&[("bad.json", &faulty())]);
    let (_, out, _) = run(folder.path(), &["lint", "--format", "json", "bad.json"]);
    let all: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&all["files"], &all["errors"], &all["warnings"]), (&1.into(), &1.into(), &1.into()));
    let second = &all["findings"][1];
    assert_eq!((&second["code"], &second["rule"]), (&"FW033".into(), &"not-a-string".into()));
    assert_eq!(
        (&second["line"], &second["column"], &second["endColumn"]),
        (&37.into(), &35.into(), &36.into())
    );
    assert_eq!((&second["action"], &second["file"]), (&"rounds".into(), &"bad.json".into()));
}

#[test]
fn sarif_is_read_by_another_reader() {
    let folder = folder(&[("my flows/bad.json", &faulty())]);
    let (_, out, _) = run(folder.path(), &["lint", "--format", "sarif", "my flows"]);
    let sarif: Sarif = serde_json::from_str(&out).unwrap();
    let run = &sarif.runs[0];
    let rules = run.tool.driver.rules.as_ref().unwrap();
    let results = run.results.as_ref().unwrap();
    assert_eq!(results.len(), 2);
    let error = &results[1];
    assert_eq!(error.level, Some(ResultLevel::Error));
    assert_eq!(error.rule_id.as_deref(), Some("FW033"));
    let rule = &rules[usize::try_from(error.rule_index.unwrap()).unwrap()];
    assert_eq!(rule.id, "FW033");
    assert!(!rule.help.as_ref().unwrap().text.is_empty());
    let place = error.locations.as_ref().unwrap()[0].physical_location.as_ref().unwrap();
    assert_eq!(place.artifact_location.as_ref().unwrap().uri.as_deref(), Some("my%20flows/bad.json"));
    let region = place.region.as_ref().unwrap();
    assert_eq!((region.start_line, region.start_column, region.end_column), (Some(37), Some(35), Some(36)));
}

/// The schema of OASIS, as the reader of SARIF carries it in its source.
fn schema() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "serde-sarif").unwrap();
    let manifest = Path::new(package["manifest_path"].as_str().unwrap());
    let schema = fs::read(manifest.with_file_name("src").join("schema.json")).unwrap();
    serde_json::from_slice(&schema).unwrap()
}

#[test]
fn sarif_keeps_to_its_schema() {
    let schema = schema();
    assert!(schema["title"].as_str().unwrap().contains("2.1.0"));
    let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
    compiler.add_resource("file:///sarif.json", schema).unwrap();
    let schema = compiler.compile("file:///sarif.json", &mut schemas).unwrap();
    let folder =
        folder(&[("bad.json", &faulty()), ("good.json", HEALTHY), ("old.json", "{\"modules\": []}")]);
    for files in [&["bad.json", "old.json", "gone.json"][..], &["good.json"]] {
        let arguments = [&["lint", "--format", "sarif"], files].concat();
        let sarif: Value = serde_json::from_str(&run(folder.path(), &arguments).1).unwrap();
        schemas.validate(&sarif, schema).unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn annotations_of_a_workflow_escape_their_parts() {
    let folder = folder(&[("a,b/bad.json", &faulty())]);
    let (_, out, _) = run(folder.path(), &["lint", "--format", "github", "a,b/bad.json"]);
    let last = out.lines().last().unwrap();
    assert_eq!(
        last,
        "::error file=a%2Cb/bad.json,line=37,endLine=37,col=35,endColumn=36,title=FW033 not-a-string::rounds: the \
         parameter LoopCount is 3, not a string; write \"3\""
    );
}

#[test]
fn exceptions_hold_for_rules_files_and_actions() {
    let settings = r#"
        [[lint.except]]
        rule = "not-a-string"
        files = ["flows/*.json"]
        actions = ["rounds"]
        why = "an old tool wrote it"

        [[lint.except]]
        rule = "FW050"

        [[lint.except]]
        rule = "FW011"
    "#;
    let bad = faulty();
    let files = [("connect-flow.toml", settings), ("flows/bad.json", &bad), ("flows/deep/bad.json", &bad)];
    let folder = folder(&files);
    let (code, out, _) = run(folder.path(), &["lint", "flows/*.json"]);
    assert_eq!(code, 0, "{out}");
    assert!(
        out.contains("connect-flow.toml:12:16") && out.contains("the exception from FW011 excepts nothing"),
        "{out}"
    );
    assert!(out.ends_with("1 file: 0 errors, 1 warning\n"), "{out}");
    let from_below = run(&folder.path().join("flows/deep"), &["lint", "../bad.json"]).1;
    assert_eq!(from_below, "1 file: 0 errors, 0 warnings\n", "other files may use the exception from FW011");
    assert_eq!(run(folder.path(), &["lint", "flows/deep"]).0, 1, "* does not cross folders");
}

#[test]
fn faults_of_the_settings_are_named_with_the_nearest_right_word() {
    for (settings, part) in [
        (
            "[[lint.except]]\nrules = \"FW050\"\n",
            "connect-flow.toml:2:1: the key rules is unknown; did you mean rule?",
        ),
        ("[[lint.excpet]]\n", "did you mean except?"),
        (
            "[[lint.except]]\nrule = \"bad-sml\"\n",
            "connect-flow.toml:2:8: there is no rule \"bad-sml\"; did you mean bad-ssml?",
        ),
        ("[[lint.except]]\nrule = \"FW050\"\nfiles = [\"a***\"]\n", "is no glob"),
        ("[lint", "connect-flow.toml:1:"),
    ] {
        let folder = folder(&[("connect-flow.toml", settings), ("good.json", HEALTHY)]);
        let (code, _, err) = run(folder.path(), &["lint", "good.json"]);
        assert_eq!(code, 2);
        assert!(err.contains(part) && err.lines().count() == 1, "{err}");
    }
}

#[test]
fn each_rule_is_explained() {
    let folder = folder(&[]);
    let (code, out, _) = run(folder.path(), &["explain", "fw011"]);
    assert_eq!(code, 0);
    for part in ["FW011 dangling-transition (error)", "Why: ", "Example:", "Mend it: ", "Source: "] {
        assert!(out.contains(part), "{out}");
    }
    assert!(run(folder.path(), &["explain"]).1.contains("FW071  warning"));
    let (code, _, err) = run(folder.path(), &["explain", "FW999"]);
    assert_eq!(code, 2);
    assert!(err.contains("there is no rule"), "{err}");
}

#[test]
fn a_reader_that_closes_the_pipe_is_no_failure() {
    let long = with("Press 1 for orders.", &"a ".repeat(100_000));
    let folder = folder(&[("flow.json", &long)]);
    for arguments in
        [&["format", "flow.json"][..], &["explain"], &["lint", "flow.json"], &["render", "flow.json"]]
    {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = Command::new(env!("CARGO_BIN_EXE_connect-flow"));
        let output = command.args(arguments).current_dir(folder.path()).stdout(writer).output().unwrap();
        assert_eq!((output.status.code(), &*output.stderr), (Some(0), &b""[..]), "{arguments:?}");
    }
}

#[test]
fn an_exception_for_other_files_than_those_given_is_not_called_unused() {
    let settings = "[[lint.except]]\nrule = \"not-a-string\"\nfiles = [\"./old/*.json\"]\n\n\
                    [[lint.except]]\nrule = \"unreachable\"\nfiles = [\"odl/*.json\"]\n";
    let files = [("connect-flow.toml", settings), ("good.json", HEALTHY), ("old/bad.json", &faulty())];
    let folder = folder(&files);
    for names in [&["good.json"][..], &["good.json", "old/bad.json"], &["."], &[".", "good.json"]] {
        let (code, out, err) = run(folder.path(), &[&["lint"], names].concat());
        assert_eq!((code, &*err), (0, ""), "{out}");
        assert_eq!(out.matches("FW090").count(), 1, "{out}");
        assert!(out.contains("connect-flow.toml:6:8"), "no file is named odl: {out}");
    }
}

#[test]
fn a_folder_without_flows_is_not_taken_for_a_healthy_one() {
    let folder = folder(&[("flows/good.json", HEALTHY), ("other/package.json", "{}")]);
    let (code, out, err) =
        run(folder.path(), &["lint", "flows", "other", "flows/good.json", "*/package.json"]);
    assert_eq!((code, &*out), (2, "1 file: 0 errors, 0 warnings, 2 files not read\n"));
    assert_eq!(err, "error: */package.json holds no flow\nerror: other holds no flow\n");
}
