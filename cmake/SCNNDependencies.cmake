# Finds what the build stands on: Debian's LLVM/MLIR 22, protobuf with ONNX's
# schema, FlatBuffers, Python (generators, tests), GoogleTest.

list(APPEND CMAKE_PREFIX_PATH /usr/lib/llvm-22)
find_package(MLIR 22.1 CONFIG QUIET)
if(NOT MLIR_FOUND)
  message(FATAL_ERROR "MLIR 22 was not found. On Debian 12, run "
    "scripts/install-deps.sh, or: apt-get install --no-install-recommends "
    "libmlir-22-dev mlir-22-tools llvm-22-dev clang-22 lld-22")
endif()

# Debian has no llvm-lit.
set(LLVM_EXTERNAL_LIT ${LLVM_TOOLS_BINARY_DIR}/lit CACHE FILEPATH "")
list(APPEND CMAKE_MODULE_PATH ${MLIR_CMAKE_DIR} ${LLVM_CMAKE_DIR})
include(TableGen)
include(AddLLVM)
include(AddMLIR)

include_directories(SYSTEM ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
separate_arguments(llvm_definitions NATIVE_COMMAND "${LLVM_DEFINITIONS}")
add_definitions(${llvm_definitions})

find_package(Protobuf REQUIRED)
find_package(ONNX REQUIRED)
find_package(FlatBuffers CONFIG REQUIRED)
find_program(FLATC flatc REQUIRED)
find_package(GTest REQUIRED)

# Debian's interpreter: the one that sees Debian's Python packages.
find_program(SCNN_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH REQUIRED)
