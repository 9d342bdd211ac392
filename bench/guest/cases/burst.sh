# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# 2,000 datagrams at once, read as they come; then what a waiting one holds. The reader has a
# processor of its own: it is memory that is measured, not who runs first on one processor.

for _irq in "$PCI"/msi_irqs/*; do
	echo 0 >"/proc/irq/${_irq##*/}/smp_affinity_list"
done
echo "@name read"
for _ in 1 2 3 4 5; do
	before=$(socket_drops)
	taskset -c 1 burst read 2000 100
	value socket_drops $(($(socket_drops) - before))
done
echo "@name hold"
burst hold 10 100
