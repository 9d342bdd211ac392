// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resets of the function. Whoever resets it, the run ends before and a new one is
 * made behind it.
 */
#include "iosm_reset.h"

#include <linux/acpi.h>
#include <linux/pci.h>
#include <linux/sched.h>

#include "iosm.h"

/* The worker's own reset: it has ended the run, and can't wait for itself. */
static bool iosm_reset_is_ours(struct iosm_dev *iosm)
{
	return READ_ONCE(iosm->life.resetter) == current;
}

static bool iosm_reset_link_up(struct iosm_dev *iosm)
{
	struct pci_dev *port = pci_upstream_bridge(iosm->pdev);
	u32 capabilities;
	u16 status;

	if (!port)
		return true;
	pcie_capability_read_dword(port, PCI_EXP_LNKCAP, &capabilities);
	if (!(capabilities & PCI_EXP_LNKCAP_DLLLARC))
		return true;
	pcie_capability_read_word(port, PCI_EXP_LNKSTA, &status);
	return status & PCI_EXP_LNKSTA_DLLLA;
}

static bool iosm_reset_by_platform(struct iosm_dev *iosm)
{
#ifdef CONFIG_ACPI
	acpi_handle handle = ACPI_HANDLE(iosm_device(iosm));

	return handle && acpi_has_method(handle, "_RST");
#else
	return false;
#endif
}

/**
 * iosm_reset_reaches() - could a reset reach the function?
 * @iosm: device
 *
 * One that does not even answer configuration accesses can't be told to reset
 * itself. The PCI core would tell it, and then wait a minute for an answer with the
 * device locked: the system's sleep, an unbind and the slot's button would wait with
 * it. Only a method of the platform does without the function.
 *
 * Context: Process.
 * Return: false when the link is down, or a reset would be lost.
 */
bool iosm_reset_reaches(struct iosm_dev *iosm)
{
	if (!iosm_reset_link_up(iosm))
		return false;
	return pci_device_is_present(iosm->pdev) || iosm_reset_by_platform(iosm);
}

/**
 * iosm_reset() - reset the function
 * @iosm: device without a run
 * @attempt: 0 first; odd ones reset the bus in place of the function, if the modem
 *	is alone on it
 *
 * The PCI core knows which means there are, and takes the least one: the ACPI
 * method of the platform or a function level reset.
 *
 * Context: Life worker, may sleep.
 * Return: 0; -EAGAIN when somebody else deals with the device now; another errno
 * when it can't be reset.
 */
int iosm_reset(struct iosm_dev *iosm, unsigned int attempt)
{
	bool bus = attempt % 2 && list_is_singular(&iosm->pdev->bus->devices);
	int err;

	WRITE_ONCE(iosm->life.resetter, current);
	err = bus ? pci_reset_bus(iosm->pdev) :
		    pci_try_reset_function(iosm->pdev);
	WRITE_ONCE(iosm->life.resetter, NULL);
	if (!err)
		dev_info(iosm_device(iosm), "modem was reset (%s)\n",
			 bus ? "bus" : "function");
	return err;
}

static void iosm_reset_prepare(struct pci_dev *pdev)
{
	struct iosm_dev *iosm = pci_get_drvdata(pdev);

	if (!iosm_reset_is_ours(iosm))
		iosm_life_hold(iosm, IOSM_HOLD_RESET);
}

static void iosm_reset_done(struct pci_dev *pdev)
{
	struct iosm_dev *iosm = pci_get_drvdata(pdev);

	if (iosm_reset_is_ours(iosm))
		return;
	iosm_life_pardon(iosm);
	/* It ends an error too, of which the bus could not recover. */
	iosm_life_release(iosm, IOSM_HOLD_ERROR);
	iosm_life_release(iosm, IOSM_HOLD_RESET);
}

/* The worker may just have found the function well, and must not bring it back. */
static void iosm_reset_cut(struct iosm_dev *iosm)
{
	iosm_life_forbid(iosm, IOSM_HOLD_ERROR);
	iosm_mmio_cut(iosm);
	iosm_life_hold(iosm, IOSM_HOLD_ERROR);
}

static pci_ers_result_t iosm_reset_error_detected(struct pci_dev *pdev,
						  pci_channel_state_t state)
{
	struct iosm_dev *iosm = pci_get_drvdata(pdev);

	/* The function answers; whether the modem does, the worker finds out. */
	if (state == pci_channel_io_normal) {
		iosm_life_kick(iosm);
		return PCI_ERS_RESULT_CAN_RECOVER;
	}
	iosm_reset_cut(iosm);
	if (state == pci_channel_io_frozen)
		return PCI_ERS_RESULT_NEED_RESET;
	/* The bus gives up, and nobody calls again: what comes back is the worker's. */
	iosm_life_release(iosm, IOSM_HOLD_ERROR);
	return PCI_ERS_RESULT_DISCONNECT;
}

static pci_ers_result_t iosm_reset_mmio_enabled(struct pci_dev *pdev)
{
	return PCI_ERS_RESULT_RECOVERED;
}

static pci_ers_result_t iosm_reset_slot_reset(struct pci_dev *pdev)
{
	struct iosm_dev *iosm = pci_get_drvdata(pdev);

	/*
	 * The modem may be up: after a non-fatal error that called for a reset only in a
	 * neighbour's eyes, after a reset by somebody else, or past the hold's limit. What
	 * is restored has no bus master, and before that no register answers.
	 */
	iosm_reset_cut(iosm);
	if (!iosm_mmio_restore_config(iosm))
		return PCI_ERS_RESULT_RECOVERED;
	iosm_life_release(iosm, IOSM_HOLD_ERROR);
	return PCI_ERS_RESULT_DISCONNECT;
}

static void iosm_reset_resume(struct pci_dev *pdev)
{
	struct iosm_dev *iosm = pci_get_drvdata(pdev);

	iosm_life_pardon(iosm);
	iosm_life_release(iosm, IOSM_HOLD_ERROR);
}

const struct pci_error_handlers iosm_reset_handlers = {
	.reset_prepare = iosm_reset_prepare,
	.reset_done = iosm_reset_done,
	.error_detected = iosm_reset_error_detected,
	.mmio_enabled = iosm_reset_mmio_enabled,
	.slot_reset = iosm_reset_slot_reset,
	.resume = iosm_reset_resume,
};
