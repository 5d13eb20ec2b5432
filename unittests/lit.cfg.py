"""The GoogleTest binaries: what FileCheck can't see."""

import os

import lit.formats

config.name = "SCNN-Unit"
config.suffixes = []
config.test_source_root = os.path.join(config.scnn_build_dir, "unittests")
config.test_exec_root = config.test_source_root
# The property tests run minutes; what takes longer than this hangs. timeout(1),
# because lit's own limit needs a Python package that Debian's lit leaves out.
config.test_format = lit.formats.GoogleTest(
    ".", "Tests", run_under=["timeout", "1800"])
