// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The devices are there from the start, so that servers can bind to their addresses before
 * the first bearer. Packets for a session without a bearer are dropped by the network.
 *
 * A device is not read while much waits for the host: its own queue is then what fills, and
 * what its queueing discipline decides on.
 */
#include "carrier_tun.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "control.h"
#include "loop.h"
#include "netns.h"
#include "network.h"
#include "settings.h"

#define PACKET_MAX		65535u
#define PACKETS_A_ROUND		64
#define BACKLOG_MAX		(512u << 10)
#define PAUSE_US		1000

struct tun_device {
	struct tun *tun;
	unsigned int session;
	int file;			/* -1: none */
	struct loop_fd fd;
	struct loop_timer pause_timer;
	uint64_t uplink_packets, uplink_lost, downlink_packets, refused;
};

struct tun {
	struct loop *loop;
	struct downlink downlink;
	char netns[64];
	int netns_fd;
	bool made;			/* the namespace is ours */
	struct tun_device devices[NETWORK_SESSIONS];
	uint8_t packet[PACKET_MAX];
};

/* What SIOCSIFADDR takes for IPv6, see netdevice(7) and <linux/ipv6.h>. */
struct tun_address6 {
	struct in6_addr address;
	uint32_t prefix;
	int index;
};

/* ---- packets ---- */

static void read_one(struct tun_device *device, size_t len)
{
	const struct downlink *downlink = &device->tun->downlink;

	if (downlink->packet(downlink->self, device->session, device->tun->packet, len))
		device->refused++;
	else
		device->downlink_packets++;
}

static bool is_full(const struct tun_device *device)
{
	const struct downlink *downlink = &device->tun->downlink;

	return downlink->backlog &&
	       downlink->backlog(downlink->self, device->session) > BACKLOG_MAX;
}

static void device_ready(struct loop_fd *fd, uint32_t events)
{
	struct tun_device *device = fd->owner;

	(void)events;
	for (unsigned int i = 0; i < PACKETS_A_ROUND; i++) {
		ssize_t len;

		if (is_full(device)) {
			loop_fd_change(fd, 0);
			loop_timer_arm(&device->pause_timer, PAUSE_US);
			return;
		}
		len = read(device->file, device->tun->packet, sizeof(device->tun->packet));
		if (len < 0 && errno != EAGAIN && errno != EINTR) {
			/* Somebody removed the device. */
			loop_fd_forget(fd);
			return;
		}
		if (len <= 0)
			return;
		read_one(device, (size_t)len);
	}
}

static void pause_over(struct loop_timer *timer)
{
	struct tun_device *device = timer->owner;

	if (is_full(device))
		loop_timer_arm(timer, PAUSE_US);
	else if (device->fd.fd >= 0)
		loop_fd_change(&device->fd, EPOLLIN);
}

static void carrier_uplink(void *self, unsigned int session, const uint8_t *packet, size_t len)
{
	struct tun_device *device = &((struct tun *)self)->devices[session];

	if (write(device->file, packet, len) == (ssize_t)len)
		device->uplink_packets++;
	else
		device->uplink_lost++;
}

static int carrier_attach(void *self, unsigned int session, struct network_ip *ip)
{
	(void)self;
	(void)session;
	for (unsigned int i = 0; i < 2; i++) {
		memcpy(ip->ipv4_dns[i], ip->ipv4_gateway, 4);
		memcpy(ip->ipv6_dns[i], ip->ipv6_gateway, 16);
	}
	return 0;
}

static void carrier_show(void *self, struct control_reply *reply)
{
	const struct tun *tun = self;

	control_line(reply, "netns %s", tun->netns);
	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++) {
		const struct tun_device *device = &tun->devices[session];

		control_line(reply, "session %u: uplink %llu, lost %llu, downlink %llu packets, refused %llu",
			     session, (unsigned long long)device->uplink_packets,
			     (unsigned long long)device->uplink_lost,
			     (unsigned long long)device->downlink_packets,
			     (unsigned long long)device->refused);
	}
}

/* ---- devices ---- */

static int set_address4(int control, struct ifreq *request, const struct network_ip *ip)
{
	struct sockaddr_in address = { .sin_family = AF_INET };

	memcpy(&address.sin_addr, ip->ipv4_gateway, 4);
	memcpy(&request->ifr_addr, &address, sizeof(address));
	if (ioctl(control, SIOCSIFADDR, request))
		return -errno;
	address.sin_addr.s_addr = htonl(UINT32_MAX << (32 - ip->ipv4_prefix));
	memcpy(&request->ifr_netmask, &address, sizeof(address));
	return ioctl(control, SIOCSIFNETMASK, request) ? -errno : 0;
}

/* A machine may be without IPv6, or have it switched off: then the device is without too. */
static int set_address6(struct ifreq *request, const struct network_ip *ip)
{
	struct tun_address6 address = { .prefix = ip->ipv6_prefix };
	int control = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0), result = 0;

	if (control < 0)
		return errno == EAFNOSUPPORT ? 0 : -errno;
	memcpy(&address.address, ip->ipv6_gateway, 16);
	if (ioctl(control, SIOCGIFINDEX, request)) {
		result = -errno;
	} else {
		address.index = request->ifr_ifindex;
		if (ioctl(control, SIOCSIFADDR, &address) && errno != EACCES &&
		    errno != EADDRNOTAVAIL)
			result = -errno;
	}
	close(control);
	return result;
}

