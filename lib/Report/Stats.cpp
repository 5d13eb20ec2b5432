//===- Stats.cpp - The stats file -----------------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Totals.h"

using namespace scnn;
using llvm::json::Array;
using llvm::json::Object;
using llvm::json::Value;

static Object machineObject(Machine machine) {
  return toJson(descriptionOf(machine));
}

/// Energy by unit and by price; both add up to the total.
static void addEnergy(Object &object, const Energy &energy) {
  Object units, prices;
  for (size_t unit = 0; unit < kNumEnergyUnits; ++unit)
    units[energyUnitName(EnergyUnit(unit))] = energy.of(EnergyUnit(unit));
  for (const PriceField &field : priceFields())
    prices[field.name] = energy.of(field.price);
  object["energy_aj"] = std::move(units);
  object["energy_by_price_aj"] = std::move(prices);
  object["energy_total_aj"] = energy.total();
}

static Object costObject(const LayerCost &cost) {
  Object object{{"cycles", cost.cycles}};
  if (cost.slots > 0)
    object["utilization"] = cost.utilization();
  if (cost.energy)
    addEnergy(object, *cost.energy);
  return object;
}

static Array pairArray(const Pair &pair) { return Array{pair[0], pair[1]}; }

static Object convolutionObject(const Program::Convolution &convolution) {
  Array inputs;
  for (const Program::LayerInput &input : convolution.inputs)
    inputs.push_back(Object{{"channels", input.channels},
                            {"groups", input.groups},
                            {"plane", pairArray(input.plane)},
                            {"filter", pairArray(input.filter)},
                            {"stride", pairArray(input.stride)}});
  return Object{{"inputs", std::move(inputs)},
                {"outputs", convolution.outputs},
                {"plane", pairArray(convolution.plane)},
                {"pooled", pairArray(convolution.pooled)}};
}

static Object mappingObject(const Program::Layer &layer) {
  const Program::Convolution &convolution = *layer.convolution;
  return Object{{"cut", convolution.cut == kCutCeil ? "ceil" : "balanced"},
                {"tile", pairArray(convolution.tile)},
                {"order", convolution.order == 0 ? "krs" : "rsk"},
                {"halo", convolution.outputHalos ? "output" : "input"},
                {"group_size", layer.groupSize},
                {"groups", layer.groups},
                {"dram_pieces", layer.pieces}};
}

/// The unit of every field of a machine.
static Object machineUnitsObject() {
  Object object;
  for (const MachineField &field : machineFields())
    object[field.name] = field.unit;
  object["energy_price_aj"] = "aJ";
  return object;
}

static Object eventsObject(const sim::EventCounters &events) {
  Object object;
  for (auto [name, count] : eventsOf(events))
    object[name] = count;
  return object;
}

static Object figuresObject(const Figures &figures, const Machine &machine) {
  Object slots, lost;
  for (size_t cause = 0; cause < sim::kNumCauses; ++cause) {
    llvm::StringRef name = sim::causeName(sim::Cause(cause));
    slots[name] = figures.slots[cause];
    if (sim::Cause(cause) != sim::Cause::Useful)
      lost[name] = double(figures.slots[cause]) / machine.multipliers();
  }
  Object object{
      {"cycles", figures.cycles},
      {"products", figures.products},
      {"slots", figures.issuedSlots},
      {"dense_macs", figures.denseMacs},
      {"weight_density", figures.weightDensity()},
      {"activation_density", figures.activationDensity()},
      {"output_density", figures.outputDensity()},
      {"utilization", figures.utilization()},
      {"saturations", figures.saturations},
      {"spill", Object{{"elements", figures.spilledElements},
                       {"bits_read", figures.spilledBitsRead},
                       {"bits_written", figures.spilledBitsWritten}}},
      {"slots_by_cause", std::move(slots)},
      {"pe_cycles_lost", std::move(lost)},
      {"events", eventsObject(figures.events)},
  };
  addEnergy(object, figures.energy);
  return object;
}

/// Slots of each PE by cause, row-major, for maps of the grid.
static Object peObject(const sim::LayerCounters &counters) {
  Object object;
  for (size_t cause = 0; cause < sim::kNumCauses; ++cause) {
    Array values;
    for (const sim::PECounters &pe : counters.pes)
      values.push_back(pe.slots[cause]);
    object[sim::causeName(sim::Cause(cause))] = std::move(values);
  }
  return object;
}

Value scnn::toJson(const RunReport &report) {
  Array layers;
  size_t accelerated = 0;
  for (const LayerReport &layer : report.layers) {
    Object object = figuresObject(figuresOf(layer), report.machine);
    object["name"] = layer.layer.name;
    object["engine"] = layer.onHost() ? "host" : "scnn";
    if (layer.onHost()) {
      Array operations;
      for (const Program::HostOperation &operation : layer.hostOperations)
        operations.push_back(Object{{"operation", operation.name},
                                    {"reason", operation.reason}});
      object["host_operations"] = std::move(operations);
    } else {
      object["output_channel_groups"] = layer.layer.groups;
      object["group_size"] = layer.layer.groupSize;
      object["dram_pieces"] = layer.layer.pieces;
      object["pe_slots"] = peObject(*layer.counters);
      if (layer.layer.convolution) {
        object["convolution"] = convolutionObject(*layer.layer.convolution);
        object["mapping"] = mappingObject(layer.layer);
      }
      Object comparison;
      for (const Comparison &machine : report.comparisons)
        comparison[machine.name] = costObject(machine.layers[accelerated]);
      ++accelerated;
      if (!comparison.empty())
        object["comparison"] = std::move(comparison);
    }
    layers.push_back(std::move(object));
  }
  Array setup;
  for (const LayerReport &layer : report.setup)
    setup.push_back(Object{{"name", layer.layer.name},
                           {"cycles", layer.counters->cycles},
                           {"events", eventsObject(layer.counters->events)}});
  Figures totals = totalsOf(report);
  Object totalsObject = figuresObject(totals, report.machine);
  totalsObject["accelerator_mac_share"] = totals.acceleratorMacShare();
  Object comparison, machines;
  for (const Comparison &machine : report.comparisons) {
    comparison[machine.name] = costObject(totalsOf(machine));
    machines[machine.name] = Object(machine.machine);
  }
  if (!comparison.empty())
    totalsObject["comparison"] = std::move(comparison);
  Object stats{
      {"program", report.program},
      {"engine", report.engine},
      {"machine", machineObject(report.machine)},
      {"machine_units", machineUnitsObject()},
      {"totals", std::move(totalsObject)},
      {"layers", std::move(layers)},
      {"setup", std::move(setup)},
  };
  if (!machines.empty())
    stats["comparison_machines"] = std::move(machines);
  return stats;
}
