"""Compares docs/onnx-operators.md with the importer's table of operators:
check_operators.py SOURCE_FOLDER"""

import pathlib
import re
import sys

source = pathlib.Path(sys.argv[1])
ROW = re.compile(r'^    \{"(\w+)", \w+, [\w]+, [\w]+(?:, \w+(?:, (\d+))?)?\},',
                 re.MULTILINE)
table = (source / "lib/Import/ONNX/Operators.cpp").read_text()
imported = {name: int(first or 1) for name, first in ROW.findall(table)}

documented = {}
page = (source / "docs/onnx-operators.md").read_text()
for line in page.splitlines():
    if not line.startswith("| ") or line.startswith("| operator "):
        continue
    name, engine, first, changes, _ = (
        cell.strip() for cell in line.strip("|").split("|"))
    documented[name] = int(first)
    if not set(engine.split(", ")) <= {"accelerator", "host"}:
        sys.exit(f"{name}: unknown engine '{engine}'")
    for change in re.findall(r"(\d+): ", changes):
        if int(change) <= int(first):
            sys.exit(f"{name}: changed in {change}, but came with {first}")

if list(documented) != sorted(documented, key=str.lower):
    sys.exit("the page is not sorted")
for name in sorted(imported.keys() | documented.keys()):
    if name not in documented:
        sys.exit(f"{name} is imported, but not documented")
    if name not in imported:
        sys.exit(f"{name} is documented, but not imported")
    if imported[name] != documented[name]:
        sys.exit(f"{name} is documented from operator set {documented[name]} "
                 f"on, but imported from {imported[name]} on")
print(f"{len(imported)} operators agree")
