#===- exchange.py - Values that move between PEs --------------------------===//
#
# Part of the SCNN compiler, under the Apache License v2.0 with LLVM
# Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===//
"""Hop-by-hop exchanges: rule G3 of `docs/simulation-model.md`."""

from collections import Counter


def sign(x):
    return (x > 0) - (x < 0)


def route(values, rate):
    """Cycles and value-hops of an exchange.

    `values`: {(source PE, destination PE): how many}; PEs are (row, column).
    """
    flying = {pair: count for pair, count in values.items()
              if count and pair[0] != pair[1]}
    cycles = hops = 0
    while flying:
        links, following = Counter(), Counter()
        for (at, to), count in flying.items():
            step = (at[0] + sign(to[0] - at[0]), at[1] + sign(to[1] - at[1]))
            links[at, step] += count
            hops += count
            if step != to:
                following[step, to] += count
        if rate:
            cycles += max(-(-count // rate) for count in links.values())
        flying = following
    return cycles, hops


def within(position, tile, halo):
    """Whether a position is in the tile widened by the halo."""
    return (tile[0][0] - halo[0] <= position[0] < tile[0][1] + halo[1] and
            tile[1][0] - halo[2] <= position[1] < tile[1][1] + halo[3])


def join(parts, owned, halo, channels, rate, combine):
    """`add` and `max`: every value that a PE holds for a position of another
    PE, within the halo, goes to its owner.

    parts: {pe: {(y, x): list of one value per channel}}; owned: {pe: (rows,
    cols)}. Returns what each PE owns then, cycles and value-hops.
    """
    owner = {(y, x): pe for pe, (rows, cols) in owned.items()
             for y in range(*rows) for x in range(*cols)}
    joined = {pe: {} for pe in parts}
    traffic = Counter()
    for pe, held in parts.items():
        for position, values in held.items():
            to = owner[position]
            if to != pe:
                if not within(position, owned[pe], halo):
                    continue
                traffic[pe, to] += channels
            mine = joined[to].get(position)
            joined[to][position] = (
                list(values) if mine is None
                else [combine(a, b) for a, b in zip(mine, values)])
    return (joined, *route(traffic, rate))


def replicate(owned_values, owned, plane, halo, channels, rate):
    """`copy`: every PE gets the positions of its tile, widened by the halo.

    Returns what each PE holds then, cycles and value-hops."""
    owner = {(y, x): pe for pe, (rows, cols) in owned.items()
             for y in range(*rows) for x in range(*cols)}
    held, traffic = {}, Counter()
    for pe, (rows, cols) in owned.items():
        held[pe] = {}
        for y in range(max(rows[0] - halo[0], 0), min(rows[1] + halo[1], plane[0])):
            for x in range(max(cols[0] - halo[2], 0), min(cols[1] + halo[3], plane[1])):
                source = owner[y, x]
                held[pe][y, x] = owned_values[source][y, x]
                if source != pe:
                    traffic[source, pe] += channels
    return (held, *route(traffic, rate))
