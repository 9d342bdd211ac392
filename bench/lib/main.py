# SPDX-License-Identifier: GPL-2.0-or-later
"""bench/run's work: options, one machine, results, report."""

import argparse
import os
import sys

import report
import results
from collect import Collector
from machine import Machine

HERE = os.path.dirname(os.path.abspath(__file__))
BENCH = os.path.dirname(HERE)
CHECKOUT = os.path.dirname(BENCH)
BUILD = f"{CHECKOUT}/build/bench"
LAB_SPLAT = 99      # lab/lab --help: the kernel complained


class Group:
    def __init__(self, line):
        self.name, cases, modem = line.split("\t", 2)
        self.cases = cases.split(",")
        self.netns = f"iosm-bench-{self.name}-{os.getpid()}" if "{netns}" in modem else None
        self.modem = modem.format(netns=self.netns)


def read_plan():
    with open(f"{BENCH}/plan") as file:
        return [Group(line.rstrip("\n")) for line in file if line.strip() and line[0] != "#"]


def choose(groups, options):
    """Only what was asked for."""
    for group in groups:
        if options.group and group.name not in options.group:
            group.cases = []
        if options.case:
            group.cases = [case for case in group.cases if case.split("@")[0] in options.case]
    return [group for group in groups if group.cases]


def number(text):
    """Of rounds or seconds."""
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"a number from 1 on, not '{text}'")
    return int(text)


def kernels():
    with open(f"{CHECKOUT}/lab/kernels") as file:
        return [line.split()[0] for line in file if line.strip() and line[0] != "#"]


def parse():
    parser = argparse.ArgumentParser(prog="bench/run", add_help=False)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--case", action="append")
    parser.add_argument("--group", action="append")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--rounds", type=number)
    parser.add_argument("--window", type=number, default=1)
    parser.add_argument("--kernel", choices=kernels(), default="6.12")
    parser.add_argument("--output")
    parser.add_argument("--report")
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    options.rounds = options.rounds or (1 if options.quick else 4)
    part = options.quick or options.case or options.group or options.profile
    options.output = os.path.abspath(options.output or (BUILD if part else f"{CHECKOUT}/docs/bench"))
    return options


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def run_machine(groups, options, collector, log):
    """The lab's status, and what the accelerator of its QEMU was."""
    arguments = [str(options.rounds), str(options.window)]
    arguments += [f"{group.name}:{index}:{','.join(group.cases)}" for index, group in enumerate(groups)]
    machine = Machine(CHECKOUT, BUILD, options, groups, arguments, 3600, log)
    peers = [group.netns for group in groups if group.netns]
    collector.boot()
    try:
        for line, when in machine.lines():
            while line.startswith("@") and peers:
                machine.start_peer(peers.pop())
            collector.line(line, when)
    finally:
        status = machine.end()
    collector.finish(machine.clock)
    return status, machine.clock.accelerator


def died(status, collector, options):
    """Where the in-tree driver took its machine down, if that is what has happened and another
    machine can go on. This tree's driver may not, and a profile is of one machine."""
    if status != LAB_SPLAT or collector.done or not collector.where or options.profile:
        return None
    driver, group, _case = collector.where
    return group if driver == "intree" and group not in collector.again else None


def measure(groups, options):
    collector = Collector(say)
    os.makedirs(f"{BUILD}/logs", exist_ok=True)
    with open(f"{BUILD}/logs/run.log", "w") as log:
        while True:
            status, accelerator = run_machine(groups, options, collector, log)
            group = died(status, collector, options)
            if not group:
                break
            say(f"the in-tree driver took the machine down in {group}: that group begins again")
            collector.again[group] = collector.where[2]
            groups = groups[[each.name for each in groups].index(group):]
    if status:
        say(f"the lab ended with status {status}: see {BUILD}/logs")
        collector.failed.append(f"the machine, with status {status}: what is not here was not measured")
    return collector, accelerator


def main():
    options = parse()
    groups = choose(read_plan(), options)
    if options.list:
        for group in groups:
            print(group.name, " ".join(group.cases))
        return 0
    if not options.report and not groups:
        say("there is no such case (see bench/run --list)")
        return 2
    failed = []
    try:
        os.makedirs(options.output, exist_ok=True)
        run = results.load(options.report) if options.report else None
    except (OSError, ValueError, KeyError) as error:
        say(f"error: {error}")
        return 2
    if not run:
        collector, accelerator = measure(groups, options)
        failed = collector.failed
        if not collector.values:
            say("nothing was measured: earlier results stay as they are")
            return 1
        run = results.make(collector, options, CHECKOUT, accelerator)
        results.save(run, f"{options.output}/results.json")
        if options.profile:
            collector.profile.write(f"{BUILD}/logs/plugin.out", collector.offset, f"{options.output}/profile")
    report.write(run, BENCH, BUILD, options.output)
    return 1 if failed else 0


sys.exit(main())
