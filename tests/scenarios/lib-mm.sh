# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash
# shellcheck disable=SC2034 # for who sources it
#
# What scenarios with ModemManager share, on top of lib.sh; for a guest with --root.
#
#	. "${0%/*}/lib.sh"
#	. "${0%/*}/lib-mm.sh"
#	use_mm				# ModemManager has this modem, and no other
#	is "$(mm_value modem.generic.plugin)" Intel "the plugin"
#	mm_do "it is enabled" --enable

readonly MM_SECONDS=90		# to a modem: ModemManager's own pauses make 8 s of it

# mm [ARGUMENT...]: one question about the modem
mm()
{
	timeout 200 mmcli -m any "$@"
}

# mm_value KEY [ARGUMENT...]: from the answer in key and value
mm_value()
{
	_key=$1
	shift
	mm -K "$@" 2>/dev/null | sed -n "s/^$_key *: //p"
}

# mm_list KEY [ARGUMENT...]: the values of KEY.value[N], one a line
mm_list()
{
	_name=$1
	shift
	mm_value "$_name\\.value\\[[0-9]*\\]" "$@"
}

mm_is()
{
	[ "$(mm_value "$1")" = "$2" ]
}

# mm_in STATE...: the modem has one of these states
mm_in()
{
	_now=$(mm_value modem.generic.state)
	for _state in "$@"; do
		[ "$_now" != "$_state" ] || return 0
	done
	return 1
}

# mm_path: the modem's name on the bus; a new object has a new one
mm_path()
{
	mmcli -L 2>/dev/null | sed -n 's/^ *\([^ ]*Modem\/[0-9]*\) .*/\1/p' | head -n 1
}

mm_gone()
{
	[ -z "$(mm_path)" ]
}

# mm_new OLD: there is a modem, which is another object than that
mm_new()
{
	_path=$(mm_path)
	[ -n "$_path" ] && [ "$_path" != "$1" ]
}

# mm_do DESCRIPTION ARGUMENT...: a test
mm_do()
{
	_what=$1
	shift
	check "$_what" mm "$@" || {
		diag "$(tail -n 10 /var/log/modemmanager.log)"
		return 1
	}
}

# use_mm [POSITION]: this modem alone, known to ModemManager and disabled or better
use_mm()
{
	command -v mmcli >/dev/null || skip "no ModemManager here (lab/lab run --root mm)"
	use_modem "${1:-1}"
	# ModemManager 1.20 does not look at a device that went and came while it looked.
	services stop modemmanager
	alone
	modem_up
	udevadm settle
	services start modemmanager
	until_true "$MM_SECONDS" mm_in disabled enabled registered connected || {
		diag "$(mmcli -L; mm)"
		diag "$(tail -n 20 /var/log/modemmanager.log)"
		bail "ModemManager has no modem within $MM_SECONDS s"
	}
}

# mm_registered: a test: enabled, and at home in the network
mm_registered()
{
	mm_in registered connected || mm_do "the modem is enabled" --enable || return
	wait_for 60 "it is registered" mm_in registered connected
}

# bearer_value KEY: of the bearer BEARER
bearer_value()
{
	mmcli -b "$BEARER" -K | sed -n "s/^bearer\\.$1 *: //p"
}

# connected_bearers: their names on the bus, one a line
connected_bearers()
{
	for _bearer in $(mm_list modem.generic.bearers); do
		! mmcli -b "$_bearer" -K | grep -q '^bearer.status.connected *: yes' ||
			echo "$_bearer"
	done
}

# mm_connect OPTIONS: a test: with nothing connected before; sets BEARER
mm_connect()
{
	mm_do "connects with $1" "--simple-connect=$1" || return
	BEARER=$(connected_bearers)
	like "$BEARER" '^/.*/[0-9]+$' "a bearer is connected"
}

# mm_connect_more OPTIONS: a test: a bearer besides those that are; sets BEARER
mm_connect_more()
{
	BEARER=$(mm "--create-bearer=$1" | sed -n 's/.*\(\/org\/.*Bearer\/[0-9]*\).*/\1/p')
	like "$BEARER" '^/' "a bearer for $1 is made" || return
	check "it connects" timeout 200 mmcli -b "$BEARER" --connect
}

# bearer_configure FAMILY: the address that the bearer tells, on its link; sets LINK
# and GATEWAY
bearer_configure()
{
	LINK=$(bearer_value status.interface)
	_address=$(bearer_value "ipv$1-config.address")
	_prefix=$(bearer_value "ipv$1-config.prefix")
	_mtu=$(bearer_value "ipv$1-config.mtu")
	GATEWAY=$(bearer_value "ipv$1-config.gateway")
	is "$(bearer_value "ipv$1-config.method")" static "IPv$1 is configured by what the bearer tells"
	like "$(bearer_value "ipv$1-config.dns.value\\[1\\]")" '[0-9]' "it tells a name server for IPv$1"
	_nodad=
	[ "$1" = 4 ] || _nodad=nodad
	check "$LINK has $_address/$_prefix, MTU $_mtu" sh -c "
		ip link set dev $LINK addrgenmode none mtu $_mtu up &&
		ip addr replace dev $LINK $_address/$_prefix $_nodad"
	wait_for 10 "$LINK has a carrier" link_carrier "$LINK"
}

# bearer_pings FAMILY: the network answers over the bearer's link
bearer_pings()
{
	bearer_configure "$1" &&
		check "$GATEWAY answers over $LINK" \
			ping -n -q -c 5 -i 0.1 -W 5 -I "$LINK" "$GATEWAY"
}

# use_nm: as use_mm, and NetworkManager starts with a profile that connects the modem as at boot
use_nm()
{
	_profile=/etc/NetworkManager/system-connections/modem.nmconnection
	use_mm 1
	defer link_lower "$LINK"
	defer services stop networkmanager
	defer rm -f "$_profile"
	cat >"$_profile" <<-PROFILE
		[connection]
		id=modem
		type=gsm
		autoconnect=true

		[gsm]
		apn=internet

		[ipv4]
		method=auto

		[ipv6]
		method=auto
	PROFILE
	chmod 600 "$_profile"
	check "NetworkManager starts" services start networkmanager
}

nm_active()
{
	nmcli -t -f GENERAL.STATE connection show modem | grep -q ':activated$'
}
