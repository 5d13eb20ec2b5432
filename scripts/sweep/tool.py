"""Runs scnn-compile or scnn-sim for a rule of the workflow.

A tool that refuses its input (a machine too small for a layer, say) gives a
result like any other: its error line. A tool that breaks fails the rule.
"""

import errno
import os
import re
import subprocess
import sys

# What the machine that runs the sweep is short of says nothing about a point.
PASSING = [os.strerror(code) for code in (
    errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ENOMEM, errno.EMFILE,
    errno.EACCES, errno.EROFS, errno.ENOENT, errno.ESTALE)]


def run(command):
    """None, or the reason why the tool refused; exits if it broke."""
    result = subprocess.run(command, stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, text=True)
    if result.returncode == 0:
        return None
    errors = [line for line in result.stderr.splitlines()
              if re.match(r"[\w-]+: error: ", line)]
    if result.returncode != 1 or not errors or any(
            text in errors[0] for text in PASSING):
        sys.stderr.write(result.stderr)
        print(f"exit code {result.returncode}: {' '.join(command)}",
              file=sys.stderr)
        sys.exit(1)
    return errors[0]


def write(path, text):
    """A file appears under its name when it is whole."""
    with open(path + ".part", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(path + ".part", path)
