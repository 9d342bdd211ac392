// SPDX-License-Identifier: GPL-2.0-only
/*
 * The PCI function: probe and remove. Probe returns at once; whether and when the
 * modem is up is the life worker's business.
 */
#include <linux/dma-mapping.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include "iosm.h"
#include "iosm_reset.h"
#include "iosm_run.h"
#include "iosm_rx.h"

static const struct iosm_model iosm_xmm7560 = {
	.name = "XMM7560",
	.channels = BIT(IOSM_CHANNEL_AT0) | BIT(IOSM_CHANNEL_AT1) |
		    BIT(IOSM_CHANNEL_MBIM),
};

static const struct iosm_model iosm_xmm7360 = {
	.name = "XMM7360",
	.channels = BIT(IOSM_CHANNEL_RPC) | BIT(IOSM_CHANNEL_AT0) |
		    BIT(IOSM_CHANNEL_AT1),
};

static const struct pci_device_id iosm_pci_ids[] = {
	{ PCI_VDEVICE(INTEL, IOSM_PCI_DEVICE_XMM7560),
	  .driver_data = (kernel_ulong_t)&iosm_xmm7560 },
	{ PCI_VDEVICE(INTEL, IOSM_PCI_DEVICE_XMM7360),
	  .driver_data = (kernel_ulong_t)&iosm_xmm7360 },
	{ }
};
MODULE_DEVICE_TABLE(pci, iosm_pci_ids);

static irqreturn_t iosm_pci_irq(int irq, void *data)
{
	struct iosm_dev *iosm = data;

	iosm_count(iosm, IOSM_CNT_INTERRUPTS);
	napi_schedule_irqoff(&iosm->napi);
	iosm_life_interrupt(iosm);
	return IRQ_HANDLED;
}

/*
 * Buffers may lie anywhere. Rings and the context never lay above 4 GiB with the
 * drivers that modems have met, so nobody knows whether all firmware copes with that.
 */
static int iosm_pci_set_dma_mask(struct pci_dev *pdev)
{
	int err;

	err = dma_set_mask(&pdev->dev, DMA_BIT_MASK(64));
	if (err)
		err = dma_set_mask(&pdev->dev, DMA_BIT_MASK(32));
	return err ?: dma_set_coherent_mask(&pdev->dev, DMA_BIT_MASK(32));
}

static int iosm_pci_init_napi(struct iosm_dev *iosm)
{
	iosm->napi_dev = alloc_netdev_dummy(0);
	if (!iosm->napi_dev)
		return -ENOMEM;
	netif_napi_add(iosm->napi_dev, &iosm->napi, iosm_rx_poll);
	return 0;
}

static void iosm_pci_destroy_napi(struct iosm_dev *iosm)
{
	netif_napi_del(&iosm->napi);
	free_netdev(iosm->napi_dev);
}

static int iosm_pci_init_irq(struct iosm_dev *iosm)
{
	struct pci_dev *pdev = iosm->pdev;
	int err;

	err = pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_MSI);
	if (err < 0)
		return err;
	err = request_irq(pci_irq_vector(pdev, 0), iosm_pci_irq, 0,
			  KBUILD_MODNAME, iosm);
	if (err)
		pci_free_irq_vectors(pdev);
	return err;
}

/*
 * A modem that loses power behind our back comes back with nothing set. One that goes away
 * right now must not be remembered as all ones, by the PCI core neither.
 */
static int iosm_pci_remember_config(struct iosm_dev *iosm)
{
	const u32 *header = iosm->pdev->saved_config_space;
	struct pci_saved_state *before = pci_store_saved_state(iosm->pdev);
	int err = 0;

	pci_save_state(iosm->pdev);
	if (PCI_POSSIBLE_ERROR(header[PCI_VENDOR_ID / 4]) ||
	    PCI_POSSIBLE_ERROR(header[PCI_INTERRUPT_LINE / 4]) ||
	    !pci_device_is_present(iosm->pdev)) {
		pci_load_saved_state(iosm->pdev, before);
		err = -ENODEV;
	} else {
		iosm->config = pci_store_saved_state(iosm->pdev);
		if (!iosm->config)
			err = -ENOMEM;
	}
	kfree(before);
	return err;
}

static void iosm_pci_destroy_irq(struct iosm_dev *iosm)
{
	free_irq(pci_irq_vector(iosm->pdev, 0), iosm);
	pci_free_irq_vectors(iosm->pdev);
}

