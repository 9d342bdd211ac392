// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which pipe is what.
 */
#include <stdbool.h>

#include "channel.h"
#include "chip.h"
#include "mux.h"
#include "pipe.h"
#include "report.h"

#define RPC	2
#define AT0	4
#define TRACE	6
#define AT1	8
#define MBIM	12

void channel_uplink(uint8_t pipe, const uint8_t *data, size_t size)
{
	switch (pipe) {
	case MUX_UP:
		mux_uplink(data, size);
		break;
	case RPC:
		/* What real firmware would say is unknown; this one says it back. */
		pipe_send(RPC + 1, data, size);
		break;
	case AT0:
		/* An XMM7360's takes no commands there, says nothing. */
		if (!options.is_7360)
			at_uplink(AT0 + 1, data, size);
		break;
	case AT1:
		at_uplink(AT1 + 1, data, size);
		break;
	case MBIM:
		if (!options.is_7360)
			mbim_uplink(MBIM + 1, data, size);
		break;
	default:
		note("channel", "%zu bytes come on pipe %u", size, pipe);
	}
}

void channel_closed(uint8_t pipe)
{
	if (pipe == MUX_UP || pipe == MUX_DOWN)
		mux_closed();
	else if (pipe == AT0 || pipe == AT1)
		at_closed(pipe + 1);
}
