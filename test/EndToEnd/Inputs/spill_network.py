"""Writes a network of three convolutions and inputs for it.

usage: spill_network.py DIRECTORY

network.mlir, a small machine.yaml, and sparse.npy (to calibrate with),
dense.npy (a dense picture of the same magnitude), large.npy (dense, and 40
times as large).
"""

import os
import sys

import numpy as np

CHANNELS = (4, 16, 12, 8)
SIZE = 12


def main():
    directory = sys.argv[1]
    os.makedirs(directory, exist_ok=True)
    random = np.random.default_rng(5)
    lines = []
    for n, (inputs, outputs) in enumerate(zip(CHANNELS, CHANNELS[1:])):
        weights = random.uniform(-1, 1, (outputs, inputs, 3, 3))
        digits = weights.astype("<f4").tobytes().hex().upper()
        lines += [
            f'  %w{n} = arith.constant dense<"0x{digits}"> : '
            f'tensor<{outputs}x{inputs}x3x3xf32>',
            f'  %y{n} = scnn.conv2d inputs({f"%y{n - 1}" if n else "%x"} : '
            f'tensor<1x{inputs}x{SIZE}x{SIZE}xf32>) '
            f'weights(%w{n} : tensor<{outputs}x{inputs}x3x3xf32>) '
            'windows [#scnn.window<padding = [1, 1, 1, 1]>] '
            f'{{clamp_min = 0.0 : f32}} -> '
            f'tensor<1x{outputs}x{SIZE}x{SIZE}xf32> loc("conv{n}")']
    kind = f"tensor<1x{CHANNELS[0]}x{SIZE}x{SIZE}xf32>"
    result = f"tensor<1x{CHANNELS[-1]}x{SIZE}x{SIZE}xf32>"
    with open(os.path.join(directory, "network.mlir"), "w",
              encoding="utf-8") as file:
        file.write(f'func.func @main(%x: {kind} {{scnn.name = "x"}}) -> '
                   f'({result} {{scnn.name = "y"}}) {{\n' + "\n".join(lines) +
                   f"\n  return %y{len(CHANNELS) - 2} : {result}\n}}\n")
    with open(os.path.join(directory, "machine.yaml"), "w",
              encoding="utf-8") as file:
        file.write("pe_rows: 2\npe_cols: 2\n")
    dense = random.uniform(0.1, 1, (1, CHANNELS[0], SIZE, SIZE))
    sparse = dense * (random.uniform(size=dense.shape) < 0.01)
    for name, data in (("sparse", sparse), ("dense", dense),
                       ("large", 40 * dense)):
        np.save(os.path.join(directory, name + ".npy"), data.astype(np.float32))


if __name__ == "__main__":
    main()
