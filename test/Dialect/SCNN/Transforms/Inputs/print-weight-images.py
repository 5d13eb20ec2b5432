"""Prints the weight images of the convolutions in MLIR text on standard input.

Written from docs/program-format.md alone: one line for each output-channel
group, channel and block. An element is `value` after `run` zeros: `run:value`.
"""

import re
import struct
import sys

MODULE = re.compile(r"#scnn\.machine<.*?zero_run_bits = (\d+)")
CONVOLUTION = re.compile(
    r"scnn\.conv2d .*image\((%\S+) .*group_size = (\d+).* -> tensor<\d+x(\d+)x"
)
WEIGHTS = re.compile(
    r"(%\S+) = scnn\.compressed_weights offsets \[(.*?)\] blocks \[(.*?)\] "
    r"dense_resource<(\w+)>"
)
RESOURCE = re.compile(r'(\w+): "0x(\w+)"')
# A resource's hexadecimal text starts with its alignment, a 32-bit integer.
ALIGNMENT_BYTES = 4


def integers(text):
    return [int(word) for word in text.split(",")]


def print_image(data, channels, blocks, run_bits):
    position = 0

    def take(layout):
        nonlocal position
        fields = struct.unpack_from(layout, data, position)
        position += struct.calcsize(layout)
        return fields

    for _ in range(channels):
        bias, multiplier, shift, zero = take("<iHBB")
        assert zero == 0
        print(f"  bias {bias} multiplier {multiplier} shift {shift}")
    for _ in range(blocks):
        channel, first, outputs, stored, row, col, shift, zero = take("<HHHHBBBB")
        assert zero == 0
        bits = stored * (16 + run_bits)
        size = (bits + 7) // 8
        packed = int.from_bytes(data[position : position + size], "little")
        position += size
        assert packed >> bits == 0, "padding is zero"
        elements = []
        for _ in range(stored):
            value = (packed & 0xFFFF) ^ 0x8000
            run = (packed >> 16) & ((1 << run_bits) - 1)
            elements.append(f"{run}:{value - 0x8000}")
            packed >>= 16 + run_bits
        print(
            f"  block channel {channel} outputs {first}+{outputs} "
            f"phase {row},{col} shift {shift}: {' '.join(elements)}"
        )
    assert position == len(data), "the tables use up the image"


def main():
    text = sys.stdin.read()
    resources = {
        name: bytes.fromhex(data)[ALIGNMENT_BYTES:]
        for name, data in RESOURCE.findall(text)
    }
    run_bits = 4
    weights = {}
    for line in text.splitlines():
        if match := MODULE.search(line):
            run_bits = int(match[1])
        elif match := re.search(r"func\.func @(\w+)", line):
            print(match[1])
        elif match := WEIGHTS.search(line):
            weights[match[1]] = match.groups()[1:]
        elif match := CONVOLUTION.search(line):
            offsets, blocks, name = weights[match[1]]
            offsets, blocks = integers(offsets), integers(blocks)
            group_size, outputs = int(match[2]), int(match[3])
            data = resources[name]
            for group, offset in enumerate(offsets):
                end = (offsets + [len(data)])[group + 1]
                channels = min(group_size, outputs - group * group_size)
                print(f" group {group}: {end - offset} bytes")
                print_image(data[offset:end], channels, blocks[group], run_bits)


main()
