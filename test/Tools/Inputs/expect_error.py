"""Runs a tool that must refuse what it is given.

usage: expect_error.py [--lines N] [--absent FILE]... -- COMMAND...

The command must exit with a status of 1 ... 125 (a crash is no answer), write
nothing to standard output, exactly N lines (default 1) to standard error, and
leave no file that --absent names. Its standard error is printed, for
FileCheck.
"""

import argparse
import os
import subprocess
import sys


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=1)
    parser.add_argument("--absent", action="append", default=[])
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()

    run = subprocess.run(options.command, capture_output=True, check=False,
                         stdin=subprocess.DEVNULL, timeout=60)
    errors = run.stderr.decode(errors="replace")
    print(errors, end="")
    problems = []
    if not 1 <= run.returncode <= 125:
        problems.append(f"exit status {run.returncode}")
    if run.stdout:
        problems.append(f"{len(run.stdout)} bytes on standard output")
    if len(errors.splitlines()) != options.lines:
        problems.append(f"{len(errors.splitlines())} lines on standard error, "
                        f"expected {options.lines}")
    problems += [f"'{name}' is there" for name in options.absent
                 if os.path.exists(name)]
    for problem in problems:
        print(f"expect_error: {problem}", file=sys.stderr)
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
