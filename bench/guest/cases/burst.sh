# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# 2,000 datagrams at once, read as they come; then what a waiting one holds.

echo "@name read"
burst read 2000 100
echo "@name hold"
burst hold 10 100
