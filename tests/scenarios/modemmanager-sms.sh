#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Short messages by ModemManager: one comes, one goes to the own number and comes back,
# each is read and deleted.
#
# root: mm
# root: mm12
# modem: mbimex2
# limit: 150

. "${0%/*}/lib.sh"
. "${0%/*}/lib-mm.sh"
use_mm
mm_registered

messages()
{
	mm_list modem.messaging.sms --messaging-list-sms
}

# received TEXT: sets SMS
received()
{
	for SMS in $(messages); do
		_sms=$(mmcli -s "$SMS" -K) || continue
		case $_sms in
		*"sms.content.text"*": $1
"*) ;;
		*) continue ;;
		esac
		case $_sms in
		*"sms.properties.state"*": received"*) return 0 ;;
		esac
	done
	return 1
}

for sms in $(messages); do
	mm "--messaging-delete-sms=$sms" >/dev/null
done
check "the network sends a message" modem sms +15550100 good morning
wait_for 20 "it is there" received "good morning"
like "$(mmcli -s "$SMS" -K)" 'sms.content.number *: \+15550100' "with its sender"
mm_do "it is deleted" "--messaging-delete-sms=$SMS"

own=$(mm_value modem.generic.own-numbers.value\\[1\\])
like "$own" '^\+?[0-9]+$' "the own number is known"
SMS=$(mm "--messaging-create-sms=number='$own',text='round trip'" |
	sed -n 's/.*\(\/org\/.*SMS\/[0-9]*\).*/\1/p')
check "a message to it is sent" timeout 60 mmcli -s "$SMS" --send
like "$(mmcli -s "$SMS" -K)" 'sms.properties.state *: sent' "it says so"
wait_for 20 "it comes back" received "round trip"
for sms in $(messages); do
	mm_do "$sms is deleted" "--messaging-delete-sms=$sms"
done
is "$(messages)" "" "none is left"
done_testing
