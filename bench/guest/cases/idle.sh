# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# Round trips on an idle link, 20 a second, answered by the modem.

round_trips $((50 * WINDOW)) 0.05
