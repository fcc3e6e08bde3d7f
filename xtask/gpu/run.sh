#!/usr/bin/env bash
# Runs the GPU benchmark on a host without a network: bash run.sh [options of `bench gpu`]
# Lies beside the parts that `cargo xtask bench pack` wrote. The host brings CUDA 13 and cuDNN 9.
set -euo pipefail
cd "$(dirname "$0")"
unpack() {
    [ -e "$2" ] || cat "$1".tar.xz.* | tar -xJ
}
unpack runtime onnxruntime-gpu
unpack bench bench
ln -sfn ../onnxruntime-gpu assets/onnxruntime

# Where pip put CUDA and cuDNN, when they came from there.
folders=$(python3 - <<'PYTHON' 2>/dev/null || true
import glob, os, site
roots = site.getsitepackages() + [site.getusersitepackages()]
print(":".join(sorted({os.path.dirname(file) for root in roots for file in glob.glob(f"{root}/nvidia/**/lib*.so*", recursive=True)})))
PYTHON
)
export LD_LIBRARY_PATH="${folders}${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
exec ./bench gpu --assets assets --device cuda --voices piper "$@"
