//===- ProgramVerifierTest.cpp - What no program may say ------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExampleProgram.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "gtest/gtest.h"
#include <functional>
#include <limits>

using namespace scnn;

namespace {

/// What `verify` says of the example after a change; empty if it succeeds.
std::string errorAfter(llvm::function_ref<void(Program &)> change) {
  Program program = test::exampleProgram();
  change(program);
  return llvm::toString(verify(program));
}

TEST(ProgramVerifier, acceptsTheExample) {
  EXPECT_EQ(errorAfter([](Program &) {}), "");
}

TEST(ProgramVerifier, refusesPlacesOutsideDram) {
  EXPECT_EQ(errorAfter([](Program &p) { p.dramBytes = 1026; }),
            "constants: expected a place within 1026 bytes of DRAM, but got "
            "1 x 5 bytes at 1024");
  EXPECT_EQ(errorAfter([](Program &p) { p.dramBytes = int64_t(1) << 41; }),
            "expected dram_bytes in 0 ... 1099511627776, but got "
            "2199023255552");
  EXPECT_EQ(errorAfter([](Program &p) { p.values[0].binding->address = 3800; }),
            "value #0: expected a place within 4096 bytes of DRAM, but got "
            "2 x 256 bytes at 3800");
  EXPECT_EQ(errorAfter([](Program &p) { p.values[0].binding->address = -1; }),
            "value #0: expected a place within 4096 bytes of DRAM, but got "
            "2 x 256 bytes at -1");
  EXPECT_EQ(errorAfter([](Program &p) {
              p.values[0].binding->segmentBytes =
                  std::numeric_limits<int64_t>::max();
            }),
            "value #0: expected a place within 4096 bytes of DRAM, but got "
            "2 x 9223372036854775807 bytes at 0");
  EXPECT_EQ(errorAfter([](Program &p) {
              p.commands[2] = isa::BroadcastWeights{4000, 100, 0, 1};
            }),
            "command #2 (broadcast_weights): expected a place within 4096 "
            "bytes of DRAM, but got 1 x 100 bytes at 4000");
}

TEST(ProgramVerifier, refusesBindingsThatDoNotFitTheirValue) {
  EXPECT_EQ(errorAfter([](Program &p) { p.values[0].shape = {1, 32}; }),
            "value #0: expected the shape 1 x 2 x 4 x 4 that the tensor has "
            "in DRAM, but got 1 x 32");
  EXPECT_EQ(errorAfter([](Program &p) { p.values[0].binding->scale = 0; }),
            "value #0: expected a positive scale, but got 0.000000");
  EXPECT_EQ(errorAfter([](Program &p) { p.values[0].binding->phases[0] = 0; }),
            "value #0: expected phase_rows in 1 ... 255, but got 0");
  EXPECT_EQ(errorAfter([](Program &p) { p.values[0].kind = ElementKind::I16; }),
            "value #0: expected f32 elements of a tensor in fixed point, but "
            "got i16");
  EXPECT_EQ(errorAfter([](Program &p) { p.values[1].kind = ElementKind(8); }),
            "value #1: expected a known type of elements, but got number 8");
  EXPECT_EQ(errorAfter([](Program &p) {
              p.values[0].binding->segmentBytes = 1;
            }).find("value #0: expected segments of at least "),
            0u);
}

TEST(ProgramVerifier, refusesSamplesThatDoNotFitTheirValue) {
  EXPECT_EQ(errorAfter([](Program &p) { p.values[0].sample.resize(63); }),
            "value #0: expected a sample of 32 elements of i16, but got 63 "
            "bytes");
  EXPECT_EQ(errorAfter([](Program &p) { p.values[1].sample = {1}; }),
            "value #1: expected a sample of 10 elements of ui8, but got 1 "
            "bytes");
  EXPECT_EQ(errorAfter([](Program &p) { p.values[0].sample.clear(); }), "");
}

TEST(ProgramVerifier, refusesIndicesOutOfRange) {
  EXPECT_EQ(errorAfter([](Program &p) { p.inputs = {2}; }),
            "expected inputs among 2 values, but got 2");
  EXPECT_EQ(errorAfter([](Program &p) { p.outputs = {~0u}; }),
            "expected outputs among 2 values, but got 4294967295");
  EXPECT_EQ(errorAfter([](Program &p) { p.hostCalls[0].operands = {7}; }),
            "host call #0: expected operands among 2 values, but got 7");
  EXPECT_EQ(errorAfter([](Program &p) { p.hostCalls[0].denseMacs = -1; }),
            "host call #0: expected dense_macs in 0 ... 9223372036854775807, but "
            "got -1");
  EXPECT_EQ(errorAfter([](Program &p) { p.hostCalls[0].results = {7}; }),
            "host call #0: expected results among 2 values, but got 7");
  EXPECT_EQ(errorAfter([](Program &p) { p.commands[0] = isa::BeginLayer{2}; }),
            "command #0 (begin_layer): expected one of 2 layers, but got 2");
  EXPECT_EQ(errorAfter([](Program &p) { p.commands[4] = isa::CallHost{1}; }),
            "command #4 (call_host): expected one of 1 host calls, but got 1");
}

TEST(ProgramVerifier, refusesNamesThatDoNotTellInputsApart) {
  EXPECT_EQ(errorAfter([](Program &p) { p.inputs = {0, 0}; }),
            "expected different names of inputs, but got 'input' twice");
  EXPECT_EQ(errorAfter([](Program &p) { p.values[1].name = ""; }),
            "value #1: expected a name");
}

TEST(ProgramVerifier, refusesLayersThatAreNotWellNested) {
  EXPECT_EQ(errorAfter([](Program &p) { p.commands[1] = isa::BeginLayer{1}; }),
            "command #1 (begin_layer): expected end_layer before it");
  EXPECT_EQ(errorAfter([](Program &p) { p.commands[0] = isa::EndLayer{}; }),
            "command #0 (end_layer): expected begin_layer before it");
  EXPECT_EQ(errorAfter([](Program &p) { p.commands[1] = isa::CallHost{0}; }),
            "command #1 (call_host): expected end_layer before it");
  EXPECT_EQ(errorAfter([](Program &p) {
              p.commands = {isa::BeginLayer{0}, isa::Halt{}};
            }),
            "command #1 (halt): expected end_layer before it");
  EXPECT_EQ(errorAfter([](Program &p) {
              p.commands = {isa::BeginLayer{0}, isa::EndLayer{},
                            isa::BeginLayer{0}, isa::EndLayer{}, isa::Halt{}};
            }),
            "command #2 (begin_layer): expected layer 0 to begin only once");
}

// A layer begins once for each of its pieces.
TEST(ProgramVerifier, countsThePiecesOfLayers) {
  auto errorOf = [](int64_t pieces, int begins) {
    return errorAfter([&](Program &p) {
      p.layers[0].pieces = pieces;
      p.commands.clear();
      for (int i = 0; i < begins; ++i) {
        p.commands.push_back(isa::BeginLayer{0});
        p.commands.push_back(isa::EndLayer{});
      }
      p.commands.push_back(isa::Halt{});
    });
  };
  EXPECT_EQ(errorOf(3, 3), "");
  EXPECT_EQ(errorOf(3, 4),
            "command #6 (begin_layer): expected layer 0 to begin only 3 times");
  EXPECT_EQ(errorOf(3, 2),
            "layer #0: expected to begin 3 times, but it begins 2 times");
  EXPECT_EQ(errorOf(0, 1),
            "layer #0: expected pieces in 1 ... 65535, but got 0");
  EXPECT_EQ(errorOf(65536, 1),
            "layer #0: expected pieces in 1 ... 65535, but got 65536");
}

// 4 rows of 2 tiles of 2 columns of 2 channels: segments of 4 + 10 bytes.
TEST(ProgramVerifier, refusesRowsThatDoNotFit) {
  auto byRows = [](Program &p) -> Program::Binding & {
    Program::Binding &binding = *p.values[0].binding;
    binding.byRows = true;
    binding.segmentBytes = 14;
    return binding;
  };
  EXPECT_EQ(errorAfter([&](Program &p) { byRows(p); }), "");
  EXPECT_EQ(errorAfter([&](Program &p) { byRows(p).segmentBytes = 13; }),
            "value #0: expected segments of at least 14 bytes, but got 13");
  EXPECT_EQ(errorAfter([&](Program &p) { byRows(p).address = 4096 - 8 * 14; }),
            "");
  EXPECT_EQ(errorAfter([&](Program &p) { byRows(p).address = 3985; }),
            "value #0: expected a place within 4096 bytes of DRAM, but got "
            "8 x 14 bytes at 3985");
  EXPECT_EQ(errorAfter([](Program &p) {
              p.commands[1] = isa::LoadRows{0, 4097, 0, 1};
            }),
            "command #1 (load_rows): expected a place within 4096 bytes of "
            "DRAM, but got 1 x 0 bytes at 4097");
  EXPECT_EQ(errorAfter([](Program &p) {
              p.commands[1] = isa::StoreRows{0, 4097, 0, 1};
            }),
            "command #1 (store_rows): expected a place within 4096 bytes of "
            "DRAM, but got 1 x 0 bytes at 4097");
}

TEST(ProgramVerifier, refusesProgramsWithoutOneHaltAtTheEnd) {
  EXPECT_EQ(errorAfter([](Program &p) { p.commands.pop_back(); }),
            "expected halt as the last command");
  EXPECT_EQ(errorAfter([](Program &p) { p.commands.clear(); }),
            "expected halt as the last command");
  EXPECT_EQ(errorAfter([](Program &p) { p.commands[4] = isa::Halt{}; }),
            "command #4 (halt): expected no commands after it");
}

TEST(ProgramVerifier, refusesSpillRegionsOutsideDram) {
  auto errorWith = [](int64_t address, int64_t spill) {
    return errorAfter([&](Program &p) {
      isa::SetActivations set;
      set.channels = set.height = set.width = 1;
      set.phaseRows = set.phaseCols = 1;
      set.spill = spill;
      set.address = address;
      p.commands[1] = set;
    });
  };
  EXPECT_EQ(errorWith(0, 1), "");
  EXPECT_EQ(errorWith(int64_t(1) << 39, 0), "");
  std::string error = errorWith(int64_t(1) << 39, 1);
  EXPECT_EQ(error.find("command #1 (set_activations): expected a place within "),
            0u)
      << error;
}

TEST(ProgramVerifier, refusesFieldsOutsideTheirBounds) {
  EXPECT_EQ(errorAfter([](Program &p) {
              p.commands[1] = isa::LoadActivations{16, 0};
            }),
            "command #1 (load_activations): expected slot in 0 ... 15, but "
            "got 16");
  EXPECT_EQ(errorAfter([](Program &p) { p.layers[0].nonzeroWeights = 101; }),
            "layer #0: expected nonzero_weights in 0 ... 100, but got 101");
  EXPECT_NE(errorAfter([](Program &p) { p.machine.peRows = 0; }), "");
}

// What reports multiply must be what it says, and not overflow.
TEST(ProgramVerifier, Convolutions) {
  auto errorOf = [](std::function<void(Program::Convolution &)> change) {
    return errorAfter(
        [&](Program &p) { change(*p.layers[0].convolution); });
  };
  using Convolution = Program::Convolution;
  EXPECT_EQ(errorOf([](Convolution &c) {}), "");
  EXPECT_EQ(errorOf([](Convolution &c) { c.inputs.clear(); }),
            "layer #0: expected a convolution to have inputs");
  EXPECT_EQ(errorOf([](Convolution &c) { c.inputs[1].filter[1] = 0; }),
            "layer #0: expected filter in 1 ... 2147483647, but got 0");
  EXPECT_EQ(errorOf([](Convolution &c) { c.inputs[0].groups = 9; }),
            "layer #0: expected groups in 1 ... 8, but got 9");
  EXPECT_EQ(errorOf([](Convolution &c) { c.order = 2; }),
            "layer #0: expected order in 0 ... 1, but got 2");
  EXPECT_EQ(errorOf([](Convolution &c) { c.plane[0] = 3; }),
            "layer #0: expected the convolution to have the layer's 100 weights "
            "and 1000 dense multiplications");
  EXPECT_NE(errorOf([](Convolution &c) {
              c.inputs[0].plane = {2147483647, 2147483647};
            }),
            "");
  EXPECT_NE(errorOf([](Convolution &c) {
              c.inputs[0].filter = {2147483647, 2147483647};
            }),
            "");
}

} // namespace
