#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Lines that splat.sh must see and lines that it must not, from real kernels;
# prints TAP. A new kind of either gets its line here first.

set -eu

lab=$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")
# shellcheck source-path=SCRIPTDIR source=lib/splat.sh
. "$lab/lib/splat.sh"

count=0
failed=0

result()
{
	count=$((count + 1))
	if [[ $1 == 0 ]]; then
		printf 'ok %d - %s\n' "$count" "$2"
	else
		printf 'not ok %d - %s\n' "$count" "$2"
		failed=$((failed + 1))
	fi
}

# Each line alone, as the watcher sees it: seen (0) or not (1).
while IFS= read -r line; do
	[[ -n $line && $line != '#'* ]] || continue
	splat_watch <<<"$line" && status=0 || status=1
	result "$status" "seen: ${line:0:100}"
done <<'SEEN'
# WARN(), before and since 6.17
[   12.345678] WARNING: CPU: 1 PID: 312 at drivers/net/wwan/iosm/iosm_ipc_pm.c:83 ipc_pm_signal_hpda_doorbell+0x1c/0x40 [iosm]
[   12.345678] WARNING: drivers/net/wwan/wwan_core.c:101 at wwan_remove_dev+0x80/0x90 [wwan], CPU#1: rmmod/312
[   12.345678][  T312] WARNING: CPU: 1 PID: 312 at kernel/dma/debug.c:1 check_unmap+0x1c/0x40
<4>[   12.345678] WARNING: CPU: 1 PID: 312 at kernel/dma/debug.c:1 check_unmap+0x1c/0x40
[   12.345678] ------------[ cut here ]------------
# BUG() and faults
[   12.345678] kernel BUG at net/core/skbuff.c:211!
[   12.345678] BUG: kernel NULL pointer dereference, address: 0000000000000008
[   12.345678] BUG: unable to handle page fault for address: ffffc90000123000
[   12.345678] Oops: 0000 [#1] PREEMPT SMP NOPTI
[   12.345678] Oops: Oops: 0002 [#1] SMP NOPTI
[   12.345678] invalid opcode: 0000 [#1] PREEMPT SMP NOPTI
[   12.345678] general protection fault, probably for non-canonical address 0xdffffc0000000001: 0000 [#1] SMP KASAN
[   12.345678] Oops: general protection fault, kernel NULL pointer dereference 0x0: 0000 [#1] SMP
[   12.345678] divide error: 0000 [#1] SMP KASAN
[   12.345678] Kernel panic - not syncing: Fatal exception in interrupt
[   12.345678] Unable to handle kernel paging request at virtual address ffff8000
[   12.345678] BUG: stack guard page was hit at 00000000b5d9f8a5 (stack is 00000000)
[   12.345678] Kernel panic - not syncing: corrupted stack end detected inside scheduler
# memory
[   12.345678] BUG: KASAN: slab-use-after-free in ipc_mux_dl_decode+0x120/0x300 [iosm]
[   12.345678] BUG: KASAN: slab-out-of-bounds in iosm_rx_poll+0x12/0x30 [iosm]
[   12.345678] BUG: KFENCE: use-after-free read in test_double_free+0x1c/0x40
[   12.345678] BUG: KCSAN: data-race in iosm_a / iosm_b
[   12.345678] BUG kmalloc-64 (Tainted: G           O      ): Poison overwritten
[   12.345678] BUG skbuff_head_cache (Not tainted): Objects remaining on __kmem_cache_shutdown()
[   12.345678] BUG: Bad page state in process iperf3  pfn:12345
[   12.345678] BUG: Bad page map in process sh  pte:800000000 pmd:123456
[   12.345678] UBSAN: array-index-out-of-bounds in drivers/net/wwan/iosm/iosm_ipc_mux.c:12:3
[   12.345678] UBSAN: shift-out-of-bounds in drivers/net/x.c:1:2
[   12.345678] list_add corruption. prev->next should be next (ffff8880), but was ffff8881.
[   12.345678] list_del corruption, ffff888 is LIST_POISON1
[   12.345678] refcount_t: underflow; use-after-free.
[   12.345678] refcount_t: saturated; leaking memory.
[   12.345678] ODEBUG: free active (active state 0) object: 00000000 object type: timer_list hint: x
[   12.345678] kswapd0: page allocation failure: order:0, mode:0x40dc0(GFP_KERNEL|__GFP_COMP)
[   12.345678] kmemleak: unreferenced object 0xffff888104b3c000 (size 192):
[   12.345678] kmemleak: 3 new suspected memory leaks (see /sys/kernel/debug/kmemleak)
# locks and time
[   12.345678] WARNING: possible circular locking dependency detected
[   12.345678] WARNING: possible recursive locking detected
[   12.345678] WARNING: inconsistent lock state
[   12.345678] WARNING: suspicious RCU usage
[   12.345678] WARNING: lock held when returning to user space!
[   12.345678] WARNING: bad unlock balance detected!
[   12.345678] WARNING: HARDIRQ-safe -> HARDIRQ-unsafe lock order detected
[   12.345678] INFO: trying to register non-static key.
[   12.345678] BUG: MAX_LOCKDEP_CHAIN_HLOCKS too low!
[   12.345678] BUG: sleeping function called from invalid context at mm/slab.h:494
[   12.345678] BUG: scheduling while atomic: swapper/0/0/0x00000102
[   12.345678] BUG: spinlock bad magic on CPU#0, swapper/0/1
[   12.345678] BUG: workqueue lockup - pool cpus=0 node=0 flags=0x0 nice=0 stuck for 33s!
[   12.345678] BUG: using smp_processor_id() in preemptible [00000000] code: sh/120
[   12.345678] watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [kworker/1:1:25]
[   12.345678] INFO: task rmmod:312 blocked for more than 40 seconds.
[   12.345678] INFO: task kworker/u8:1:20 blocked on a mutex likely owned by task rmmod:312.
[   12.345678] rcu: INFO: rcu_preempt self-detected stall on CPU
[   12.345678] rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:
[   12.345678] rcu: rcu_preempt kthread starved for 5250 jiffies! g1 f0x0 RCU_GP_WAIT_FQS(5)
# devices
[   12.345678] DMA-API: iosm 0000:01:00.0: device driver frees DMA memory with different size
[   12.345678] DMA-API: pci 0000:01:00.0: device driver has pending DMA allocations while released from device
[   12.345678] DMA-API: exceeded 7 overlapping mappings of cacheline 0x00000
[   12.345678] DMAR: [DMA Read NO_PASID] Request device [01:00.0] fault addr 0xfffff000 [fault reason 0x06] PTE Read access is not set
[   12.345678] DMAR: DRHD: handling fault status reg 2
[   12.345678] irq 24: nobody cared (try booting with the "irqpoll" option)
[   12.345678] NETDEV WATCHDOG: wwan0 (iosm): transmit queue 0 timed out
[   12.345678] iosm 0000:01:00.0 wwan0: NETDEV WATCHDOG: CPU: 0: transmit queue 0 timed out 5000 ms
[   12.345678] unregister_netdevice: waiting for wwan0 to become free. Usage count = 2
[   12.345678] sysfs: cannot create duplicate filename '/class/wwan/wwan0'
[   12.345678] kobject: '(null)' (000000): tried to init an initialized object, something is seriously wrong.
[   12.345678] Device 'wwan0' does not have a release() function, it is broken and must be fixed.
SEEN

while IFS= read -r line; do
	[[ -n $line && $line != '#'* ]] || continue
	splat_watch <<<"$line" && status=1 || status=0
	result "$status" "passed over: ${line:0:100}"
done <<'UNSEEN'
[    0.000000] DEBUG: something
[    0.000000] Spectre V2 : WARNING: Unprivileged eBPF is enabled with eIBRS on, data leaks possible via Spectre v2 BHB attacks!
[    0.123456] unchecked MSR access error: RDMSR from 0x852 at rIP: 0xffffffff8108e7a4 (native_apic_msr_read+0x4/0x10)
[    1.677177] mtrr: your CPUs had inconsistent fixed MTRR settings
[    0.512345] DMA-API: preallocated 65536 debug entries
[    0.512345] DMA-API: debugging enabled by kernel config
[    0.512345] DMAR: Host address width 39
[    0.512345] DMAR: DRHD base: 0x000000fed90000 flags: 0x0
[    0.512345] DMAR: Intel(R) Virtualization Technology for Directed I/O
[    0.512345] rcu: Preemptible hierarchical RCU implementation.
[    0.512345] rcu: Hierarchical SRCU implementation.
[    0.512345] kmemleak: Kernel memory leak detector initialized (mem pool available: 15679)
[    0.512345] kmemleak: Automatic memory scanning thread started
[    0.512345] kasan: KernelAddressSanitizer initialized (generic)
[    0.512345] Lock dependency validator: Copyright (c) 2006 Red Hat, Inc., Ingo Molnar
[    5.512345] workqueue: output_poll_execute hogged CPU for >10000us 4 times, consider switching to WQ_UNBOUND
[    5.512345] clocksource: timekeeping watchdog on CPU1: Marking clocksource 'tsc' as unstable because the skew is too large:
[    5.512345] traps: a.out[312] general protection fault ip:401136 sp:7ffd error:0 in a.out[401000+1000]
[    5.512345] a.out[312]: segfault at 0 ip 0000000000401136 sp 00007ffd error 4 in a.out[401000+1000]
[    5.512345] traps: a.out[312] trap invalid opcode ip:401136 sp:7ffd error:0 in a.out[401000+1000]
[    5.512345] FAULT_INJECTION: forcing a failure.
[    5.512345] iosm: loading out-of-tree module taints kernel.
[    5.512345] iosm: module verification failed: signature and/or required key missing - tainting kernel
[    5.512345] iosm 0000:01:00.0: WARNING: the modem sent a short block
[    5.512345] iosm 0000:01:00.0: modem crashed, stage 0xbadc0ded
[    5.512345] pcieport 0000:00:04.0: AER: Uncorrectable (Non-Fatal) error message received from 0000:01:00.0
[    5.512345] pcieport 0000:00:04.0: pciehp: Slot(1): Link Down
[    5.512345] NMI watchdog: Perf NMI watchdog permanently disabled
[    5.512345] sysrq: Power Off
[    5.512345] reboot: Power down
[    5.512345] lkdtm: Performing direct entry WARNING
UNSEEN

# A report holds its splat, ends with it, and leaves the rest out.
console=$(mktemp)
trap 'rm -f "$console"' EXIT
cat >"$console" <<'EOF'
[    5.000000] iosm: before
[    6.000000] ------------[ cut here ]------------
[    6.000001] WARNING: CPU: 1 PID: 312 at x.c:83 f+0x1c/0x40 [iosm]
[    6.000002] Call Trace:
[    6.000003]  g+0x1c/0x40
[    6.000004] ---[ end trace 0000000000000000 ]---
[    6.000005] iosm: after
[   26.000000] BUG: sleeping function called from invalid context at x.c:1
[   26.000001] Call Trace:
[   36.000000] iosm: much later
EOF
report=$(splat_report "$console")
[[ $report == *'cut here'*'g+0x1c'*'end trace'*'sleeping function'*'Call Trace'* ]] &&
	status=0 || status=1
result "$status" "a report holds the splats' lines"
[[ $report != *iosm:* ]] && status=0 || status=1
result "$status" "a report leaves out what is no part of them"

printf '1..%d\n' "$count"
(( failed == 0 ))
