//! The install script and the unit, with commands of the system that the test plays. The service is a shell script
//! here: `infra/host/install.sh` itself was tried with the real one, and a real systemd, in a fresh Debian.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::{Command, Output},
};

use anyhow::{Context as _, Result};
use tempfile::TempDir;

const SETTINGS: &str = "# of the test\nFIRSTWORD_BUCKET=bucket\nQUOTED=\"two words\"\n";

fn host_files() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/host")
}

/// A machine in a folder, with the commands that the script runs. The service does not become ready when a file
/// `broken` is in its release, or when its settings say so.
struct Machine(TempDir);

impl Machine {
    fn new() -> Result<Self> {
        let machine = Self(TempDir::new()?);
        machine.command("id", "echo 0")?;
        machine.command("systemd-notify", "[ -e $HERE/booted ]")?;
        machine.command("journalctl", "echo 'the last line of the log'")?;
        machine.command(
            "systemctl",
            "echo \"$@\" >>$HERE/calls
            case $1 in
                restart) rm -f $HERE/active
                    [ ! -e $HERE/kill ] || kill -9 $PPID
                    [ ! -e $HERE/root/opt/firstword/current/broken ] || exit 1
                    ! grep -q BROKEN $HERE/root/etc/firstword/firstword.env || exit 1
                    touch $HERE/active ;;
                is-active) [ -e $HERE/active ] ;;
            esac",
        )?;
        fs::write(machine.path("booted"), "")?;
        fs::write(machine.path("good.env"), SETTINGS)?;
        Ok(machine)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, name: &str, script: &str) -> Result<()> {
        let path = self.path("bin").join(name);
        executable(&path, &format!("#!/bin/sh\nHERE={}\n{script}\n", self.0.path().display()))
    }

    /// A package of this version, with some files more.
    fn package(&self, version: &str, more: &[&str]) -> Result<PathBuf> {
        let stage = self.path("stage");
        fs::create_dir_all(stage.join("assets/onnxruntime"))?;
        let service = "#!/bin/sh\necho \"$1, $FIRSTWORD_BUCKET, $QUOTED\"\n[ -z \"$SICK\" ]\n";
        executable(&stage.join("synth-service"), service)?;
        fs::write(stage.join("VERSION"), version)?;
        fs::write(stage.join("assets/onnxruntime/libonnxruntime.so"), "")?;
        fs::copy(host_files().join("firstword.service"), stage.join("firstword.service"))?;
        for name in more {
            fs::write(stage.join(name), "")?;
        }
        let package = self.path(&format!("{version}.tar.gz"));
        let packed = Command::new("tar").arg("-czf").arg(&package).arg("-C").arg(&stage).arg(".").status()?;
        anyhow::ensure!(packed.success(), "tar");
        fs::remove_dir_all(stage)?;
        Ok(package)
    }

    fn install(&self, package: &Path, settings: &str, more: &[&str]) -> Result<Output> {
        let path = std::env::var("PATH").unwrap_or_default();
        let output = Command::new("bash")
            .arg(host_files().join("install.sh"))
            .arg("--package")
            .arg(package)
            .arg("--env")
            .arg(self.path(settings))
            .arg("--root")
            .arg(self.path("root"))
            .args(more)
            .env("PATH", format!("{}:{path}", self.path("bin").display()))
            .output();
        output.context("bash")
    }

    /// The release that runs at the next start.
    fn current(&self) -> Result<String> {
        let link = fs::read_link(self.path("root/opt/firstword/current"))?;
        Ok(link.file_name().context("a release")?.to_string_lossy().into_owned())
    }

    fn releases(&self) -> Result<Vec<String>> {
        let entries = fs::read_dir(self.path("root/opt/firstword/releases"))?;
        let mut names: Vec<_> = entries
            .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
            .collect();
        names.sort();
        Ok(names)
    }

    fn restarts(&self) -> usize {
        let calls = fs::read_to_string(self.path("calls")).unwrap_or_default();
        calls.lines().filter(|call| call.starts_with("restart")).count()
    }
}

fn executable(path: &Path, content: &str) -> Result<()> {
    fs::create_dir_all(path.parent().context("a folder")?)?;
    fs::write(path, content)?;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o755))?)
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_release_is_installed_once_and_a_later_one_replaces_it() -> Result<()> {
    let machine = Machine::new()?;
    let first = machine.package("1.0.0", &[])?;
    let output = machine.install(&first, "good.env", &[])?;
    assert!(output.status.success(), "{}", said(&output));
    assert!(
        said(&output).contains("doctor, bucket, two words"),
        "the doctor has the settings: {}",
        said(&output)
    );
    let settings = machine.path("root/etc/firstword/firstword.env");
    assert_eq!(fs::read_to_string(&settings)?, SETTINGS);
    assert_eq!(fs::metadata(&settings)?.permissions().mode() & 0o777, 0o640, "others may not read the token");
    assert_eq!((machine.current()?, machine.restarts()), ("1.0.0".to_owned(), 1));

    let output = machine.install(&first, "good.env", &[])?;
    assert!(said(&output).contains("runs already"), "{}", said(&output));
    assert_eq!(machine.restarts(), 1, "nothing has changed");

    for version in ["1.1.0", "1.2.0", "1.3.0"] {
        assert!(machine.install(&machine.package(version, &[])?, "good.env", &[])?.status.success());
        assert_eq!(machine.current()?, version);
    }
    assert_eq!(machine.restarts(), 4);
    let releases = machine.releases()?;
    assert!(releases.len() == 3 && releases.contains(&"1.2.0".to_owned()), "{releases:?}");
    Ok(())
}

