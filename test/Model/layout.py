#===- layout.py - Tiles, blocks and their bytes ---------------------------===//
#
# Part of the SCNN compiler, under the Apache License v2.0 with LLVM
# Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===//
"""Where the elements of tensors lie, after `docs/program-format.md`.

Ranges are pairs (begin, end), half-open. Stored elements are pairs (position
in the block, value); a placeholder has the value 0.
"""


def cut(policy, extent, parts):
    """The range that each of `parts` PEs owns along one axis.

    `policy`: 0 ceil, 1 balanced (the first PEs have one more)."""
    if policy == 0:
        tile = -(-extent // parts)
        return [(min(p * tile, extent), min((p + 1) * tile, extent))
                for p in range(parts)]
    low, more = divmod(extent, parts)
    ends = [p * low + min(p, more) for p in range(parts + 1)]
    return list(zip(ends[:-1], ends[1:]))


def widen(tile, before, after, extent):
    """A tile widened by a halo and clipped to the plane."""
    return (max(tile[0] - before, 0), min(tile[1] + after, extent))


class Layout:
    """How a tensor [channels][height][width] lies on the PEs."""

    def __init__(self, machine, channels, height, width, policy, phases, halo):
        self.channels, self.height, self.width = channels, height, width
        self.phases, self.halo = tuple(phases), tuple(halo)
        self.zero_run_bits = machine["zero_run_bits"]
        self.own_rows = cut(policy, height, machine["pe_rows"])
        self.own_cols = cut(policy, width, machine["pe_cols"])
        self.policy = policy
        self.pes = [(r, c) for r in range(machine["pe_rows"])
                    for c in range(machine["pe_cols"])]

    def key(self):
        return (self.channels, self.height, self.width, self.policy,
                self.phases, self.halo)

    def owned(self, pe):
        """Rows and columns that a PE owns."""
        return self.own_rows[pe[0]], self.own_cols[pe[1]]

    def stored(self, pe):
        """Rows and columns that a PE stores: its own and the halo."""
        rows, cols = self.owned(pe)
        return (widen(rows, self.halo[0], self.halo[1], self.height),
                widen(cols, self.halo[2], self.halo[3], self.width))

    def block_positions(self, pe, phase):
        """The positions (y, x) of a block, in the block's order."""
        rows, cols = self.stored(pe)
        return [(y, x) for y in range(*rows) if y % self.phases[0] == phase[0]
                for x in range(*cols) if x % self.phases[1] == phase[1]]

    def phase_list(self):
        return [(i, j) for i in range(self.phases[0])
                for j in range(self.phases[1])]

    def image_bits(self, blocks_of_pe):
        """Bits of a PE's segment that cross the DRAM port."""
        elements = sum(len(block) for block in blocks_of_pe.values())
        bits = elements * (16 + self.zero_run_bits)
        return 16 * len(blocks_of_pe) + -(-bits // 8) * 8


class RowImage:
    """How a tensor [channels][height][width] lies in DRAM row by row. Segments
    are numbered by row, then by column tile."""

    def __init__(self, machine, channels, height, width, policy):
        self.channels, self.height, self.width = channels, height, width
        self.zero_run_bits = machine["zero_run_bits"]
        self.tiles = cut(policy, width, machine["pe_cols"])

    def segment_bytes(self):
        """The distance of segments: room for the largest tile without zeros."""
        most = self.channels * max(end - begin for begin, end in self.tiles)
        return (2 * self.channels +
                -(-most * (16 + self.zero_run_bits) // 8))

    def segments(self, rows):
        """The (number, row, columns) of the segments that rows have."""
        return [(y * len(self.tiles) + n, y, tile) for y in range(*rows)
                for n, tile in enumerate(self.tiles) if tile[0] < tile[1]]

    def write(self, dram, address, distance, rows, value_at):
        """Compresses `value_at(c, y, x)` for some rows; the bits that cross the
        DRAM port."""
        bits = 0
        for number, y, tile in self.segments(rows):
            blocks = {c: compress([value_at(c, y, x) for x in range(*tile)],
                                  self.zero_run_bits)
                      for c in range(self.channels)}
            data = write_segment(self, blocks)
            at = address + number * distance
            if len(data) > distance or at + len(data) > len(dram):
                raise ValueError("a segment does not fit its place in DRAM")
            dram[at:at + len(data)] = data
            bits += 8 * len(data)
        return bits

    def read(self, dram, address, distance, rows):
        """{(c, y, x): value} of some rows, without zeros, and the bits that
        cross the DRAM port."""
        values, bits = {}, 0
        for number, y, tile in self.segments(rows):
            at = address + number * distance
            blocks, used = read_blocks(range(self.channels), self.zero_run_bits,
                                       dram[at:at + distance])
            for c, elements in blocks.items():
                for position, value in elements:
                    if tile[0] + position >= tile[1]:
                        raise ValueError("an element lies beyond its tile")
                    values[c, y, tile[0] + position] = value
            bits += 8 * used
        return values, bits


def compress(values, zero_run_bits):
    """Stored elements of a block: non-zeros, and a placeholder after each
    2^bits - 1 zeros that a further zero and, later, a non-zero follow."""
    longest = (1 << zero_run_bits) - 1
    elements, run, pending = [], 0, []
    for position, value in enumerate(values):
        if value == 0 and run < longest:
            run += 1
            continue
        run = 0
        pending.append((position, int(value)))
        if value != 0:
            # Placeholders are kept only where a non-zero follows.
            elements += pending
            pending = []
    return elements


def zero_runs(elements):
    """The zero run of each element."""
    last, runs = -1, []
    for position, _ in elements:
        runs.append(position - last - 1)
        last = position
    return runs


def pack(elements, zero_run_bits):
    """The bytes of a list of (value, zero run)."""
    bits, count = 0, 0
    for value, run in elements:
        bits |= ((value & 0xFFFF) | run << 16) << count
        count += 16 + zero_run_bits
    return bits.to_bytes(-(-count // 8), "little")


def unpack(data, count, zero_run_bits):
    """`count` pairs (value, zero run) from their bytes."""
    bits = int.from_bytes(data, "little")
    width = 16 + zero_run_bits
    pairs = []
    for _ in range(count):
        value = bits & 0xFFFF
        pairs.append((value - 0x10000 if value & 0x8000 else value,
                      bits >> 16 & (1 << zero_run_bits) - 1))
        bits >>= width
    return pairs


def positions_of(pairs):
    """(position, value) for a block's (value, zero run)."""
    elements, position = [], -1
    for value, run in pairs:
        position += 1 + run
        elements.append((position, value))
    return elements


def read_segment(layout, pe, data):
    """A PE's blocks {(channel, row phase, column phase): elements}."""
    keys = [(c, *phase) for c in range(layout.channels)
            for phase in layout.phase_list()]
    return read_blocks(keys, layout.zero_run_bits, data)[0]


def read_blocks(keys, zero_run_bits, data):
    """A segment's blocks by their keys, and the bytes that it uses."""
    counts = [int.from_bytes(data[2 * n:2 * n + 2], "little")
              for n in range(len(keys))]
    pairs = unpack(data[2 * len(keys):], sum(counts), zero_run_bits)
    blocks, begin = {}, 0
    for key, count in zip(keys, counts):
        blocks[key] = positions_of(pairs[begin:begin + count])
        begin += count
    width = 16 + zero_run_bits
    return blocks, 2 * len(keys) + -(-sum(counts) * width // 8)


def write_segment(layout, blocks):
    """The inverse of `read_segment`."""
    header, pairs = b"", []
    for elements in blocks.values():
        header += len(elements).to_bytes(2, "little")
        pairs += [(value, run)
                  for (_, value), run in zip(elements, zero_runs(elements))]
    return header + pack(pairs, layout.zero_run_bits)


def write_block(dram, address, layout, key, at, elements):
    """Puts a block, whose elements are number `at` and on, into the segment at
    `address`; all other bits stay."""
    channel, *phase = key
    number = (channel * len(layout.phase_list()) +
              layout.phase_list().index(tuple(phase)))
    dram[address + 2 * number:address + 2 * number + 2] = (
        len(elements).to_bytes(2, "little"))
    width, begin = 16 + layout.zero_run_bits, elements_begin(address, layout)
    first, last = at * width, (at + len(elements)) * width
    span = slice(begin + first // 8, begin + -(-last // 8))
    mask = (1 << last - first) - 1
    packed = pack([(value, run) for (_, value), run in
                   zip(elements, zero_runs(elements))], layout.zero_run_bits)
    bits = int.from_bytes(dram[span], "little")
    bits &= ~(mask << first % 8)
    bits |= int.from_bytes(packed, "little") << first % 8
    dram[span] = bits.to_bytes(span.stop - span.start, "little")


def read_block(dram, address, layout, at, count):
    """The block of `count` elements, number `at` and on, of a segment."""
    width, begin = 16 + layout.zero_run_bits, elements_begin(address, layout)
    first, last = at * width, (at + count) * width
    bits = int.from_bytes(dram[begin + first // 8:begin + -(-last // 8)],
                          "little") >> first % 8
    data = bits.to_bytes(-(-(last - first) // 8) + 1, "little")
    return positions_of(unpack(data, count, layout.zero_run_bits))


def elements_begin(address, layout):
    """Where the elements of the segment at `address` begin."""
    return address + 2 * layout.channels * len(layout.phase_list())


def compress_tensor(layout, pe, value_at):
    """A PE's blocks of a tensor; `value_at(c, y, x)`."""
    return {(c, *phase): compress([value_at(c, y, x) for y, x in
                                   layout.block_positions(pe, phase)],
                                  layout.zero_run_bits)
            for c in range(layout.channels) for phase in layout.phase_list()}


class WeightBlock:
    """The weights of one input channel and phase for a group."""

    def __init__(self, channel, first, outputs, phase, shift, elements):
        self.channel, self.first, self.outputs = channel, first, outputs
        self.phase, self.shift, self.elements = phase, shift, elements


def read_weight_image(data, channels, blocks, zero_run_bits):
    """The (bias, multiplier, shift) of each channel, and the blocks."""
    table = []
    for k in range(channels):
        entry = data[8 * k:8 * k + 8]
        table.append((int.from_bytes(entry[:4], "little", signed=True),
                      int.from_bytes(entry[4:6], "little"), entry[6]))
    at, result = 8 * channels, []
    for _ in range(blocks):
        channel, first, outputs, count = (
            int.from_bytes(data[at + 2 * n:at + 2 * n + 2], "little")
            for n in range(4))
        phase, shift = (data[at + 8], data[at + 9]), data[at + 10]
        at += 12
        size = -(-count * (16 + zero_run_bits) // 8)
        pairs = unpack(data[at:at + size], count, zero_run_bits)
        result.append(WeightBlock(channel, first, outputs, phase, shift,
                                  positions_of(pairs)))
        at += size
    if at != len(data):
        raise ValueError(f"weight image has {len(data)} bytes, {at} are used")
    return table, result


def phase_taps(filter_size, stride, dilation, pad, phase):
    """The filter rows r with dilation * r - pad congruent to the phase, in
    descending order."""
    return [r for r in reversed(range(filter_size))
            if (dilation * r - pad) % stride == phase]
