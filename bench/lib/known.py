# SPDX-License-Identifier: GPL-2.0-or-later
"""known.py PLUGIN.OUT: reads a guest's lines as bench/run does, and holds what was counted against
what the guest's programs (load/known.c) are known to execute."""

import sys
import time

from collect import Collector

FEW = 0.01      # of the programs' instructions are not the loop's


def off(value, wanted):
    return abs(value - wanted) / wanted


def faults(found):
    """What is wrong, in words. One "packet" is a turn of the loop, or a call."""
    loop, call, both = (found[f"known {way}"]["ours"] for way in ("loop", "call", "both"))
    for name, one, turns in (("loop", loop, 1), ("both", both, 2)):
        programs = one["parts"]["programs"]
        print(f"{name}: {programs:.4f} instructions a turn, {2 * turns} expected; "
              f"{one['parts']['kernel']:.4f} of the kernel beside it")
        if off(programs, 2 * turns) > FEW:
            yield f"{name}: {programs} instructions a turn, not {2 * turns}"
    entry = call["functions"].get("__x64_sys_getppid", 0)
    print(f"call: {entry:.4f} instructions in __x64_sys_getppid, {call['parts']['kernel']:.1f} of the kernel")
    if round(entry) == 0 or off(entry, round(entry)) > FEW:
        yield f"call: {entry} instructions in __x64_sys_getppid are no whole number"


def main():
    collector = Collector(lambda text: None)
    for line in sys.stdin:
        collector.line(line.rstrip("\r\n"), time.monotonic())
    collector.profile.read(sys.argv[1], collector.offset)
    found = collector.profile.summary()
    missing = [case for case in ("loop", "call", "both") if not found.get(f"known {case}", {}).get("ours")]
    wrong = [f"{case}: no window" for case in missing] or list(faults(found))
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


sys.exit(main())
