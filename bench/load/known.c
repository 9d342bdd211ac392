// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * known loop|call|both COUNT: executes a number of instructions that is known, between the marks
 * of a measurement, for bench/check-profile.
 *
 *	loop	COUNT turns of a loop of two instructions
 *	call	COUNT system calls
 *	both	the loop in two processes, one of which begins before the other and ends after it
 */
#include "load.h"

#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void loop(uint64_t turns)
{
	__asm__ __volatile__("1: dec %0\n\tjnz 1b" : "+r"(turns) : : "cc");
}

static void call(uint64_t times)
{
	while (times--)
		syscall(SYS_getppid);
}

/* The outer process's marks are around the inner one's life. */
static void both(uint64_t turns)
{
	switch (fork()) {
	case -1:
		die("known: fork");
	case 0:
		load_begin();
		loop(turns);
		load_end();
		_exit(0);
	}
	while (wait(NULL) > 0)
		continue;
	loop(turns);
}

int main(int argc, char **argv)
{
	void (*run)(uint64_t count) = NULL;
	double count, from_s, to_s;

	if (argc == 3 && !strcmp(argv[1], "loop"))
		run = loop;
	else if (argc == 3 && !strcmp(argv[1], "call"))
		run = call;
	else if (argc == 3 && !strcmp(argv[1], "both"))
		run = both;
	else
		usage("known loop|call|both COUNT");
	count = number(argv[2]);
	if (count < 1)
		usage("known: a COUNT from 1 on");
	from_s = load_begin();
	run((uint64_t)count);
	to_s = load_end();
	load_span("packets", from_s, to_s, count);
	return 0;
}