/* Mappings and the enabled state are released with the device, regions are not. */
static int iosm_pci_init_function(struct iosm_dev *iosm)
{
	struct pci_dev *pdev = iosm->pdev;
	int err;

	err = pcim_enable_device(pdev);
	if (err)
		return err;
	err = iosm_mmio_find_config(iosm);
	if (err)
		return err;
	/* A modem that an earlier kernel left running must not reach memory. */
	pci_clear_master(pdev);
	err = pci_request_regions(pdev, KBUILD_MODNAME);
	if (err)
		return err;
	err = iosm_mmio_map(iosm);
	if (!err)
		err = iosm_pci_set_dma_mask(pdev);
	if (err)
		pci_release_regions(pdev);
	return err;
}

static int iosm_pci_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct iosm_dev *iosm;
	int err;

	iosm = devm_kzalloc(&pdev->dev, sizeof(*iosm), GFP_KERNEL);
	if (!iosm)
		return -ENOMEM;
	iosm->pdev = pdev;
	iosm->model = (const struct iosm_model *)id->driver_data;
	mutex_init(&iosm->napi_lock);
	pci_set_drvdata(pdev, iosm);

	err = iosm_pci_init_function(iosm);
	if (err)
		return dev_err_probe(&pdev->dev, err,
				     "can't use the PCI function\n");
	err = iosm_pci_init_napi(iosm);
	if (err)
		goto err_regions;
	iosm->mux_wq = alloc_workqueue("iosm-mux-%s", WQ_UNBOUND, 1,
				       pci_name(pdev));
	if (!iosm->mux_wq) {
		err = -ENOMEM;
		goto err_napi;
	}
	err = iosm_life_init(iosm);
	if (err)
		goto err_mux;
	err = iosm_pci_init_irq(iosm);
	if (err) {
		dev_err_probe(&pdev->dev, err, "no interrupt vector\n");
		goto err_life;
	}
	err = iosm_pci_remember_config(iosm);
	if (err) {
		dev_err_probe(&pdev->dev, err,
			      "can't save the configuration space\n");
		goto err_irq;
	}
	err = iosm_health_init(iosm);
	if (err)
		goto err_config;
	err = iosm_power_init(iosm);
	if (err)
		goto err_health;

	dev_info(&pdev->dev, "%s modem\n", iosm->model->name);
	iosm_life_release(iosm, IOSM_HOLD_UNBOUND);
	return 0;

err_health:
	iosm_health_destroy(iosm);
err_config:
	kfree(iosm->config);
err_irq:
	iosm_pci_destroy_irq(iosm);
err_life:
	iosm_life_destroy(iosm);
err_mux:
	destroy_workqueue(iosm->mux_wq);
err_napi:
	iosm_pci_destroy_napi(iosm);
err_regions:
	pci_release_regions(pdev);
	return err;
}

static void iosm_pci_remove(struct pci_dev *pdev)
{
	struct iosm_dev *iosm = pci_get_drvdata(pdev);

	iosm_life_uevent(iosm, "MDM_NOT_READY");
	iosm_life_hold(iosm, IOSM_HOLD_UNBOUND);
	iosm_power_destroy(iosm);
	/* "devlink health recover" kicks the life worker. */
	iosm_health_destroy(iosm);
	iosm_pci_destroy_irq(iosm);
	iosm_life_destroy(iosm);
	iosm_run_give_up(iosm);
	iosm_mmio_leave_config(iosm);
	kfree(iosm->config);
	destroy_workqueue(iosm->mux_wq);
	iosm_pci_destroy_napi(iosm);
	pci_release_regions(pdev);
}

/* The modem's DMA must have stopped before another kernel starts. */
static void iosm_pci_shutdown(struct pci_dev *pdev)
{
	iosm_life_hold(pci_get_drvdata(pdev), IOSM_HOLD_UNBOUND);
}

static struct pci_driver iosm_pci_driver = {
	.name = KBUILD_MODNAME,
	.id_table = iosm_pci_ids,
	.probe = iosm_pci_probe,
	.remove = iosm_pci_remove,
	.shutdown = iosm_pci_shutdown,
	.driver.pm = pm_sleep_ptr(&iosm_power_ops),
	.err_handler = &iosm_reset_handlers,
};
module_pci_driver(iosm_pci_driver);

MODULE_DESCRIPTION("Intel XMM7560/XMM7360 M.2 PCIe modem driver");
MODULE_LICENSE("GPL");
