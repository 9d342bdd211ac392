// SPDX-License-Identifier: GPL-2.0-only
/*
 * All register access. A read of all ones that the configuration space confirms
 * means that the function has left the bus; from then on nothing is written.
 */
#include "iosm_mmio.h"

#include <linux/io.h>
#include <linux/pci.h>

#include "iosm.h"
#include "iosm_power.h"
#include "iosm_trace.h"

static void __iomem *iosm_mmio_map_bar(struct iosm_dev *iosm, int bar,
				       resource_size_t need)
{
	struct pci_dev *pdev = iosm->pdev;

	if (!(pci_resource_flags(pdev, bar) & IORESOURCE_MEM) ||
	    pci_resource_len(pdev, bar) < need) {
		dev_err(&pdev->dev, "BAR%d is missing or smaller than %pa bytes\n",
			bar, &need);
		return NULL;
	}
	return pcim_iomap(pdev, bar, 0);
}

/**
 * iosm_mmio_map() - map doorbells and scratchpad
 * @iosm: device, enabled with pcim_enable_device()
 *
 * The mappings are released with the device.
 *
 * Context: Process, may sleep.
 * Return: 0; -ENODEV when a BAR is unusable.
 */
int iosm_mmio_map(struct iosm_dev *iosm)
{
	struct iosm_mmio *mmio = &iosm->mmio;

	mmio->doorbell = iosm_mmio_map_bar(iosm, IOSM_BAR_DOORBELL,
					   IOSM_DOORBELL_BAR_MIN);
	mmio->scratchpad = iosm_mmio_map_bar(iosm, IOSM_BAR_SCRATCHPAD,
					     IOSM_SCRATCH_BAR_MIN);
	if (!mmio->doorbell || !mmio->scratchpad)
		return -ENODEV;
	return 0;
}

static u32 iosm_mmio_read(struct iosm_dev *iosm, unsigned int offset)
{
	u32 value;

	if (iosm_mmio_gone(iosm))
		return IOSM_ALL_ONES;

	value = readl(iosm->mmio.scratchpad + offset);
	if (value == IOSM_ALL_ONES && !pci_device_is_present(iosm->pdev))
		WRITE_ONCE(iosm->mmio.gone, true);
	return value;
}

/**
 * iosm_mmio_stage() - read the execution stage
 * @iosm: device
 *
 * Context: Any but hard interrupt.
 * Return: a value of &enum iosm_exec_stage, or anything else when the modem is
 * broken or gone.
 */
u32 iosm_mmio_stage(struct iosm_dev *iosm)
{
	return iosm_mmio_read(iosm, IOSM_SCRATCH_STAGE);
}

/**
 * iosm_mmio_ipc_status() - read the IPC status
 * @iosm: device
 *
 * Context: Any but hard interrupt.
 * Return: a value of &enum iosm_ipc_status, or anything else.
 */
u32 iosm_mmio_ipc_status(struct iosm_dev *iosm)
{
	return iosm_mmio_read(iosm, IOSM_SCRATCH_IPC_STATUS);
}

/**
 * iosm_mmio_version() - read the IPC version
 * @iosm: device whose IPC is running
 *
 * Context: Any but hard interrupt.
 * Return: version; all ones when the modem is gone.
 */
u32 iosm_mmio_version(struct iosm_dev *iosm)
{
	return iosm_mmio_read(iosm, IOSM_SCRATCH_VERSION);
}

/**
 * iosm_mmio_capabilities() - read the capabilities
 * @iosm: device whose IPC is running
 *
 * Context: Any but hard interrupt.
 * Return: IOSM_CAP_* bits; only meaningful from IOSM_VERSION_WITH_CAPS on.
 */
u32 iosm_mmio_capabilities(struct iosm_dev *iosm)
{
	return iosm_mmio_read(iosm, IOSM_SCRATCH_CAPABILITIES);
}

/**
 * iosm_mmio_ring() - write a doorbell
 * @iosm: device
 * @doorbell: IOSM_DOORBELL_HP, _IPC or _SLEEP
 * @value: what to write
 *
 * All earlier writes to memory are visible to the modem before the doorbell.
 *
 * Context: Any.
 */
