# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Checks of the sources themselves.

# The newest kernel whose headers Debian's sparse understands.
readonly SPARSE_KERNEL=6.12

static_list()
{
	local kernel

	for kernel in 6.1 6.12 7.3; do
		echo "static/warnings-$kernel"
	done
	printf 'static/%s\n' sparse checkpatch shellcheck vmodem licences fuzz-vmodem manuals trace exceptions
}

# A warning is one whatever the compiler's exit status. Where sparse understands the headers
# it looks at each file beside the compiler.
static_warnings()
{
	local log=$SCRATCH/driver-$1.log options=(W=1)

	[[ $1 != "$SPARSE_KERNEL" ]] || options=(C=2 CF=-D__CHECK_ENDIAN__)
	"$CHECKOUT/lab/lab" build-driver --kernel "$1" "${options[@]}" >"$log" 2>&1 || {
		cat "$log"
		return 1
	}
	! grep -E '(warning|error):' "$log"
}

# A kernel that finds no sparse builds without it and says nothing that is a warning.
static_sparse()
{
	local log=$SCRATCH/driver-$SPARSE_KERNEL.log

	[[ -f $log ]] || static_warnings "$SPARSE_KERNEL" || return
	grep -q '^  CHECK ' "$log" || {
		cat "$log"
		echo "sparse has not looked at the driver"
		return 1
	}
	! grep -E '(warning|error):' "$log"
}

# No error, and no warning but those that docs/checkpatch.md names.
static_checkpatch()
{
	"$TESTS/lib/checkpatch" -f "$CHECKOUT"/driver/*.[ch] >"$SCRATCH/checkpatch.log" || :
	grep -q '^total: ' "$SCRATCH/checkpatch.log" || {
		cat "$SCRATCH/checkpatch.log"
		return 1
	}
	static_checkpatch_left <"$SCRATCH/checkpatch.log"
}

# What checkpatch says, without what docs/checkpatch.md allows: rows of a table with the
# file and the text of a warning. Returns 1 if anything is left.
static_checkpatch_left()
{
	awk -v allowed="$(sed -nE 's/^\| *`([^`]+)` *\| *([^|]*[^| ]) *\|.*/\1\t\2/p' \
			"$CHECKOUT/docs/checkpatch.md")" '
		BEGIN {
			count = split(allowed, row, "\n")
			for (i = 1; i <= count; i++) {
				split(row[i], field, "\t")
				file[i] = field[1]
				text[i] = field[2]
			}
		}
		!/^[^ ]+:[0-9]+: (ERROR|WARNING):/ { next }
		{
			for (i = 1; i <= count; i++) {
				if (index($1, "/" file[i] ":") && index($0, text[i]) && !/: ERROR:/)
					next
			}
			print
			left = 1
		}
		END { exit left }'
}

# Every file that a shell reads: by its name, its first line or its directive.
static_shell_files()
{
	git -C "$CHECKOUT" ls-files | while IFS= read -r file; do
		[[ -f $CHECKOUT/$file && ! -L $CHECKOUT/$file ]] || continue
		case $file in
		*.sh | *.c | *.h | *.md | *.hex)
			[[ $file != *.sh ]] || echo "$file"
			;;
		*)
			head -n 3 -- "$CHECKOUT/$file" | grep -qaE '^#!.*[/ ](ba|da)?sh|^# shellcheck shell=' &&
				echo "$file"
			;;
		esac
	done || :
}

