# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# One run of the machine: QEMU's command line, and the events of the run until
# there is a verdict. Events come as lines in one pipe, which QEMU and small
# watchers write:
#
#   up               the guest's init has the images        (guest/init)
#   status N         the script ended with N                (guest/init)
#   trouble TEXT     the guest cannot do its part           (guest/init)
#   taint N          the kernel thinks badly of itself      (guest/init)
#   done             nothing more to come                   (guest/init)
#   splat            the console shows one                  (splat_watch)
#   modem N          the modem N has ended                  (modem_start)
#   knock on|off     someone types at the console, or no more   (guest/bin/labask)
#   kill N           the modem N dies at once, and is started anew
#   again            when QEMU ends next, the machine is switched on again
#   qemu             QEMU has ended                         (boot_qemu)

readonly BOOT_SECONDS=600	# up to init; far more than the slowest needs
readonly END_SECONDS=120	# from the script's end to power-off, leak scans included
readonly SPLAT_SECONDS=3	# for the rest of a splat to reach the console
readonly KNOCK_SECONDS=3	# between two keys that someone types to wake the machine

EVENTS=				# the pipe
KEYS=				# what someone types at the console
KNOCK_PID=
QEMU_PID=

# Where the run's folder and the caches lie in the tree.
readonly IN_RUN=/lab/run IN_LOGS=/lab/logs IN_KERNEL=/lab/kernel IN_ROOT=/lab/root IN_PLUGIN=/lab/plugin

boot_events()
{
	mkfifo "$RUN/events"
	# For both, so that neither side waits for the other to open it.
	exec {EVENTS}<>"$RUN/events"
}

boot_command_line()
{
	local words=(
		console=ttyS0 "loglevel=$LOGLEVEL" panic=-1
		# Emulation's own troubles are not the guest's.
		tsc=reliable no_timer_check
		# What this machine has not, or nobody attacks.
		mitigations=off random.trust_cpu=on
		cryptomgr.notests "$@"
	)

	printf '%s ' "${words[@]}"
}

# boot_options: fills OPTIONS and BINDS
boot_options()
{
	local index socket extra=() accel

	mapfile -t accel < <(accel_choose)
	BINDS=(rw "$RUN" "$IN_RUN" rw "$LOGS" "$IN_LOGS" ro "$KERNEL" "$IN_KERNEL" ro "$GUEST_ROOT" "$IN_ROOT")
	(( IOMMU )) && extra+=(intel_iommu=on iommu.strict=1)
	[[ -n $CMDLINE ]] && extra+=("$CMDLINE")
	OPTIONS=(
		-name iosm-lab -nodefaults -no-user-config -display none -no-reboot
		"${accel[@]}"
		-machine "q35,memory-backend=ram,hpet=off,smbus=off,sata=off,i8042=off,vmport=off"
		-smp "$CPUS" -m "$MEMORY"
		# Shared: a modem reads and writes the guest's memory itself.
		-object "memory-backend-memfd,id=ram,size=${MEMORY}M,share=on"
		# Native PCIe hot-plug; only with it a port's link-active bit is true.
		-global ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off
		-kernel "$IN_KERNEL/vmlinuz" -initrd "$IN_RUN/initrd"
		-append "$(boot_command_line "${extra[@]}")"
		-chardev "file,id=console,path=$IN_LOGS/console.log,append=on,input-path=$IN_RUN/console.in"
		-serial chardev:console
	)
	if [[ -n $PLUGIN ]]; then
		BINDS+=(ro "$(dirname "$PLUGIN")" "$IN_PLUGIN")
		OPTIONS+=(-plugin "$IN_PLUGIN/$(basename "$PLUGIN"),out=$IN_LOGS/plugin.out")
	fi
	(( IOMMU )) && OPTIONS+=(-device "intel-iommu,caching-mode=on,intremap=off")
	for index in "${!ACPI_TABLES[@]}"; do
		cp -- "${ACPI_TABLES[index]}" "$RUN/table$index.asl"
		OPTIONS+=(-acpitable "file=$IN_RUN/table$index.aml")
	done
	for index in root modules; do
		socket=$IN_KERNEL/modules.erofs
		[[ $index == root ]] && socket=$IN_ROOT/guest.erofs
		OPTIONS+=(
			-blockdev "driver=file,node-name=$index,filename=$socket,read-only=on"
			-device "virtio-blk-pci,drive=$index,serial=$index"
		)
	done
	OPTIONS+=(
		-device "virtio-serial-pci,id=serial,max_ports=31"
		-chardev "file,id=output,path=$IN_RUN/output"
		-device "virtserialport,bus=serial.0,chardev=output,name=org.iosm.output"
		-chardev "file,id=verdict,path=$IN_RUN/events"
		-device "virtserialport,bus=serial.0,chardev=verdict,name=org.iosm.verdict"
		-qmp "unix:$IN_RUN/qmp,server=on,wait=off"
		-chardev "socket,id=labctl,path=$IN_RUN/qmp"
		-device "virtserialport,bus=serial.0,chardev=labctl,name=org.iosm.qmp"
	)
	if (( WANT_SHELL )); then
		OPTIONS+=(
			-chardev "pipe,id=terminal,path=$IN_RUN/terminal"
			-device "virtconsole,bus=serial.0,chardev=terminal"
		)
	fi
	for index in "${!MODEM_SOCKET[@]}"; do
		boot_modem_options "$index"
	done
	# Behind all that has its place on the bus.
	[[ -z $DISK ]] || boot_disk_option disk "$IN_RUN/disk" off
	if (( KEXEC )); then
		boot_disk_option kernel "$IN_KERNEL/vmlinuz" on
		boot_disk_option initrd "$IN_RUN/initrd" on
	fi
}

