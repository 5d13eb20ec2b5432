"""Machines as scnn-sim knows them, and variations of them."""

import dataclasses
import decimal
import json
import os
import subprocess


class MachineError(Exception):
    pass


@dataclasses.dataclass(frozen=True)
class Machine:
    """Values of all fields (integers, or text as in YAML) and prices (text, pJ);
    names of the fields that take 'unlimited', that are yes or no, and that can
    be changed under a compiled program."""
    name: str
    fields: dict
    prices: dict
    may_be_unlimited: frozenset
    flags: frozenset
    timing_only: frozenset

    def varied(self, fields, prices):
        return dataclasses.replace(self, fields={**self.fields, **fields},
                                   prices={**self.prices, **prices})

    def with_timing_of(self, other):
        return self.varied({name: other.fields[name] for name in self.fields
                            if name in self.timing_only}, other.prices)

    def to_yaml(self):
        lines = [f"{name}: {value}\n" for name, value in self.fields.items()]
        if self.prices:
            lines.append("energy_pj:\n")
            lines += [f"  {name}: {price}\n" for name, price in self.prices.items()]
        return "".join(lines)


def number_text(value):
    """A number without an exponent: 1e-05 as 0.00001, 1.0 as 1."""
    if isinstance(value, float):
        value = decimal.Decimal(repr(value)).normalize()
        return format(value, "f")
    return str(value)


def describe(simulator, name):
    """Asks scnn-sim for a machine: a name that ships or a file."""
    command = [simulator, f"--describe-machine={name}"]
    try:
        result = subprocess.run(command, text=True, capture_output=True)
    except OSError as error:
        raise MachineError(f"{simulator}: {error.strerror}") from None
    if result.returncode:
        reason = result.stderr.strip()
        raise MachineError(reason.removeprefix("scnn-sim: error: ") or
                           f"{' '.join(command)}: exit code {result.returncode}")
    description = json.loads(result.stdout)

    def values(kind):
        return {field["name"]: field["value"] for field in description[kind]}

    def names(property_name):
        return frozenset(field["name"] for field in description["fields"]
                         if field[property_name])

    return Machine(os.path.splitext(os.path.basename(name))[0],
                   values("fields"), values("energy_pj"),
                   names("may_be_unlimited"), names("is_flag"),
                   names("timing_only"))
