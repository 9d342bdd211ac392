// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the boot ROM to the boot loaders: the ROM takes a PSI image from host memory (boot
 * document, section 4), the PSI loads an EBL over the flash channel.
 */
#include "boot_internal.h"

#include <stdlib.h>

#include "check.h"
#include "dma.h"
#include "flash_image.h"
#include "modem.h"
#include "record.h"

#define IMAGE_DELAY_US		10000
#define PSI_DELAY_US		5000
#define IMAGE_MAX		(16u << 20)

/* Returns whether the image at the host's address is a sound PSI. */
static bool authenticate(struct modem *modem)
{
	uint32_t size = modem->boot.psi_size;
	struct flash_image image;
	const char *wrong = NULL;
	uint8_t *data;

	if (!size || size > IMAGE_MAX)
		return false;
	data = malloc(size);
	if (!data)
		return false;
	if (dma_read(modem->dma, "PSI image", modem->boot.psi_address, data, size))
		wrong = "it can't be read";
	else
		wrong = flash_image_parse(data, size, "PSI", &image);
	free(data);
	if (wrong)
		record_say(modem->record, "the PSI image is refused: %s", wrong);
	return !wrong;
}

/*
 * The exit code, then the one interrupt that the host waits for, and no further one when
 * the PSI has started (rules P1, P2). A ROM that was given no sound image goes on with
 * whatever it was about to boot.
 */
static void take_image(struct modem *modem)
{
	bool sound = authenticate(modem);

	if (modem->boot.stage != IOSM_STAGE_BOOT || dma_canceled(modem->dma))
		return;
	modem->boot.rom_exit = sound ? IOSM_ROM_EXIT_OPEN_EXT : IOSM_ROM_EXIT_FAILED;
	record_event(modem->record, "boot", "rom_exit", "\"code\":%u", modem->boot.rom_exit);
	irq_raise(&modem->irq, 0);
	if (sound)
		boot_enter_later(modem, IOSM_STAGE_PSI, PSI_DELAY_US);
}

void boot_image_expired(struct loop_timer *timer)
{
	struct modem *modem = timer->owner;

	dma_resume(modem->dma);
	if (!modem->power.hung)
		take_image(modem);
	power_settle(modem);
}

void boot_doorbell_image(struct modem *modem, uint32_t value)
{
	if (value != IOSM_HP_BOOT_IMAGE) {
		check_breach(modem->check, CHECK_BOOT_DOORBELL, "doorbell 0 = %u", value);
		boot_touched(modem);
		return;
	}
	if (!modem->boot.image_timer.armed)
		loop_timer_arm(&modem->boot.image_timer, modem->config.instant ? 0 : IMAGE_DELAY_US);
}

/* Real modems die of it and stay dead until a reset (field notes, "Bring-up"). */
void boot_touched(struct modem *modem)
{
	loop_timer_cancel(&modem->boot.stage_timer);
	loop_timer_cancel(&modem->boot.image_timer);
	boot_dump(modem, "touched-while-booting");
	boot_set_stage(modem, IOSM_STAGE_CD_READY);
}

/* ---- PSI and EBL ---- */

static bool stage_is_ebl(void *self)
{
	const struct modem *modem = self;

	return modem->boot.stage == IOSM_STAGE_EBL;
}

/* No interrupt of its own: one more than the host counts on would confuse it (rule P2). */
static void start_ebl(void *self)
{
	struct modem *modem = self;

	boot_set_stage(modem, IOSM_STAGE_EBL);
	dma_store32(modem->dma, "device info", modem->boot.device_info, IOSM_STAGE_EBL);
}

struct flash_stage boot_loader_stage(struct modem *modem)
{
	return (struct flash_stage){
		.is_ebl = stage_is_ebl, .start_ebl = start_ebl, .self = modem,
	};
}