# boot_disk_option SERIAL FILE READ-ONLY
boot_disk_option()
{
	OPTIONS+=(
		-blockdev "driver=file,node-name=$1,filename=$2,read-only=$3"
		-device "virtio-blk-pci,drive=$1,serial=$1"
	)
}

# Each modem in a slot of its own, as in a real machine.
boot_modem_options()
{
	local index=$1 vfio=/lab/modem$1 control=/lab/control$1

	BINDS+=(rw "$(dirname "${MODEM_SOCKET[index]}")" "$vfio")
	OPTIONS+=(
		-device "pcie-root-port,id=rp$index,chassis=$((index + 1)),slot=$((index + 1))"
		-device "{\"driver\":\"vfio-user-pci\",\"id\":\"modem$index\",\"bus\":\"rp$index\",\"socket\":{\"type\":\"unix\",\"path\":\"$vfio/$(basename "${MODEM_SOCKET[index]}")\"}}"
	)
	[[ -n ${MODEM_CONTROL[index]} ]] || return 0
	BINDS+=(rw "$(dirname "${MODEM_CONTROL[index]}")" "$control")
	OPTIONS+=(
		-chardev "socket,id=control$index,path=$control/$(basename "${MODEM_CONTROL[index]}"),reconnect-ms=200"
		-device "virtserialport,bus=serial.0,chardev=control$index,name=org.iosm.modem$index"
	)
}

boot_start()
{
	local console

	: >"$LOGS/console.log"
	mkfifo "$RUN/output" "$RUN/terminal.in" "$RUN/console.in"
	# What a shell prints and what comes before it go the same way.
	ln "$RUN/output" "$RUN/terminal.out"
	exec {KEYS}<>"$RUN/console.in"
	[[ -z $DISK ]] || truncate -s "${DISK}M" "$RUN/disk"
	boot_qemu
	exec {console}< <(exec setpriv --pdeathsig KILL tail -n +1 -f "$LOGS/console.log")
	CONSOLE_PID=$!
	CHILDREN[$!]=1
	{ splat_watch <&"$console" && echo splat >&"$EVENTS"; } &
	exec {console}<&-
}

# The machine is switched on.
boot_qemu()
{
	local gone output

	# Held open for QEMU until it runs: were it to fail before that, who
	# copies would wait for a writer for ever.
	exec {output}<>"$RUN/output"
	cat <"$RUN/output" {output}>&- &
	OUTPUT_PID=$!
	CHILDREN[$!]=1
	# The machine alone holds the writing end: its end is the end of that file.
	exec {gone}> >(cat >/dev/null; echo qemu >&"$EVENTS")
	setpriv --pdeathsig KILL "${JAIL[@]}" "$BASH" "$LAB/lib/enter.sh" "$ROOT/tree" \
		"${BINDS[@]}" ro "$LAB/lib" /lab/lib -- "$IN_RUN" \
		sh -eu /lab/lib/start-qemu.sh "${OPTIONS[@]}" </dev/null 2>>"$LOGS/qemu.log" {EVENTS}>&- &
	QEMU_PID=$!
	CHILDREN[$!]=1
	exec {gone}>&- {output}>&-
}

# boot_knock on|off: keys at the console wake a machine that sleeps. More than one, as
# the first can come before it sleeps.
boot_knock()
{
	if [[ -n $KNOCK_PID ]]; then
		kill "$KNOCK_PID" 2>/dev/null || :
		reap "$KNOCK_PID" || :
		KNOCK_PID=
	fi
	[[ $1 == on ]] || return 0
	setpriv --pdeathsig KILL sh -c "while sleep $KNOCK_SECONDS; do echo; done" >&"$KEYS" {EVENTS}>&- &
	KNOCK_PID=$!
	CHILDREN[$!]=1
}

# boot_event LIMIT: the next event into EVENT and REST; "late" after LIMIT, which
# counts in SECONDS.
boot_event()
{
	local left=$(($1 - SECONDS))

	EVENT=late REST=
	(( left > 0 )) || return 0
	read -r -t "$left" -u "$EVENTS" EVENT REST || EVENT=late
}

