"""The CSV of a sweep: a row for each point."""

import csv
import dataclasses
import os

from .records import InputError

_REQUIRED = ("network", "status", "cycles")


@dataclasses.dataclass(frozen=True)
class Sweep:
    file: str
    line: str  # what the user calls this sweep, or nothing
    columns: tuple
    points: tuple  # those that ran
    notes: tuple  # one line each: what was left out

    def require(self, *columns):
        for column in columns:
            if column not in self.columns:
                raise InputError(f"{self.file}: expected a column '{column}'; "
                                 f"it has {', '.join(self.columns)}")

    def machines(self):
        """Compared machines: those that have a column of cycles."""
        return [column[:-len("_cycles")] for column in self.columns
                if column.endswith("_cycles")]


@dataclasses.dataclass(frozen=True)
class Point:
    """A row whose numbers are checked as they are read."""
    file: str
    number: int  # of the line in the file
    values: dict

    def text(self, column):
        return self.values[column]

    def count(self, column):
        """A positive integer."""
        text = self.values[column]
        if not (text.isascii() and text.isdigit() and int(text) > 0):
            raise self._error(column, "a positive integer")
        return int(text)

    def fraction(self, column):
        try:
            value = float(self.values[column])
        except ValueError:
            value = -1
        if not 0 <= value <= 1:
            raise self._error(column, "a number from 0 to 1")
        return value

    def _error(self, column, expected):
        return InputError(f"{self.file}:{self.number}: expected {column} to be "
                          f"{expected}, but got '{self.values[column]}'")


def read(argument, where=()):
    """Reads FILE or LINE=FILE; keeps the points that ran and have COLUMN=VALUE
    for each of `where`."""
    line, separator, file = argument.partition("=")
    if not separator or os.path.exists(argument):
        line, file = "", argument
    columns, points = _rows(file)
    sweep = Sweep(file, line, columns, points, ())
    sweep.require(*_REQUIRED)
    for condition in where:
        column, separator, value = condition.partition("=")
        if not separator:
            raise InputError(f"--where: expected COLUMN=VALUE, but got "
                             f"'{condition}'")
        sweep.require(column)
        points = [point for point in points if _same(point.text(column), value)]
    if not points:
        raise InputError(f"{file}: has no points" +
                         (f" with {', '.join(where)}" if where else ""))
    failed = [point for point in points if point.text("status") != "ok"]
    ran = [point for point in points if point.text("status") == "ok"]
    if not ran:
        raise InputError(f"{file}: no point ran: {failed[0].text('status')}")
    notes = ((f"{file}: {len(failed)} of {len(points)} points did not run, and "
              f"are left out, e.g. {failed[0].text('status')}",)
             if failed else ())
    return dataclasses.replace(sweep, points=tuple(ran), notes=notes)


def _same(text, value):
    """Equal as texts or as numbers."""
    try:
        return text == value or float(text) == float(value)
    except ValueError:
        return False


def _rows(file):
    try:
        with open(file, encoding="utf-8", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            columns = tuple(next(reader, ()))
            if not columns or len(set(columns)) < len(columns):
                raise InputError(f"{file}:1: expected distinct names of columns")
            points = []
            for row in reader:
                if len(row) != len(columns):
                    raise InputError(f"{file}:{reader.line_num}: expected "
                                     f"{len(columns)} values, but got {len(row)}")
                points.append(Point(file, reader.line_num,
                                    dict(zip(columns, row))))
            return columns, points
    except OSError as error:
        raise InputError(f"'{file}': {error.strerror}") from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise InputError(f"{file}: expected CSV: {error}") from error


def unique(points, key, hint):
    """Groups points by `key`; each group may have one point for each seed.

    Without that, a figure would mix points that differ in something else."""
    groups = {}
    for point in points:
        seeds = groups.setdefault(key(point), {})
        seed = point.values.get("seed", "")
        if seed in seeds:
            raise InputError(
                f"{point.file}: lines {seeds[seed].number} and {point.number} "
                f"are both for {hint(point)}, and differ in "
                f"{_difference(seeds[seed], point)}; choose by --where")
        seeds[seed] = point
    return {name: list(seeds.values()) for name, seeds in groups.items()}


def _difference(one, other):
    """What was swept stands left of the status; the results right of it."""
    columns = list(one.values)
    swept = [column for column in columns[:columns.index("status")]
             if column != "point" and one.values[column] != other.values[column]]
    return ", ".join(swept) or "nothing that was swept"
