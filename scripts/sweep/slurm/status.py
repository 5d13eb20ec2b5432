#!/usr/bin/python3
"""Tells Snakemake how a Slurm job does: `running`, `success` or `failed`.

usage: status.py JOB

The controller knows jobs for some minutes after their end, accounting (which
small clusters don't have) for longer.
"""

import re
import subprocess
import sys

RUNNING = {"PENDING", "CONFIGURING", "RUNNING", "COMPLETING", "SUSPENDED",
           "REQUEUED", "RESIZING", "SIGNALING", "STAGE_OUT", "STOPPED",
           "REQUEUE_HOLD", "REQUEUE_FED", "SPECIAL_EXIT", "RESV_DEL_HOLD"}


def output(*command):
    return subprocess.run(command, capture_output=True, text=True)


def state(job):
    """The job's state; empty if nobody knows the job."""
    shown = output("scontrol", "--oneliner", "show", "job", job)
    if shown.returncode == 0:
        return re.search(r"JobState=(\w+)", shown.stdout)[1]
    if "Invalid job id" not in shown.stderr:
        return "RUNNING"  # The controller is busy: ask again later.
    accounted = output("sacct", "-X", "-n", "-P", "-o", "State", "-j", job)
    return accounted.stdout.split(" ")[0].strip()


found = state(sys.argv[1])
print("success" if found == "COMPLETED" else
      "running" if found in RUNNING else "failed")
