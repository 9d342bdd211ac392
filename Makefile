# SPDX-License-Identifier: GPL-2.0-or-later
#
# What people type. The work is in driver/, vmodem/, lab/, tests/, bench/, demo/ and packaging/;
# contributing.md in docs/ says more.

# Of the kernel that the driver is built for.
KDIR ?= /lib/modules/$(shell uname -r)/build

all: driver vmodem

driver:
	@test -e "$(KDIR)/Makefile" || { \
		echo "no kernel headers in $(KDIR): install those of your kernel (linux-headers-$$(uname -r)) or give KDIR=" >&2; \
		exit 1; }
	$(MAKE) -C driver KDIR="$(KDIR)"

vmodem:
	$(MAKE) -C vmodem

check:
	tests/run $(CHECK_OPTIONS)

# Every scenario on every kernel: an hour.
check-full:
	tests/run --kernel 6.1 --kernel 6.12 --kernel 7.3 --total 7200 $(CHECK_OPTIONS)

# Every scenario once with KASAN, UBSAN, lockdep, kmemleak and DMA-API debug: an hour, as all
# takes ten times as long; more machines than processors only make each other late.
check-sanitizer:
	tests/run --level vm --once --kernel sanitizer --jobs $(shell nproc) --slow 6 --total 14400 \
		$(CHECK_OPTIONS)

# 200 events of a modem's life by chance, and an error that takes three minutes.
# CHECK_OPTIONS="--env LIFE_SEED=N" for other events, and LIFE_KERNELS=sanitizer with
# CHECK_OPTIONS="--slow 6" for that kernel.
LIFE_KERNELS ?= 6.1 6.12 7.3
check-life:
	tests/run --level vm --filter 'life-@(random|aer-failed)/*' --env LIFE_EVENTS=200 --limit 2400 \
		--total 14400 $(LIFE_KERNELS:%=--kernel %) $(CHECK_OPTIONS)

# The same scenarios with the driver that the guests' kernels bring; its known defects
# are in docs/intree-exceptions.md.
check-intree:
	tests/run --level vm --driver intree --total 7200 $(CHECK_OPTIONS)

# A hostile guest against the virtual modem; clang's libFuzzer.
fuzz-vmodem:
	$(MAKE) -C tests/fuzz run FUZZ_SECONDS=$(or $(FUZZ_SECONDS),600)

# ModemManager and NetworkManager of Debian 13 and 12 on the virtual modem.
check-modemmanager:
	tests/run --level mm $(CHECK_OPTIONS)

# Both drivers in turn on one machine: table, JSON, plots.
bench:
	bench/run $(BENCH_OPTIONS)

demo:
	demo/run

install:
	packaging/install

uninstall:
	packaging/uninstall

clean:
	rm -rf build
	$(MAKE) -C vmodem clean
	rm -rf driver/.tmp_versions
	find driver \( -name '*.o' -o -name '*.ko' -o -name '*.mod' -o -name '*.mod.c' -o \
		-name '.*.cmd' -o -name 'Module.symvers' -o -name 'modules.order' \) -delete

help:
	@echo "make                     the driver for the running kernel (KDIR=) and the virtual modem"
	@echo "make demo                boots a machine with both, connects, pings: see it work"
	@echo "make check               the tests, without those named apart below; CHECK_OPTIONS go to tests/run"
	@echo "make check-full          all scenarios on all kernels, where make check has some on one only"
	@echo "make check-sanitizer     each scenario once, with KASAN, UBSAN, lockdep, kmemleak, DMA-API debug"
	@echo "make check-life          200 random crashes, resets, sleeps, removals on each kernel"
	@echo "make fuzz-vmodem         a hostile guest against the virtual modem (FUZZ_SECONDS=600)"
	@echo "make check-intree        all scenarios with the in-tree driver, for comparison"
	@echo "make check-modemmanager  ModemManager and NetworkManager with the virtual modem"
	@echo "make bench               this driver and the in-tree one, measured in turn (BENCH_OPTIONS=--quick)"
	@echo "make install             the driver on this machine, by DKMS (as root)"
	@echo "make uninstall           takes it away again"
	@echo "make clean               what was built here; the lab's cache stays"

.PHONY: all driver vmodem check check-full check-life check-sanitizer check-intree check-modemmanager fuzz-vmodem bench demo install uninstall clean help
