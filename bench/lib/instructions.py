# SPDX-License-Identifier: GPL-2.0-or-later
"""What the plugin has counted, by function and by packet: its windows of addresses and
instructions, each with the guest's span of the same time."""

import bisect
import json
import statistics
from collections import Counter, defaultdict

MOST = 10           # functions to show
FULL_BYTES = 1400   # of TCP these are a packet
DRIVERS = {"ours": "this driver", "intree": "in-tree driver"}
PARTS = ("driver", "WWAN", "kernel", "programs")
HEAD = f"""<!-- SPDX-License-Identifier: GPL-2.0-or-later -->

# Instructions of a packet

What the guest has executed, both processors and interrupts included, while a load generator ran,
by packet; of TCP by {FULL_BYTES:,} bytes. Counted by a plugin of the translator; "driver" is the module,
"WWAN" the core above it. Figures are medians of the rounds.
[../../bench/README.md](../../bench/README.md) has the cases, and what these figures cannot say;
`bench/run --profile` makes this page.
"""


class Names:
    """Functions by address; modules come and go with a case."""

    def __init__(self, kernel):
        self.kernel, self.modules = kernel, []
        self.sorted = None

    def find(self, address):
        """Part and name."""
        if not address:
            return "programs", "programs"
        self.sorted = self.sorted or sorted(self.kernel + self.modules)
        at = bisect.bisect(self.sorted, (address, "\x7f")) - 1
        _, name, module = self.sorted[at] if at >= 0 else (0, "?", "")
        part = {"iosm": "driver", "wwan": "WWAN"}.get(module, "kernel")
        return part, f"{name} [{module}]" if module else name


class Span:
    def __init__(self, where, unit, from_s, to_s, count, names):
        self.driver, *words = where
        self.case = " ".join(word for word in words if word)
        self.packets = count / FULL_BYTES if unit == "bytes" else count
        self.from_s, self.to_s = from_s, to_s
        self.names = names
        self.counts = Counter()

    def is_window(self, from_s, to_s):
        """The clocks differ by less than what is between two windows, but they differ."""
        both = min(to_s, self.to_s) - max(from_s, self.from_s)
        return both > max(to_s - from_s, self.to_s - self.from_s) / 2

    def each(self, wanted=None):
        """Instructions of a packet."""
        return sum(count for key, count in self.counts.items() if wanted is None or wanted(key)) / self.packets


class Profile:
    def __init__(self):
        self.spans, self.kernel = [], []
        self.names = None

    def case(self):
        """A new one begins."""
        self.names = Names(self.kernel)

    def symbol(self, address, name, module=""):
        where = self.names.modules if module else self.kernel
        where.append((address, name, module.strip("[]")))

    def span(self, where, unit, from_s, to_s, count):
        self.spans.append(Span(where, unit, from_s, to_s, count, self.names))

    def read(self, path, offset):
        """@offset is of this side's clock from the guest's."""
        span = None
        with open(path) as file:
            for line in file:
                if line.startswith("window "):
                    window = [float(word) - offset for word in line.split()[1:]]
                    span = next((span for span in self.spans if span.is_window(*window)), None)
                elif span:
                    address, count = line.split()
                    span.counts[span.names.find(int(address, 16))] += int(count)

    def summary(self):
        """Medians of each case and driver; None for a driver whose windows are not there."""
        cases = defaultdict(lambda: defaultdict(list))
        for span in self.spans:
            cases[span.case][span.driver].append(span)
        return {case: {driver: medians(spans) for driver, spans in drivers.items()}
                for case, drivers in cases.items()}

    def write(self, counts, offset, path):
        """path.json; path.md with a table of all, then one of functions for each case and driver."""
        self.read(counts, offset)
        cases = self.summary()
        with open(f"{path}.json", "w") as file:
            json.dump(cases, file, indent=1)
            file.write("\n")
        with open(f"{path}.md", "w") as file:
            print(HEAD, *table(cases), sep="\n", file=file)
            for case, drivers in cases.items():
                for driver, found in drivers.items():
                    print(*functions(case, driver, found), sep="\n", file=file)


def medians(spans):
    spans = [span for span in spans if span.counts and span.packets]
    if not spans:
        return None

    def of(wanted):
        return statistics.median(span.each(wanted) for span in spans)

    def is_driver(key):
        return key[0] == "driver"

    names = {key for span in spans for key in span.counts}
    each = {name: statistics.median(span.counts[part, name] / span.packets for span in spans)
            for part, name in names}
    return {
        "packets": [span.packets for span in spans], "rounds": [span.each() for span in spans],
        "driver_rounds": [span.each(is_driver) for span in spans],
        "all": of(None), "parts": {part: of(lambda key, part=part: key[0] == part) for part in PARTS},
        "functions": dict(sorted(each.items(), key=lambda item: -item[1])),
    }


def cells(ours, intree):
    values = [f"{value:,.0f}" if value is not None else "-" for value in (ours, intree)]
    return [*values, f"{ours / intree:.2f}" if ours is not None and intree else "-"]


def table(cases):
    yield "| case | all: this driver | in-tree | ratio | driver: this driver | in-tree | ratio |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for case, drivers in cases.items():
        found = [drivers.get(driver) for driver in DRIVERS]
        row = [case, *cells(*(one and one["all"] for one in found)),
               *cells(*(one and one["parts"]["driver"] for one in found))]
        yield f"| {' | '.join(row)} |"


def functions(case, driver, found):
    yield f"\n## {case}, {DRIVERS[driver]}\n"
    if not found:
        yield "Not counted."
        return
    yield ", ".join(f"{part} {count:,.0f}" for part, count in found["parts"].items()) + "\n"
    yield "| function | instructions | of all |"
    yield "| --- | --- | --- |"
    for name, count in list(found["functions"].items())[:MOST]:
        yield f"| {name.split()[0]} | {count:,.0f} | {count / found['all']:.1%} |"
    own = [f"{name.split()[0]} {count:,.0f}" for name, count in found["functions"].items()
           if name.endswith(" [iosm]") and count >= 1]
    yield f"\nThe driver's: {', '.join(own)}"
