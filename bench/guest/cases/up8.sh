# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# Eight sessions at once, then seven beside one that the modem has stopped.

all="0 1 2 3 4 5 6 7"
# others: what all but session 3 got, of the counts that blast printed
others()
{
	awk '$1 == "@flows" { for (i = 2; i <= NF; i++) if (i != 5 || NF != 9) sum += $i } END { print sum }' "$1"
}
flows()
{
	for _session in $1; do
		echo "$(link_name "$_session")=$_session"
	done
}

links "$all" || exit
# shellcheck disable=SC2046 # lists
{
	blast udp "$WINDOW" 1400 $(flows "$all") | grep -v '^@sent'
	blast udp "$WINDOW" 1400 $(flows "0 1 2 4 5 6 7") >seven.out
	modem flow 3 stop >/dev/null
	blast udp "$WINDOW" 1400 $(flows "$all") >eight.out &
	# Session 3's program ends when it is let go, the others before that.
	sleep $((WINDOW + 2))
	modem flow 3 go >/dev/null
	wait
}
value beside_stopped "$(echo "$(others eight.out) $(others seven.out)" | awk '{ print $1 / $2 }')"
unlink "$all"
