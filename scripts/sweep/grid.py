"""Reads a grid file (docs/sweeps.md) and checks it.

Every error is a GridError: one line that names the file, the field, and what
was expected.
"""

import csv
import dataclasses
import fnmatch
import os

import yaml

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
KEYS = ("network", "layers", "machine", "compare", "seeds", "mapper", "grid", "zip")
MAPPERS = ("paper", "search")
DENSITIES = ("density", "weight_density", "activation_density")
PRICES = "energy_pj."


class GridError(Exception):
    pass


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_integer(value):
    return isinstance(value, int) and not isinstance(value, bool)


def _is_file_name(name):
    """Names of what ships have neither dot nor slash."""
    return "." in name or "/" in name


@dataclasses.dataclass(frozen=True)
class Kind:
    """What values a field takes: `expected` is the text of the error."""
    expected: str
    accepts: object


def _one_of(*values):
    return Kind(" or ".join(f"'{value}'" for value in values),
                lambda value: value in values)


DENSITY = Kind("a number from 0 to 1",
               lambda value: _is_number(value) and 0 <= value <= 1)
PRICE = Kind("a price in pJ of at least 0 with at most 6 decimals",
             lambda value: _is_number(value) and value >= 0
             and round(value, 6) == value)
COUNT = Kind("an integer of at least 0",
             lambda value: _is_integer(value) and value >= 0)
INTEGER = Kind("an integer", _is_integer)
FLAG = Kind("yes or no", lambda value: isinstance(value, bool))
INTEGER_OR_UNLIMITED = Kind(
    "an integer or 'unlimited'",
    lambda value: _is_integer(value) or value == "unlimited")
SEED = Kind("an integer from 0 to 2^64 - 1",
            lambda value: _is_integer(value) and 0 <= value < 1 << 64)

# Options of scnn-compile --mapping: what they take, and their default.
MAPPING_OPTIONS = {
    "cut": (_one_of("ceil", "balanced"), "ceil"),
    "group-size": (COUNT, 0),
    "halo": (_one_of("output", "input"), "output"),
    "order": (_one_of("krs", "rsk"), "krs"),
    "row-pad": (INTEGER, -1),
    "piece-rows": (COUNT, 0),
    "margin": (Kind("a number of at least 0",
                    lambda value: _is_number(value) and value >= 0), 0.05),
}


@dataclasses.dataclass(frozen=True)
class Network:
    """A table of layers, or a model with one input file for each input."""
    name: str
    file: str
    is_model: bool
    layers: tuple = ()
    inputs: tuple = ()


@dataclasses.dataclass(frozen=True)
class Axis:
    """Fields that change together, and their values in each step."""
    fields: tuple
    steps: tuple


@dataclasses.dataclass(frozen=True)
class Grid:
    path: str
    networks: tuple
    machines: tuple
    mappers: tuple
    compare: tuple
    seeds: tuple
    axes: tuple

    def fields(self):
        return [field for axis in self.axes for field in axis.fields]


class _Loader(yaml.SafeLoader):
    """Refuses keys that are set twice, of which YAML would take the last."""

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key, _ in node.value:
            name = self.construct_object(key, deep=True)
            if not isinstance(name, str):
                raise yaml.constructor.ConstructorError(
                    None, None, f"expected a field name, but got {name!r}",
                    key.start_mark)
            if name in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"'{name}' is set twice", key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep)


def _load(path):
    try:
        with open(path, encoding="utf-8") as file:
            return yaml.load(file, _Loader)
    except OSError as error:
        raise GridError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise GridError(f"{path}: not a text file") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise GridError(f"{path}:{mark.line + 1}: {error.problem}") from None
    except yaml.YAMLError as error:
        raise GridError(f"{path}: {str(error).splitlines()[0]}") from None


