#!/usr/bin/env bash
# Writes the generated reference pages: dialect, passes and instruction set. A
# test fails when docs/reference/ is not what this writes.
# usage: generate-docs.sh [BUILD_FOLDER TARGET_FOLDER]
#
# Without arguments, builds the pages in build/ and writes docs/reference/.
set -euo pipefail
if [ $# -eq 0 ]; then
  root=$(cd "$(dirname "$0")/.." && pwd)
  bash "$root/scripts/build.sh" scnn-doc
  set -- "$root/build" "$root/docs/reference"
fi

mkdir -p "$2"
for page in Dialect Passes ConversionPasses ISA; do
  # TableGen leaves blanks at the ends of lines, and empty lines at the end.
  printf '%s\n' "$(sed -e 's/[[:space:]]*$//' "$1/docs/$page.md")" >"$2/$page.md"
done
