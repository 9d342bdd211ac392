# SPDX-License-Identifier: GPL-2.0-or-later
"""The table, for a terminal and as Markdown, and the data that gnuplot draws."""

import os
import subprocess

DIALECTS = {"lite": "Lite", "aggr": "aggregation"}


class Metric:
    """A line of the file metrics."""

    def __init__(self, line):
        self.name, self.unit, self.better, self.target, self.words, self.limit = line.split("\t")

    def holds(self, value, limit):
        return value <= limit if self.better == "less" else value >= limit

    def sign(self, text):
        return ("<= " if self.better == "less" else ">= ") + text


class Row:
    """A metric in one dialect of the mux, measured and judged."""

    def __init__(self, metric, dialect, found):
        self.metric, self.dialect = metric, dialect
        drivers = found[dialect, metric.name]
        self.ours, self.intree = drivers.get("ours"), drivers.get("intree")
        self.ratio = self.divide(self.ours, self.intree)
        self.target, self.met = "", None
        self.judge(found)

    @staticmethod
    def divide(above, below):
        return above["median"] / below["median"] if above and below and below["median"] else None

    def judge(self, found):
        kind, *words = self.metric.target.split()
        if kind == "-" or not self.ours:
            return
        limit = float(words[-1])
        if kind == "ratio":
            value, self.target = self.ratio, f"ratio {self.metric.sign(words[0])}"
        elif kind == "ours":
            value, self.target = self.ours["median"], self.metric.sign(words[0])
        else:
            other = found.get((self.dialect, words[0]), {}).get("ours")
            value = self.divide(self.ours, other)
            self.target = f"{words[1]} of one's" + (f": {value:.2f}" if value else "")
        # The in-tree driver's median is 0 where less is better: then 0 is what is asked for.
        if value is None and kind == "ratio" and self.intree:
            value = 0 if not self.ours["median"] else None
        if value is not None:
            self.met = self.metric.holds(value, limit)

    def verdict(self):
        return {True: "met", False: "MISSED", None: ""}[self.met]


def number(value):
    """Three digits that count."""
    if value == 0 or abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"


def cell(stats):
    return f"{number(stats['median'])} ({number(stats['p25'])}..{number(stats['p75'])})" if stats else "-"


def read_metrics(path):
    with open(path) as file:
        return [Metric(line.rstrip("\n")) for line in file if line.strip() and line[0] != "#"]


def rows_of(run, metrics):
    found = {}
    for name, drivers in run["metrics"].items():
        group, _, rest = name.partition(".")
        found[group.split("-")[0], rest] = drivers
    return [Row(metric, dialect, found) for metric in metrics for dialect in DIALECTS
            if (dialect, metric.name) in found]


HEADER = ("what", "mux", "unit", "better", "this driver", "in-tree", "ratio", "target", "")


def cells_of(row):
    return (row.metric.words, DIALECTS[row.dialect], row.metric.unit, row.metric.better,
            cell(row.ours), cell(row.intree), number(row.ratio) if row.ratio is not None else "-",
            row.target, row.verdict())


def counts(rows):
    met = sum(row.met is True for row in rows)
    missed = sum(row.met is False for row in rows)
    return f"{met} targets met, {missed} missed"


def terminal(rows):
    table = [HEADER] + [cells_of(row) for row in rows]
    widths = [max(len(line[column]) for line in table) for column in range(len(HEADER))]
    for line in table:
        print("  ".join(word.ljust(width) for word, width in zip(line, widths)).rstrip())
    print(counts(rows))


def machine_of(run):
    machine, guest, rounds = run["machine"], run["guest"], run["rounds"]
    return (f"Measured on {run['date']} at {run['commit']}: {machine['processors']} processors "
            f"({machine['processor']}), Linux {machine['kernel']}, load average {machine['load']:.1f} "
            f"at the end. Guest: Debian kernel {guest['kernel']}, {guest['processors']} processors, "
            f"{guest['memory_mib']} MiB, emulated by QEMU ({machine['accelerator']}). {rounds} "
            f"round{'' if rounds == 1 else 's'} of each driver in turn, {run['window_s']} s a measurement. "
            f"Figures are medians, in brackets the quartiles.")


def markdown(run, rows):
    lines = ["<!-- SPDX-License-Identifier: GPL-2.0-or-later -->", "", "# Results", "", machine_of(run), "",
             f"{counts(rows)}. What each is and how it is measured: [../../bench/README.md](../../bench/README.md).",
             "", "| " + " | ".join(HEADER) + " | what limits it |", "| --- " * (len(HEADER) + 1) + "|"]
    lines += ["| " + " | ".join((*cells_of(row), row.metric.limit)) + " |" for row in rows]
    for group, case in run.get("again", {}).items():
        lines += ["", f"The in-tree driver took the machine down in {group}, {case}. Another one began "
                  f"{group} again; what was measured before is in its figures too."]
    if run["failed"]:
        lines += ["", "Failed: " + ", ".join(run["failed"]) + "."]
    lines += ["", "![ratios](ratios.svg)", "", "![processor time](cpu.svg)", "", "![round trips](latency.svg)", ""]
    return "\n".join(lines)


def write_data(path, lines):
    with open(path, "w") as file:
        file.writelines(line + "\n" for line in lines)


def label(row):
    return f"\"{row.metric.words}, {DIALECTS[row.dialect]}\""


def plot_data(rows, folder):
    """Files for the scripts in bench/plots."""
    judged = [row for row in rows if row.ratio and row.metric.target.startswith("ratio")]
    write_data(f"{folder}/ratios.dat", [
        f"{label(row)} {row.ratio if row.metric.better == 'less' else 1 / row.ratio:.4f} "
        f"{float(row.metric.target.split()[1]):.4f}" for row in reversed(judged)])
    cost = [row for row in rows if row.ours and row.intree and "vCPU" in row.metric.unit]
    write_data(f"{folder}/cpu.dat", [
        f"{label(row)} {row.ours['median']:.3f} {row.intree['median']:.3f}" for row in cost])
    for row in rows:
        if not row.metric.name.endswith(".rtt"):
            continue
        for driver, stats in (("ours", row.ours), ("intree", row.intree)):
            ordered = sorted(stats["values"]) if stats else []
            write_data(f"{folder}/{row.dialect}.{row.metric.name}.{driver}.dat", [
                f"{value} {(index + 1) / len(ordered):.4f}" for index, value in enumerate(ordered)])


def is_empty(path):
    return os.path.exists(path) and not os.path.getsize(path)


def plot(folder, scripts, output):
    """All that there are data for: a part of the cases may have none."""
    for name in sorted(os.listdir(scripts)):
        if is_empty(f"{folder}/{name.removesuffix('.gp')}.dat"):
            continue
        for terminal_name, ending in (("svg size 900,700 background 'white'", "svg"),
                                      ("pngcairo size 900,700", "png")):
            subprocess.run(["gnuplot", "-e", f"set terminal {terminal_name}; "
                            f"set output '{output}/{name.removesuffix('.gp')}.{ending}'",
                            f"{scripts}/{name}"], cwd=folder, check=True)


def write(run, bench, build, output):
    rows = rows_of(run, read_metrics(f"{bench}/metrics"))
    terminal(rows)
    with open(f"{output}/results.md", "w") as file:
        file.write(markdown(run, rows))
    folder = f"{build}/plots"
    os.makedirs(folder, exist_ok=True)
    for name in os.listdir(folder):
        os.unlink(f"{folder}/{name}")
    plot_data(rows, folder)
    plot(folder, f"{bench}/plots", output)
