//===- HostModule.cpp - Functions compiled for the host -------------------===//
//
// Part of the SCNN compiler, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scnn/Host/HostModule.h"
#include "CallMemory.h"
#include "DiagnosticText.h"
#include "HostLowering.h"
#include "scnn/Dialect/SCNN/IR/ElementTypes.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include <cstring>

using namespace mlir;
using namespace scnn;

namespace {
struct CompiledFunction {
  HostSignature signature;
  /// Takes pointers to its arguments: the results' descriptors, if any, then a
  /// pointer to each argument's descriptor.
  void (*entry)(void **) = nullptr;
};
} // namespace

struct HostModule::State {
  /// Constants of the code lie in this context.
  std::unique_ptr<MLIRContext> context;
  std::unique_ptr<ExecutionEngine> engine;
  llvm::StringMap<CompiledFunction> functions;
};

HostModule::HostModule(std::unique_ptr<State> state)
    : state(std::move(state)) {}
HostModule::~HostModule() = default;

//===----------------------------------------------------------------------===//
// Signatures
//===----------------------------------------------------------------------===//

static llvm::Expected<std::vector<HostTensorType>>
describeTypes(StringRef function, StringRef what, TypeRange types) {
  std::vector<HostTensorType> described;
  for (auto [i, type] : llvm::enumerate(types)) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    std::optional<ElementKind> kind =
        tensor ? getElementKind(tensor.getElementType()) : std::nullopt;
    if (!kind) {
      std::string text;
      llvm::raw_string_ostream(text) << type;
      return llvm::createStringError(
          "function '" + function + "': expected " + what + " #" + Twine(i) +
          " to be a ranked tensor of f32, f64 or integers of up to 64 bits, "
          "but got " +
          text);
    }
    HostTensorType &entry = described.emplace_back();
    entry.kind = *kind;
    for (int64_t extent : tensor.getShape())
      entry.shape.push_back(ShapedType::isDynamic(extent) ? -1 : extent);
  }
  return described;
}

//===----------------------------------------------------------------------===//
// Compilation
//===----------------------------------------------------------------------===//

/// Keeps the wanted functions as public ones under the names entry0, entry1, …
/// (no user's name can then meet a symbol of the process), what they may call
/// as private ones, and nothing else.
static llvm::Expected<SmallVector<std::string>>
selectFunctions(ModuleOp module, ArrayRef<std::string> wanted) {
  SmallVector<std::string> names(wanted.begin(), wanted.end());
  SymbolTable symbols(module);
  if (names.empty())
    for (auto function : module.getOps<func::FuncOp>())
      if (function.isPublic() && !function.isExternal())
        names.push_back(function.getName().str());
  for (const std::string &name : names) {
    auto function = symbols.lookup<func::FuncOp>(name);
    if (!function || function.isExternal())
      return llvm::createStringError("there is no function '" + name + "'");
  }

  for (Operation &op : llvm::make_early_inc_range(module.getOps())) {
    auto function = dyn_cast<func::FuncOp>(op);
    if (!function) {
      op.erase();
      continue;
    }
    // Attributes of our dialect mean nothing any more; LLVM's could change the
    // interface.
    SmallVector<StringAttr> discardable;
    for (NamedAttribute attribute : function->getDiscardableAttrs())
      discardable.push_back(attribute.getName());
    for (StringAttr name : discardable)
      function->removeDiscardableAttr(name);
    function.removeArgAttrsAttr();
    function.removeResAttrsAttr();
    function.setPrivate();
  }
  // Two rounds: a user's function may have one of our names.
  SmallVector<func::FuncOp> entries;
  for (const std::string &name : names)
    entries.push_back(symbols.lookup<func::FuncOp>(name));
  auto rename = [&](func::FuncOp function, const Twine &name) {
    return symbols.rename(function, name.str());
  };
  for (auto [i, function] :
       llvm::enumerate(llvm::to_vector(module.getOps<func::FuncOp>())))
    if (failed(rename(function, "function.of.the.module." + Twine(i))))
      return llvm::createStringError("cannot rename a function");
  for (auto [i, function] : llvm::enumerate(entries)) {
    if (failed(rename(function, "entry" + Twine(i))))
      return llvm::createStringError("cannot rename a function");
    function.setPublic();
  }
  return names;
}

