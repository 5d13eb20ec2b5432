# add_scnn_pass_plugin(NAME sources…)
# A library of passes that scnn-opt loads with --load-pass-plugin.
#
# It links neither MLIR nor the scnn libraries: scnn-opt has them, and exports
# their symbols. A copy of the dialect in the plugin would bring TypeIDs of its
# own, and dyn_cast<Conv2DOp> would fail on every convolution.
function(add_scnn_pass_plugin name)
  add_library(${name} MODULE ${ARGN})
  target_compile_features(${name} PRIVATE cxx_std_17)
  target_include_directories(${name} PRIVATE ${SCNN_INCLUDE_DIRS})
  target_include_directories(${name} SYSTEM PRIVATE
    ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
  separate_arguments(definitions NATIVE_COMMAND "${LLVM_DEFINITIONS}")
  target_compile_options(${name} PRIVATE ${definitions} -fno-exceptions)
  set_target_properties(${name} PROPERTIES PREFIX "")
endfunction()
