#!/usr/bin/env bash
# Runs the GPU benchmark on a host without a network: bash run.sh [options of `bench gpu`] This script belongs in the
# folder of the parts that `cargo xtask bench pack` wrote. CUDA 13 and cuDNN 9 must be installed on the host.
set -euo pipefail
cd "$(dirname "$0")"

# Archives are unpacked into a temporary folder first, so that an incomplete archive leaves no partial files.
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
# Unpacked at each start, since the parts may be newer than the unpacked files.
unpack bench
rm -rf bench assets
mv "$new/bench" "$new/assets" .
rm -rf "$new"
ln -sfn ../onnxruntime-gpu assets/onnxruntime

# The folders of CUDA and cuDNN, if pip installed them.
folders=$(python3 - <<'PYTHON' 2>/dev/null || true
import glob, os, site
roots = site.getsitepackages() + [site.getusersitepackages()]
print(":".join(sorted({os.path.dirname(file) for root in roots for file in glob.glob(f"{root}/nvidia/**/lib*.so*", recursive=True)})))
PYTHON
)
export LD_LIBRARY_PATH="${folders}${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
# Device and voice are the defaults of `gpu` unless the options set others.
exec ./bench gpu --assets assets "$@"