#[test]
fn a_release_or_settings_that_do_not_become_ready_are_rolled_back() -> Result<()> {
    let machine = Machine::new()?;
    let good = machine.package("1.0.0", &[])?;
    assert!(machine.install(&good, "good.env", &[])?.status.success());

    let broken = machine.package("1.1.0", &["broken"])?;
    let output = machine.install(&broken, "good.env", &[])?;
    assert!(!output.status.success());
    assert!(said(&output).contains("1.0.0 runs again") && said(&output).contains("the last line of the log"));
    assert_eq!((machine.current()?, machine.releases()?), ("1.0.0".to_owned(), vec!["1.0.0".to_owned()]));
    assert!(machine.path("active").exists(), "the release before runs");

    fs::write(machine.path("bad.env"), "BROKEN=yes\n")?;
    let output = machine.install(&good, "bad.env", &[])?;
    assert!(!output.status.success() && said(&output).contains("1.0.0 runs again"), "{}", said(&output));
    assert_eq!(fs::read_to_string(machine.path("root/etc/firstword/firstword.env"))?, SETTINGS);
    assert!(machine.path("active").exists());

    let fresh = Machine::new()?;
    let output = fresh.install(&fresh.package("1.0.0", &["broken"])?, "good.env", &[])?;
    assert!(
        !output.status.success() && said(&output).contains("there is none before it"),
        "{}",
        said(&output)
    );
    Ok(())
}

#[test]
fn a_run_that_was_killed_is_finished_by_the_next_one() -> Result<()> {
    let machine = Machine::new()?;
    assert!(machine.install(&machine.package("1.0.0", &[])?, "good.env", &[])?.status.success());
    let next = machine.package("1.1.0", &[])?;
    fs::write(machine.path("kill"), "")?;
    assert!(!machine.install(&next, "good.env", &[])?.status.success());
    fs::remove_file(machine.path("kill"))?;
    // The service of the earlier release runs on.
    fs::write(machine.path("active"), "")?;
    let output = machine.install(&next, "good.env", &[])?;
    assert!(said(&output).contains("release 1.1.0 is ready"), "{}", said(&output));
    assert_eq!(machine.restarts(), 3);
    assert!(said(&machine.install(&next, "good.env", &[])?).contains("runs already"));
    Ok(())
}

#[test]
fn a_fault_that_is_found_before_the_first_change_changes_nothing() -> Result<()> {
    let machine = Machine::new()?;
    let good = machine.package("1.0.0", &[])?;
    fs::write(machine.path("no.env"), "a line without an equals sign\n")?;
    fs::write(machine.path("sick.env"), "SICK=yes\n")?;
    fs::write(machine.path("garbage"), "no archive")?;
    let foreign = machine.path("foreign.tar.gz");
    assert!(
        Command::new("tar")
            .arg("-czf")
            .arg(&foreign)
            .arg("-C")
            .arg(machine.0.path())
            .arg("good.env")
            .status()?
            .success()
    );
    for (package, settings, expected) in [
        (&machine.path("missing"), "good.env", "missing can't be read"),
        (&good, "missing.env", "missing.env can't be read"),
        (&good, "no.env", "line 1 of"),
        (&machine.path("garbage"), "good.env", "is no tar.gz"),
        (&foreign, "good.env", "is no release: it has no synth-service"),
        (&good, "sick.env", "mend the lines that begin with fault"),
    ] {
        let output = machine.install(package, settings, &[])?;
        assert!(
            !output.status.success() && said(&output).contains(expected),
            "{expected}: {}",
            said(&output)
        );
        assert!(!machine.path("root/opt/firstword/current").exists(), "{expected}");
    }
    assert!(machine.releases()?.is_empty(), "{:?}", machine.releases()?);
    assert_eq!(machine.restarts(), 0);
    Ok(())
}

#[test]
fn without_systemd_nothing_is_started() -> Result<()> {
    let machine = Machine::new()?;
    fs::remove_file(machine.path("booted"))?;
    let package = machine.package("1.0.0", &[])?;
    let output = machine.install(&package, "good.env", &[])?;
    assert!(!output.status.success() && said(&output).contains("pass --no-start"), "{}", said(&output));
    assert_eq!(said(&output).lines().count(), 1, "{}", said(&output));
    let output = machine.install(&package, "good.env", &["--no-start"])?;
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!((machine.current()?, machine.restarts()), ("1.0.0".to_owned(), 0));
    Ok(())
}

#[test]
fn the_unit_is_hardened_and_the_script_is_clean() -> Result<()> {
    let unit = host_files().join("firstword.service");
    let lines = fs::read_to_string(&unit)?;
    for line in [
        "Type=notify",
        "User=firstword",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "DeviceAllow=char-nvidia* rw",
    ] {
        assert!(lines.lines().any(|other| other == line), "{line}");
    }
    let folder = TempDir::new()?;
    symlink(&unit, folder.path().join("firstword.service"))?;
    let mut analyze = Command::new("systemd-analyze");
    analyze.args(["security", "--offline=true", "--no-pager"]).arg(folder.path().join("firstword.service"));
    match analyze.output() {
        Ok(output) if output.status.success() => {
            let said = said(&output);
            let level = said.split("firstword.service: ").nth(1).and_then(|rest| rest.split(' ').next());
            let level: f32 = level.with_context(|| said.clone())?.parse()?;
            assert!(level < 3.0, "{said}");
        }
        _ => eprintln!("the unit's exposure was not checked: systemd-analyze 250 or newer is missing"),
    }
    match Command::new("shellcheck").arg(host_files().join("install.sh")).output() {
        Ok(output) => assert!(output.status.success(), "{}", said(&output)),
        Err(_) => eprintln!("install.sh was not checked: shellcheck is missing"),
    }
    Ok(())
}
