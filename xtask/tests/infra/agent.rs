//! The agent of a host on EC2, `infra/host/ec2.sh`, with faked tools. The faked `sleep` is the clock: it changes the world
//! from one round of the agent to the next, so that nothing waits.

use std::{
    env, fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Stdio},
};

use crate::workspace;

/// The metadata service knows the files in `metadata`, the service is ready while there is `ready`, the secret is
/// `secret`, and the disk is full while there is `full`. AWS refuses the first request of each kind, and after a reboot
/// (`rebooted`) it waits for none. Each effect is a line of `log`.
const TOOLS: [(&str, &str); 6] = [
    (
        "curl",
        r#"for url; do :; done
case $url in
    */api/token) echo session ;;
    */meta-data/*) cat "$WORLD/metadata/$(basename "$url")" 2>/dev/null || exit 22 ;;
    */readyz) [ -e "$WORLD/ready" ] ;;
esac"#,
    ),
    (
        "aws",
        r#"case $1 in
    secretsmanager) cat "$WORLD/secret" ;;
    *)
        if [ ! -e "$WORLD/refused-$1" ]; then
            touch "$WORLD/refused-$1"
            echo "refused $1" >>"$WORLD/log"
            echo "An error occurred (Throttling) when calling: Rate exceeded" >&2
            exit 254
        elif [ -e "$WORLD/rebooted" ]; then
            echo "not waiting: $1" >>"$WORLD/log"
            echo "An error occurred (ValidationError) when calling: No active Lifecycle Action found" >&2
            exit 254
        fi
        echo "$*" >>"$WORLD/log"
        ;;
esac"#,
    ),
    (
        "cat",
        r#"if [ -e "$WORLD/full" ] && [ $# = 0 ]; then exit 1; fi
PATH=${PATH#*:} exec cat "$@""#,
    ),
    ("systemctl", r#"echo "systemctl $*" >>"$WORLD/log""#),
    ("chgrp", ""),
    (
        "sleep",
        r#"round=$(($(cat "$WORLD/round" 2>/dev/null || echo 0) + 1))
echo $round >"$WORLD/round"
cp "$WORLD/etc/tokens" "$WORLD/tokens-$round"
case $round in
    3) touch "$WORLD/ready" ;;
    5) echo '{"token":"new","also":"old","FIRSTWORD_CHAT_KEY":"k"}' >"$WORLD/secret" ;;
    15) echo '{"token":" "}' >"$WORLD/secret" ;;
    25) rm "$WORLD/secret" ;;
    35)
        echo '{"token":"newest"}' >"$WORLD/secret"
        touch "$WORLD/full"
        ;;
    45) rm "$WORLD/full" ;;
    55) echo "$ENDS_AS" >"$WORLD/metadata/$ENDS_BY" ;;
    99) kill $PPID ;;
esac"#,
    ),
];

