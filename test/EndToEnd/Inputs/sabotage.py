"""Changes one thing in a program's text.

usage: sabotage.py weight|shift|halo PROGRAM.mlir OUTPUT.mlir

weight: one bit of the first stored weight of the first group's image.
shift:  the requantization shift of the first output channel.
halo:   the first exchange of partial sums loses its bottom row.
"""

import re
import sys


def edit_constants(text, edit):
    """Applies `edit(bytes, image address, channels)` to the first group's
    weight image."""
    broadcast = re.search(
        r"broadcast_weights address = (\d+) bytes = \d+ blocks = \d+ channels = (\d+)", text)
    constants = re.search(r'(scnn\.constants at 0 dense<"0x)([0-9A-Fa-f]+)(")', text)
    data = bytearray.fromhex(constants.group(2))
    edit(data, int(broadcast.group(1)), int(broadcast.group(2)))
    return text[:constants.start(2)] + data.hex().upper() + text[constants.end(2):]


def weight(data, address, channels):
    # After the channel table and the first block's header.
    data[address + 8 * channels + 12 + 1] ^= 0x01


def shift(data, address, channels):
    data[address + 6] += 1


def main():
    what, source, target = sys.argv[1:]
    with open(source) as file:
        text = file.read()
    if what == "halo":
        changed = re.sub(r"(exchange kind = 0 halo_top = \d+ halo_bottom = )[1-9]\d*",
                         r"\g<1>0", text, count=1)
    else:
        changed = edit_constants(text, {"weight": weight, "shift": shift}[what])
    if changed == text:
        sys.exit("nothing was changed")
    with open(target, "w") as file:
        file.write(changed)


if __name__ == "__main__":
    main()
