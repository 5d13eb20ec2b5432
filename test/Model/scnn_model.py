#!/usr/bin/env python3
#===- scnn_model.py - A third model of the accelerator --------------------===//
#
# Part of the SCNN compiler, under the Apache License v2.0 with LLVM
# Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===//
"""Executes a program's MLIR text after `docs/simulation-model.md`.

usage: scnn_model.py PROGRAM.mlir OUTPUT_DIR NAME=INPUT.npy…

Written from the documentation alone, apart from both engines of the simulator,
to be compared with them. Plain rather than fast: for small programs. Comments
name the rules.
"""

import json
import os
import sys

import numpy as np

import exchange
import layout as lay
import timing
from program_text import Program

EVENTS = ("dram_weight_bits_read", "dram_activation_bits_read",
          "dram_activation_bits_written", "vectors_broadcast", "fifo_writes",
          "fifo_reads", "ram_element_reads", "ram_element_writes",
          "block_count_accesses", "multiplies", "accumulations",
          "halo_value_hops", "ppu_elements")


def round_half_even(value, shift):
    """`value * 2^-shift`, rounded half to even."""
    if shift == 0:
        return value
    quotient, rest = value >> shift, value & ((1 << shift) - 1)
    half = 1 << (shift - 1)
    return quotient + (rest > half or (rest == half and quotient & 1))


def quantize(array, scale):
    """f32 to 16 bits: round half to even, saturating; 16-bit data as it is."""
    if array.dtype == np.int16:
        return array
    scaled = np.rint(array.astype(np.float64) / scale)
    return np.clip(scaled, -32768, 32767).astype(np.int16)