void iosm_mmio_ring(struct iosm_dev *iosm, unsigned int doorbell, u32 value)
{
	if (iosm_mmio_gone(iosm))
		return;
	iosm_count(iosm, IOSM_CNT_DOORBELLS);
	trace_iosm_doorbell(iosm, doorbell, value);
	writel(value, iosm->mmio.doorbell + IOSM_DOORBELL_REG(doorbell));
}

/* The registers are 4-byte aligned only: never one 8-byte access. */
static void iosm_mmio_write64(struct iosm_dev *iosm, unsigned int offset,
			      u64 value)
{
	if (iosm_mmio_gone(iosm))
		return;
	writel(lower_32_bits(value), iosm->mmio.scratchpad + offset);
	writel(upper_32_bits(value), iosm->mmio.scratchpad + offset + 4);
}

/**
 * iosm_mmio_set_context() - tell the modem where the context info is
 * @iosm: device whose IPC is initialised
 * @address: bus address of &struct iosm_wire_context
 *
 * A memory window of 0..0 tells it not to check addresses.
 *
 * Context: Any.
 */
void iosm_mmio_set_context(struct iosm_dev *iosm, u64 address)
{
	iosm_mmio_write64(iosm, IOSM_SCRATCH_WINDOW_BASE, 0);
	iosm_mmio_write64(iosm, IOSM_SCRATCH_WINDOW_END, 0);
	iosm_mmio_write64(iosm, IOSM_SCRATCH_CONTEXT, address);
}

/**
 * iosm_mmio_gone() - has the function left the bus?
 * @iosm: device
 *
 * Context: Any.
 * Return: true when no register may be accessed.
 */
bool iosm_mmio_gone(const struct iosm_dev *iosm)
{
	return READ_ONCE(iosm->mmio.gone);
}

/**
 * iosm_mmio_cut() - access no register any more
 * @iosm: device whose bus has failed; iosm_mmio_present() ends this
 *
 * Context: Any.
 */
void iosm_mmio_cut(struct iosm_dev *iosm)
{
	WRITE_ONCE(iosm->mmio.gone, true);
}

/**
 * iosm_mmio_restore_config() - bring back the configuration that probe left
 * @iosm: device; a function that lost power has forgotten its BARs, and more
 *
 * Context: Process, may sleep.
 * Return: 0 or an errno of pci_load_saved_state().
 */
int iosm_mmio_restore_config(struct iosm_dev *iosm)
{
	int err;

	err = pci_load_saved_state(iosm->pdev, iosm->config);
	if (err)
		return err;
	pci_restore_state(iosm->pdev);
	return 0;
}

/**
 * iosm_mmio_leave_config() - hand the configuration to the PCI core
 * @iosm: device that the driver leaves
 *
 * See iosm_mmio_find_config().
 *
 * Context: Process.
 */
void iosm_mmio_leave_config(struct iosm_dev *iosm)
{
	pci_load_saved_state(iosm->pdev, iosm->config);
}

/*
 * One that did not answer when the system woke up, or did not leave D3hot, is without power
 * to the PCI core, which writes no interrupt message to such a function, nor restores one.
 */
static bool iosm_mmio_powered(struct iosm_dev *iosm)
{
	return iosm->pdev->current_state == PCI_D0;
}

/*
 * After a loss of power, or a reset of a function that read as all ones: the PCI core
 * saves before a reset what it then writes back.
 */
static bool iosm_mmio_config_lost(struct iosm_dev *iosm, u16 command)
{
	pci_bus_addr_t address = pci_bus_address(iosm->pdev, IOSM_BAR_DOORBELL);
	u32 bar;

	if (!(command & PCI_COMMAND_MEMORY))
		return true;
	pci_read_config_dword(iosm->pdev, PCI_BASE_ADDRESS_0, &bar);
	return (bar & PCI_BASE_ADDRESS_MEM_MASK) != lower_32_bits(address);
}

static int iosm_mmio_check_config(struct iosm_dev *iosm)
{
	u16 command;

	pci_read_config_word(iosm->pdev, PCI_COMMAND, &command);
	if (PCI_POSSIBLE_ERROR(command) || !iosm_mmio_powered(iosm)) {
		dev_err(iosm_device(iosm),
			"modem does not answer: link down or power lost; bind it again when it is back\n");
		return -ENODEV;
	}
	return iosm_mmio_config_lost(iosm, command) ? -EIO : 0;
}

