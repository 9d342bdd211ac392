# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What a kernel says when it is broken. test-splat.sh holds samples of both
# kinds: lines that must be seen and lines that must not.

# The start of a console line: time, and where configured the caller.
readonly SPLAT_START='^(<[0-9]+>)?(\[ *[0-9]+\.[0-9]+\] *)?(\[ *[TC][0-9]+\] *)?'

SPLAT_PATTERNS=(
	# BUG(), KASAN, KCSAN, KFENCE, lockups, atomic sleeps, bad pages, SLUB
	'(^|[^A-Za-z_])BUG: '
	'(^|[^A-Za-z_])BUG [A-Za-z0-9_-]+ \((Tainted|Not tainted)'
	'kernel BUG at '
	# WARN() and lockdep's reports; elsewhere in a line it is a driver's word
	"${SPLAT_START}WARNING: "
	'-+\[ cut here \]-+'
	'Oops(: |\[#)'
	': [0-9a-f]{4} \[#[0-9]+\]'
	'general protection fault[:,]'
	'Unable to handle kernel'
	'Kernel panic - not syncing'
	'UBSAN: [a-z]'
	'INFO: task .* blocked for more than'
	'INFO: task .* blocked on '
	'INFO: possible (recursive|circular|irq)'
	'INFO: (inconsistent lock|suspicious RCU|trying to register non-static key)'
	'INFO: rcu_[a-z_]+ (self-)?detected '
	'INFO: rcu_[a-z_]+ detected expedited stalls'
	'rcu: .* kthread (starved|timer wakeup)'
	'refcount_t: '
	'ODEBUG: (free|init|activate|deactivate|destroy|assert)'
	'(list_add|list_del|hlist|plist)[a-z_]* corruption'
	'[Pp]age allocation failure'
	'DMA-API: [^ ]+ [^ ]+: '
	'DMA-API: exceeded '
	'DMAR: \[(DMA|INTR)'
	'DMAR: DRHD: handling fault status'
	'AMD-Vi: Event logged'
	'kmemleak: unreferenced object'
	'kmemleak: [0-9]+ new suspected'
	'irq [0-9]+: nobody cared'
	'NETDEV WATCHDOG: '
	'unregister_netdevice: waiting for '
	'sysfs: cannot create duplicate filename'
	'tried to init an initialized object'
	'does not have a release\(\) function'
	'DPM device timeout'
	'corrupted stack end detected'
	'stack guard page was hit'
)

splat_expression()
{
	local IFS='|'

	printf '%s' "${SPLAT_PATTERNS[*]}"
}

# splat_watch: reads a console and returns 0 at the first splat, 1 at its end.
splat_watch()
{
	LC_ALL=C grep -a -q -E "$(splat_expression)"
}

# splat_count FILE
splat_count()
{
	LC_ALL=C grep -a -c -E "$(splat_expression)" "$1" || :
}

# splat_report FILE: each splat with the lines that belong to it, up to its end
# mark or a limit; a splat within another one's lines is part of it.
splat_report()
{
	# The patterns are grep's: not every awk knows all of the syntax.
	{ LC_ALL=C grep -a -n -E "$(splat_expression)" "$1" || :; } | cut -d: -f1 |
		LC_ALL=C awk '
			NR == FNR { splat[$1] = 1; next }
			{
				sub(/\r$/, "")
				if (match($0, /^\[ *[0-9]+\.[0-9]+\]/))
					now = substr($0, 2, RLENGTH - 2) + 0
			}
			FNR in splat {
				if (!left)
					print ""
				left = left > 40 ? left : 80
				start = now
			}
			# Seconds later it is something else.
			left && now > start + 2 { left = 0 }
			left { print; left-- }
			/---\[ end trace / { left = 0 }
		' - "$1"
}