/// Makes a world in which a host of the stack begins to serve.
fn make(world: &Path) {
    for folder in ["tools", "etc", "metadata"] {
        fs::create_dir(world.join(folder)).expect("is made");
    }
    for (name, script) in TOOLS {
        let tool = world.join("tools").join(name);
        fs::write(&tool, format!("#!/bin/bash\n{script}\n")).expect("is written");
        fs::set_permissions(tool, fs::Permissions::from_mode(0o755)).expect("is set");
    }
    for (file, text) in [
        ("etc/ec2.env", "AWS_REGION=eu-west-2\nBUCKET=b\nSECRET=s\nNAMESPACE=n\nSTACK=stack\n"),
        ("metadata/instance-id", "i-1"),
        ("metadata/aws:autoscaling:groupName", "group"),
        ("metadata/target-lifecycle-state", "InService"),
        ("secret", r#"{"token":"old","also":""}"#),
    ] {
        fs::write(world.join(file), text).expect("is written");
    }
}

/// Runs the agent until it ends by itself. Returns its effects.
fn watch(world: &Path, ends_by: &str, ends_as: &str) -> Vec<String> {
    let path = format!("{}:{}", world.join("tools").display(), env::var("PATH").expect("has a PATH"));
    let mut agent = Command::new("bash");
    agent.arg(workspace("infra/host/ec2.sh")).arg("watch").env("PATH", path).stderr(Stdio::null());
    agent.env("WORLD", world).env("ETC", world.join("etc"));
    let status = agent.env("ENDS_BY", ends_by).env("ENDS_AS", ends_as).status().expect("bash starts");
    assert!(status.success(), "the agent did not end by itself: {status}");
    let log = fs::read_to_string(world.join("log")).expect("has effects");
    log.lines().map(str::to_owned).collect()
}

const SIGNAL: &str = "cloudformation signal-resource --region eu-west-2 --stack-name stack --logical-resource-id Group \
                      --unique-id i-1 --status SUCCESS";

fn completion(hook: &str) -> String {
    format!(
        "autoscaling complete-lifecycle-action --region eu-west-2 --auto-scaling-group-name group \
         --instance-id i-1 --lifecycle-hook-name {hook} --lifecycle-action-result CONTINUE"
    )
}

#[test]
fn a_host_reports_ready_and_hands_over_before_it_goes() {
    for (ends_by, ends_as) in [
        ("target-lifecycle-state", "Terminated"),
        ("target-lifecycle-state", "Warmed:Terminated"),
        ("instance-action", r#"{"action":"terminate"}"#),
    ] {
        let world = tempfile::tempdir().expect("a folder");
        make(world.path());
        let effects = watch(world.path(), ends_by, ends_as);
        let expected = [
            "refused autoscaling".to_owned(),
            completion("ready"),
            "refused cloudformation".to_owned(),
            // Once more: the hook does not know that its completion has arrived.
            completion("ready"),
            SIGNAL.to_owned(),
            "systemctl stop firstword.service".to_owned(),
            completion("handover"),
        ];
        assert_eq!(effects, expected, "{ends_by}: {ends_as}");
    }
}

#[test]
fn a_host_that_nothing_waits_for_reports_once() {
    let world = tempfile::tempdir().expect("a folder");
    make(world.path());
    fs::write(world.path().join("rebooted"), "").expect("is written");
    let effects = watch(world.path(), "instance-action", "terminate");
    let expected = [
        "refused autoscaling",
        "not waiting: autoscaling",
        "refused cloudformation",
        "not waiting: autoscaling",
        "not waiting: cloudformation",
        "systemctl stop firstword.service",
        "not waiting: autoscaling",
    ];
    assert_eq!(effects, expected);
}

#[test]
fn a_host_on_its_way_into_the_warm_pool_sends_no_signal() {
    let world = tempfile::tempdir().expect("a folder");
    make(world.path());
    fs::write(world.path().join("metadata/target-lifecycle-state"), "Warmed:Stopped").expect("is written");
    let effects = watch(world.path(), "instance-action", "terminate");
    assert_eq!(effects[..2], ["refused autoscaling".to_owned(), completion("ready")]);
    assert!(!effects.iter().any(|effect| effect.contains("cloudformation")), "{effects:?}");
}

#[test]
fn a_rotated_token_reaches_the_service_and_a_bad_secret_changes_nothing() {
    let world = tempfile::tempdir().expect("a folder");
    make(world.path());
    watch(world.path(), "target-lifecycle-state", "Terminated");
    let tokens =
        |round: usize| fs::read_to_string(world.path().join(format!("tokens-{round}"))).expect("is there");
    assert_eq!(tokens(1), "old\n");
    assert_eq!(tokens(11), "new\nold\n");
    assert_eq!(tokens(21), "new\nold\n", "the secret had no token");
    assert_eq!(tokens(31), "new\nold\n", "the secret could not be read");
    assert_eq!(tokens(41), "new\nold\n", "the disk was full");
    assert_eq!(tokens(51), "newest\n");
    let mode = fs::metadata(world.path().join("etc/tokens")).expect("is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}
