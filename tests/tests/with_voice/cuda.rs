//! The service on a machine whose NVIDIA libraries are there and whose models run on the CPU all the same: `--device
//! cuda` is refused. The libraries are built by the test; ONNX Runtime and the voice are real.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use anyhow::{Context as _, Result, ensure};
use e2e::places;
use tempfile::TempDir;

/// Libraries that need only be there.
const EMPTY: [&str; 7] = [
    "libcudart.so.13",
    "libcublasLt.so.13",
    "libcublas.so.13",
    "libcurand.so.10",
    "libcudnn.so.9",
    "libonnxruntime_providers_shared.so",
    "libonnxruntime_providers_cuda.so",
];

struct Machine(TempDir);

impl Machine {
    /// With the voice hibari, whose `voice.toml` names the CPU, or no device at all.
    fn new(voice_names_the_cpu: bool) -> Result<Self> {
        let machine = Self(TempDir::new()?);
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../synth-service/speech/tests/fake-driver");
        machine.build("libcuda.so.1", &sources.join("cuda.c"), "-DVERSION=13000")?;
        let state = format!("-DSTATE=\"{}\"", machine.path("state").display());
        machine.build("libnvidia-ml.so.1", &sources.join("nvml.c"), &state)?;
        fs::write(machine.path("state"), "0 100 1 0")?;
        fs::write(machine.path("empty.c"), "int nothing;")?;
        for name in EMPTY {
            machine.build(name, &machine.path("empty.c"), "-DEMPTY")?;
        }
        let assets = places::assets()?;
        symlink(assets.join("onnxruntime/libonnxruntime.so"), machine.path("libonnxruntime.so"))?;
        let voice = machine.path("voices/hibari");
        fs::create_dir_all(&voice)?;
        for entry in fs::read_dir(assets.join("voices/hibari"))? {
            let entry = entry?;
            if entry.file_name() != "voice.toml" {
                symlink(entry.path(), voice.join(entry.file_name()))?;
            }
        }
        let description = fs::read_to_string(assets.join("voices/hibari/voice.toml"))?;
        ensure!(description.contains("device = \"cpu\"\n"), "hibari names the CPU");
        let description =
            if voice_names_the_cpu { description } else { description.replace("device = \"cpu\"\n", "") };
        fs::write(voice.join("voice.toml"), description)?;
        Ok(machine)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn build(&self, name: &str, source: &Path, define: &str) -> Result<()> {
        let mut cc = Command::new("cc");
        cc.args(["-shared", "-fPIC", define, "-o"]).arg(self.path(name)).arg(source);
        ensure!(cc.status().context("a C compiler")?.success(), "{name}");
        Ok(())
    }

    fn check(&self, device: &str) -> Result<Output> {
        Ok(Command::new(places::program("synth-service")?)
            .env_clear()
            .env("LD_LIBRARY_PATH", self.0.path())
            .env("FIRSTWORD_ONNXRUNTIME", self.path("libonnxruntime.so"))
            .env("FIRSTWORD_VOICES", self.path("voices"))
            .env("FIRSTWORD_WORKERS", "1")
            .env("RUST_LOG", "off")
            .args(["--check-config", "--device", device])
            .output()?)
    }
}

fn the_one_line(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).trim_end().to_owned();
    assert!(!output.status.success() && said.lines().count() == 1, "{output:?}");
    said
}

#[test]
fn a_gpu_that_no_voice_uses_is_refused_where_it_was_asked_for() -> Result<()> {
    let machine = Machine::new(true)?;
    let said = the_one_line(&machine.check("cuda")?);
    assert!(said.contains("device cuda:0 can't be used: each voice names another one"), "{said}");
    assert!(said.ends_with("run `synth-service doctor`, or set --device cpu"), "{said}");
    let output = machine.check("auto")?;
    assert!(output.status.success(), "a voice may name the CPU on a host with a GPU: {output:?}");
    Ok(())
}

#[test]
fn a_provider_that_is_there_in_name_only_is_refused() -> Result<()> {
    let machine = Machine::new(false)?;
    let said = the_one_line(&machine.check("cuda")?);
    assert!(said.contains("hibari") && said.contains("CUDA"), "{said}");
    Ok(())
}
