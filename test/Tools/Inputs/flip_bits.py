"""Flips bits of a program one at a time; scnn-sim must refuse each file.

usage: flip_bits.py PROGRAM.scnn SCRATCH.scnn COMMAND...

The command is run on SCRATCH.scnn (its last argument) with one bit flipped, at
places spread over the whole file.
"""

import subprocess
import sys

PLACES = 40


def main():
    program, scratch, *command = sys.argv[1:]
    with open(program, "rb") as file:
        whole = file.read()
    for i in range(PLACES):
        bit = i * (len(whole) * 8 - 1) // (PLACES - 1)
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        with open(scratch, "wb") as file:
            file.write(flipped)
        run = subprocess.run([*command, scratch], capture_output=True,
                             check=False, timeout=60)
        lines = run.stderr.decode(errors="replace").splitlines()
        if run.returncode != 1 or run.stdout or len(lines) != 1:
            print(f"bit {bit}: exit status {run.returncode}, {lines}")
            return 1
    print(f"{PLACES} flipped bits were found")
    return 0


if __name__ == "__main__":
    sys.exit(main())
