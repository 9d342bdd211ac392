# SPDX-License-Identifier: GPL-2.0-or-later
#
# cpu.dat: name, this driver, in-tree driver

set title "Processor time of the guest: seconds for a million packets, or for a GB of TCP"
set logscale y
set ylabel "s"
set grid ytics
set style data histograms
set style histogram clustered gap 1
set style fill solid 0.6
set xtics rotate by -40 font ",8"
set rmargin 12
plot "cpu.dat" using 2:xtic(1) title "this driver", "" using 3 title "in-tree"
