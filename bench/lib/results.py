# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run has measured, as one object that becomes JSON."""

import json
import os
import statistics
import subprocess
import time


def quantile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def summary(values):
    return {
        "n": len(values), "min": min(values), "median": statistics.median(values),
        "p25": quantile(values, 0.25), "p75": quantile(values, 0.75),
        "p99": quantile(values, 0.99), "max": max(values),
    }


def processor():
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return "unknown"


def make(collector, options, checkout, accelerator):
    commit = subprocess.run(["git", "-C", checkout, "rev-parse", "--short", "HEAD"],
                            capture_output=True, text=True).stdout.strip()
    return {
        "machine": {
            "processor": processor(), "processors": os.cpu_count(),
            "kernel": ".".join(os.uname().release.split(".")[:2]), "load": os.getloadavg()[0],
            "accelerator": accelerator,
        },
        "guest": {"kernel": options.kernel, "processors": 2, "memory_mib": 1024},
        "commit": commit, "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "rounds": options.rounds, "window_s": options.window,
        "failed": collector.failed, "again": collector.again,
        "metrics": {
            metric: {driver: {**summary(values), "values": values}
                     for driver, values in drivers.items() if values}
            for metric, drivers in sorted(collector.values.items())
        },
    }


def save(run, path):
    with open(path, "w") as file:
        json.dump(run, file, indent=1)
        file.write("\n")


def load(path):
    with open(path) as file:
        run = json.load(file)
    if not isinstance(run, dict) or "metrics" not in run:
        raise ValueError(f"{path} has no results of an earlier run")
    return run
