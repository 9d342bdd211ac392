# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# 2,000 datagrams at once, read as they come; then what a waiting one holds.

echo "@name read"
before=$(socket_drops)
burst read 2000 100
value socket_drops $(($(socket_drops) - before))
echo "@name hold"
burst hold 10 100