class _Reader:
    def __init__(self, path, machine):
        self.path = path
        self.kinds = {name: DENSITY for name in DENSITIES}
        for name in machine.fields:
            self.kinds[name] = (
                FLAG if name in machine.flags else
                INTEGER_OR_UNLIMITED if name in machine.may_be_unlimited
                else INTEGER)
        for name in machine.prices:
            self.kinds[PRICES + name] = PRICE
        for name, (kind, _) in MAPPING_OPTIONS.items():
            self.kinds[name] = kind

    def fail(self, field, message):
        raise GridError(f"{self.path}: {field}: {message}")

    def expect(self, field, expected, value):
        self.fail(field, f"expected {expected}, but got {value!r}")

    def values(self, field, value, kind):
        """A list of at least one value, all different; one alone is a list."""
        values = value if isinstance(value, list) else [value]
        if not values:
            self.fail(field, "expected at least one value, but the list is empty")
        for index, item in enumerate(values):
            if not kind.accepts(item):
                self.expect(field, kind.expected, item)
            if item in values[:index]:
                self.fail(field, f"{item!r} is given twice")
        return tuple(values)

    def expect_distinct(self, field, names):
        """Columns and rows are told apart by these."""
        for index, name in enumerate(names):
            if name in names[:index]:
                self.fail(field, f"'{name}' is given twice")

    def names(self, field, value, expected):
        return self.values(field, value, Kind(
            expected, lambda item: isinstance(item, str) and item != ""))

    def file(self, field, name):
        """A path in the grid file is seen from the grid file's folder."""
        file = os.path.join(os.path.dirname(os.path.abspath(self.path)), name)
        if not os.path.isfile(file):
            self.fail(field, f"no such file: '{name}'")
        return os.path.normpath(file)

    def shipped_or_file(self, field, name, folder, suffix):
        if _is_file_name(name):
            return self.file(field, name)
        shipped = os.path.join(ROOT, folder, name + suffix)
        if not os.path.isfile(shipped):
            known = sorted(file[:-len(suffix)] for file in
                           os.listdir(os.path.dirname(shipped))
                           if file.endswith(suffix))
            self.expect(field, f"a file or one of {', '.join(known)}", name)
        return shipped

    def table_layers(self, table, patterns):
        """The names of the layers that match any of the patterns."""
        try:
            with open(table, newline="", encoding="utf-8") as file:
                names = [row.get("layer") or "" for row in csv.DictReader(file)]
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            self.fail("network", f"cannot read '{table}': {error}")
        for pattern in patterns:
            if not fnmatch.filter(names, pattern):
                self.fail("layers", f"no layer of '{table}' matches '{pattern}'")
        return tuple(name for name in names
                     if any(fnmatch.fnmatchcase(name, pattern)
                            for pattern in patterns))

    def table(self, name, patterns):
        file = self.shipped_or_file("network", name, "data/networks", ".csv")
        if not file.endswith(".csv"):
            self.expect("network", "a table (.csv) or 'model: FILE'", name)
        return Network(
            os.path.basename(file)[:-len(".csv")], file, False,
            layers=self.table_layers(file, patterns) if patterns else ())

    def model(self, name, inputs):
        if not isinstance(inputs, dict) or not inputs or not all(
                isinstance(file, str) for file in inputs.values()):
            self.expect("network.inputs", "a file for each input", inputs)
        file = self.file("network.model", name)
        return Network(
            os.path.splitext(os.path.basename(file))[0], file, True,
            inputs=tuple((name, self.file(f"network.inputs.{name}", npy))
                         for name, npy in inputs.items()))

    def network(self, value, patterns):
        """NAME|FILE.csv, {table: NAME|FILE.csv, layers: […]}, or
        {model: FILE, inputs: {NAME: FILE.npy, …}}."""
        if isinstance(value, str):
            return self.table(value, patterns)
        if not isinstance(value, dict):
            self.expect("network", "a table or a model", value)
        kind = "model" if "model" in value else "table"
        allowed = {"model": ("model", "inputs"), "table": ("table", "layers")}[kind]
        for key in value:
            if key not in allowed:
                self.fail(f"network.{key}", f"expected one of {', '.join(allowed)}")
        if not isinstance(value.get(kind), str):
            self.expect(f"network.{kind}", "a file", value.get(kind))
        if kind == "model":
            return self.model(value["model"], value.get("inputs"))
        return self.table(value["table"], self.layer_names(value) or patterns)

    def layer_names(self, value):
        return self.names("layers", value["layers"], "the name of a layer") \
            if "layers" in value else ()

    def machines(self, field, value):
        """As the tools take them: names that ship, or files."""
        names = self.names(field, value, "the name or file of a machine")
        files = [self.shipped_or_file(field, name, "machines", ".yaml")
                 for name in names]
        self.expect_distinct(field, [
            os.path.splitext(os.path.basename(file))[0] for file in files])
        return tuple(file if _is_file_name(name) else name
                     for name, file in zip(names, files))

    def axes_of_grid(self, value):
        for name, values in self.fields("grid", value).items():
            yield Axis((name,), tuple((step,) for step in self.values(
                f"grid.{name}", values, self.kinds[name])))

    def axes_of_zip(self, value):
        for block in value if isinstance(value, list) else [value]:
            columns = {name: values if isinstance(values, list) else [values]
                       for name, values in self.fields("zip", block).items()}
            for name, values in columns.items():
                for item in values:
                    if not self.kinds[name].accepts(item):
                        self.expect(f"zip.{name}", self.kinds[name].expected, item)
                length = len(next(iter(columns.values())))
                if len(values) != length:
                    self.expect(f"zip.{name}", f"{length} values as for "
                                f"'{next(iter(columns))}'", len(values))
                if not values:
                    self.fail(f"zip.{name}",
                              "expected at least one value, but the list is empty")
            yield Axis(tuple(columns), tuple(zip(*columns.values())))

    def fields(self, key, value):
        if not isinstance(value, dict) or not value:
            self.expect(key, "lines of the form 'field: [value, …]'", value)
        for name in value:
            if name not in self.kinds:
                self.fail(f"{key}.{name}",
                          "not a field of the machine, an energy price, an option "
                          "of the mapping, or a density")
        return value

    def read(self, document):
        if not isinstance(document, dict):
            raise GridError(f"{self.path}: expected lines of the form 'key: value'")
        for key in document:
            if key not in KEYS:
                self.fail(key, f"expected one of {', '.join(KEYS)}")
        if "network" not in document:
            self.fail("network", "missing")

        patterns = self.layer_names(document)
        networks = document["network"]
        if networks == []:
            self.fail("network", "expected at least one value, but the list is empty")
        networks = tuple(
            self.network(value, patterns)
            for value in (networks if isinstance(networks, list) else [networks]))
        self.expect_distinct("network", [network.name for network in networks])

        axes = []
        for key, value in document.items():
            if key == "grid":
                axes += self.axes_of_grid(value)
            elif key == "zip":
                axes += self.axes_of_zip(value)
        fields = [field for axis in axes for field in axis.fields]
        for index, field in enumerate(fields):
            if field in fields[:index]:
                self.fail(field, "is in the grid twice")
        if "density" in fields:
            for field in DENSITIES[1:]:
                if field in fields:
                    self.fail(field, "is set by 'density', too")
        for network in networks:
            if network.is_model:
                for field in ("density", "activation_density"):
                    if field in fields:
                        self.fail(field, f"the activations of model "
                                  f"'{network.name}' are what its inputs make them")

        return Grid(
            path=self.path,
            networks=networks,
            machines=self.machines("machine", document.get("machine", "scnn")),
            mappers=self.values("mapper", document.get("mapper", "paper"),
                                _one_of(*MAPPERS)),
            compare=self.machines("compare", document["compare"])
            if "compare" in document else (),
            seeds=self.values("seeds", document.get("seeds", 1), SEED),
            axes=tuple(axes))


def read_grid(path, machine):
    """The grid of a file; `machine` has the fields and prices that there are."""
    return _Reader(path, machine).read(_load(path))
