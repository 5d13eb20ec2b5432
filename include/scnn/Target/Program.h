//===- Program.h - What a program file holds ------------------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A compiled program as plain data, and the way to its file and back; see
// docs/program-format.md. Needs neither MLIR nor FlatBuffers of its users.
//
//===----------------------------------------------------------------------===//

#ifndef SCNN_TARGET_PROGRAM_H
#define SCNN_TARGET_PROGRAM_H

#include "scnn/ISA/ISA.h"
#include "scnn/Layout/ActivationImage.h"
#include "scnn/Layout/RowImage.h"
#include "scnn/Machine/Machine.h"
#include "scnn/Support/ElementKind.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBufferRef.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace scnn {

/// A compiled program: what the accelerator runs (commands and DRAM), what the
/// host needs for it, and what a report says of it.
struct Program {
  /// Bytes that lie in DRAM before the program starts.
  struct Constants {
    int64_t address = 0;
    std::vector<uint8_t> bytes;
  };

  /// Where a value lies in DRAM and how: 16-bit fixed point, in segments that
  /// are compressed with the machine's zero-run bits: one for each PE in
  /// row-major order of the grid, or one for each row and column tile.
  struct Binding {
    int64_t address = 0;
    /// Bytes from one segment to the next one.
    int64_t segmentBytes = 0;
    /// Whether it lies there row by row; phases and halo then say nothing.
    bool byRows = false;
    /// Real value = integer * scale.
    double scale = 1.0;
    int64_t channels = 1;
    int64_t height = 1;
    int64_t width = 1;
    CutPolicy policy = kCutCeil;
    /// The plane is split by (row mod phases[0], column mod phases[1]).
    Pair phases{1, 1};
    Sides halo{0, 0, 0, 0};
  };

  /// A tensor that the host or the user sees; f32 and [1, C, H, W] if bound.
  struct Value {
    std::string name;
    std::vector<int64_t> shape;
    /// Absent if only the host ever sees it.
    std::optional<Binding> binding;
    ElementKind kind = ElementKind::F32;
    /// What an input is where a run is given nothing else, in row-major order:
    /// 16-bit fixed point if bound, else elements of `kind`. Empty if there is
    /// none. In the host's byte order.
    std::vector<char> sample;

    /// Type of the sample's elements.
    ElementKind sampleKind() const { return binding ? ElementKind::I16 : kind; }
  };

  /// A kind of operation in a host function, for the report.
  struct HostOperation {
    std::string name;
    /// Why the accelerator does not run it.
    std::string reason;
  };

  /// A call of a function of the host module; what `call_host` indexes.
  struct HostCall {
    std::string function;
    /// Indices into `values`.
    std::vector<uint32_t> operands;
    std::vector<uint32_t> results;
    /// Multiplications of its convolutions and matrix products.
    int64_t denseMacs = 0;
    std::vector<HostOperation> operations;
  };

  /// An input of a layer's convolution, without padding and dilation.
  struct LayerInput {
    int64_t channels = 1;
    int64_t groups = 1;
    /// Rows and columns, as for the filter and the stride.
    Pair plane{1, 1};
    Pair filter{1, 1};
    Pair stride{1, 1};

    /// Products of an output.
    int64_t reduction() const {
      return channels / groups * filter[0] * filter[1];
    }
  };

  /// The shape of a layer's convolution, and how it is laid on the machine.
  struct Convolution {
    std::vector<LayerInput> inputs;
    /// Output channels.
    int64_t outputs = 1;
    /// Output plane before and after pooling.
    Pair plane{1, 1};
    Pair pooled{1, 1};
    CutPolicy cut = kCutCeil;
    /// The largest tile of a PE, before pooling.
    Pair tile{1, 1};
    bool outputHalos = true;
    /// Linearisation of a weight block: 0 krs, 1 rsk, as in the ISA.
    int64_t order = 0;
  };

  /// What a report says of a layer beyond counters; what `begin_layer` indexes.
  /// A layer that no `begin_layer` names runs on the host.
  struct Layer {
    std::string name;
    /// Multiplications of a machine that knows no zeros.
    int64_t denseMacs = 0;
    int64_t weights = 0;
    int64_t nonzeroWeights = 0;
    /// Output-channel groups, and output channels in one.
    int64_t groups = 0;
    int64_t groupSize = 0;
    /// Pieces in which it is computed through DRAM: `begin_layer` names it so
    /// many times.
    int64_t pieces = 1;
    std::optional<Convolution> convolution;
    /// It only loads and stores, in the place of the network around the layer
    /// of the same name: not part of what the program is measured by.
    bool setup = false;
  };

  std::string name = "main";
  Machine machine;
  int64_t dramBytes = 0;
  std::vector<isa::Command> commands;
  Constants constants;
  std::vector<Value> values;
  std::vector<HostCall> hostCalls;
  std::vector<Layer> layers;
  /// What the user gives and gets: indices into `values`.
  std::vector<uint32_t> inputs;
  std::vector<uint32_t> outputs;
  /// MLIR bytecode of the module with the host functions; empty if there are
  /// none.
  std::string hostModule;
  /// MLIR bytecode of the module with the references; empty if left out.
  std::string reference;

  /// How a bound value lies on the PEs of the program's machine.
  ActivationLayout layout(const Binding &binding) const;
  /// The same of one that lies row by row.
  RowLayout rowLayout(const Binding &binding) const;
};

/// Succeeds if all indices are in range, all addresses lie in DRAM, every
/// command's fields are within their bounds, layers are well nested and `halt`
/// is the last command and no other. Programs that were read have passed this.
llvm::Error verify(const Program &program);

/// The bytes of a program file; equal programs give equal bytes. Fails if the
/// program does not verify or exceeds 2 GiB.
llvm::Expected<std::vector<uint8_t>> serialize(const Program &program);

/// Writes a program file (`-`: standard output); on failure there is no new
/// file and an old one is untouched.
llvm::Error writeProgram(const Program &program, llvm::StringRef path);

/// Reads a program file, or its bytes. The error is one line that begins with
/// the buffer's name: not an SCNN program, truncated, other format version,
/// checksum mismatch, or what is malformed.
llvm::Expected<Program> readProgram(llvm::StringRef path);
llvm::Expected<Program> readProgram(llvm::MemoryBufferRef buffer);

} // namespace scnn

#endif // SCNN_TARGET_PROGRAM_H
