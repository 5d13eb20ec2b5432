"""Prints some columns of a CSV file.

usage: columns.py FILE.csv COLUMN...
"""

import csv
import sys

path, *columns = sys.argv[1:]
with open(path, newline="", encoding="utf-8") as file:
    for row in csv.DictReader(file):
        print(" | ".join(row[column] for column in columns))
