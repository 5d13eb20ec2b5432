"""The lit suite: one folder per dialect and per conversion, then end to end."""

import os

import lit.formats

config.name = "SCNN"
config.test_format = lit.formats.ShTest(execute_external=True)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "CMakeLists.txt"]
config.test_source_root = os.path.join(config.scnn_source_dir, "test")
config.test_exec_root = os.path.join(config.scnn_build_dir, "test")

path = [os.path.join(config.scnn_build_dir, "bin"), config.llvm_tools_dir]
config.environment["PATH"] = os.pathsep.join(path + [os.environ["PATH"]])
config.environment["PYTHONDONTWRITEBYTECODE"] = "1"
# Where npm needs these to reach its registry, tests that fetch a network do.
for variable in ["NODE_EXTRA_CA_CERTS", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"]:
    if variable in os.environ:
        config.environment[variable] = os.environ[variable]

config.substitutions.append(("%python", config.python))
config.substitutions.append(("%source_dir", config.scnn_source_dir))
config.substitutions.append(("%build_dir", config.scnn_build_dir))
config.substitutions.append(("%cmake", config.cmake))
config.substitutions.append(("%cxx", config.cxx))
