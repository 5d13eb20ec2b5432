//===- ExampleProgram.h - A small program for tests -------------*- C++ -*-===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_UNITTESTS_TARGET_EXAMPLEPROGRAM_H
#define SCNN_UNITTESTS_TARGET_EXAMPLEPROGRAM_H

#include "scnn/Target/Program.h"

namespace scnn::test {

/// A program that verifies and has an entry in every table. It means nothing.
inline Program exampleProgram() {
  Program program;
  program.machine.peRows = 1;
  program.machine.peCols = 2;
  program.dramBytes = 4096;
  program.constants = {1024, {1, 2, 3, 4, 5}};

  Program::Value input;
  input.name = "input";
  input.shape = {1, 2, 4, 4};
  Program::Binding &binding = input.binding.emplace();
  binding.segmentBytes = 256;
  binding.scale = 0.1;
  binding.channels = 2;
  binding.height = 4;
  binding.width = 4;
  binding.policy = kCutBalanced;
  binding.phases = {2, 1};
  binding.halo = {1, 0, 1, 0};
  // 32 numbers of 16 bits.
  for (char byte = 0; byte < 64; ++byte)
    input.sample.push_back(byte);
  program.values = {
      input, {"output", {1, 10}, std::nullopt, ElementKind::UI8, {}}};

  program.hostCalls = {{"softmax",
                        {0},
                        {1},
                        70,
                        {{"tosa.exp", "no accelerator operation for it"}}}};
  program.layers.resize(2);
  program.layers[0].name = "conv";
  program.layers[0].denseMacs = 1000;
  program.layers[0].weights = 100;
  program.layers[0].nonzeroWeights = 35;
  program.layers[0].groups = 2;
  program.layers[0].groupSize = 8;
  program.layers[1].name = "softmax";
  program.layers.back().setup = true;
  Program::Convolution &shape = program.layers[0].convolution.emplace();
  shape.inputs = {{8, 2, {4, 9}, {5, 2}, {1, 2}},
                  {10, 1, {2, 5}, {1, 1}, {1, 1}}};
  shape.outputs = 2;
  shape.plane = {2, 5};
  shape.pooled = {1, 3};
  shape.cut = kCutBalanced;
  shape.tile = {2, 3};
  shape.outputHalos = false;
  shape.order = 1;
  program.inputs = {0};
  program.outputs = {1};
  program.hostModule = "host functions";
  program.reference = "reference";
  program.commands = {isa::BeginLayer{0},
                      isa::LoadActivations{0, 0},
                      isa::BroadcastWeights{1024, 5, 0, 1},
                      isa::EndLayer{},
                      isa::CallHost{0},
                      isa::Halt{}};
  return program;
}

} // namespace scnn::test

#endif // SCNN_UNITTESTS_TARGET_EXAMPLEPROGRAM_H