/// The bytes of a constant's elements as they lie in memory, if it has them in
/// that form.
static const void *constantBytes(Attribute value) {
  auto elements = dyn_cast_or_null<ElementsAttr>(value);
  if (!elements || !elements.getElementType().isIntOrFloat() ||
      elements.getElementType().getIntOrFloatBitWidth() % 8)
    return nullptr;
  size_t size = elements.getNumElements() *
                (elements.getElementType().getIntOrFloatBitWidth() / 8);
  ArrayRef<char> bytes;
  if (auto dense = dyn_cast<DenseElementsAttr>(value)) {
    if (!dense.isSplat())
      bytes = dense.getRawData();
  } else if (auto resource = dyn_cast<DenseResourceElementsAttr>(value)) {
    if (AsmResourceBlob *blob = resource.getRawHandle().getBlob())
      bytes = blob->getData();
  }
  return bytes.size() == size && size > 0 ? bytes.data() : nullptr;
}

/// Lets the code read large constants where they are: LLVM would take long to
/// carry them through code generation.
static void shareConstants(ModuleOp module) {
  constexpr int64_t kLarge = 256;
  SymbolTable symbols(module);
  DenseMap<StringAttr, const void *> shared;
  for (auto global : module.getOps<LLVM::GlobalOp>()) {
    auto elements = dyn_cast_or_null<ElementsAttr>(global.getValueOrNull());
    if (!elements || elements.getNumElements() < kLarge)
      continue;
    if (const void *bytes = constantBytes(elements))
      shared[global.getSymNameAttr()] = bytes;
  }
  module.walk([&](LLVM::AddressOfOp address) {
    const void *bytes = shared.lookup(address.getGlobalNameAttr().getAttr());
    if (!bytes)
      return;
    OpBuilder b(address);
    Value integer = LLVM::ConstantOp::create(
        b, address.getLoc(), b.getI64Type(),
        b.getI64IntegerAttr(int64_t(reinterpret_cast<intptr_t>(bytes))));
    address.replaceAllUsesWith(LLVM::IntToPtrOp::create(b, address.getLoc(),
                                                        address.getType(),
                                                        integer)
                                   .getResult());
    address.erase();
  });
  for (auto &[name, bytes] : shared)
    symbols.erase(symbols.lookup(name));
}

/// Optimizes for the machine that runs this. Without unrolling and
/// straight-line vectorization, which take three quarters of the time to
/// compile and gain little on loops as regular as these.
static llvm::Error optimize(llvm::Module *module, unsigned optLevel,
                            llvm::TargetMachine *machine) {
  if (optLevel == 0)
    return llvm::Error::success();
  llvm::PipelineTuningOptions tuning;
  tuning.LoopUnrolling = false;
  tuning.SLPVectorization = false;
  llvm::PassBuilder builder(machine, tuning);
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager sccs;
  llvm::ModuleAnalysisManager modules;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(sccs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, sccs, modules);
  const llvm::OptimizationLevel levels[] = {
      llvm::OptimizationLevel::O0, llvm::OptimizationLevel::O1,
      llvm::OptimizationLevel::O2, llvm::OptimizationLevel::O3};
  builder.buildPerModuleDefaultPipeline(levels[optLevel]).run(*module, modules);
  return llvm::Error::success();
}

