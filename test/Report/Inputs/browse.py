#!/usr/bin/env python3
"""Prints a page's document tree as headless Chromium leaves it.

usage: browse.py FILE.html[#FRAGMENT]

The browser has no network. Anything on its console is an error: exceptions of
the page's script, warnings, and what its content policy kept from loading.
"""

import re
import subprocess
import sys
import tempfile
import urllib.parse
import os


def main():
    path, _, fragment = sys.argv[1].partition("#")
    url = "file://" + urllib.parse.quote(os.path.abspath(path))
    with tempfile.TemporaryDirectory() as profile:
        run = subprocess.run(
            # Its sandbox refuses to run as root.
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu",
             "--disable-dev-shm-usage", f"--user-data-dir={profile}",
             "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr",
             "--dump-dom", f"{url}#{fragment}"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=600,
            check=False, encoding="utf-8", errors="replace")
    console = re.findall(r":CONSOLE[^\n]*", run.stderr)
    if console:
        sys.exit("browse.py: console: " + "\n".join(console))
    if run.returncode or "</html>" not in run.stdout:
        sys.exit(f"browse.py: exit status {run.returncode}:\n{run.stderr}")
    print(run.stdout)


if __name__ == "__main__":
    main()
