#!/usr/bin/env bash
# Installs ONNX Runtime for node into a folder, unless it is there.
# usage: install.sh FOLDER
#
# The npm package has the library inside; its install script, which would fetch
# one for GPUs, is not run.
set -euo pipefail
version=1.30.0
mkdir -p "$1"
# One at a time: tests run side by side.
exec 9>"$1/.lock"
flock 9
# npm writes the first file last.
if [ ! -s "$1/node_modules/.package-lock.json" ] ||
  ! grep -qs "\"version\": \"$version\"" "$1/node_modules/onnxruntime-node/package.json"; then
  npm install --silent --ignore-scripts --no-audit --no-fund --no-save \
    --prefix "$1" "onnxruntime-node@$version"
fi
