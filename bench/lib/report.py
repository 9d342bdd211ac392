# SPDX-License-Identifier: GPL-2.0-or-later
"""The table."""


def write(run, metrics, output):
    for metric, drivers in run["metrics"].items():
        cells = []
        for driver in ("ours", "intree"):
            s = drivers.get(driver)
            cells.append(f"{s['median']:12.3f} [{s['p25']:.3f} {s['p75']:.3f}] n={s['n']}" if s else "-")
        ratio = "-"
        if "ours" in drivers and drivers.get("intree", {}).get("median"):
            ratio = f"{drivers['ours']['median'] / drivers['intree']['median']:.3f}"
        print(f"{metric:45} {cells[0]:45} {cells[1]:45} {ratio}")
