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

static Object pricesObject(const EnergyPrices &prices) {
  Object object;
  for (const PriceField &field : priceFields())
    object[field.name] = prices[field.price];
  return object;
}

/// Every value of a machine, as in its description.
static Object machineObject(const Machine &machine) {
  Object object;
  for (const MachineField &field : machineFields()) {
    int64_t value = machine.*field.member;
    if (field.isFlag)
      object[field.name] = value != 0;
    else if (field.mayBeUnlimited && value == 0)
      object[field.name] = "unlimited";
    else
      object[field.name] = value;
  }
  object["energy_price_aj"] = pricesObject(machine.prices);
  return object;
}

static Object figuresObject(const Figures &figures, const Machine &machine) {
  Object slots, lost, events;
  for (size_t cause = 0; cause < sim::kNumCauses; ++cause) {
    llvm::StringRef name = sim::causeName(sim::Cause(cause));
    slots[name] = figures.slots[cause];
    if (sim::Cause(cause) != sim::Cause::Useful)
      lost[name] = double(figures.slots[cause]) / machine.multipliers();
  }
  for (auto [name, count] : eventsOf(figures.events))
    events[name] = count;
  return Object{
      {"cycles", figures.cycles},
      {"products", figures.products},
      {"slots", figures.issuedSlots},
      {"dense_macs", figures.denseMacs},
      {"weight_density", figures.weightDensity()},
      {"activation_density", figures.activationDensity()},
      {"utilization", figures.utilization()},
      {"saturations", figures.saturations},
      {"spill", Object{{"elements", figures.spilledElements},
                       {"bits_read", figures.spilledBitsRead},
                       {"bits_written", figures.spilledBitsWritten}}},
      {"slots_by_cause", std::move(slots)},
      {"pe_cycles_lost", std::move(lost)},
      {"events", std::move(events)},
  };
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
    }
    layers.push_back(std::move(object));
  }
  Figures totals = totalsOf(report);
  Object totalsObject = figuresObject(totals, report.machine);
  totalsObject["accelerator_mac_share"] = totals.acceleratorMacShare();
  return Object{
      {"program", report.program},
      {"engine", report.engine},
      {"machine", machineObject(report.machine)},
      {"totals", std::move(totalsObject)},
      {"layers", std::move(layers)},
  };
}