static_shellcheck()
{
	local file programs=() parts=() status=0

	command -v shellcheck >/dev/null || host_install shellcheck || return
	cd "$CHECKOUT" || return
	while IFS= read -r file; do
		if [[ $(head -c 2 -- "$file") == '#!' ]]; then
			programs+=("$file")
		else
			parts+=("$file")
		fi
	done < <(static_shell_files)
	(( ${#programs[@]} )) || return
	shellcheck -S warning -x -P SCRIPTDIR "${programs[@]}" || status=1
	# Whether a variable is used cannot be told of a part of a program.
	(( ${#parts[@]} == 0 )) ||
		shellcheck -S warning -e SC2034 -x -P SCRIPTDIR "${parts[@]}" || status=1
	return "$status"
}

# host_install PACKAGE...: what this machine lacks
host_install()
{
	local as=()

	(( EUID == 0 )) || as=(sudo --)
	echo "installing on this machine: $*"
	"${as[@]}" "$CHECKOUT/lab/lib/install.sh" "$@"
}

# From nothing, as only what is compiled can be warned about.
static_vmodem()
{
	local copy=$SCRATCH/vmodem

	mkdir -p "$copy"
	cp -r "$CHECKOUT/vmodem" "$CHECKOUT/driver" "$copy/"
	make -C "$copy/vmodem" clean >/dev/null
	"$CHECKOUT/lab/lab" in-root --bind "$SCRATCH" make -C "$copy/vmodem" -j"$(nproc)" \
		CFLAGS="-O2 -Wall -Wextra -Werror" >"$SCRATCH/vmodem.log" 2>&1 || {
		cat "$SCRATCH/vmodem.log"
		return 1
	}
	! grep -E 'warning:' "$SCRATCH/vmodem.log"
}

# Every source says its licence; the driver's is GPL-2.0-only, the rest's or-later.
static_licences()
{
	local file wanted fault=0

	while IFS= read -r file; do
		wanted="GPL-2.0-or-later"
		[[ $file != driver/* ]] || wanted="GPL-2.0-only"
		# What both sides include may serve either.
		head -n 3 -- "$CHECKOUT/$file" | grep -qE "SPDX-License-Identifier: .*$wanted" && continue
		echo "$file: no SPDX-License-Identifier: $wanted"
		fault=1
	done < <(git -C "$CHECKOUT" ls-files -- '*.[ch]' '*.sh' '*Makefile' 'tests/run' 'lab/lab')
	return "$fault"
}

# On this machine, as the lab's tree has no clang.
static_fuzz_packages()
{
	local packages

	[[ -e $(clang -print-resource-dir 2>/dev/null)/lib ]] && pkg-config --exists slirp libcrypto 2>/dev/null &&
		return
	mapfile -t packages < <(grep -v '^#' "$CHECKOUT/vmodem/packages")
	host_install clang libclang-rt-dev "${packages[@]}"
}

# Half a minute of it: enough to see that it works and that nothing near was broken.
static_fuzz_vmodem()
{
	static_fuzz_packages || return
	mkdir -p "$BUILD/fuzz"
	make --no-print-directory -s -C "$TESTS/fuzz" -j"$(nproc)" "BUILD=$BUILD/fuzz" \
		FUZZ_SECONDS="${FUZZ_SECONDS:-30}" run >"$SCRATCH/fuzz.log" 2>&1 || {
		tail -n 60 "$SCRATCH/fuzz.log"
		return 1
	}
}

static_manuals()
{
	local page

	command -v mandoc >/dev/null || host_install mandoc || return
	for page in "$CHECKOUT"/vmodem/*.1; do
		mandoc -Tlint -Wwarning "$page" || return
	done
}

# Events that the modem records: layer and name, a line each.
static_trace_recorded()
{
	cat "$CHECKOUT"/vmodem/*.c | tr '\n' ' ' |
		grep -oE 'record_event\([^;"]*"[a-z]+",[[:space:]]*"[a-z0-9_]+"' |
		sed -E 's/.*"([a-z]+)",[[:space:]]*"([a-z0-9_]+)"/\1 \2/' | sort -u
}

# Those that the tables of docs/trace.md name.
static_trace_documented()
{
	awk -F'|' '
		/^\| *(`[^|]*)?\|/ {
			name = $2
			gsub(/[` ]/, "", name)
			if (name != "")
				layer = name
			count = split($3, event, ",")
			for (i = 1; i <= count; i++) {
				gsub(/[` ]/, "", event[i])
				print layer, event[i]
			}
		}' "$CHECKOUT/docs/trace.md" | sort -u
}

# Programs read the trace by its document.
static_trace()
{
	local missing

	missing=$(comm -23 <(static_trace_recorded) <(static_trace_documented))
	[[ -z $missing ]] && return
	echo "docs/trace.md does not name: $missing"
	return 1
}

# Every row for the in-tree driver names defects that its document explains.
static_exceptions()
{
	awk -F' *[|] *' '
		/^## / { part = $0; next }
		!/^\|/ || /^\| (defect|scenario|rule|---) / { next }
		!part {
			count = split($2, name, ", ")
			for (i = 1; i <= count; i++)
				known[name[i]] = 1
			next
		}
		{
			rows++
			count = split(part ~ /Scenarios/ ? $5 : $3, name, ", ")
			if (!count) name[count = 1] = "none"
			for (i = 1; i <= count; i++) {
				if (name[i] !~ /^[DN][0-9]+$/ || !(name[i] in known)) {
					print "docs/intree-exceptions.md: " $2 ": no such defect: " name[i]
					bad = 1
				}
			}
		}
		END { exit bad || !rows }' "$EXCEPTIONS"
}

# What compiles, the sparse kernel's driver first: the lab's own test waits for it.
static_run_compiled()
{
	local kernel

	for kernel in "$SPARSE_KERNEL" 6.1 7.3; do
		result_command "static/warnings-$kernel" static_warnings "$kernel"
	done
	result_command static/sparse static_sparse
	result_command static/vmodem static_vmodem
	result_command static/fuzz-vmodem static_fuzz_vmodem
}

static_run_read()
{
	result_command static/checkpatch static_checkpatch
	result_command static/shellcheck static_shellcheck
	result_command static/licences static_licences
	result_command static/manuals static_manuals
	result_command static/trace static_trace
	result_command static/exceptions static_exceptions
}