# boot_wait: until the verdict; sets RESULT to the run's exit status.
boot_wait()
{
	local start=$SECONDS limit up=0 ended='' splat=0 again='' killed=''

	RESULT=
	limit=$((start + BOOT_SECONDS))
	(( TIMEOUT < BOOT_SECONDS )) && limit=$((start + TIMEOUT))
	while :; do
		boot_event "$limit"
		case $EVENT in
		up)
			up=1
			(( ! WANT_SHELL )) || boot_terminal
			BOOT_TIME=$((SECONDS - start))
			limit=$((start + TIMEOUT))
			;;
		status)
			[[ -n $RESULT ]] || RESULT=$REST
			ended=1
			limit=$((SECONDS + END_SECONDS))
			;;
		trouble)
			say "$REST"
			RESULT=$EXIT_LAB
			;;
		taint)
			say "the kernel is tainted: $REST"
			splat=1
			;;
		splat)
			splat=1
			(( KEEP_GOING || ended )) && continue
			limit=$((SECONDS + SPLAT_SECONDS))
			;;
		knock)
			boot_knock "$REST"
			;;
		kill)
			killed=$REST
			kill -KILL "${MODEM_PID[REST]}"
			;;
		again)
			again=1
			;;
		modem)
			if [[ $killed == "$REST" ]]; then
				killed=
				modem_restart "$REST"
				continue
			fi
			say "the virtual modem $REST ended during the run"
			tail -n 5 "${MODEM_LOG[REST]}" >&2
			RESULT=$EXIT_MODEM_DIED
			break
			;;
		"done")
			# QEMU ends by itself now; a guest that cannot power off is
			# as broken as one that hangs elsewhere.
			;;
		qemu)
			[[ -n $again ]] || break
			again=
			reap "$QEMU_PID" || :
			reap "$OUTPUT_PID" || :
			boot_qemu
			;;
		late)
			boot_late "$up" "$ended" "$splat"
			break
			;;
		esac
	done
	if [[ -z $RESULT ]]; then
		RESULT=$EXIT_NO_VERDICT
		boot_no_verdict
	fi
	(( splat )) && RESULT=$EXIT_SPLAT
	boot_stop
}

# The terminal becomes the guest's when there is a shell to type to, not before:
# up to then ctrl-C means the lab.
boot_terminal()
{
	TERMINAL_STATE=$(stty -g)
	stty raw -echo
	setpriv --pdeathsig KILL cat <&0 >"$RUN/terminal.in" &
	CHILDREN[$!]=1
}

boot_late()
{
	if (( $3 )); then
		say "ending the run after a splat (--keep-going goes on)"
	elif [[ -n $2 ]]; then
		say "the guest did not power off within $END_SECONDS s of the script's end"
		RESULT=$EXIT_TIMEOUT
	elif (( $1 )); then
		say "time-out: the script did not end within $TIMEOUT s of the machine's start (--timeout)"
		RESULT=$EXIT_TIMEOUT
	else
		say "time-out: the guest did not reach its init within $((TIMEOUT < BOOT_SECONDS ? TIMEOUT : BOOT_SECONDS)) s"
		RESULT=$EXIT_TIMEOUT
	fi
	[[ -n $RESULT ]] || RESULT=$EXIT_SPLAT
	(( RESULT == EXIT_SPLAT )) || boot_console_tail
}

boot_console_tail()
{
	[[ -s $LOGS/console.log ]] || return 0
	say "the console's last lines:"
	tail -n 15 "$LOGS/console.log" | tr -d '\r' >&2
}

boot_no_verdict()
{
	local index

	if [[ -s $LOGS/console.log ]]; then
		say "the machine went off without a verdict"
		boot_console_tail
		return
	fi
	RESULT=$EXIT_LAB
	for index in "${!MODEM_SOCKET[@]}"; do
		if grep -q "/lab/modem$index/.*Connection refused" "$LOGS/qemu.log"; then
			say "error: nobody serves the modem socket ${MODEM_SOCKET[index]}"
			return
		elif grep -q "/lab/modem$index/.*timed out" "$LOGS/qemu.log"; then
			say "error: the modem socket ${MODEM_SOCKET[index]} is busy, or not a vfio-user server's"
			return
		fi
	done
	say "error: QEMU did not start the machine: $(tail -n 1 "$LOGS/qemu.log")"
}

# All that the machine said has been said before the next line is ours.
boot_stop()
{
	kill -KILL "$QEMU_PID" 2>/dev/null || :
	reap "$QEMU_PID" || :
	if [[ -n $TERMINAL_STATE ]]; then
		stty "$TERMINAL_STATE"
		TERMINAL_STATE=
	fi
	# Its end of the pipe is shut when the last of the jail is gone.
	reap "$OUTPUT_PID" || :
	# The whole console is judged at the end, by boot_judge.
	kill "$CONSOLE_PID" 2>/dev/null || :
	unset "CHILDREN[$CONSOLE_PID]"
}

# boot_judge: what console and modems say on top of the script's status.
boot_judge()
{
	local status

	if (( $(splat_count "$LOGS/console.log") )); then
		RESULT=$EXIT_SPLAT
		say "kernel splats:"
		splat_report "$LOGS/console.log" >&2
	fi
	modem_stop && status=0 || status=$?
	case $status in
	0)
		;;
	"$EXIT_BREACHES")
		[[ $BREACHES == report ]] || (( RESULT )) || RESULT=$status
		;;
	*)
		(( RESULT )) || RESULT=$status
		;;
	esac
}
