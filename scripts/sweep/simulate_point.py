"""Rule `simulate`: simulate_point.py POINT.json REASON COMMAND…

Runs COMMAND and keeps of its stats file what the tables need. If REASON, the
file that rule `compile` wrote, has one, or COMMAND is refused, the result is the
reason.
"""

import json
import os
import sys
import tempfile

import tool

# By PE, or told once in another place.
DROPPED = ("pe_slots", "host_operations")

point, reason_file, *command = sys.argv[1:]
with open(reason_file, encoding="utf-8") as file:
    reason = file.read()
result = {}
if not reason:
    with tempfile.TemporaryDirectory() as folder:
        stats_file = os.path.join(folder, "stats.json")
        reason = tool.run(command + [f"--stats={stats_file}"])
        if reason is None:
            with open(stats_file, encoding="utf-8") as file:
                stats = json.load(file)
            result = {
                "totals": stats["totals"],
                "layers": [{key: value for key, value in layer.items()
                            if key not in DROPPED} for layer in stats["layers"]]}
# The program is a passing file of a name that says nothing to a reader.
program = command[1] + ": "
result["status"] = reason.replace(program, "") if reason else "ok"
tool.write(point, json.dumps(result, indent=1, sort_keys=True) + "\n")