static llvm::Expected<std::unique_ptr<ExecutionEngine>>
createEngine(ModuleOp module, unsigned optLevel) {
  static bool initialized = [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    return true;
  }();
  (void)initialized;

  auto builder = llvm::orc::JITTargetMachineBuilder::detectHost();
  if (!builder)
    return builder.takeError();
  auto machine = builder->createTargetMachine();
  if (!machine)
    return machine.takeError();
  // The engine's machine, which it owns, stays the one to optimize for.
  auto transformer = [optLevel, target = machine->get()](llvm::Module *code) {
    return optimize(code, optLevel, target);
  };
  ExecutionEngineOptions options;
  options.transformer = transformer;
  options.jitCodeGenOptLevel = llvm::CodeGenOptLevel(optLevel);
  options.enableGDBNotificationListener = false;
  options.enablePerfNotificationListener = false;
  auto engine = ExecutionEngine::create(module, options, std::move(*machine));
  if (!engine)
    return engine.takeError();
  (*engine)->registerSymbols([](llvm::orc::MangleAndInterner intern) {
    llvm::orc::SymbolMap symbols;
    auto add = [&](StringRef name, auto *function) {
      symbols[intern(name)] = {llvm::orc::ExecutorAddr::fromPtr(function),
                               llvm::JITSymbolFlags::Exported |
                                   llvm::JITSymbolFlags::Callable};
    };
    add("aligned_alloc", &CallMemory::allocate);
    add("free", &CallMemory::release);
    return symbols;
  });
  return engine;
}

llvm::Expected<std::unique_ptr<HostModule>>
HostModule::compile(ModuleOp module, const HostModuleOptions &options) {
  std::string bytecode;
  llvm::raw_string_ostream stream(bytecode);
  if (failed(writeBytecodeToFile(module, stream)))
    return llvm::createStringError("cannot write the module as bytecode");
  return compile(bytecode, options);
}

