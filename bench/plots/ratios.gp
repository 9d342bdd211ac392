# SPDX-License-Identifier: GPL-2.0-or-later
#
# ratios.dat: name, ratio to the in-tree driver (less is better), target

set title "This driver by the in-tree driver: left of the mark is better than asked for"
set logscale x
set xrange [0.003:10]
set yrange [-1:*]
set xlabel "ratio of medians"
set grid xtics
set ytics font ",8"
set style fill solid 0.6
set key top right
set offsets 0, 0, 1, 1
plot "ratios.dat" using (0.5 * ($2 + 0.003)):0:(0.5 * ($2 - 0.003)):(0.35):ytic(1) with boxxyerror title "ratio", \
	"" using 3:0 with points pointtype 7 pointsize 0.6 linecolor "black" title "target", \
	1 with lines notitle
