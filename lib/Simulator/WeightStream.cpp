//===- WeightStream.cpp - How a weight block is streamed ------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightStream.h"
#include "llvm/Support/MathExtras.h"

using namespace scnn;
using namespace scnn::sim;

static BlockStream::Kind kindOf(int64_t vectors, const Machine &machine) {
  if (machine.weightFifoEntries == 0 || vectors <= machine.weightFifoEntries)
    return BlockStream::Resident;
  if (machine.weightStagingVectors == 0 ||
      vectors <= machine.weightStagingVectors)
    return BlockStream::Replayed;
  return BlockStream::Reread;
}

BlockStream::BlockStream(const GroupBlock &block, const Machine &machine)
    : block(&block) {
  int64_t elements = block.weights.size();
  int64_t f = machine.weightsPerVector, i = machine.activationsPerVector;
  vectors = llvm::divideCeil(elements, f);
  kind = kindOf(vectors, machine);

  activationVectors.assign(machine.numPEs(), 0);
  for (int64_t pe = 0; pe < machine.numPEs(); ++pe) {
    block.input->forEachBlock(pe, block.channel, block.phaseRow, block.phaseCol,
                              [&](llvm::ArrayRef<Activation> activations) {
                                activationVectors[pe] +=
                                    llvm::divideCeil(activations.size(), i);
                              });
    mostActivationVectors =
        std::max<int64_t>(mostActivationVectors, activationVectors[pe]);
  }

  int64_t elementBits = machine.weightBits();
  int64_t inLast = elements - (vectors - 1) * f;
  int64_t padding =
      packedBytes(elements, elementBits - 16) * 8 - elements * elementBits;
  vectorBits = f * elementBits;
  firstVectorBits = vectorBits + WeightImage::kBlockHeaderBytes * 8;
  lastVectorBits = inLast * elementBits + padding;
}