/**
 * iosm_mmio_find_config() - bring back a configuration that was lost before probe
 * @iosm: device, enabled
 *
 * When the bus recovers from an error it resets the function, and leaves it to the
 * driver to restore it: a function that had none just then has no BARs any more. The
 * PCI core still has what it saved last, or what an earlier instance of this driver
 * left.
 *
 * Context: Process, may sleep.
 * Return: 0; -ENODEV when the function does not answer; -EIO when nobody knows its
 * configuration any more.
 */
int iosm_mmio_find_config(struct iosm_dev *iosm)
{
	int err;

	err = iosm_mmio_check_config(iosm);
	if (err != -EIO)
		return err;
	pci_restore_state(iosm->pdev);
	err = iosm_mmio_check_config(iosm);
	if (err != -EIO)
		return err;
	dev_err(iosm_device(iosm),
		"the function has lost its configuration; remove it and rescan the bus\n");
	return -EIO;
}

/* What one came back without; all of it where nobody knows what was written meanwhile. */
static void iosm_mmio_restore(struct iosm_dev *iosm, u16 command)
{
	struct iosm_mmio *mmio = &iosm->mmio;
	bool lost = iosm_mmio_config_lost(iosm, command);

	if (!lost && !mmio->unpowered)
		return;
	if (lost)
		dev_warn(iosm_device(iosm),
			 "modem lost its configuration; restoring it\n");
	if (iosm_mmio_restore_config(iosm))
		WRITE_ONCE(mmio->gone, true);
	else
		mmio->unpowered = false;
}

/**
 * iosm_mmio_present() - can the registers be read?
 * @iosm: device without a run
 *
 * Forgets an earlier verdict, has a function powered up that came back without the PCI
 * core's knowing, and restores the configuration of one that came back without it.
 *
 * Context: Process, life worker.
 * Return: false when the function is not on the bus, not powered up yet, or nothing may be
 * begun.
 */
bool iosm_mmio_present(struct iosm_dev *iosm)
{
	struct iosm_mmio *mmio = &iosm->mmio;
	u16 command;

	pci_read_config_word(iosm->pdev, PCI_COMMAND, &command);
	WRITE_ONCE(mmio->gone, PCI_POSSIBLE_ERROR(command));
	/* Pairs with that in iosm_life_forbid(): the cut stays, or what calls for it is seen. */
	smp_mb();
	if (!iosm_life_wanted(iosm))
		WRITE_ONCE(mmio->gone, true);
	if (mmio->gone)
		return false;
	if (iosm_power_rises(iosm) || !iosm_mmio_powered(iosm)) {
		mmio->unpowered = true;
		WRITE_ONCE(mmio->gone, true);
		iosm_power_up(iosm);
		return false;
	}
	iosm_mmio_restore(iosm, command);
	return !mmio->gone;
}

/**
 * iosm_mmio_intact() - is the function as the run needs it?
 * @iosm: device with a run
 *
 * Forgets an earlier verdict. One that has lost its configuration has lost the run with
 * it: nothing is restored under a live run, and no register accessed before
 * iosm_mmio_present() has restored it.
 *
 * Context: Process, life worker at rest.
 * Return: false when it is not on the bus, or not configured.
 */
bool iosm_mmio_intact(struct iosm_dev *iosm)
{
	struct iosm_mmio *mmio = &iosm->mmio;
	u16 command;

	pci_read_config_word(iosm->pdev, PCI_COMMAND, &command);
	WRITE_ONCE(mmio->gone, PCI_POSSIBLE_ERROR(command) ||
			       !iosm_mmio_powered(iosm) ||
			       !(command & PCI_COMMAND_MASTER) ||
			       iosm_mmio_config_lost(iosm, command));
	return !mmio->gone;
}

/**
 * iosm_mmio_end_dma() - let the function reach no memory any more
 * @iosm: device
 *
 * One that does not answer may not have heard of it.
 *
 * Context: Process.
 * Return: true when the function confirms it.
 */
bool iosm_mmio_end_dma(struct iosm_dev *iosm)
{
	u16 command;

	pci_clear_master(iosm->pdev);
	pci_read_config_word(iosm->pdev, PCI_COMMAND, &command);
	return !PCI_POSSIBLE_ERROR(command) && !(command & PCI_COMMAND_MASTER);
}
