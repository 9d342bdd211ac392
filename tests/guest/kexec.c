/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kexec KERNEL INITRD COMMAND-LINE: starts that kernel at once, as "kexec -e" does: no
 * process is ended and nothing is unmounted, devices are shut down by their drivers.
 *
 * Comes back only if that failed, with exit status 1.
 */
#include <fcntl.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	return fd;
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fputs("usage: kexec KERNEL INITRD COMMAND-LINE\n", stderr);
		return 2;
	}
	if (syscall(SYS_kexec_file_load, open_file(argv[1]), open_file(argv[2]),
		    strlen(argv[3]) + 1, argv[3], 0ul)) {
		perror("kexec_file_load");
		return EXIT_FAILURE;
	}
	syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_KEXEC, NULL);
	perror("reboot");
	return EXIT_FAILURE;
}
