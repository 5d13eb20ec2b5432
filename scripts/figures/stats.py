"""The stats file of `scnn-sim`, as docs/report.md describes it."""

import dataclasses
import os

from .records import InputError, read_json

# Where the multiplier slots of a PE go (docs/simulation-model.md, rule A1).
CAUSES = ("useful", "border", "placeholder", "fragmentation", "bank_conflict",
          "weights", "activations", "barrier", "ppu", "no_work")
ALL_LAYERS = "all layers"


@dataclasses.dataclass(frozen=True)
class Comparison:
    """What another machine needs for the same layer."""
    cycles: int
    # Attojoules by unit; None for a machine without an energy model.
    energy: dict


@dataclasses.dataclass(frozen=True)
class Layer:
    """A layer, or the totals. What only some stats files have may be None."""
    name: str
    engine: str  # "scnn" or "host"; "" for the totals
    cycles: int
    products: int
    slots: int  # multiplier slots in which a batch was issued
    dense_macs: int
    weight_density: float
    activation_density: float
    utilization: float
    saturations: int
    spill: dict  # elements, bits_read, bits_written
    slots_by_cause: dict
    events: dict
    pe_slots: dict = None  # cause -> list over the PEs, row by row
    groups: int = None
    group_size: int = None
    dram_pieces: int = None
    host_operations: tuple = ()  # of (operation, reason)
    energy: dict = None  # attojoules by unit
    comparison: dict = dataclasses.field(default_factory=dict)
    mapping: dict = None
    convolution: dict = None

    @property
    def on_host(self):
        return self.engine == "host"

    @property
    def module(self):
        """The part of the name before its last slash, or nothing."""
        return self.name.rpartition("/")[0]


@dataclasses.dataclass(frozen=True)
class Stats:
    file: str
    name: str  # of the network, for titles
    program: str
    engine: str
    machine: dict
    machine_units: dict  # of the machine's fields; may be empty
    totals: Layer
    accelerator_mac_share: float
    layers: tuple
    comparison_machines: dict

    @property
    def pe_grid(self):
        return self.machine["pe_rows"], self.machine["pe_cols"]

    @property
    def multipliers(self):
        """Of the whole machine."""
        rows, cols = self.pe_grid
        return (rows * cols * self.machine["weights_per_vector"] *
                self.machine["activations_per_vector"])

    @property
    def accelerator_layers(self):
        return [layer for layer in self.layers if not layer.on_host]

    @property
    def together(self):
        """All accelerator layers as one."""
        return dataclasses.replace(
            sum_of(ALL_LAYERS, self.accelerator_layers),
            weight_density=self.totals.weight_density,
            activation_density=self.totals.activation_density)

    def only(self, pattern):
        """These stats with the layers whose name matches, and their totals."""
        layers = tuple(layer for layer in self.layers
                       if pattern.search(layer.name))
        if not any(not layer.on_host for layer in layers):
            raise InputError(f"{self.file}: no layer of the accelerator matches "
                             f"'{pattern.pattern}'")
        return dataclasses.replace(self, layers=layers,
                                   totals=sum_of("total", layers))


def sum_of(name, layers):
    """Layers as one; without densities, which need the number of weights."""
    def add(dictionaries):
        dictionaries = list(dictionaries)
        if not dictionaries or None in dictionaries:
            return None
        return {key: sum(one.get(key, 0) for one in dictionaries)
                for key in dict.fromkeys(k for one in dictionaries for k in one)}

    machines = [set(layer.comparison) for layer in layers]
    shared = [machine for machine in (layers[0].comparison if layers else ())
              if all(machine in names for names in machines)]
    slots = add(layer.slots_by_cause for layer in layers) or dict.fromkeys(CAUSES, 0)
    return Layer(
        name=name, engine="",
        cycles=sum(layer.cycles for layer in layers),
        products=sum(layer.products for layer in layers),
        slots=sum(layer.slots for layer in layers),
        dense_macs=sum(layer.dense_macs for layer in layers),
        weight_density=None, activation_density=None,
        utilization=slots["useful"] / max(1, sum(slots.values())),
        saturations=sum(layer.saturations for layer in layers),
        spill=add(layer.spill for layer in layers), slots_by_cause=slots,
        events=add(layer.events for layer in layers),
        energy=add(layer.energy for layer in layers),
        comparison={machine: Comparison(
            sum(layer.comparison[machine].cycles for layer in layers),
            add(layer.comparison[machine].energy for layer in layers))
                    for machine in shared})