static int bring_up(int control, struct ifreq *request)
{
	if (ioctl(control, SIOCGIFFLAGS, request))
		return -errno;
	request->ifr_flags |= IFF_UP;
	return ioctl(control, SIOCSIFFLAGS, request) ? -errno : 0;
}

static int configure_device(const char *name, unsigned int session)
{
	struct ifreq request = { 0 };
	int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), result;
	struct network_ip ip;

	if (control < 0)
		return -errno;
	network_default_ip(session, NETWORK_IPV4V6, &ip);
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	result = set_address4(control, &request, &ip);
	if (!result)
		result = bring_up(control, &request);
	if (!result)
		result = set_address6(&request, &ip);
	close(control);
	return result;
}

/* In the namespace. The device goes when its file is closed. */
static int make_device(struct tun_device *device)
{
	struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	int result;

	device->file = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (device->file < 0)
		return -errno;
	snprintf(request.ifr_name, sizeof(request.ifr_name), "session%u", device->session);
	result = ioctl(device->file, TUNSETIFF, &request) ? -errno : 0;
	if (!result)
		result = configure_device(request.ifr_name, device->session);
	if (!result)
		result = loop_fd_watch(device->tun->loop, &device->fd, device->file, EPOLLIN);
	return result;
}

static int make_devices(struct tun *tun)
{
	int back = netns_enter(tun->netns_fd), result = 0, control;
	struct ifreq loopback = { .ifr_name = "lo" };

	if (back < 0)
		return back;
	for (unsigned int session = 0; session < NETWORK_SESSIONS && !result; session++)
		result = make_device(&tun->devices[session]);
	control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (!result && control >= 0)
		result = bring_up(control, &loopback);
	if (control >= 0)
		close(control);
	netns_leave(back);
	return result;
}

/* ---- life ---- */

static void close_device(struct tun_device *device)
{
	loop_timer_cancel(&device->pause_timer);
	loop_fd_forget(&device->fd);
	if (device->file >= 0)
		close(device->file);
	device->file = -1;
}

static void carrier_free(void *self)
{
	struct tun *tun = self;

	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++)
		close_device(&tun->devices[session]);
	if (tun->netns_fd >= 0)
		close(tun->netns_fd);
	if (tun->made)
		netns_remove(tun->netns);
	free(tun);
}

static int explain(int result, const struct tun *tun, char *error, size_t size)
{
	switch (result) {
	case -EPERM:
	case -EACCES:
		settings_error(error, size, "this needs root; nat is the carrier that does not");
		break;
	case -EBUSY:
		settings_error(error, size, "the namespace %s has such devices: give another netns=NAME",
			       tun->netns);
		break;
	case -ENOENT:
	case -ENODEV:
		settings_error(error, size, "there is no /dev/net/tun: load the kernel's module tun");
		break;
	default:
		settings_error(error, size, "the namespace %s: %s", tun->netns, strerror(-result));
	}
	return result;
}

static int read_settings(struct tun *tun, char *settings, char *error, size_t size)
{
	char *key, *value;

	strcpy(tun->netns, "vmodem");
	while (settings_next(&settings, &key, &value)) {
		if (strcmp(key, "netns"))
			return settings_error(error, size, "tun has netns, not %s", key);
		if (!netns_name_valid(value) || strlen(value) >= sizeof(tun->netns))
			return settings_error(error, size, "netns is a name, not \"%s\"", value);
		strcpy(tun->netns, value);
	}
	return 0;
}

static int open_all(struct tun *tun, char *error, size_t size)
{
	int result;

	tun->netns_fd = netns_open(tun->netns, &tun->made);
	result = tun->netns_fd < 0 ? tun->netns_fd : make_devices(tun);
	return result ? explain(result, tun, error, size) : 0;
}

static struct tun *tun_new(const struct carrier_config *config)
{
	struct tun *tun = calloc(1, sizeof(*tun));

	if (!tun)
		return NULL;
	tun->loop = config->loop;
	tun->downlink = config->downlink;
	tun->netns_fd = -1;
	for (unsigned int session = 0; session < NETWORK_SESSIONS; session++) {
		struct tun_device *device = &tun->devices[session];

		device->tun = tun;
		device->session = session;
		device->file = -1;
		device->fd = (struct loop_fd){ .fd = -1, .ready = device_ready, .owner = device };
		loop_timer_init(tun->loop, &device->pause_timer, pause_over, device);
	}
	return tun;
}

int carrier_tun_make(struct carrier *carrier, const struct carrier_config *config,
		     char *settings, char *error, size_t size)
{
	static const struct carrier_ops ops = {
		.name = "tun",
		.attach = carrier_attach,
		.uplink = carrier_uplink,
		.show = carrier_show,
		.free = carrier_free,
	};
	struct tun *tun = tun_new(config);
	int result;

	if (!tun)
		return -ENOMEM;
	result = read_settings(tun, settings, error, size);
	if (!result)
		result = open_all(tun, error, size);
	if (result) {
		carrier_free(tun);
		return result;
	}
	*carrier = (struct carrier){ .ops = &ops, .self = tun };
	return 0;
}
