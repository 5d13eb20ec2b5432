#!/usr/bin/env bash
# Installs the Debian packages that building, testing and running the demo need.
# Does nothing, and needs no network, where all of them are there already.
set -euo pipefail

packages=(
  # Build: compiler, linker, build system, MLIR.
  cmake ninja-build g++ clang-22 lld-22 llvm-22-dev libmlir-22-dev mlir-22-tools
  # Libraries: ONNX protobuf schema, program container, unit tests.
  protobuf-compiler libprotobuf-dev libonnx-dev
  flatbuffers-compiler libflatbuffers-dev libgtest-dev libgmock-dev
  # Python for tests, ISA generator, demo and networks; ONNX's backend tests; a
  # BLAS faster than the one that numpy comes with; photographs (skimage/data).
  python3 python3-numpy python3-onnx python3-pil libonnx-testdata
  libopenblas0-pthread python3-skimage
  # Sweeps.
  snakemake python3-yaml
  # Figures and scnn-report; a browser that its test opens the page in.
  python3-matplotlib chromium
  ca-certificates git
)
# npm fetches trained networks and ONNX Runtime, which runs in node. A machine
# may have them from elsewhere than Debian, whose package would then conflict.
command -v npm >/dev/null || packages+=(npm)

missing=()
for package in "${packages[@]}"; do
  if ! dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed'; then
    missing+=("$package")
  fi
done
[ ${#missing[@]} -eq 0 ] && exit 0

sudo=()
if [ "$(id -u)" -ne 0 ]; then sudo=(sudo); fi
echo "install-deps: installing ${missing[*]}"
"${sudo[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq \
  --no-install-recommends "${missing[@]}"
