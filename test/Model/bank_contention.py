#!/usr/bin/env python3
#===- bank_contention.py - Bank queues on two known layers ----------------===#
#
# Part of the SCNN compiler, under the Apache License v2.0 with LLVM
# Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===//
"""Cycles of AlexNet conv3 and VGG-16 conv3_2 with random masks, by bank queue
depth, under rules M1, M2 and X1 to X3 and no other limit; beside the numbers of
an earlier, independent model of these layers.

usage: bank_contention.py [V|A]… [--seed N] [--groups N] [--keep-border]
           [--no-placeholders] [--ascending] [--port]

All (PE, group) pairs go through their batches in lockstep. --groups estimates
from the first N groups. The options change one rule each: products beyond the
plane go to a bank too; zero runs are unbounded; filter positions ascend along
a weight block; a bank takes one product a cycle and the array waits (the depth
is then of no effect).

The earlier model has no placeholders. So taken, X2 meets it within 0.4 % on A,
and on V within 0.2 % from depth 4 on and 1.2 % for depths 1 and 2 (seed 0; other
seeds differ by up to 1 %). Ascending filter positions make these two 3.8 and
4.9 % lower; placeholders add 1.1 % on V.
"""

import argparse

import numpy as np

GRID, F, I, BANKS = 8, 4, 4, 32
DEPTHS = (1, 2, 4, 8, 0)
NOWHERE = BANKS  # the bank of a product that is dropped

# C, K, extent of the plane, Kc, weight density, activation density
LAYERS = {"V": (256, 256, 56, 12, 0.24, 0.6), "A": (256, 384, 13, 64, 0.35, 0.4)}
R = 3
# The earlier model: depth none or 1, 2, 4, 8, no contention.
EXPECTED = {"V": (594699, 375326, 296679, 295343, 295343),
            "A": (100265, 75091, 71986, 71736, 71719)}


def stored(mask, placeholders):
    """Positions of a block's elements, and which of them are non-zero."""
    nonzero = np.flatnonzero(mask)
    if not placeholders:
        return nonzero, np.ones(len(nonzero), bool)
    positions, last = [], -1
    for p in nonzero:
        positions += [(q, False) for q in range(last + 16, p, 16)] + [(p, True)]
        last = p
    return (np.array([p for p, _ in positions], int),
            np.array([n for _, n in positions], bool))