llvm::Expected<std::unique_ptr<HostModule>>
HostModule::compile(StringRef bytecode, const HostModuleOptions &options) {
  if (options.optLevel > 3)
    return llvm::createStringError(
        "expected an optimization level of 0 ... 3, but got %u",
        options.optLevel);
  auto state = std::make_unique<State>();
  DialectRegistry registry;
  registerHostDialects(registry);
  state->context =
      std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
  DiagnosticText diagnostics(state->context.get());
  OwningOpRef<ModuleOp> module =
      parseSourceString<ModuleOp>(bytecode, state->context.get());
  if (!module)
    return diagnostics.takeError("cannot read the host functions");

  auto names = selectFunctions(*module, options.functions);
  if (!names)
    return names.takeError();
  if (failed(lowerToLinalg(*module)))
    return diagnostics.takeError("cannot lower the host functions to linalg");
  for (auto [i, name] : llvm::enumerate(*names)) {
    auto function =
        module->lookupSymbol<func::FuncOp>("entry" + llvm::utostr(i));
    auto arguments =
        describeTypes(name, "argument", function.getArgumentTypes());
    if (!arguments)
      return arguments.takeError();
    auto results = describeTypes(name, "result", function.getResultTypes());
    if (!results)
      return results.takeError();
    state->functions[name].signature = {std::move(*arguments),
                                        std::move(*results)};
  }
  if (failed(lowerToLLVM(*module)))
    return diagnostics.takeError("cannot lower the host functions to LLVM");
  shareConstants(*module);

  auto engine = createEngine(*module, options.optLevel);
  if (!engine)
    return llvm::createStringError("cannot compile the host functions: " +
                                   llvm::toString(engine.takeError()));
  state->engine = std::move(*engine);
  for (auto [i, name] : llvm::enumerate(*names)) {
    auto entry =
        state->engine->lookupPacked("_mlir_ciface_entry" + llvm::utostr(i));
    if (!entry)
      return llvm::createStringError("cannot compile the host functions: " +
                                     llvm::toString(entry.takeError()));
    state->functions[name].entry = *entry;
  }
  return std::unique_ptr<HostModule>(new HostModule(std::move(state)));
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

// A memref descriptor is a run of 64-bit words: allocated pointer, aligned
// pointer, offset, then sizes and strides.

static size_t descriptorWords(size_t rank) { return 3 + 2 * rank; }

static void appendDescriptor(const HostTensor &tensor,
                             SmallVectorImpl<int64_t> &words) {
  int64_t address = int64_t(reinterpret_cast<intptr_t>(tensor.bytes.data()));
  words.append({address, address, 0});
  words.append(tensor.shape.begin(), tensor.shape.end());
  size_t strides = words.size();
  words.append(tensor.shape.size(), 1);
  for (size_t d = tensor.shape.size(); d-- > 1;)
    words[strides + d - 1] = words[strides + d] * tensor.shape[d];
}

/// Copies a strided result into a tensor of its own.
static llvm::Expected<HostTensor> copyResult(ElementKind kind,
                                             ArrayRef<int64_t> words) {
  size_t rank = (words.size() - 3) / 2;
  ArrayRef<int64_t> shape = words.slice(3, rank),
                    strides = words.slice(3 + rank, rank);
  if (!elementCount(shape))
    return llvm::createStringError("a result has an invalid shape, " +
                                   describeShape(shape, kind));
  HostTensor tensor(kind, shape);
  int64_t size = elementBytes(kind);
  const char *source =
      reinterpret_cast<const char *>(static_cast<intptr_t>(words[1])) +
      words[2] * size;
  // Rows of the last dimension, each by itself, by a counter of the others.
  int64_t row = rank ? shape.back() : 1, step = rank ? strides.back() : 1;
  SmallVector<int64_t> index(rank ? rank - 1 : 0, 0);
  char *target = tensor.bytes.data();
  for (char *end = target + tensor.bytes.size(); target != end;) {
    const char *from = source;
    for (auto [i, stride] : llvm::zip(index, strides))
      from += i * stride * size;
    if (step == 1) {
      std::memcpy(target, from, row * size);
      target += row * size;
    } else {
      for (int64_t i = 0; i < row; ++i, target += size)
        std::memcpy(target, from + i * step * size, size);
    }
    for (size_t d = index.size(); d-- > 0;) {
      if (++index[d] < shape[d])
        break;
      index[d] = 0;
    }
  }
  return tensor;
}

static bool fits(const HostTensor &tensor, const HostTensorType &type) {
  if (tensor.kind != type.kind || tensor.shape.size() != type.shape.size())
    return false;
  return llvm::all_of(llvm::zip(tensor.shape, type.shape), [](auto extents) {
    auto [got, expected] = extents;
    return expected < 0 || got == expected;
  });
}

const HostSignature *HostModule::getSignature(StringRef function) const {
  auto found = state->functions.find(function);
  return found == state->functions.end() ? nullptr : &found->second.signature;
}

llvm::Expected<std::vector<HostTensor>>
HostModule::call(StringRef name, ArrayRef<HostTensor> arguments) {
  auto found = state->functions.find(name);
  if (found == state->functions.end())
    return llvm::createStringError("there is no function '" + name + "'");
  const CompiledFunction &function = found->second;
  const HostSignature &signature = function.signature;
  auto error = [&](const Twine &text) {
    return llvm::createStringError("call of '" + name + "': " + text);
  };
  if (arguments.size() != signature.arguments.size())
    return error("expected " + Twine(signature.arguments.size()) +
                 " arguments, but got " + Twine(arguments.size()));
  for (auto [i, argument] : llvm::enumerate(arguments)) {
    const HostTensorType &type = signature.arguments[i];
    if (!fits(argument, type))
      return error("expected argument #" + Twine(i) + " to be " +
                   describeShape(type.shape, type.kind) + ", but got " +
                   argument.describe());
  }

  size_t resultWords = 0;
  for (const HostTensorType &type : signature.results)
    resultWords += descriptorWords(type.shape.size());
  SmallVector<int64_t> results(resultWords);
  SmallVector<SmallVector<int64_t>> descriptors(arguments.size());
  SmallVector<void *> pointers;
  if (!signature.results.empty())
    pointers.push_back(results.data());
  for (auto [argument, words] : llvm::zip(arguments, descriptors)) {
    appendDescriptor(argument, words);
    pointers.push_back(words.data());
  }
  SmallVector<void *> packed;
  for (void *&pointer : pointers)
    packed.push_back(&pointer);

  CallMemory memory;
  if (llvm::Error outOfMemory =
          memory.run([&] { function.entry(packed.data()); }))
    return error(llvm::toString(std::move(outOfMemory)));

  std::vector<HostTensor> tensors;
  ArrayRef<int64_t> words = results;
  for (const HostTensorType &type : signature.results) {
    size_t count = descriptorWords(type.shape.size());
    auto tensor = copyResult(type.kind, words.take_front(count));
    if (!tensor)
      return error(llvm::toString(tensor.takeError()));
    tensors.push_back(std::move(*tensor));
    words = words.drop_front(count);
  }
  return tensors;
}
