#===- timing.py - When everything in a layer happens ----------------------===//
#
# Part of the SCNN compiler, under the Apache License v2.0 with LLVM
# Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===//
"""The timing rules of `docs/simulation-model.md`, written down as recurrences.

What happens is known beforehand (which vectors meet which, and which banks
their products go to); this file says when. Comments name the rules.
"""

CAUSES = ("useful", "border", "placeholder", "fragmentation", "bank_conflict",
          "weights", "activations", "barrier", "ppu", "no_work")


class Block:
    """A weight block as the timing rules see it.

    vector_bits: bits of each F-vector on the DRAM port, header and padding
    included. batches[pe][a][w] is a `Batch`; a PE without activations for the
    block has an empty list.
    """

    def __init__(self, vector_bits, batches):
        self.vector_bits, self.batches = vector_bits, batches


class Batch:
    """One issue of the multiplier array: multiplier slots by what they do, and
    how many products go to each bank."""

    def __init__(self, useful, border, placeholder, fragmentation, banks):
        self.useful, self.border = useful, border
        self.placeholder, self.fragmentation = placeholder, fragmentation
        self.banks = banks


class Group:
    """An output-channel group: bits of the loads before it (and of what those
    write back), of its inputs' spilled blocks, and of its channel table, its
    blocks, and the PPU's time for it."""

    def __init__(self, load_bits, stream_bits, table_bits, blocks, ppu_cycles):
        self.load_bits, self.stream_bits = load_bits, stream_bits
        self.table_bits = table_bits
        self.blocks, self.ppu_cycles = blocks, ppu_cycles


