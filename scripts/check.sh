#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test.
set -euo pipefail
cd "$(dirname "$0")/.."
start=$SECONDS

step() { printf '\n=== %s (after %d s)\n' "$1" $((SECONDS - start)); }

step "packages"
bash scripts/install-deps.sh
step "build"
bash scripts/build.sh
step "all tests: lit and GoogleTest"
# lit's last lines give the counts; the summary below is what scripts read.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
# shellcheck disable=SC2086
"$(llvm-config-22 --bindir)/lit" -v ${LIT_OPTIONS:-} build/test build/unittests \
  2>&1 | tee "$log" || status=$?

count() { sed -nE "s/^ *$1 *: *([0-9]+).*/\1/p" "$log" | tail -n 1; }
passed=$(count Passed)
failed=$(($(count Failed | grep . || echo 0) + $(count Unresolved | grep . || echo 0) + $(count "Timed Out" | grep . || echo 0)))
skipped=$(($(count Unsupported | grep . || echo 0) + $(count Skipped | grep . || echo 0)))
step "conformance: ONNX's own backend tests"
/usr/bin/python3 test/Conformance/run.py || status=$?
step "done"
echo "${passed:-0} passed, $failed failed, $skipped skipped"
[ "$status" -eq 0 ] && [ "${passed:-0}" -gt 0 ]
