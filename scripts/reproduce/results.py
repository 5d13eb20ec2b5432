"""What the sweeps say, as figures that can be put beside published ones."""

import csv
import json
import math
import os

NETWORKS = ("alexnet", "googlenet", "vgg16")


def read_rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write_rows(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def mean(values):
    values = list(values)
    return math.fsum(values) / len(values)


def number(row, column):
    return float(row[column])


def ratio(rows, over, under):
    """Sum of one column over the sum of another one."""
    return (math.fsum(number(row, over) for row in rows)
            / math.fsum(number(row, under) for row in rows))


def crossing(points):
    """Where y falls to 1: points (x, y) in ascending x, on a straight line
    between the two that lie around it; None if it never does."""
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        if (y0 - 1) * (y1 - 1) <= 0 and y0 != y1:
            return x0 + (x1 - x0) * (y0 - 1) / (y0 - y1)
    return None


class Results:
    """`limited`: with the machine's limits of time, or with none but the
    multipliers'; the sweeps of the paper's figures ran with both."""

    def __init__(self, folder, limited=True):
        broadcast = "1" if limited else "unlimited"

        def load(name, table):
            rows = read_rows(os.path.join(folder, name, table + ".csv"))
            bad = [row for row in rows if row.get("status", "ok") != "ok"]
            if bad:
                raise SystemExit(f"{name}: {bad[0]['network']}: {bad[0]['status']}")
            if name in ("bandwidth", "choices"):
                return rows
            return [row for row in rows
                    if row["broadcast_vectors_per_cycle"] == broadcast]

        self.networks = load("networks", "sweep")
        self.layers = load("networks", "layers")
        self.density = load("density", "sweep")
        self.one_sided = load("one-sided", "sweep")
        self.granularity = load("granularity", "sweep")
        self.bandwidth = load("bandwidth", "sweep")
        self.choices = load("choices", "sweep")
        self.choices_by_layer = load("choices", "layers")
        self.energies = self._energies(os.path.join(folder, "networks"),
                                       broadcast)

    def _energies(self, folder, broadcast):
        """Attojoules by price of each machine, over all networks and seeds."""
        with open(os.path.join(folder, "plan.json"), encoding="utf-8") as file:
            points = json.load(file)["points"]
        energies = {}
        for point in points:
            if str(point["choices"]["broadcast_vectors_per_cycle"]) != broadcast:
                continue
            path = os.path.join(folder, "points", point["name"] + ".json")
            with open(path, encoding="utf-8") as file:
                totals = json.load(file)["totals"]
            runs = {"scnn": totals, **totals["comparison"]}
            for machine, run in runs.items():
                if "energy_by_price_aj" in run:
                    of_network = energies.setdefault(
                        point["choices"]["network"], {})
                    prices = of_network.setdefault(machine, {})
                    for price, energy in run["energy_by_price_aj"].items():
                        prices[price] = prices.get(price, 0) + energy
        return energies

    def energy_ratio(self, over, under, price=None, factor=1):
        """Mean over the networks of one machine's energy over another one's,
        with one price changed by a factor in both."""
        def energy(prices):
            return (sum(prices.values())
                    + (factor - 1) * prices.get(price, 0))

        return mean(energy(machines[over]) / energy(machines[under])
                    for machines in self.energies.values())

    def prices(self):
        """By how much they move SCNN's ratio, the largest first."""
        names = sorted({price for machines in self.energies.values()
                        for prices in machines.values() for price in prices})

        def moves(price):
            return max(abs(self.energy_ratio("dcnn", under, price, factor)
                           / self.energy_ratio("dcnn", under) - 1)
                       for under in ("scnn", "dcnn-opt")
                       for factor in (0.5, 2))

        return sorted(names, key=lambda price: (-moves(price), price))

    # Networks ----------------------------------------------------------------

    def rows_of(self, network):
        return [row for row in self.networks if row["network"] == network]

    def by_seed(self, network, over, under):
        return [number(row, over) / number(row, under)
                for row in self.rows_of(network)]

    def over_scnn(self, network, machine, quantity="cycles"):
        """How much less SCNN needs than `machine`."""
        return mean(self.by_seed(network, f"{machine}_{quantity}", quantity))

    def first_seed_layers(self, network):
        return [row for row in self.layers
                if row["network"] == network and row["seed"] == "1"]

    def share(self, unit):
        """A unit's part of SCNN's energy, over all networks."""
        return ratio(self.networks, f"energy_{unit}_aj", "energy_aj")

    def pieces(self):
        """Layers that go through DRAM, by spilling or in pieces, and what that
        adds to their energy: the transfers of activations, which have their
        bits' part of the port's energy."""
        found = []
        for row in self.first_seed_layers("vgg16"):
            bits = (number(row, "dram_activation_bits_read")
                    + number(row, "dram_activation_bits_written"))
            if bits:
                weights = number(row, "dram_weight_bits_read")
                cost = number(row, "energy_dram_aj") * bits / (bits + weights)
                found.append((row["layer"],
                              cost / (number(row, "energy_aj") - cost)))
        return found

    def active_utilization(self, rows):
        """Of the slots in which a batch was issued."""
        return ratio(rows, "products", "slots")

    def late_modules(self, rows):
        return [row for row in rows
                if row["layer"].startswith(("inception_5a", "inception_5b"))]

    def late_modules_with_groups_of(self, size):
        """Utilization while multiplying of 5a and 5b, with Kc at most `size`
        (0: what the accumulators allow) and nothing else changed."""
        rows = [row for row in self.choices_by_layer
                if row["network"] == "googlenet"
                and row["group-size"] == str(size)]
        first = [row for row in rows if row["point"] == rows[0]["point"]]
        return self.active_utilization(self.late_modules(first))

    # Density -----------------------------------------------------------------

    @staticmethod
    def at_density(rows, density, over, under):
        return ratio([row for row in rows if number(row, "density") == density],
                     over, under)

    def crossover(self, over, under):
        return crossing([(number(row, "density"),
                          number(row, over) / number(row, under))
                         for row in self.density])

    # Granularity, bandwidth, choices ------------------------------------------

    def machine(self, name, group_size=0):
        return next(row for row in self.granularity if row["machine"] == name
                    and row["group-size"] == str(group_size))

    def slow_down(self, weights):
        """(GB/s, cycles over those without limit), in the order of the grid."""
        rows = [row for row in self.bandwidth
                if row["weights_through_dram_port"] == weights]
        best = next(number(row, "cycles") for row in rows
                    if row["dram_bits_per_cycle"] == "unlimited")
        return [(number(row, "dram_bits_per_cycle") / 8,
                 number(row, "cycles") / best) for row in rows
                if row["dram_bits_per_cycle"] != "unlimited"]

    def slow_down_at(self, weights, width):
        return dict(self.slow_down(weights))[width]
