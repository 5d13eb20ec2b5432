#!/usr/bin/env python3
#===- energy_prices.py - Holds prices to their derivation -----------------===//
#
# Part of the SCNN compiler, under the Apache License v2.0 with LLVM
# Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===//
"""Evaluates the derivations of docs/energy.md, and compares them with the
numbers beside them and with those of machines/*.yaml.

usage: energy_prices.py SOURCE_DIR
"""

import decimal
import os
import re
import sys

ROW = re.compile(r"\| (?:`([\w-]+)` \| )?`(\w+)` \| ([\d.]+) \| `([^`]+)` \|")


def evaluate(expression):
    """A product, quotient or sum of decimals, rounded half up to 1e-6."""
    exact = re.sub(r"[\d.]+", lambda n: f"Decimal('{n.group()}')", expression)
    value = eval(exact, {"Decimal": decimal.Decimal})  # digits and + * / ( ) only
    return value.quantize(decimal.Decimal("0.000001"), decimal.ROUND_HALF_UP)


def prices_of(path):
    """{price: decimal} of a machine file."""
    with open(path, encoding="utf-8") as file:
        _, _, prices = file.read().partition("energy_pj:\n")
    return dict(re.findall(r"^  (\w+): ([\d.]+)$", prices, re.M))


def main():
    source = sys.argv[1]
    derived = {}
    with open(os.path.join(source, "docs", "energy.md"), encoding="utf-8") as file:
        for machine, price, number, how in ROW.findall(file.read()):
            if not re.fullmatch(r"[\d. +*/()]+", how):
                sys.exit(f"{price}: expected an expression, but got {how}")
            if str(evaluate(how)) != number:
                sys.exit(f"{price}: {how} = {evaluate(how)}, but got {number}")
            derived.setdefault(machine or "scnn", {})[price] = number
    if len(derived["scnn"]) != 15:
        sys.exit(f"expected 15 prices, but got {len(derived['scnn'])}")
    for machine, prices in derived.items():
        path = os.path.join(source, "machines", machine + ".yaml")
        if prices_of(path) != prices:
            sys.exit(f"{path}: expected {prices}, but got {prices_of(path)}")
    for name in sorted(os.listdir(os.path.join(source, "machines"))):
        path = os.path.join(source, "machines", name)
        if prices_of(path) and name.removesuffix(".yaml") not in derived:
            sys.exit(f"{path}: prices without derivation")


if __name__ == "__main__":
    main()
