# SPDX-License-Identifier: GPL-2.0-or-later
"""One boot of the lab: the guest's lines as they come, and the processor time that the
machine's virtual processors and the modem take meanwhile."""

import os
import subprocess
import threading
import time

SAMPLE_S = 0.05


def children(pid):
    """All descendants of a process."""
    parents = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as file:
                parents.setdefault(int(file.read().rsplit(")", 1)[1].split()[1]), []).append(int(name))
        except OSError:
            continue
    found, queue = [], [pid]
    while queue:
        for child in parents.get(queue.pop(), []):
            found.append(child)
            queue.append(child)
    return found


def read(path):
    try:
        with open(path) as file:
            return file.read().strip()
    except OSError:
        return ""


class Clock:
    """Sums of processor time over the life of a run, sampled often, read afterwards."""

    def __init__(self, pid):
        self.pid = pid
        self.times, self.guest, self.modem = [], [], []
        self.files = {}
        self.accelerator = "unknown"
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def find(self):
        """Virtual processors by their threads' names; the modem is all of its process."""
        self.files = {"guest": [], "modem": []}
        for pid in children(self.pid):
            name = read(f"/proc/{pid}/comm")
            if name.startswith("qemu-system"):
                for task in os.listdir(f"/proc/{pid}/task"):
                    processor = read(f"/proc/{pid}/task/{task}/comm")
                    if processor.startswith("CPU "):
                        self.accelerator = processor.partition("/")[2]
                        self.files["guest"].append(f"/proc/{pid}/task/{task}/schedstat")
            elif name == "vmodem":
                self.files["modem"].append(f"/proc/{pid}/schedstat")

    def total(self, kind):
        return sum(int((read(path) or "0").split()[0]) for path in self.files[kind]) / 1e9

    def run(self):
        while not self.stopped.wait(SAMPLE_S):
            if not self.files.get("guest"):
                self.find()
            self.times.append(time.monotonic())
            self.guest.append(self.total("guest"))
            self.modem.append(self.total("modem"))

    def at(self, series, when):
        """The sum at a time, by the line between the samples around it."""
        low, high = 0, len(self.times) - 1
        while high - low > 1:
            middle = (low + high) // 2
            if self.times[middle] <= when:
                low = middle
            else:
                high = middle
        span = self.times[high] - self.times[low]
        share = (when - self.times[low]) / span if span > 0 else 0
        return series[low] + share * (series[high] - series[low])

    def between(self, from_s, to_s):
        return tuple(self.at(series, to_s) - self.at(series, from_s)
                     for series in (self.guest, self.modem))


class Machine:
    """A run of the lab, and a peer in the namespace of each modem that has one."""

    def __init__(self, checkout, build, options, groups, arguments, limit_s, log):
        self.build = build
        self.log = log
        self.peers = []
        command = [f"{checkout}/lab/lab", "run", "--kernel", options.kernel, "--driver", "ours",
                   "--breaches", "report", "--keep-going", "--memory", "1024",
                   "--timeout", str(limit_s), "--logs", f"{build}/logs",
                   "--copy", f"{build}/load", "--copy", f"{checkout}/tests/scenarios/lib.sh"]
        if options.profile:
            command += ["--plugin", f"{build}/plugin/instructions.so", "--env", "PROFILE=1"]
        for group in groups:
            command += ["--modem", group.modem]
        command += [f"{checkout}/bench/guest/bench.sh", *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log,
                                        text=True, errors="replace")
        self.clock = Clock(self.process.pid)

    def start_peer(self, namespace):
        """Its devices are there when the guest speaks: the modem made them before."""
        peer = subprocess.Popen([f"{self.build}/load/peer", namespace], stdout=subprocess.PIPE,
                                text=True)
        self.peers.append(peer)
        if peer.stdout.readline() != "ready\n":
            raise RuntimeError(f"no peer in the network namespace {namespace}")

    def lines(self):
        """Pairs of a line and when it came."""
        for line in self.process.stdout:
            self.log.write(line)
            yield line.rstrip("\r\n"), time.monotonic()

    def end(self):
        for peer in self.peers:
            peer.kill()
            peer.wait()
        status = self.process.wait()
        self.clock.stopped.set()
        self.clock.thread.join()
        return status
