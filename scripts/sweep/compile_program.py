"""Rule `compile`: compile_program.py PROGRAM REASON COMMAND…

Runs COMMAND to write PROGRAM, and writes to REASON why it was refused: nothing,
if it was not. PROGRAM of a refused one is empty.
"""

import os
import sys

import tool

program, reason_file, *command = sys.argv[1:]
reason = tool.run(command + ["-o", program + ".part"])
if reason is None:
    os.replace(program + ".part", program)
else:
    tool.write(program, "")
tool.write(reason_file, reason or "")