class DramPort:
    """D1: bits one after the other."""

    def __init__(self, bits_per_cycle):
        self.bits_per_cycle = bits_per_cycle
        self.position = 0  # bits moved or idle so far, if limited
        self.cycle = 0  # time of the last transfer's end, if unlimited

    def move(self, bits, earliest=0):
        """Moves `bits`, starting in cycle `earliest` or later; the cycle from
        which on they are there."""
        if not self.bits_per_cycle:
            self.cycle = max(self.cycle, earliest)
            return self.cycle
        self.position = max(self.position, earliest * self.bits_per_cycle) + bits
        return -(-self.position // self.bits_per_cycle)


class Send:
    """One vector of the broadcast sequence. `vector`: its number among those
    that cross the DRAM port. `takers`: the PEs that take it. `leaves`: it is
    the vector's last broadcast."""

    def __init__(self, vector, takers, leaves):
        self.vector, self.takers, self.leaves = vector, takers, leaves
        self.time = None


class Transfer:
    """Work of the DRAM port: a weight vector, or a load or a channel table
    (`vector` is None). `after`: the group whose barrier it waits for (S4).
    `end` is the cycle from which on it is there."""

    def __init__(self, bits, vector=None, after=None):
        self.bits, self.vector, self.end = bits, vector, None
        self.after = after


class Processor:
    """A PE's multiplier array and accumulator banks."""

    def __init__(self, banks):
        self.work = []  # for each group: list of (Send, Batch, last use)
        self.next = 0  # index into the current group's work
        self.last = None  # cycle of the last batch of this group
        self.ready = 0  # X2: the earliest cycle for the next batch
        self.queues = [0] * banks
        self.taken = 0  # vectors taken into the FIFO so far
        self.freed = []  # cycle of the last use of each of them, in order
        self.done = []  # for each group: cycle e (X3), None without batches
        self.cycles = dict.fromkeys(CAUSES, 0)  # causes without an issue


class Pieces:
    """O6: what the pieces of a layer hand over to one another."""

    def __init__(self):
        self.more = False  # whether a further piece follows
        self.prefetched = 0  # bits of loads that have been moved ahead
        self.left = 0  # bits of stores of pieces before, still to be moved
        self.handed = 0  # bits of this piece's stores, for the next ones
        self.moved = 0  # bits of those that moved in this piece

    def ahead(self, bits):
        """The part of a load's bits that is there already."""
        taken = min(bits, self.prefetched)
        self.prefetched -= taken
        return taken

    def use_idle(self, idle):
        """Uses idle bits of the port; gives those that are to be moved after
        the PPU's end."""
        moved = min(self.left, idle)
        rest = 0 if self.more else self.left - moved
        self.left += self.handed - moved - rest
        self.handed = 0
        self.moved = moved + rest
        self.prefetched = idle - moved if self.more else 0
        return rest


class LayerTiming:
    """Runs a layer; then `cycles`, `processors`, `vectors_broadcast`,
    `fifo_writes` and `weight_bits` say what came out.

    trailing_loads: bits of the loads after the last accumulate. store_bits: of
    what the port moves once the PPU is done, spilled blocks included. pieces:
    the `Pieces` of the layer.
    """

    def __init__(self, machine, num_pes, groups, trailing_loads, store_bits,
                 pieces):
        self.machine, self.groups = machine, groups
        self.begins, self.barriers, self.ppu_ends = [], [], []
        self.processors = [Processor(machine["accumulator_banks"])
                           for _ in range(num_pes)]
        self.port = DramPort(machine["dram_bits_per_cycle"])
        self.weight_bits = 0
        self._plan()
        self.queue += [Transfer(bits) for load in trailing_loads
                       for bits in load]
        self._run()
        ppu_end = self.ppu_ends[-1] if groups else 0
        end = self._finish_port(ppu_end, pieces, store_bits)
        self.cycles = max(ppu_end, end)
        self._account(ppu_end)

    def _plan(self):
        """The port's queue (O1), the sequence of broadcasts, and each PE's
        batches (B1, B4, M1)."""
        self.sends, self.queue = [], []
        self.loads = []  # for each group, the last load before it or None
        self.streams = []  # and its inputs' spilled blocks or None
        self.vectors = 0
        for group in self.groups:
            # A load is followed by what it writes back (S5), if anything.
            last = None
            for read, written in group.load_bits:
                last = Transfer(read)
                self.queue += [last, Transfer(written)]
            self.loads.append(last)
            self.streams.append(None)
            if group.stream_bits:
                after = len(self.streams) - 2
                self.streams[-1] = Transfer(group.stream_bits, after=after)
                self.queue.append(self.streams[-1])
            self.queue.append(Transfer(self._beside(group.table_bits)))
            self.weight_bits += group.table_bits
            for processor in self.processors:
                processor.work.append([])
            for block in group.blocks:
                self._plan_block(block)

    def _beside(self, weight_bits):
        """D5: what weights take of the port's width."""
        return weight_bits if self.machine["weights_through_dram_port"] else 0

    def _plan_block(self, block):
        fifo = self.machine["weight_fifo_entries"]
        room = self.machine["weight_staging_vectors"]
        count = len(block.vector_bits)
        long = fifo and count > fifo
        again = long and room and count > room
        # A block that nobody needs goes by once.
        most = max(len(pe) for pe in block.batches)
        passes = max(most, 1) if long else 1
        sends = []
        for a in range(passes):
            if a == 0 or again:
                first = self.vectors
                self.queue += [Transfer(self._beside(bits), first + w)
                               for w, bits in enumerate(block.vector_bits)]
                self.weight_bits += sum(block.vector_bits)
                self.vectors += count
            takers = [p for p, pe in enumerate(block.batches) if len(pe) > a]
            leaves = again or a == passes - 1
            sends.append([Send(first + w, takers, leaves) for w in range(count)])
            self.sends += sends[-1]
        for processor, pe in zip(self.processors, block.batches):
            for a, row in enumerate(pe):
                last = long or a == len(pe) - 1
                processor.work[-1] += [
                    (sends[a if long else 0][w], batch, last)
                    for w, batch in enumerate(row)]

    def _serve_port(self):
        """D3: the port goes on until a vector has to wait for room whose time
        is not known yet."""
        room = self.machine["weight_staging_vectors"]
        while self.served < len(self.queue):
            transfer = self.queue[self.served]
            earliest = 0
            if transfer.vector is not None and room and transfer.vector >= room:
                if transfer.vector - room not in self.left:
                    return
                earliest = self.left[transfer.vector - room]
            if transfer.after is not None and transfer.after >= 0:
                if transfer.after >= len(self.barriers):
                    return
                earliest = self.barriers[transfer.after]
            transfer.end = self.port.move(transfer.bits, earliest)
            if transfer.vector is not None:
                self.staged[transfer.vector] = transfer.end
            self.served += 1

    def _run(self):
        """B1 to B5: sends vector after vector; each time, port and PEs go on
        as far as they can."""
        rate = self.machine["broadcast_vectors_per_cycle"]
        fifo = self.machine["weight_fifo_entries"]
        self.staged, self.left, self.served = {}, {}, 0
        self.vectors_broadcast = self.fifo_writes = 0
        now, used = 0, 0  # the current cycle and its broadcast slots in use
        self._serve_port()
        self._advance()
        for send in self.sends:
            time = max(now, self.staged[send.vector])
            for p in send.takers if fifo else ():
                processor = self.processors[p]
                if processor.taken >= fifo:
                    time = max(time, processor.freed[processor.taken - fifo] + 1)
            # A block that nobody needs uses no slot.
            if send.takers and rate and time == now and used == rate:
                time += 1
            if time > now:
                now, used = time, 0
            if send.takers:
                used += 1
                self.vectors_broadcast += 1
                self.fifo_writes += len(send.takers)
            send.time = now
            for p in send.takers:
                self.processors[p].taken += 1
            if send.leaves:
                self.left[send.vector] = now + 1
            self._serve_port()
            self._advance()

    def _advance(self):
        """Lets every PE issue what it can, through barriers."""
        while len(self.barriers) < len(self.groups):
            group = len(self.barriers)
            if len(self.begins) == group:
                # The barrier before may have let spilled blocks go (S4).
                self._serve_port()
                if any(transfer and transfer.end is None for transfer in
                       (self.loads[group], self.streams[group])):
                    return
                self.begins.append(self._group_begin(group))
            waiting = False
            for processor in self.processors:
                waiting |= not self._issue(processor, group)
            if waiting:
                return
            # G1: the barrier; G2: the PPU.
            begin = self.begins[group]
            ends = [p.done[group] for p in self.processors
                    if p.done[group] is not None]
            self.barriers.append(max(ends + [begin]))
            start = self.barriers[group]
            if group:
                start = max(start, self.ppu_ends[group - 1])
            self.ppu_ends.append(start + self.groups[group].ppu_cycles)

    def _group_begin(self, group):
        """G1."""
        begin = max([0] + [load.end for load in self.loads[:group + 1] if load])
        if self.streams[group]:
            begin = max(begin, self.streams[group].end)
        if group >= 1:
            begin = max(begin, self.barriers[group - 1])
        if group >= 2:
            begin = max(begin, self.ppu_ends[group - 2])
        return begin

    def _issue(self, processor, group):
        """M2, X2, X3 for one PE; true if it is done with the group."""
        if len(processor.done) > group:
            return True
        work = processor.work[group]
        while processor.next < len(work):
            send, batch, last_use = work[processor.next]
            if send.time is None:
                return False
            self._issue_batch(processor, group, send, batch)
            if last_use:
                processor.freed.append(processor.last)
            processor.next += 1
        if not work:
            processor.done.append(None)
        else:
            end = processor.last + max(1, max(processor.queues))
            processor.cycles["bank_conflict"] += end - processor.last - 1
            processor.done.append(end)
        # X3: the queues are empty at the barrier.
        processor.next, processor.last, processor.ready = 0, None, 0
        processor.queues = [0] * len(processor.queues)
        return True

    def _issue_batch(self, processor, group, send, batch):
        depth = self.machine["bank_queue_depth"]
        if processor.last is None:
            free = ready = self.begins[group]
        else:
            free, ready = processor.last + 1, processor.ready
        cycle = max(free, ready, send.time + 1)
        # A1: X2's cycles come first.
        processor.cycles["bank_conflict"] += ready - free
        processor.cycles["weights"] += cycle - ready
        if depth:
            elapsed = cycle - processor.last if processor.last is not None else 0
            processor.queues = [
                max(q - elapsed, 0) + new
                for q, new in zip(processor.queues, batch.banks)]
        processor.last = cycle
        processor.ready = cycle + max(1, max(processor.queues) - (depth - 1))

    def _finish_port(self, ppu_end, pieces, store_bits):
        """D4; the cycle in which the port is done. What nobody waited for has
        crossed it, too."""
        if self.served < len(self.queue) or len(self.barriers) < len(self.groups):
            raise ValueError("deadlock")
        idle = (ppu_end * self.port.bits_per_cycle
                - sum(transfer.bits for transfer in self.queue))
        self.port.move(pieces.use_idle(max(idle, 0)), ppu_end)
        for bits in store_bits:
            self.port.move(bits, ppu_end)
        return self.port.move(0)

    def _account(self, ppu_end):
        """A1: the cycles in which nothing is issued."""
        for processor in self.processors:
            cycles = processor.cycles
            first = self.begins[0] if self.groups else ppu_end
            cycles["activations"] += first + self.cycles - ppu_end
            for g in range(len(self.groups)):
                length = self.barriers[g] - self.begins[g]
                if processor.done[g] is None:
                    cycles["no_work"] += length
                else:
                    cycles["barrier"] += self.barriers[g] - processor.done[g]
                following = (self.begins[g + 1] if g + 1 < len(self.groups)
                             else ppu_end)
                # The PPU is busy from the barrier on, as long as it is.
                busy = min(following, self.ppu_ends[g])
                cycles["ppu"] += busy - self.barriers[g]
                cycles["activations"] += following - busy

    def slots_by_cause(self, slots_per_cycle):
        """For each PE, a dictionary of slots by cause (A1)."""
        result = []
        for processor in self.processors:
            slots = {c: n * slots_per_cycle for c, n in processor.cycles.items()}
            for work in processor.work:
                for _, batch, _ in work:
                    slots["useful"] += batch.useful
                    slots["border"] += batch.border
                    slots["placeholder"] += batch.placeholder
                    slots["fragmentation"] += batch.fragmentation
            if sum(slots.values()) != self.cycles * slots_per_cycle:
                raise AssertionError("the slots do not add up to the cycles")
            result.append(slots)
        return result
