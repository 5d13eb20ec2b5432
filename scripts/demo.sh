#!/usr/bin/env bash
# The main job, end to end: installs what is missing, builds, fetches a trained
# network and a photograph, compiles, simulates, checks every bit against the
# fixed-point reference, and draws the face that the network found.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-demo-output}
mkdir -p "$out"

step() { printf '\n=== %s\n' "$1"; }

step "packages"
bash scripts/install-deps.sh
step "build"
bash scripts/build.sh scnn-compile scnn-sim

step "network and photograph"
bash scripts/demo/fetch.sh "$out"
/usr/bin/python3 scripts/demo/prepare_input.py "$out/astronaut.png" "$out/input.npy"

step "compile"
build/bin/scnn-compile "$out/blazeface.onnx" -o "$out/blazeface.scnn" \
  --calibrate "input:0=$out/input.npy" --float-output-dir "$out/float"

step "simulate"
build/bin/scnn-sim "$out/blazeface.scnn" --input "input:0=$out/input.npy" \
  --output-dir "$out/outputs" --stats "$out/stats.json" \
  --trace "$out/trace.json" --verify

step "the face"
/usr/bin/python3 scripts/demo/draw_face.py "$out/astronaut.png" "$out/outputs" \
  "$out/face.png" "$out/float"
echo "statistics: $out/stats.json; trace (Perfetto, chrome://tracing): $out/trace.json"
