# SPDX-License-Identifier: GPL-2.0-or-later
"""From the guest's lines to lists of values: one for each metric and driver."""

from collections import defaultdict

from instructions import Profile


class Collector:
    def __init__(self, progress):
        self.values = defaultdict(lambda: defaultdict(list))
        self.failed = []
        self.again = {}         # case in which the machine died, by its group
        self.spans = []
        self.offset = None      # of the guest's clock, from this side's
        self.done = False       # the guest has come to its end
        self.where = None       # driver, group, case
        self.name = ""          # of a part of the case
        self.flows = []
        self.profile = Profile()
        self.progress = progress

    def boot(self):
        """A machine, with a clock of its own."""
        self.spans, self.offset, self.where, self.done = [], None, None, False

    def add(self, where, name, values):
        driver, group, case, part = where
        metric = ".".join(word for word in (group, case, part, name) if word)
        self.values[metric][driver].extend(values)

    def line(self, line, when):
        word, _, rest = line.partition(" ")
        handler = getattr(self, "on_" + word[1:], None) if word.startswith("@") else None
        if handler:
            handler(rest.split(), when)

    def here(self):
        return (*self.where, self.name)

    def on_turn(self, words, _when):
        self.where = (*words, "driver")

    def on_begin(self, words, _when):
        number, driver, group, case = words
        self.where, self.name, self.flows = (driver, group, case), "", []
        self.profile.case()
        self.progress(f"round {number}, {driver}: {group} {case}")

    def on_name(self, words, _when):
        self.name = words[0]

    def on_now(self, words, when):
        """The least delay on the way is the best guess of the clocks' difference."""
        offset = when - float(words[0])
        self.offset = offset if self.offset is None else min(self.offset, offset)

    def on_value(self, words, _when):
        self.add(self.here(), words[0], [float(words[1])])

    def on_samples(self, words, _when):
        self.add(self.here(), words[0], [float(word) for word in words[1:]])

    def on_flows(self, words, _when):
        self.flows = [float(word) for word in words]
        squares = sum(flow * flow for flow in self.flows)
        if len(self.flows) > 1 and squares:
            self.add(self.here(), "jain", [sum(self.flows) ** 2 / squares / len(self.flows)])

    def on_span(self, words, _when):
        self.spans.append((self.here(), words[0], *map(float, words[1:])))
        if words[0] != "quiet":
            self.profile.span(self.here(), words[0], *map(float, words[1:]))

    def on_symbol(self, words, _when):
        self.profile.symbol(int(words[0], 16), *words[1:])

    def on_end(self, words, _when):
        if words != ["0"]:
            self.failed.append(" ".join(self.where))
            self.progress(f"failed: {' '.join(self.where)}")

    def on_done(self, _words, _when):
        self.done = True

    def finish(self, clock):
        """Rates and processor time, when all samples of it are there."""
        for where, what, from_s, to_s, count in self.spans:
            guest, modem = clock.between(from_s + self.offset, to_s + self.offset)
            seconds = to_s - from_s
            if what == "quiet":
                self.add(where, "cpu_percent", [100 * guest / seconds])
                continue
            if what == "bytes":
                self.add(where, "mbit_s", [count * 8 / seconds / 1e6])
                unit, per = "cpu_s_per_gb", 1e9
            else:
                self.add(where, "pps", [count / seconds])
                unit, per = "cpu_s_per_mpkt", 1e6
            if count:
                self.add(where, unit, [guest / count * per])
                self.add(where, "modem_" + unit, [modem / count * per])
            self.add(where, "busy_percent", [100 * guest / seconds])
