"""Rewrites a program's format version: set_version.py IN.scnn OUT.scnn VERSION.

FlatBuffers with a size prefix: after the size comes the root table's offset; a
table starts with its distance from its vtable, which has the fields' offsets
from byte 4 on. The version is the root's first field.
"""

import struct
import sys


def main():
    source, target, version = sys.argv[1:]
    with open(source, "rb") as file:
        data = bytearray(file.read())
    table = 4 + struct.unpack_from("<I", data, 4)[0]
    vtable = table - struct.unpack_from("<i", data, table)[0]
    field, = struct.unpack_from("<H", data, vtable + 4)
    struct.pack_into("<I", data, table + field, int(version))
    with open(target, "wb") as file:
        file.write(data)


if __name__ == "__main__":
    main()
