# SPDX-License-Identifier: GPL-2.0-or-later
#
# DIALECT.CASE.rtt.DRIVER.dat: round trip in ms, share of the round trips that took no longer

filled(name) = int(system("test -s ".name." && echo 1 || echo 0"))
set multiplot layout 3, 2 title "Round trips"
set logscale x
set xrange [0.3:3000]
set yrange [0:1]
set grid
set key bottom right font ",8"
set xlabel "ms" offset 0, 0.7
do for [case in "idle uplink.50 uplink.5"] {
	do for [dialect in "lite aggr"] {
		stem = dialect.".".case.".rtt."
		set title (case eq "idle" ? "idle" : "uplink full at ".substr(case, 8, -1)." Mbit/s").", ".(dialect eq "lite" ? "Lite" : "aggregation") offset 0, -0.7
		if (filled(stem."ours.dat") && filled(stem."intree.dat")) {
			plot stem."ours.dat" with steps linewidth 2 title "this driver", \
				stem."intree.dat" with steps linewidth 2 title "in-tree"
		} else {
			plot NaN notitle
		}
	}
}
unset multiplot
