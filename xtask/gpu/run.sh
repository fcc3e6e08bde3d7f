#!/usr/bin/env bash
# Runs the GPU benchmark on a host without a network: bash run.sh [options of `bench gpu`]
# Lies beside the parts that `cargo xtask bench pack` wrote. The host brings CUDA 13 and cuDNN 9.
set -euo pipefail
cd "$(dirname "$0")"

# In a folder of its own first: an archive that is cut short leaves nothing half done.
new="unpacking.$$"
trap 'rm -rf "$new"' EXIT
mkdir "$new"
unpack() {
    cat "$1".tar.xz.* | tar -xJf - -C "$new"
}
if [ ! -e onnxruntime-gpu ]; then
    unpack runtime
    mv "$new/onnxruntime-gpu" .
fi
# Afresh each time: the parts may be newer than what was unpacked.
unpack bench
rm -rf bench assets
mv "$new/bench" "$new/assets" .
rm -rf "$new"
ln -sfn ../onnxruntime-gpu assets/onnxruntime

# Where pip put CUDA and cuDNN, when they came from there.
folders=$(python3 - <<'PYTHON' 2>/dev/null || true
import glob, os, site
roots = site.getsitepackages() + [site.getusersitepackages()]
print(":".join(sorted({os.path.dirname(file) for root in roots for file in glob.glob(f"{root}/nvidia/**/lib*.so*", recursive=True)})))
PYTHON
)
export LD_LIBRARY_PATH="${folders}${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
# Device and voice are those of `gpu` unless the options say otherwise.
exec ./bench gpu --assets assets "$@"
