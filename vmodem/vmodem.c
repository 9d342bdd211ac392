// SPDX-License-Identifier: GPL-2.0-or-later
/* The virtual modem as a program. */
#include <stdlib.h>

#include "program.h"

int main(int argc, char **argv)
{
	struct program program = { 0 };
	int result;

	switch (options_parse(&program.options, argc, argv)) {
	case OPTIONS_DONE:
		return EXIT_SUCCESS;
	case OPTIONS_WRONG:
		return PROGRAM_WRONG;
	case OPTIONS_RUN:
		break;
	}
	result = program_make(&program);
	if (!result)
		result = program_run(&program);
	program_unmake(&program);
	return result;
}