class Tensor:
    """An activation tensor: its blocks in each PE's RAM, and how many of its
    further ones are in DRAM (S1)."""

    def __init__(self, descriptor, skips_zeros=True):
        self.descriptor, self.layout = descriptor, descriptor.layout
        self.skips_zeros = skips_zeros
        self.blocks = {pe: {} for pe in self.layout.pes}
        self.spilled = {pe: {} for pe in self.layout.pes}  # key: elements
        self.channels = 0  # written so far

    def append(self, pe, blocks, dram):
        """Takes a PE's next blocks; says how many elements are written."""
        taken = self.take(pe, blocks, dram)
        return taken if self.skips_zeros else self.positions(pe, blocks)

    def moved(self, pe):
        """How many elements a store reads."""
        if self.skips_zeros:
            return sum(map(len, self.blocks[pe].values()))
        return (self.positions(pe, self.blocks[pe]) +
                self.positions(pe, self.spilled[pe]))

    def positions(self, pe, keys):
        """S6: where zeros are kept, each position is an element."""
        return sum(len(self.layout.block_positions(pe, tuple(phase)))
                   for _, *phase in keys)

    def take(self, pe, blocks, dram):
        """Takes a PE's next blocks; says how many elements the RAM takes."""
        descriptor, taken = self.descriptor, 0
        for key, block in blocks.items():
            used = sum(len(b) for b in self.blocks[pe].values())
            if (not self.spilled[pe] and
                    used + len(block) <= descriptor.capacity):
                self.blocks[pe][key] = block
                taken += len(block)
                continue
            if not descriptor.spill:
                raise ValueError(f"PE {pe}: no room in a region of "
                                 f"{descriptor.capacity}")
            lay.write_block(dram, self.place(pe), self.layout, key,
                            used + sum(self.spilled[pe].values()), block)
            self.spilled[pe][key] = len(block)
        return taken

    def place(self, pe):
        """The address of a PE's segment in the tensor's region of DRAM."""
        number = self.layout.pes.index(pe)
        return self.descriptor.address + number * segment_bytes(self.layout)

    def all_blocks(self, pe, dram):
        """A PE's blocks, the spilled ones from DRAM."""
        blocks = dict(self.blocks[pe])
        at = sum(len(block) for block in blocks.values())
        for key, count in self.spilled[pe].items():
            blocks[key] = lay.read_block(dram, self.place(pe), self.layout, at,
                                         count)
            at += count
        return blocks

    def spilled_bits(self):
        """S2."""
        width = 16 + self.layout.zero_run_bits
        return sum(16 * len(counts) + -(-sum(counts.values()) * width // 8) * 8
                   for counts in self.spilled.values())

    def spilled_elements(self):
        return sum(sum(counts.values()) for counts in self.spilled.values())

    def ram_bits(self):
        """What the RAMs hold, on the DRAM port (D2)."""
        return sum(self.layout.image_bits(blocks)
                   for blocks in self.blocks.values())

    def owned_values(self, dram):
        """{(c, y, x): value} of all PEs, each position from its owner."""
        return owned_values(self.layout, {pe: self.all_blocks(pe, dram)
                                          for pe in self.layout.pes})


def owned_values(layout, blocks):
    """{(c, y, x): value} of the PEs' blocks, each position from its owner."""
    values = {}
    for pe in layout.pes:
        rows, cols = layout.owned(pe)
        for (c, *phase), elements in blocks[pe].items():
            positions = layout.block_positions(pe, tuple(phase))
            for position, element in elements:
                y, x = positions[position]
                if rows[0] <= y < rows[1] and cols[0] <= x < cols[1]:
                    values[c, y, x] = element
    return values


class Descriptor:
    """What `set_activations` says."""

    def __init__(self, machine, fields):
        self.ram, self.offset = fields["ram"], fields["offset"]
        self.capacity = fields["capacity"]
        self.spill, self.address = fields["spill"], fields["address"]
        self.layout = lay.Layout(
            machine, fields["channels"], fields["height"], fields["width"],
            fields["policy"], (fields["phase_rows"], fields["phase_cols"]),
            (fields["halo_top"], fields["halo_bottom"], fields["halo_left"],
             fields["halo_right"]))

    def key(self):
        """Tells regions apart: those of no elements may share an offset."""
        return self.ram, self.offset, self.address


class ActivationRam:
    """Both activation RAMs of all PEs: which tensor lies in which region."""

    def __init__(self, machine):
        self.regions = {}  # Descriptor.key() -> (capacity, tensor)
        self.size = (machine["activation_ram_bytes"] * 8 //
                     (16 + machine["zero_run_bits"]))

    def write(self, descriptor, tensor):
        """Puts a tensor into its region; what lay there is gone."""
        begin, end = descriptor.offset, descriptor.offset + descriptor.capacity
        if end > self.size:
            raise ValueError("the region ends beyond the RAM")
        self.regions = {
            place: (capacity, other)
            for place, (capacity, other) in self.regions.items()
            if place[0] != descriptor.ram or place[1] + capacity <= begin
            or place[1] >= end}
        self.regions[descriptor.key()] = (descriptor.capacity, tensor)

    def read(self, descriptor):
        place = self.regions.get(descriptor.key())
        if place is None or place[1].layout.key() != descriptor.layout.key():
            raise ValueError("the region does not hold that tensor")
        return place[1]


class Convolution:
    """What `set_convolution` and `bind_input` say."""

    def __init__(self, machine, fields):
        self.height, self.width = fields["height"], fields["width"]
        self.rows, self.cols = fields["accumulator_rows"], fields["accumulator_cols"]
        self.output_halos, self.order = fields["output_halos"], fields["order"]
        own_rows = lay.cut(fields["policy"], self.height, machine["pe_rows"])
        own_cols = lay.cut(fields["policy"], self.width, machine["pe_cols"])
        self.owned = {(r, c): (rows, cols) for r, rows in enumerate(own_rows)
                      for c, cols in enumerate(own_cols)}
        self.inputs = []  # (first channel, window, tensor)
        self.blocks = []  # the blocks of each input, {PE: {key: elements}}

    def window_of(self, channel):
        """The input that a channel number belongs to, with its blocks."""
        for (first, window, tensor), blocks in zip(self.inputs, self.blocks):
            if first <= channel < first + tensor.layout.channels:
                return first, window, tensor, blocks
        raise ValueError(f"no input has channel {channel}")

    def reach(self, pe):
        """Rows and columns for which a PE has accumulators: the hull, axis by
        axis, of what it owns and what its products touch."""
        rows, cols = self.owned[pe]
        if not self.output_halos:
            return rows, cols
        for _, window, tensor in self.inputs:
            stored = tensor.layout.stored(pe)
            rows = hull(rows, touched(stored[0], window, "row", self.height))
            cols = hull(cols, touched(stored[1], window, "col", self.width))
        return rows, cols


def hull(a, b):
    if a[0] >= a[1]:
        return b if b[0] < b[1] else a
    return (min(a[0], b[0]), max(a[1], b[1])) if b[0] < b[1] else a


def output_of(position, tap, window, axis):
    """The output that an activation meets a filter position at; None if the
    stride leaves a rest."""
    pad = window["pad_top" if axis == "row" else "pad_left"]
    quotient, rest = divmod(position + pad - window[f"dilation_{axis}s"] * tap,
                            window[f"stride_{axis}s"])
    return None if rest else quotient


def touched(tile, window, axis, extent):
    """The hull of the outputs that a tile's positions meet, in the plane or
    beyond, clipped to the plane."""
    outputs = [output_of(y, r, window, axis) for y in range(*tile)
               for r in range(window[f"filter_{axis}s"])]
    outputs = [o for o in outputs if o is not None]
    if not outputs:
        return 0, 0
    return max(min(outputs), 0), min(max(outputs) + 1, extent)


class GroupState:
    """A group on its way through accumulators and PPU."""

    def __init__(self, channels):
        self.channels = channels  # number of output channels
        self.stream_bits = 0  # of its inputs' spilled blocks
        self.parts = None  # {pe: {(y, x): value per channel}}
        self.owned, self.plane, self.policy = None, None, None
        self.table, self.blocks, self.load_bits = [], [], []
        self.ppu_cycles = 0


class Layer:
    """What a layer's commands queue up for the timing rules."""

    def __init__(self, number):
        self.number = number
        self.loads = []  # bits of the loads since the last accumulate
        self.stores, self.groups = [], []
        self.written = {}  # {tensor: its spilled bits and elements before}
        self.spill = {"elements": 0, "bits_read": 0, "bits_written": 0}
        self.events = dict.fromkeys(EVENTS, 0)
        self.saturations = 0


class Model:
    def __init__(self, program, machine=None):
        self.program = program
        self.machine = machine or program.machine
        self.dram = bytearray(program.dram)
        self.ram = ActivationRam(self.machine)
        self.slots = {}
        self.results = {}  # by the layer's number
        self.layer = self.convolution = self.group = self.pending = None
        self.pieces = timing.Pieces()

    # Host side -------------------------------------------------------------

    def value_layout(self, value):
        fields = value.layout
        _, channels, height, width = value.shape
        return lay.Layout(self.machine, channels, height, width,
                          ("ceil", "balanced").index(fields["cut"]),
                          fields["phases"], fields["halo"])

    def row_image(self, value):
        _, channels, height, width = value.shape
        return lay.RowImage(self.machine, channels, height, width,
                            ("ceil", "balanced").index(value.layout["cut"]))

    def write_input(self, value, array):
        """Quantizes and compresses a tensor [1, C, H, W] into DRAM."""
        data = quantize(array, value.scale).reshape(value.shape[1:])
        if value.layout["by_rows"]:
            self.row_image(value).write(self.dram, value.address, value.segment,
                                        (0, data.shape[1]),
                                        lambda c, y, x: data[c, y, x])
            return
        layout = self.value_layout(value)
        for n, pe in enumerate(layout.pes):
            blocks = lay.compress_tensor(layout, pe,
                                         lambda c, y, x: data[c, y, x])
            segment = lay.write_segment(layout, blocks)
            if len(segment) > value.segment:
                raise ValueError("a segment is longer than segment_bytes")
            at = value.address + n * value.segment
            self.dram[at:at + len(segment)] = segment

    def read_output(self, value):
        """The 16-bit tensor [1, C, H, W] that DRAM holds."""
        data = np.zeros(value.shape, np.int16)
        if value.layout["by_rows"]:
            image = self.row_image(value)
            elements, _ = image.read(self.dram, value.address, value.segment,
                                     (0, image.height))
            for position, element in elements.items():
                data[0][position] = element
            return data
        layout, blocks = self.value_layout(value), {}
        for n, pe in enumerate(layout.pes):
            at = value.address + n * value.segment
            blocks[pe] = lay.read_segment(layout, pe,
                                          self.dram[at:at + value.segment])
        for position, element in owned_values(layout, blocks).items():
            data[0][position] = element
        return data

    def run(self, inputs):
        """Runs the program on {name: array}; returns {name: 16-bit array}."""
        values = self.program.values
        for index in self.program.inputs:
            # An input that no layer reads has no place in DRAM.
            if values[index].address is not None:
                self.write_input(values[index], inputs[values[index].name])
        for number, (name, fields) in enumerate(self.program.commands):
            handler = getattr(self, "do_" + name, None)
            if handler is None:
                raise ValueError(f"command {number}: {name} is not modelled")
            self.command = number
            handler(fields)
        return {values[i].name: self.read_output(values[i])
                for i in self.program.outputs}

    def new_tensor(self, descriptor):
        return Tensor(descriptor, bool(self.machine["skip_zero_activations"]))

    # Sequencing --------------------------------------------------------------

    def do_begin_layer(self, fields):
        self.layer = Layer(fields["layer"])
        if not self.pieces.more:
            self.pieces = timing.Pieces()
        following = [f["layer"] for name, f in
                     self.program.commands[self.command + 1:]
                     if name == "begin_layer"]
        self.pieces.more = bool(
            self.machine["pipelined_pieces"]
            and self.machine["dram_bits_per_cycle"]
            and following[:1] == [fields["layer"]])

    def do_halt(self, _):
        pass

    def do_end_layer(self, _):
        layer, machine = self.layer, self.machine
        self.queue_spills()
        groups = [timing.Group(g.load_bits, g.stream_bits, 64 * len(g.table), g.blocks,
                               g.ppu_cycles) for g in layer.groups]
        timed = timing.LayerTiming(machine, len(self.pes()), groups, layer.loads,
                                   layer.stores, self.pieces)
        lanes = machine["weights_per_vector"] * machine["activations_per_vector"]
        pe_slots = timed.slots_by_cause(lanes)
        total = {cause: sum(slots[cause] for slots in pe_slots)
                 for cause in timing.CAUSES}
        events = layer.events
        events["dram_weight_bits_read"] = timed.weight_bits
        events["dram_activation_bits_written"] += self.pieces.moved
        events["vectors_broadcast"] = timed.vectors_broadcast
        events["fifo_writes"] = timed.fifo_writes
        self.add_result(layer.number, {
            "name": self.program.layers[layer.number],
            "cycles": timed.cycles,
            "products": total["useful"] + total["border"],
            "slots": sum(total[c] for c in timing.CAUSES[:4]),
            "slots_by_cause": total,
            "pe_slots": {cause: [slots[cause] for slots in pe_slots]
                         for cause in timing.CAUSES},
            "events": events,
            "saturations": layer.saturations,
            "spill": layer.spill,
        })
        self.layer = None

    def add_result(self, number, result):
        """O6: the counters of a layer's pieces are the layer's."""
        known = self.results.get(number)
        self.results[number] = add_counters(known, result) if known else result

    def pes(self):
        return [(r, c) for r in range(self.machine["pe_rows"])
                for c in range(self.machine["pe_cols"])]

    # Activations -------------------------------------------------------------

    def do_set_activations(self, fields):
        self.slots[fields["slot"]] = Descriptor(self.machine, fields)

    def do_load_activations(self, fields):
        """D2, S5."""
        descriptor = self.slots[fields["slot"]]
        layout, events = descriptor.layout, self.layer.events
        tensor, bits = self.new_tensor(descriptor), 0
        tensor.channels = layout.channels
        segment = segment_bytes(layout)
        for n, pe in enumerate(layout.pes):
            at = fields["address"] + n * segment
            blocks = lay.read_segment(layout, pe, self.dram[at:at + segment])
            bits += layout.image_bits(blocks)
            events["ram_element_writes"] += tensor.append(pe, blocks, self.dram)
            events["block_count_accesses"] += len(blocks)
        self.ram.write(descriptor, tensor)
        written = tensor.spilled_bits()
        if descriptor.spill and fields["address"] == descriptor.address:
            bits = tensor.ram_bits() + 16 * sum(map(len, tensor.spilled.values()))
            written = 0
        self.layer.loads.append((bits - self.pieces.ahead(bits), written))
        events["dram_activation_bits_read"] += bits
        self.count_spill(written=written, elements=tensor.spilled_elements())

    def do_store_activations(self, fields):
        """D4, S5."""
        self.queue_spills()
        descriptor = self.slots[fields["slot"]]
        layout, events = descriptor.layout, self.layer.events
        tensor = self.ram.read(descriptor)
        segment, bits = segment_bytes(layout), 0
        for n, pe in enumerate(layout.pes):
            at = fields["address"] + n * segment
            blocks = tensor.all_blocks(pe, self.dram)
            data = lay.write_segment(layout, blocks)
            self.dram[at:at + len(data)] = data
            bits += layout.image_bits(blocks)
            events["ram_element_reads"] += tensor.moved(pe)
            events["block_count_accesses"] += len(blocks)
        if descriptor.spill and fields["address"] == descriptor.address:
            bits = tensor.ram_bits()
        else:
            self.layer.stores.append(tensor.spilled_bits())
            self.count_spill(read=tensor.spilled_bits())
        self.store(bits)

    def store(self, bits):
        """D4; O6: a piece leaves it to the next one."""
        if self.pieces.more:
            self.pieces.handed += bits
            return
        self.layer.stores.append(bits)
        self.layer.events["dram_activation_bits_written"] += bits

    def queue_spills(self):
        """S3, once a layer: what the PPUs have spilled."""
        for tensor, (bits, elements) in self.layer.written.items():
            moved = tensor.spilled_bits() - bits
            self.layer.stores.append(moved)
            self.count_spill(written=moved,
                             elements=tensor.spilled_elements() - elements)
        self.layer.written = {}

    def count_spill(self, read=0, written=0, elements=0):
        """A3, A4."""
        spill, events = self.layer.spill, self.layer.events
        spill["elements"] += elements
        spill["bits_read"] += read
        spill["bits_written"] += written
        events["dram_activation_bits_read"] += read
        events["dram_activation_bits_written"] += written

    def rows_in_dram(self, fields):
        """The tensor in DRAM that a slot is a piece of, and the piece's rows."""
        layout = self.slots[fields["slot"]].layout
        rows = (fields["first_row"], fields["first_row"] + layout.height)
        if rows[1] > fields["height"]:
            raise ValueError("the rows are beyond the tensor in DRAM")
        return lay.RowImage(self.machine, layout.channels, fields["height"],
                            layout.width, layout.policy), rows

    def do_load_rows(self, fields):
        """D2, S5: what crosses the port is compressed as DRAM has it, what is
        written to the RAM, or spilled, as the slot has it."""
        descriptor = self.slots[fields["slot"]]
        image, rows = self.rows_in_dram(fields)
        values, bits = image.read(self.dram, fields["address"],
                                  image.segment_bytes(), rows)
        tensor, events = self.new_tensor(descriptor), self.layer.events
        tensor.channels = descriptor.layout.channels
        for pe in tensor.layout.pes:
            blocks = lay.compress_tensor(
                tensor.layout, pe,
                lambda c, y, x: values.get((c, rows[0] + y, x), 0))
            events["ram_element_writes"] += tensor.append(pe, blocks, self.dram)
            events["block_count_accesses"] += len(blocks)
        self.ram.write(descriptor, tensor)
        written = tensor.spilled_bits()
        self.layer.loads.append((bits - self.pieces.ahead(bits), written))
        events["dram_activation_bits_read"] += bits
        self.count_spill(written=written, elements=tensor.spilled_elements())

    def do_store_rows(self, fields):
        """D4, S5."""
        self.queue_spills()
        tensor = self.ram.read(self.slots[fields["slot"]])
        image, rows = self.rows_in_dram(fields)
        values = tensor.owned_values(self.dram)
        bits = image.write(self.dram, fields["address"], image.segment_bytes(),
                           rows, lambda c, y, x:
                           values.get((c, y - rows[0], x), 0))
        for pe in tensor.layout.pes:
            self.layer.events["ram_element_reads"] += tensor.moved(pe)
            self.layer.events["block_count_accesses"] += (
                len(tensor.blocks[pe]) + len(tensor.spilled[pe]))
        self.layer.stores.append(tensor.spilled_bits())
        self.count_spill(read=tensor.spilled_bits())
        self.store(bits)

    # Convolution -------------------------------------------------------------

    def do_set_convolution(self, fields):
        self.convolution = Convolution(self.machine, fields)

    def do_bind_input(self, fields):
        tensor = self.ram.read(self.slots[fields["slot"]])
        self.convolution.inputs.append((fields["first_channel"], fields, tensor))
        self.convolution.blocks.append({pe: self.lists(tensor, pe)
                                        for pe in self.pes()})

    def lists(self, tensor, pe):
        """The lists of (position, value) that a PE multiplies (M3)."""
        blocks = tensor.all_blocks(pe, self.dram)
        if self.machine["skip_zero_activations"]:
            return blocks
        return {(c, *phase): with_zeros(
                    elements,
                    len(tensor.layout.block_positions(pe, tuple(phase))))
                for (c, *phase), elements in blocks.items()}

    def do_broadcast_weights(self, fields):
        image = bytes(self.dram[fields["address"]:
                                fields["address"] + fields["bytes"]])
        self.pending = (fields, image)

    def do_accumulate(self, fields):
        """V1 to V3, M1: all products of a group."""
        command, image = self.pending
        if fields["set"] != len(self.layer.groups) % 2:
            raise ValueError("accumulate: the sets do not alternate (O2)")
        group = GroupState(command["channels"])
        group.load_bits, self.layer.loads = self.layer.loads, []
        group.table, blocks = lay.read_weight_image(
            image, command["channels"], command["blocks"],
            self.machine["zero_run_bits"])
        conv = self.convolution
        # S4
        group.stream_bits = sum(tensor.spilled_bits()
                                for _, _, tensor in conv.inputs)
        self.count_spill(read=group.stream_bits)
        group.owned, group.plane = conv.owned, (conv.height, conv.width)
        group.parts, reach = {}, {}
        for pe in self.pes():
            reach[pe] = rows, cols = conv.reach(pe)
            if rows[1] - rows[0] > conv.rows or cols[1] - cols[0] > conv.cols:
                raise ValueError(f"PE {pe}: a channel's accumulators are fewer "
                                 "than the outputs that the PE reaches")
            group.parts[pe] = {(y, x): [0] * group.channels
                               for y in range(*rows) for x in range(*cols)}
        if (group.channels * conv.rows * conv.cols >
                self.machine["accumulator_banks"] * self.machine["entries_per_bank"]):
            raise ValueError("the group does not fit the accumulators")
        for block in blocks:
            if not self.machine["skip_zero_weights"]:
                block.elements = with_zeros(block.elements,
                                            self.block_size(block))
            batches = [self.block_batches(group, block, pe, reach[pe])
                       for pe in self.pes()]
            group.blocks.append(timing.Block(self.vector_bits(block), batches))
        self.group = group
        self.layer.groups.append(group)

    def vector_bits(self, block):
        """D3: what each F-vector of a block takes on the DRAM port."""
        width = 16 + (self.machine["zero_run_bits"] if
                      self.machine["skip_zero_weights"] else 0)
        lanes = self.machine["weights_per_vector"]
        count = len(block.elements)
        bits = [min(lanes, count - at) * width for at in range(0, count, lanes)]
        bits[0] += 96
        bits[-1] += -(count * width) % 8
        return bits

    def block_batches(self, group, block, pe, reach):
        """A PE's batches for a weight block: [a][w]. Adds up their products."""
        conv, lanes = self.convolution, self.machine["activations_per_vector"]
        first, window, tensor, blocks = conv.window_of(block.channel)
        stride = (window["stride_rows"], window["stride_cols"])
        taps = self.weight_taps(block, window)
        rows = []
        for phase in tensor.layout.phase_list():
            if (phase[0] % stride[0], phase[1] % stride[1]) != block.phase:
                continue
            self.layer.events["block_count_accesses"] += 1
            positions = tensor.layout.block_positions(pe, phase)
            elements = [(*positions[position], value) for position, value in
                        blocks[pe][block.channel - first, *phase]]
            self.layer.events["ram_element_reads"] += len(elements)
            for at in range(0, len(elements), lanes):
                rows.append([self.batch(group, block, window, pe, reach,
                                        elements[at:at + lanes], vector)
                             for vector in taps])
        return rows

    def taps_of(self, block, window):
        """The filter rows and columns of a block."""
        rs = lay.phase_taps(window["filter_rows"], window["stride_rows"],
                            window["dilation_rows"], window["pad_top"],
                            block.phase[0])
        ss = lay.phase_taps(window["filter_cols"], window["stride_cols"],
                            window["dilation_cols"], window["pad_left"],
                            block.phase[1])
        return rs, ss

    def block_size(self, block):
        """The positions of a weight block."""
        rs, ss = self.taps_of(block, self.convolution.window_of(block.channel)[1])
        return len(rs) * len(ss) * block.outputs

    def weight_taps(self, block, window):
        """A block's F-vectors of (k, r, s, value)."""
        rs, ss = self.taps_of(block, window)
        taps = []
        for p, value in block.elements:
            if self.convolution.order == 0:
                k, r, s = p // (len(rs) * len(ss)), p // len(ss) % len(rs), p % len(ss)
            else:
                r, s = p // (len(ss) * block.outputs), p // block.outputs % len(ss)
                k = p % block.outputs
            taps.append((block.first + k, rs[r], ss[s], value))
        lanes = self.machine["weights_per_vector"]
        return [taps[at:at + lanes] for at in range(0, len(taps), lanes)]

    def batch(self, group, block, window, pe, reach, activations, weights):
        """One issue of the multiplier array (V1, V2, X1)."""
        conv, machine = self.convolution, self.machine
        banks = [0] * machine["accumulator_banks"]
        useful = border = placeholder = 0
        for y, x, activation in activations:
            for k, r, s, weight in weights:
                if activation == 0 or weight == 0:
                    placeholder += 1
                    continue
                oy = output_of(y, r, window, "row")
                ox = output_of(x, s, window, "col")
                if not (reach[0][0] <= oy < reach[0][1] and
                        reach[1][0] <= ox < reach[1][1]):
                    border += 1
                    continue
                useful += 1
                product = activation * weight
                if block.shift:
                    product = product + (1 << (block.shift - 1)) >> block.shift
                group.parts[pe][oy, ox][k] += product
                address = ((k * conv.rows + oy - reach[0][0]) * conv.cols +
                           ox - reach[1][0])
                banks[address % len(banks)] += 1
        lanes = (machine["weights_per_vector"] *
                 machine["activations_per_vector"])
        events = self.layer.events
        events["fifo_reads"] += 1
        events["multiplies"] += useful + border + placeholder
        events["accumulations"] += useful
        return timing.Batch(useful, border, placeholder,
                            lanes - useful - border - placeholder, banks)

    # Post-processing -----------------------------------------------------------

    def do_exchange(self, fields):
        group, rate = self.group, self.machine["halo_values_per_link_cycle"]
        halo = (fields["halo_top"], fields["halo_bottom"], fields["halo_left"],
                fields["halo_right"])
        if fields["kind"] == 2:
            group.parts, cycles, hops = exchange.replicate(
                group.parts, group.owned, group.plane, halo, group.channels, rate)
        else:
            combine = max if fields["kind"] == 1 else int.__add__
            group.parts, cycles, hops = exchange.join(
                group.parts, group.owned, halo, group.channels, rate, combine)
        group.ppu_cycles += cycles
        self.layer.events["halo_value_hops"] += hops

    def keep_owned(self):
        """Leaves each PE with what it owns."""
        group = self.group
        for pe, (rows, cols) in group.owned.items():
            group.parts[pe] = {(y, x): values
                               for (y, x), values in group.parts[pe].items()
                               if rows[0] <= y < rows[1] and cols[0] <= x < cols[1]}

    def do_add_bias(self, _):
        """V3; the drain of G2."""
        group, bits = self.group, self.machine["accumulator_bits"]
        self.keep_owned()
        most = 0
        for pe, held in group.parts.items():
            for position, sums in held.items():
                held[position] = [s + group.table[k][0]
                                  for k, s in enumerate(sums)]
                if not all(-(1 << bits - 1) <= s < 1 << bits - 1
                           for s in held[position]):
                    raise ValueError(f"overflow at PE {pe}, output {position}")
            elements = len(held) * group.channels
            self.layer.events["ppu_elements"] += elements
            most = max(most, elements)
        rate = self.machine["ppu_elements_per_cycle"]
        if rate:
            group.ppu_cycles += -(-most // rate)

    def do_pool(self, fields):
        group = self.group
        plane = (fields["height"], fields["width"])
        windows = {}
        for oy in range(plane[0]):
            for ox in range(plane[1]):
                y0 = oy * fields["stride_rows"] - fields["pad_top"]
                x0 = ox * fields["stride_cols"] - fields["pad_left"]
                windows[oy, ox] = [(y, x) for y in range(y0, y0 + fields["rows"])
                                   for x in range(x0, x0 + fields["cols"])]
        for pe, held in group.parts.items():
            pooled = {}
            for position, window in windows.items():
                seen = [held[p] for p in window if p in held]
                if seen:
                    pooled[position] = [max(v) for v in zip(*seen)]
            group.parts[pe] = pooled
        own_rows = lay.cut(fields["policy"], plane[0], self.machine["pe_rows"])
        own_cols = lay.cut(fields["policy"], plane[1], self.machine["pe_cols"])
        group.owned = {(r, c): (own_rows[r], own_cols[c]) for r, c in self.pes()}
        group.plane = plane

    def do_requantize(self, fields):
        """V4."""
        group = self.group
        self.keep_owned()
        low, high = fields["minimum"], fields["maximum"]
        for held in group.parts.values():
            for position, sums in held.items():
                values = []
                for (_, multiplier, shift), total in zip(group.table, sums):
                    value = round_half_even(total * multiplier, shift)
                    self.layer.saturations += (
                        (value > 32767 and high == 32767) or
                        (value < -32768 and low == -32768))
                    values.append(max(low, min(high, value)))
                held[position] = values

    def do_write_activations(self, fields):
        """V5: appends the group's channels."""
        descriptor, group = self.slots[fields["slot"]], self.group
        layout, first = descriptor.layout, fields["first_channel"]
        if first == 0:
            self.ram.write(descriptor, self.new_tensor(descriptor))
        tensor = self.ram.read(descriptor)
        if tensor.channels != first:
            raise ValueError("channels are not written in order")
        self.layer.written.setdefault(
            tensor, (tensor.spilled_bits(), tensor.spilled_elements()))
        for pe in layout.pes:
            held, blocks = group.parts[pe], {}
            for k in range(group.channels):
                for phase in layout.phase_list():
                    # O3: a replica that no exchange brought is 0.
                    values = [held[p][k] if p in held else 0
                              for p in layout.block_positions(pe, phase)]
                    blocks[first + k, *phase] = lay.compress(
                        values, layout.zero_run_bits)
            self.layer.events["ram_element_writes"] += tensor.append(
                pe, blocks, self.dram)
            self.layer.events["block_count_accesses"] += len(blocks)
        tensor.channels += group.channels


def with_zeros(elements, size):
    """A block's list on a machine that keeps zeros (M3)."""
    values = dict(elements)
    return [(position, values.get(position, 0)) for position in range(size)]


def add_counters(one, other):
    """Counters of the same names, nested or in lists, added up; names stay."""
    if isinstance(one, dict):
        return {key: add_counters(one[key], other[key]) for key in one}
    if isinstance(one, list):
        return [add_counters(*pair) for pair in zip(one, other)]
    return one if isinstance(one, str) else one + other


def segment_bytes(layout):
    """The distance of a tensor's segments: room for the worst case, as many
    elements as positions, in the PE that has most."""
    width = 16 + layout.zero_run_bits
    most = 0
    for pe in layout.pes:
        rows, cols = layout.stored(pe)
        elements = (layout.channels * max(rows[1] - rows[0], 0) *
                    max(cols[1] - cols[0], 0))
        most = max(most, elements)
    return (2 * layout.channels * layout.phases[0] * layout.phases[1] +
            -(-most * width // 8))


def load_inputs(arguments):
    """{name: array} of `NAME=FILE.npy` arguments."""
    return {name: np.load(path) for name, path in
            (argument.split("=", 1) for argument in arguments)}


def main():
    path, directory = sys.argv[1:3]
    with open(path, encoding="utf-8") as file:
        model = Model(Program(file.read()))
    outputs = model.run(load_inputs(sys.argv[3:]))
    os.makedirs(directory, exist_ok=True)
    for name, array in outputs.items():
        np.save(os.path.join(directory, name + ".npy"), array)
    print(json.dumps({"layers": list(model.results.values())}, indent=2))


if __name__ == "__main__":
    main()
