"""plan_grids.py BUILD: prints the points and programs of every grid that ships,
and whether the reproduction knows what each line of choices.yaml changes."""

import os
import sys

ROOT = os.path.join(os.path.dirname(__file__), "..", "..", "..")
SCRIPTS = os.path.join(ROOT, "scripts")
sys.path[:0] = [os.path.join(SCRIPTS, "sweep"), os.path.join(SCRIPTS, "reproduce")]

import document
import sweep

TOOLS = {key: os.path.join(sys.argv[1], "bin", name) for key, name in
         (("compile", "scnn-compile"), ("simulate", "scnn-sim"))}
GRIDS = os.path.join(SCRIPTS, "sweep", "grids")

for name in sorted(os.listdir(GRIDS)):
    plan, _ = sweep.make_plan(os.path.join(GRIDS, name), TOOLS)
    print(f"{name}: {len(plan['points'])} points, {len(plan['programs'])} programs")
    if name == "choices.yaml":
        networks = {point["choices"]["network"] for point in plan["points"]}
        steps = len(plan["points"]) // len(networks)
        print(f"{steps} steps, {len(document.CHOICES)} of them named")
