#!/usr/bin/env python3
#===- fuzz.py - Random networks on random machines ------------------------===//
#
# Part of the SCNN compiler, under the Apache License v2.0 with LLVM
# Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===//
"""Holds the simulator to the third model on random cases.

usage: fuzz.py FIRST_SEED LAST_SEED DIRECTORY

A seed gives a network, a machine layout, mapping options and three sets of
limits. Prints each failing case with the arguments of `run_case.py` and exits
1. Tools are taken from PATH.
"""

import os
import random
import sys

import networks
import run_case


def window_for(choose, height, width):
    """A filter size and window with at least one output; None if none is
    found."""
    for _ in range(50):
        size = (choose.randint(1, 4), choose.randint(1, 4))
        dilation = [choose.randint(1, 2), choose.randint(1, 2)]
        stride = [choose.choice([1, 1, 1, 2, 3]), choose.choice([1, 1, 2])]
        padding = [choose.randint(0, size[n // 2] - 1) for n in range(4)]
        spans = [extent + padding[2 * n] + padding[2 * n + 1] -
                 dilation[n] * (size[n] - 1)
                 for n, extent in enumerate((height, width))]
        if min(spans) >= 1:
            plane = [(span - 1) // step + 1 for span, step in zip(spans, stride)]
            return size, plane, {"stride": stride, "padding": padding,
                                 "dilation": dilation}
    return None


def pool_for(choose, plane):
    size = [choose.randint(1, min(3, extent)) for extent in plane]
    return (size, [choose.randint(1, 2), choose.randint(1, 2)],
            [choose.randint(0, size[n // 2] - 1) for n in range(4)])


def add_convolution(choose, builder, names):
    """One more layer on one of the last two tensors."""
    name = choose.choice(names[-2:])
    channels, *plane = builder.values[name].shape[1:]
    found = window_for(choose, *plane)
    if not found:
        return
    size, plane, window = found
    window["groups"] = 1
    if choose.random() < 0.4:
        window["groups"] = choose.choice(
            [g for g in range(1, channels + 1) if channels % g == 0])
    outputs = window["groups"] * choose.randint(1, max(1, 12 // window["groups"]))
    inputs = [(name, size, window)]
    residuals = [other for other in names if other != name and
                 list(builder.values[other].shape[2:]) == plane and
                 builder.values[other].shape[1] <= outputs]
    if choose.random() < 0.4:
        if residuals:
            inputs.append((residuals[0], None, {}))
        elif choose.random() < 0.5:
            inputs.append((name, size, window))
    pool = (pool_for(choose, plane)
            if min(plane) > 1 and choose.random() < 0.3 else None)
    names.append(builder.conv(inputs, outputs,
                              density=choose.choice([0.02, 0.1, 0.4, 0.8, 1]),
                              relu=choose.random() < 0.7, pool=pool))


def random_network(seed):
    choose = random.Random(seed)
    height, width = choose.randint(1, 14), choose.randint(1, 14)
    builder = networks.Builder(seed, (choose.randint(1, 7), height, width),
                               choose.choice([0.02, 0.1, 0.4, 0.8, 1]))
    names = ["x0"]
    if choose.random() < 0.25:
        names.append(builder.argument((choose.randint(1, 4), height, width),
                                      choose.choice([0.05, 0.5])))
    given = len(names)
    while len(names) == given:
        for _ in range(choose.randint(1, 4)):
            add_convolution(choose, builder, names)
    return builder, names[given:][-choose.randint(1, 2):]


def fields(values):
    return ", ".join(f"{name}={value}" for name, value in values.items())


def random_arguments(seed, directory):
    """The arguments of `run_case.py` beside the network."""
    choose = random.Random(7 * seed + 1)
    layout = fields({
        "pe_rows": choose.randint(1, 4), "pe_cols": choose.randint(1, 4),
        "weights_per_vector": choose.randint(1, 6),
        "activations_per_vector": choose.randint(1, 6),
        "accumulator_banks": choose.choice([1, 3, 8, 16, 32]),
        "entries_per_bank": choose.choice([300, 400]),
        "zero_run_bits": choose.choice([1, 2, 4, 6])})
    arguments = ["random_network", directory, f"--seed={seed}",
                 f"--layout={layout}"]
    if choose.random() < 0.5:
        arguments.append("--planar-tiling=cut=balanced")
    grouping = [option for option in
                ("halo=input", "order=rsk", f"group-size={choose.randint(1, 5)}")
                if choose.random() < 0.4]
    if grouping:
        arguments.append("--grouping=" + " ".join(grouping))
    for _ in range(3):
        arguments.append("--timing=" + fields({
            "weight_fifo_entries":
                choose.choice([1, 2, 3, 5, 8, 20, "unlimited"]),
            "weight_staging_vectors":
                choose.choice([1, 2, 5, 12, 30, 100, "unlimited"]),
            "broadcast_vectors_per_cycle":
                choose.choice([1, 1, 2, 3, "unlimited"]),
            "bank_queue_depth": choose.choice([1, 2, 3, 4, 8, "unlimited"]),
            "ppu_elements_per_cycle": choose.choice([1, 2, 4, "unlimited"]),
            "halo_values_per_link_cycle": choose.choice([1, 2, 3, "unlimited"]),
            "dram_bits_per_cycle":
                choose.choice([1, 7, 20, 64, 400, "unlimited"]),
            "weights_through_dram_port": choose.choice(["no", "yes", "yes"]),
            "pipelined_pieces": choose.choice(["no", "yes", "yes"])}))
    # One-sided machines on top of the last timing.
    for field in ("skip_zero_weights", "skip_zero_activations"):
        if random.Random(f"{seed} {field}").random() < 0.3:
            arguments[-1] += f", {field}=no"
    # Last, so that the other choices do not depend on it.
    if choose.random() < 0.4:
        arguments.append(f"--dram-tiling=piece-rows={choose.randint(1, 6)}")
    if choose.random() < 0.5:
        arguments.append(f"--capacity={choose.choice([0, 20, 50, 80])}")
    return arguments


def main():
    first, last, directory = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    networks.NETWORKS["random_network"] = random_network
    failed = False
    for seed in range(first, last + 1):
        arguments = random_arguments(seed, os.path.join(directory, str(seed)))
        try:
            run_case.main(arguments)
        except SystemExit as error:
            failed = True
            print(f"seed {seed}: {' '.join(arguments)}\n{error}", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
