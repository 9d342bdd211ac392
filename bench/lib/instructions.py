# SPDX-License-Identifier: GPL-2.0-or-later
"""What the plugin has counted, by function and by packet: windows of addresses and instructions,
in the order of the spans that the guest has told."""

import bisect
import statistics
from collections import Counter, defaultdict

MOST = 10   # functions to show
HEAD = """<!-- SPDX-License-Identifier: GPL-2.0-or-later -->

# Instructions of a packet

What the guest has executed, both processors and interrupts included, while a load generator ran,
by packet; of TCP by 1,400 bytes. Counted by a plugin of the translator, so it is exact and does not
depend on how busy the machine was. "Driver" is the module, "WWAN" the core above it.
[../../bench/README.md](../../bench/README.md) has the cases; `bench/run --profile` makes this page.
"""


class Span:
    def __init__(self, where, unit, count, names):
        self.driver, self.group, self.case, self.part = where
        self.packets = count / 1400 if unit == "bytes" else count
        self.names = names
        self.counts = Counter()

    def key(self):
        return " ".join(word for word in (self.group, self.case, self.part) if word)

    def part_of(self, name):
        module = name[1]
        if module in ("[iosm]", "[wwan]"):
            return {"[iosm]": "driver", "[wwan]": "WWAN"}[module]
        return module or "kernel"


class Names:
    """Functions by address; a driver's go with it."""

    def __init__(self, kernel):
        self.kernel = kernel
        self.drivers = []
        self.sorted = None

    def find(self, address):
        if not address:
            return "programs", "programs"
        self.sorted = self.sorted or sorted(self.kernel + self.drivers)
        at = bisect.bisect(self.sorted, (address, "\x7f", "")) - 1
        return self.sorted[at][1:] if at >= 0 else ("?", "")


class Profile:
    def __init__(self):
        self.spans, self.kernel = [], []
        self.names = Names(self.kernel)

    def symbol(self, address, name, module=""):
        if module not in ("[iosm]", "[wwan]"):
            self.kernel.append((address, name, ""))
            return
        if self.spans and self.spans[-1].names is self.names:
            self.names = Names(self.kernel)
        self.names.drivers.append((address, name, module))

    def span(self, where, unit, count):
        self.spans.append(Span(where, unit, count, self.names))

    def read(self, path):
        spans = iter(self.spans)
        span = None
        with open(path) as file:
            for line in file:
                if line == "window\n":
                    span = next(spans)
                    continue
                address, count = line.split()
                span.counts[span.names.find(int(address, 16))] += int(count)
        if next(spans, None):
            raise ValueError(f"{path} has not all windows")

    def write(self, counts, path):
        """Page with a table of all, then one of functions for each case and driver."""
        self.read(counts)
        groups = defaultdict(lambda: defaultdict(list))
        for span in self.spans:
            if span.packets:
                groups[span.key()][span.driver].append(span)
        with open(path, "w") as file:
            print(HEAD, file=file)
            print("| case | all: this driver | in-tree | ratio | driver: this driver | in-tree | ratio |",
                  "| --- | --- | --- | --- | --- | --- | --- |", sep="\n", file=file)
            for key, drivers in groups.items():
                print(row(key, drivers), file=file)
            for key, drivers in groups.items():
                for driver, spans in drivers.items():
                    print(functions(key, driver, spans), file=file)


def each(spans, wanted):
    """Median of instructions for a packet of what is wanted."""
    return statistics.median(sum(count for name, count in span.counts.items() if wanted(span, name)) /
                             span.packets for span in spans)


def row(key, drivers):
    cells = [key]
    for wanted in (lambda span, name: True, lambda span, name: span.part_of(name) == "driver"):
        values = [each(drivers[driver], wanted) if driver in drivers else None
                  for driver in ("ours", "intree")]
        cells += [f"{value:,.0f}" if value is not None else "-" for value in values]
        cells.append(f"{values[0] / values[1]:.2f}" if None not in values and values[1] else "-")
    return "| " + " | ".join(cells) + " |"


def functions(key, driver, spans):
    parts = ("driver", "WWAN", "kernel", "programs")
    sums = Counter()
    for span in spans:
        for name, count in span.counts.items():
            sums[name] += count / span.packets / len(spans)
    lines = [f"\n## {key}, {'this driver' if driver == 'ours' else 'in-tree driver'}\n"]
    lines.append(", ".join(f"{part} {each(spans, lambda span, name, part=part: span.part_of(name) == part):,.0f}"
                           for part in parts) + "\n")
    lines += ["| function | instructions | of all |", "| --- | --- | --- |"]
    total = sum(sums.values())
    for (name, module), count in sums.most_common(MOST):
        lines.append(f"| {name} | {count:,.0f} | {count / total:.1%} |")
    own = [f"{name} {count:,.0f}" for (name, module), count in sums.most_common()
           if module == "[iosm]" and count >= 1]
    lines.append(f"\nThe driver's: {', '.join(own)}")
    return "\n".join(lines)
