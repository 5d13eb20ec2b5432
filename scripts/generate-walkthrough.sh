#!/usr/bin/env bash
# Writes docs/walkthrough.md: the IR of examples/two-layers.mlir after each pass,
# as build/bin/scnn-opt prints it.
# usage: generate-walkthrough.sh [OUTPUT.md]
set -euo pipefail
cd "$(dirname "$0")/.."
output=${1:-docs/walkthrough.md}
opt=${SCNN_OPT:-build/bin/scnn-opt}
passes=()

# The body of @main, without the blobs of constants.
body() {
  "$opt" examples/two-layers.mlir "${passes[@]}" |
    sed -e '/^{-#/,$d' -e '/^module/d' -e '/^}$/d' -e '/arith.constant/d' -e '/^$/d' -e 's/^  //'
}

section() {
  passes+=("$1")
  printf '\n## `%s`\n\n%s\n\n```mlir\n' "$1" "$2"
  body
  printf '```\n'
}

{
  cat <<'TEXT'
# The IR after each pass

Written by `scripts/generate-walkthrough.sh`: what `build/bin/scnn-opt examples/two-layers.mlir` prints when one pass
after the other is added (weights as constants left out).

## The network

TEXT
  printf '```mlir\n'
  cat examples/two-layers.mlir
  printf '```\n'
  section --scnn-fuse "Clamp and pooling become part of the convolutions."
  section --scnn-quantize "16-bit fixed point: scales in the types, every shift and multiplier in \`requantization\`. The casts mark where values enter and leave."
  section --scnn-planar-tiling "Each tensor gets a layout: its plane cut over the 8x8 PEs. \`load\` and \`store\` cross between DRAM and PEs."
  section --scnn-output-channel-grouping "The mapping: how many output channels are computed together, which operand crosses tile borders, the order of weight blocks."
  section --scnn-compressed-sparse-layout "Weights and bias become a compressed image; the image is split into 2x2 phases for its strided reader."
  section --scnn-halo-insertion "Each convolution in its steps. Sums for a neighbour's outputs travel there (\`exchange add\`), and so do pooling maxima where windows cross tiles."
  section --scnn-memory-allocation "RAM and offset of each tensor: the two RAMs swap from layer to layer."
  section --scnn-lower-to-commands "The program: what host and user see, constants in DRAM, and one operation for each command."
} >"$output.new"
mv "$output.new" "$output"
