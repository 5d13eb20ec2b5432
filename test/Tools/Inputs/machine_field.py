"""Prints fields of what scnn-sim --describe-machine wrote.

usage: machine_field.py FILE.json FIELD...
"""

import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    machine = json.load(file)
fields = {field["name"]: field for field in machine["fields"]}
fields.update({"energy_pj." + price["name"]: price
               for price in machine["energy_pj"]})
for name in sys.argv[2:]:
    field = fields[name]
    print(f"{name} = {field['value']}"
          + ", may be unlimited" * field.get("may_be_unlimited", False)
          + ", yes or no" * field.get("is_flag", False)
          + ", timing only" * field.get("timing_only", False))
