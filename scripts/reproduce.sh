#!/usr/bin/env bash
# The SCNN paper's evaluation with this simulator: runs all sweeps, draws the
# figures and writes docs/reproduction.md, ours beside the paper's.
#
# usage: reproduce.sh [-j JOBS] [-o FOLDER]
#
# What is done is kept in FOLDER (default: reproduction-output), so that the same
# command goes on where it was interrupted.
set -euo pipefail
cd "$(dirname "$0")/.."

bash scripts/install-deps.sh
bash scripts/build.sh
exec /usr/bin/python3 scripts/reproduce/run.py "$@"
