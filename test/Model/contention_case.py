#!/usr/bin/env python3
#===- contention_case.py - Bank queues on a real layer's shape ------------===//
#
# Part of the SCNN compiler, under the Apache License v2.0 with LLVM
# Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===//
"""Holds scnn-sim to the lockstep model of `bank_contention.py`.

usage: contention_case.py V|A GROUPS DIRECTORY

Compiles the first GROUPS groups of the layer with the model's masks and
simulates them with bank queues as the only limit. The simulator needs one
cycle more: B2, for the first weight vector. Tools are taken from PATH.
"""

import argparse
import os
import sys

import numpy as np

import bank_contention
import compare
import networks
import run_case

MODEL = argparse.Namespace(placeholders=True, keep_border=False, ascending=False)


class MaskedBuilder(networks.Builder):
    """Random values where the masks say so."""

    def __init__(self, masks):
        self.masks = list(masks)
        super().__init__(0, masks[0].shape[1:], None)

    def sparse(self, shape, _):
        values = self.random.uniform(0.2, 1, shape).astype(np.float32)
        return values * self.masks.pop(0)


def write_network(layer, groups, directory):
    """The layer with the masks that `bank_contention` draws."""
    channels, outputs, extent, kc, dw, da = bank_contention.LAYERS[layer]
    random = np.random.default_rng(0)
    weights = random.random((outputs, channels, 3, 3)) < dw
    plane = random.random((1, channels, extent, extent)) < da
    builder = MaskedBuilder([plane, weights[:groups * kc]])
    result = builder.conv([("x0", (3, 3), networks.SAME)],
                          min(groups * kc, outputs), relu=False)
    np.save(os.path.join(directory, "input0.npy"), builder.x)
    return run_case.write(os.path.join(directory, "network.mlir"),
                          builder.text([result], ""))


def lockstep_cycles(layer, groups):
    """The model's cycles for each depth."""
    total = np.zeros(len(bank_contention.DEPTHS), np.int64)
    lanes = bank_contention.lane_batches(
        layer, argparse.Namespace(groups=groups, **vars(MODEL)),
        np.random.default_rng(0))
    for group in lanes:
        total += bank_contention.run_lanes(group, False).max(axis=1)
    return total


def main():
    layer, groups, directory = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    os.makedirs(directory, exist_ok=True)
    at = lambda name: os.path.join(directory, name)
    network = write_network(layer, groups, directory)
    # VGG's tile does not fit the paper's RAMs.
    layout = run_case.write(at("layout.yaml"), "activation_ram_bytes: 100000\n")
    run_case.run("scnn-compile", network, "--machine", layout, "-o",
                 at("program.scnn"),
                 f"--mapping=group-size={bank_contention.LAYERS[layer][3]}")
    for depth, cycles in zip(bank_contention.DEPTHS,
                             lockstep_cycles(layer, groups)):
        machine = run_case.write(at("machine.yaml"), run_case.machine_yaml(
            f"only bank_queue_depth={depth or 'unlimited'}"))
        run_case.run("scnn-sim", at("program.scnn"), "--engine=fast", "--machine",
                     machine, "--input", f"input0={at('input0.npy')}", "--stats",
                     at("stats.json"))
        simulated = compare.read_stats(at("stats.json"))["layers"][0]["cycles"]
        if simulated != cycles + 1:
            sys.exit(f"layer {layer}, depth {depth}: model {cycles} + 1, "
                     f"simulator {simulated}")


if __name__ == "__main__":
    main()
