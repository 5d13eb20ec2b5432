"""Removes the result of one point of a sweep.

usage: remove_result.py OUT POINT
"""

import json
import os
import sys

out, point = sys.argv[1:]
with open(os.path.join(out, "plan.json"), encoding="utf-8") as file:
    name = json.load(file)["points"][int(point) - 1]["name"]
os.remove(os.path.join(out, "points", name + ".json"))