def vectors(columns, width, fill):
    """Columns of element data, cut into vectors of `width`, padded."""
    count = -(-len(columns[0]) // width)
    result = []
    for column in columns:
        padded = np.full(count * width, fill, np.int64)
        padded[:len(column)] = column
        result.append(padded.reshape(count, width))
    return result


class Operands:
    """Vectors of one side: address part, row and column of each element, and
    whether it is a product's operand at all."""

    def __init__(self, address, rows, cols, nonzero, width):
        self.address, self.rows, self.cols, self.valid = vectors(
            (address, rows, cols, nonzero), width, 0)


def weight_operands(mask, tile, options):
    """[Kc][R][S] of one channel; the row and column are -r and -s."""
    if not options.ascending:
        mask = mask[:, ::-1, ::-1]
    at, nonzero = stored(mask.reshape(-1), options.placeholders)
    k, r, s = at // (R * R), at // R % R, at % R
    if not options.ascending:
        r, s = R - 1 - r, R - 1 - s
    pitch = tile + R - 1
    return Operands((k * pitch + R - 1 - r) * pitch + R - 1 - s, -r, -s, nonzero,
                    F)


def activation_operands(mask, y0, x0, tile, placeholders):
    at, nonzero = stored(mask.reshape(-1), placeholders)
    y, x = at // mask.shape[1], at % mask.shape[1]
    return Operands(y * (tile + R - 1) + x, y0 + y + 1, x0 + x + 1, nonzero, I)


def block_banks(activations, weights, extent, keep_border):
    """The banks of a block's products: [batch][I * F], in the order issued."""
    def pairs(a, w):
        return (a[:, None, :, None] + w[None, :, None, :]).reshape(-1, I * F)
    address = pairs(activations.address, weights.address)
    lands = pairs(activations.valid, weights.valid) == 2
    if not keep_border:
        y, x = pairs(activations.rows, weights.rows), pairs(activations.cols,
                                                           weights.cols)
        lands &= (y >= 0) & (y < extent) & (x >= 0) & (x < extent)
    return np.where(lands, address % BANKS, NOWHERE).astype(np.uint8)


def lane_batches(layer, options, random):
    """The batches of each (PE, group): a list of arrays [batch][I * F] for each
    group."""
    channels, outputs, extent, kc, dw, da = LAYERS[layer]
    weights = random.random((outputs, channels, R, R)) < dw
    plane = random.random((channels, extent, extent)) < da
    tile = -(-extent // GRID)
    tiles = [(y, x) for y in range(0, extent, tile)
             for x in range(0, extent, tile)]
    activations = [[activation_operands(plane[c, y:y + tile, x:x + tile], y, x,
                                        tile, options.placeholders)
                    for c in range(channels)] for y, x in tiles]
    groups = range(0, outputs, kc)
    for k in list(groups)[:options.groups or None]:
        operands = [weight_operands(weights[k:k + kc, c], tile, options)
                    for c in range(channels)]
        yield [np.concatenate([block_banks(a, w, extent, options.keep_border)
                               for a, w in zip(pe, operands)])
               for pe in activations]


def run_lanes(lanes, port):
    """Cycles of each lane for each depth: [depth][lane]."""
    counts = np.array([len(lane) for lane in lanes])
    table = np.full((max(counts), len(lanes), I * F), NOWHERE, np.uint8)
    for n, lane in enumerate(lanes):
        table[:len(lane), n] = lane
    depth = np.array(DEPTHS[:-1], np.int32)[:, None]
    queues = np.zeros((len(depth), len(lanes), BANKS), np.int32)
    time = np.zeros((len(depth), len(lanes)), np.int64)
    wait = np.zeros_like(time, dtype=np.int32)
    base = np.arange(len(lanes))[:, None] * (BANKS + 1)
    for n in range(len(table)):
        active = counts > n
        new = np.bincount((base + table[n]).reshape(-1),
                          minlength=len(lanes) * (BANKS + 1))
        new = new.reshape(len(lanes), BANKS + 1)[:, :BANKS].astype(np.int32)
        # Lanes that are through keep their queues for X3.
        elapsed = np.where(active, wait, 0)
        time += elapsed
        np.maximum(queues - elapsed[:, :, None], 0, out=queues)
        queues += new
        longest = queues.max(axis=2)
        if port:
            next_wait = np.maximum(new.max(axis=1), 1) + 0 * longest
        else:
            next_wait = np.maximum(longest - (depth - 1), 1)
        wait = np.where(active, next_wait, wait)
    # X3: the queues drain after the last batch.
    tail = wait if port else np.maximum(queues.max(axis=2), 1)
    return np.vstack([time + tail * (counts > 0), counts])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("layers", nargs="*", default=["V", "A"])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--groups", type=int, default=0)
    parser.add_argument("--keep-border", action="store_true")
    parser.add_argument("--no-placeholders", dest="placeholders",
                        action="store_false")
    parser.add_argument("--ascending", action="store_true")
    parser.add_argument("--port", action="store_true")
    options = parser.parse_args()
    for layer in options.layers:
        _, outputs, _, kc, _, _ = LAYERS[layer]
        random = np.random.default_rng(options.seed)
        total = np.zeros(len(DEPTHS), np.int64)
        done = 0
        for lanes in lane_batches(layer, options, random):
            total += run_lanes(lanes, options.port).max(axis=1)
            done += 1
        scale = outputs / min(done * kc, outputs)
        print(f"layer {layer}, seed {options.seed}, {done} groups")
        for depth, cycles, expected in zip(DEPTHS, total, EXPECTED[layer]):
            cycles = round(cycles * scale)
            print(f"  depth {depth or 'unlimited':>9}: {cycles:8}  expected "
                  f"{expected:8}  {100 * (cycles / expected - 1):+.2f} %")


if __name__ == "__main__":
    main()