def _energy(record):
    """Attojoules by unit; held to the total that the file states."""
    if not record.has("energy_aj"):
        return None
    energy = record.counts("energy_aj")
    total = record.count("energy_total_aj")
    if sum(energy.values()) != total:
        raise InputError(
            f"{record.file}: expected {record.where('energy_aj')} to add up to "
            f"energy_total_aj = {total}, but got {sum(energy.values())}")
    return energy


def _comparison(record):
    if not record.has("comparison"):
        return {}
    machines = record.record("comparison")
    result = {}
    for name in machines.names():
        machine = machines.record(name)
        result[name] = Comparison(machine.count("cycles"), _energy(machine))
    return result


def _figures(record, name, engine):
    """The fields that layers and totals share."""
    return dict(
        name=name, engine=engine,
        cycles=record.count("cycles"), products=record.count("products"),
        slots=record.count("slots"), dense_macs=record.count("dense_macs"),
        weight_density=record.fraction("weight_density"),
        activation_density=record.fraction("activation_density"),
        utilization=record.fraction("utilization"),
        saturations=record.count("saturations"),
        spill={field: record.record("spill").count(field)
               for field in ("elements", "bits_read", "bits_written")},
        slots_by_cause={cause: record.record("slots_by_cause").count(cause)
                        for cause in CAUSES},
        events=record.counts("events"),
        energy=_energy(record), comparison=_comparison(record))


def _optional(record, name, read):
    return read(name) if record.has(name) else None


def _pe_slots(record, pes):
    if not record.has("pe_slots"):
        return None
    slots = record.record("pe_slots")
    return {cause: slots.count_list(cause, pes) for cause in CAUSES}


def _layer(record, pes):
    engine = record.text("engine")
    if engine not in ("scnn", "host"):
        raise InputError(f"{record.file}: expected {record.where('engine')} to "
                         f"be 'scnn' or 'host', but got '{engine}'")
    operations = (record.records("host_operations")
                  if record.has("host_operations") else [])
    return Layer(
        **_figures(record, record.text("name"), engine),
        pe_slots=_pe_slots(record, pes),
        groups=_optional(record, "output_channel_groups", record.count),
        group_size=_optional(record, "group_size", record.count),
        dram_pieces=_optional(record, "dram_pieces", record.count),
        host_operations=tuple((operation.text("operation"),
                               operation.text("reason"))
                              for operation in operations),
        mapping=_optional(record, "mapping", lambda n: record.record(n).value),
        convolution=_optional(record, "convolution",
                              lambda n: record.record(n).value))


def _machine(record):
    machine = record.record("machine")
    for field in ("pe_rows", "pe_cols", "weights_per_vector",
                  "activations_per_vector", "clock_mhz"):
        if machine.count(field) == 0:
            raise InputError(f"{record.file}: expected {machine.where(field)} "
                             f"to be positive, but got 0")
    return machine.value


def _units(record):
    if not record.has("machine_units"):
        return {}
    units = record.record("machine_units")
    return {name: units.text(name) for name in units.names()}


def _machines(record):
    if not record.has("comparison_machines"):
        return {}
    machines = record.record("comparison_machines")
    return {name: machines.record(name).value for name in machines.names()}


def read(argument):
    """Reads FILE or NAME=FILE; NAME is the network's, else the file's stem."""
    name, separator, file = argument.partition("=")
    if not separator or os.path.exists(argument):
        file = argument
        name = os.path.splitext(os.path.basename(file))[0]
    record = read_json(file)
    machine = _machine(record)
    pes = machine["pe_rows"] * machine["pe_cols"]
    totals = record.record("totals")
    return Stats(
        file=file, name=name, program=record.text("program"),
        engine=record.text("engine"), machine=machine,
        machine_units=_units(record),
        totals=Layer(**_figures(totals, "total", "")),
        accelerator_mac_share=totals.fraction("accelerator_mac_share"),
        layers=tuple(_layer(layer, pes) for layer in record.records("layers")),
        comparison_machines=_machines(record))
