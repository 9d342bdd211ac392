// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AT ports: lines however they arrive, result codes, and the commands that clients send.
 */
#include "at_fixture.h"

static void lines(struct fixture *f)
{
	static const char in_pieces[] = "AT+CSQ\r\n";

	ok(f, "AT");
	ok(f, "at");
	ok(f, "  AT  ");
	send_text(f, "\r\n\r\n");
	expect(f, "", "empty lines");
	ask(f, "hello", "");
	for (size_t i = 0; in_pieces[i]; i++)
		send_text(f, (char[]){ in_pieces[i], '\0' });
	expect(f, "\r\n+CSQ: 24,99\r\n\r\nOK\r\n", "a byte at a time");
	send_text(f, "AT\rAT\r");
	expect(f, "\r\nOK\r\n\r\nOK\r\n", "two lines at a time");
	send_text(f, "AT+CSX\bQ\r");
	expect(f, "\r\n+CSQ: 24,99\r\n\r\nOK\r\n", "backspace");
	send_text(f, "A/");
	expect(f, "\r\n+CSQ: 24,99\r\n\r\nOK\r\n", "the last line again");
	send_text(f, "AT+C");
	f->protocol->closed(f->at);
	f->protocol->opened(f->at, &f->channel);
	ok(f, "AT");
}

static void long_lines(struct fixture *f)
{
	static char text[70000];

	memset(text, 'A', sizeof(text));
	text[1] = 'T';
	text[1024] = '\r';
	text[1025] = '\0';
	send_text(f, text);
	expect(f, "\r\nERROR\r\n", "1024 characters, an unknown command");
	text[1024] = 'A';
	text[1025] = 'A';
	text[69998] = '\r';
	text[69999] = '\0';
	send_text(f, text);
	expect(f, "\r\nERROR\r\n", "69998 characters: one answer");
	ok(f, "AT");
	memset(text, ';', 1000);
	memcpy(text, "AT", 2);
	text[1000] = '\r';
	text[1001] = '\0';
	send_text(f, text);
	expect(f, "\r\nOK\r\n", "a line of semicolons");
	strcpy(text, "AT");
	for (int i = 0; i < 100; i++)
		strcat(text, "+CSQ;");
	strcat(text, "\r");
	send_text(f, text);
	tap_ok(&f->tap, strlen(received(f)) == 100 * 15 + 6, "a hundred commands in a line");
	for (int i = 0; i < 1000; i++)
		text[i] = (char)(i * 37 | 1);
	text[1000] = '\0';
	send_text(f, text);
	received(f);
	send_text(f, "\r");
	received(f);
	ok(f, "AT");
}

/* Answers longer than the host's buffers go out in several messages. */
static void long_answers(struct fixture *f)
{
	char text[1100] = "AT";
	size_t total = 0;

	for (int i = 0; i < 120; i++)
		strcat(text, "+CGMR;");
	strcat(text, "\r");
	send_text(f, text);
	for (size_t i = 0; i < f->channel.count; i++)
		total += f->channel.sent[i].len;
	tap_equal(&f->tap, (long long)f->channel.count, 2, "two messages");
	tap_ok(&f->tap, f->channel.sent[0].len == 2048, "the first one full");
	tap_equal(&f->tap, (long long)total, 120 * 29 + 6, "nothing is missing");
	received(f);
}

static void parameters(struct fixture *f)
{
	send_text(f, "ATE1\r");
	received(f);
	send_text(f, "AT\r");
	expect(f, "AT\r\r\nOK\r\n", "echo on");
	send_text(f, "ATE0\r");
	expect(f, "ATE0\r\r\nOK\r\n", "echo goes off after this line");
	ok(f, "AT");
	ask(f, "ATV0", "0\r");
	ask(f, "AT+CSQ", "+CSQ: 24,99\r\n0\r");
	ask(f, "AT+X", "4\r");
	ok(f, "ATV1");
	ask(f, "ATQ1", "");
	ask(f, "AT", "");
	ok(f, "ATQ0");
	error(f, "ATE2");
	error(f, "ATV7");
	ok(f, "ATE0V1Q0X4&C1&D2");
	ask(f, "ATE0V1+CSQ;+CSQ", "\r\n+CSQ: 24,99\r\n\r\n+CSQ: 24,99\r\n\r\nOK\r\n");
	ask(f, "AT+CSQ;+X;+CSQ", "\r\n+CSQ: 24,99\r\n\r\nERROR\r\n");
	/* A semicolon in quotes ends nothing. */
	ask(f, "AT+CRSM=176,28589,0,0,4,\"a;b\"", "\r\n+CRSM: 144,0,\"00000002\"\r\n\r\nOK\r\n");
	ok(f, "ATE1;Z");
	ok(f, "AT");
	ask(f, "ATD*99#", "\r\nNO CARRIER\r\n");
	ok(f, "ATH");
	error(f, "AT&");
	error(f, "AT+");
	error(f, "AT+CSQ?x");
	error(f, "AT+CFUN?=1");
	error(f, "ATY");
	error(f, "AT@nothing:like=1");
}

static void identity(struct fixture *f)
{
	ask(f, "AT+CGMI", "\r\nFibocom Wireless Inc.\r\n\r\nOK\r\n");
	ask(f, "AT+GMM", "\r\nL860 LTE Module\r\n\r\nOK\r\n");
	ask(f, "AT+CGMR", "\r\n18601.5001.00.01.01.32_GC\r\n\r\nOK\r\n");
	ask(f, "AT+CGSN", "\r\n867191040000019\r\n\r\nOK\r\n");
	ok(f, "AT+CGSN=?");
	error(f, "AT+CGSN=1");
	tap_ok(&f->tap, (send_text(f, "ATI\r"), strstr(received(f), "IMEI: 867191040000019")), "ATI");
	f->protocol->closed(f->at);
	f->protocol->opened(f->second, &f->channel);
	f->protocol->uplink(f->second, (const uint8_t *)"AT+GMM\r", 7);
	expect(f, "\r\nL850 LTE Module\r\n\r\nOK\r\n", "the other model");
	f->protocol->closed(f->second);
	f->protocol->opened(f->at, &f->channel);
}

/* What ModemManager sends to a modem of this kind (MBIM document, 4.6). */
static void modem_manager(struct fixture *f)
{
	static const char *const fine[] = {
		"AT", "ATE0", "ATV1", "AT+CMEE=1", "ATX4", "AT&C1", "AT+CTZU=1", "ATH",
		"AT+XLSRSTOP", "AT+CPLS=0", "AT+CPOL=,2", "AT+CPOL?",
	};
	/* No calls: an error is the answer. */
	static const char *const absent[] = {
		"AT+CLCC=?", "AT+CLIP=1", "AT+CRC=1", "AT+CCWA=1",
	};

	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++)
		ok(f, fine[i]);
	for (size_t i = 0; i < sizeof(absent) / sizeof(absent[0]); i++)
		error(f, absent[i]);
	ask(f, "AT+CEMODE?", "\r\n+CEMODE: 2\r\n\r\nOK\r\n");
	ask(f, "AT+CESQ=?", "\r\n+CESQ: (0-63,99),(0-7,99),(0-96,255),(0-49,255),(0-34,255),"
	    "(0-97,255)\r\n\r\nOK\r\n");
	ask(f, "AT+CESQ", "\r\n+CESQ: 99,99,255,255,22,56\r\n\r\nOK\r\n");
	ask(f, "AT+CRSM=176,28589,0,0,4", "\r\n+CRSM: 144,0,\"00000002\"\r\n\r\nOK\r\n");
	ask(f, "AT+CRSM=176,28599,0,0,15", "\r\n+CRSM: 144,0,\"11F2FF19F1FF\"\r\n\r\nOK\r\n");
	ask(f, "AT+CRSM=176,1,0,0,15", "\r\n+CRSM: 106,130\r\n\r\nOK\r\n");
	send_text(f, "AT+CCLK?\r");
	{
		int year, month, day, hour, minute, second, zone;

		tap_ok(&f->tap, sscanf(received(f), "\r\n+CCLK: \"%2d/%2d/%2d,%2d:%2d:%2d+%2d\"\r\n",
				       &year, &month, &day, &hour, &minute, &second, &zone) == 7 &&
		       year >= 24 && month <= 12, "AT+CCLK?");
	}
	ok(f, "AT+CMEE=0");
}

static void network(struct fixture *f)
{
	ask(f, "AT+CREG?", "\r\n+CREG: 0,1\r\n\r\nOK\r\n");
	ask(f, "AT+CEREG=2;+CEREG?", "\r\n+CEREG: 2,1,\"0001\",\"0012D687\",7\r\n\r\nOK\r\n");
	ask(f, "AT+COPS?", "\r\n+COPS: 0,0,\"Test PLMN\",7\r\n\r\nOK\r\n");
	ask(f, "AT+COPS=3,2;+COPS?", "\r\n+COPS: 0,2,\"00101\",7\r\n\r\nOK\r\n");
	ask(f, "AT+COPS=?", "\r\n+COPS: (2,\"Test PLMN\",\"Test PLMN\",\"00101\",7),"
	    "(1,\"Other PLMN\",\"Other PLMN\",\"00102\",7),"
	    "(3,\"Barred PLMN\",\"Barred PLMN\",\"00103\",7),,(0,1,3),(0-2)\r\n\r\nOK\r\n");
	/* Leaving home and being home elsewhere: two unsolicited results, then OK. */
	ask(f, "AT+COPS=1,2,\"00102\"", "\r\n+CEREG: 2\r\n"
	    "\r\n+CEREG: 5,\"0001\",\"0012D687\",7\r\n\r\nOK\r\n");
	ask(f, "AT+COPS?", "\r\n+COPS: 1,2,\"00102\",7\r\n\r\nOK\r\n");
	ask(f, "AT+CEREG=0;+CREG=1;+COPS=0", "\r\n+CREG: 2\r\n\r\n+CREG: 1\r\n\r\nOK\r\n");
	execute(f, "registration denied 8");
	expect(f, "\r\n+CREG: 3\r\n", "unsolicited: denied");
	ask(f, "AT+COPS?", "\r\n+COPS: 0\r\n\r\nOK\r\n");
	ask(f, "AT+CGATT?", "\r\n+CGATT: 0\r\n\r\nOK\r\n");
	error(f, "AT+CGATT=1");
	ask(f, "AT+CMEE=1;+CGATT=1", "\r\n+CME ERROR: 30\r\n");
	ask(f, "AT+CMEE=2;+CGATT=1", "\r\n+CME ERROR: no network service\r\n");
	ok(f, "AT+CMEE=0");
	execute(f, "registration home");
	expect(f, "\r\n+CREG: 1\r\n", "unsolicited: home");
	ok(f, "AT+CREG=0");
	ask(f, "AT+CFUN?", "\r\n+CFUN: 1\r\n\r\nOK\r\n");
	ok(f, "AT+CFUN=4");
	ask(f, "AT+CFUN?", "\r\n+CFUN: 4\r\n\r\nOK\r\n");
	ask(f, "AT+CSQ", "\r\n+CSQ: 99,99\r\n\r\nOK\r\n");
	ask(f, "AT+CESQ", "\r\n+CESQ: 99,99,255,255,255,255\r\n\r\nOK\r\n");
	ok(f, "AT+CFUN=1");
	error(f, "AT+CFUN=2");
	error(f, "AT+CFUN=16");
	error(f, "AT+CREG=3");
	error(f, "AT+CREG=-1");
	error(f, "AT+COPS=1,2,\"26201\"");
	error(f, "AT+COPS=1,0,\"Other PLMN\"");
}

static void bearers(struct fixture *f)
{
	ok(f, "AT+CGACT?");
	network_connect(f->network, 0, "internet", NETWORK_IPV4V6);
	network_connect(f->network, 3, "ims", NETWORK_IPV4);
	ask(f, "AT+CGACT?", "\r\n+CGACT: 1,1\r\n\r\n+CGACT: 4,1\r\n\r\nOK\r\n");
	ask(f, "AT+CGPADDR", "\r\n+CGPADDR: 1,\"10.64.0.2\",\"32.1.13.184.0.100.0.0.0.0.0.0.0.0.0.2\"\r\n"
	    "\r\n+CGPADDR: 4,\"10.64.3.2\"\r\n\r\nOK\r\n");
	ask(f, "AT+CGCONTRDP=4", "\r\n+CGCONTRDP: 4,8,\"ims\",\"10.64.3.2.255.255.255.252\","
	    "\"10.64.3.1\",\"10.64.3.53\",\"10.64.3.54\"\r\n\r\nOK\r\n");
	send_text(f, "AT+CGCONTRDP\r");
	tap_ok(&f->tap, strstr(received(f), ",\"32.1.13.184.0.100.0.0.0.0.0.0.0.0.0.2."
	       "255.255.255.255.255.255.255.255.0.0.0.0.0.0.0.0\",\"32.1.13.184.0.100.0.0."
	       "0.0.0.0.0.0.0.1\","), "AT+CGCONTRDP: IPv6");
	network_disconnect(f->network, 0);
	ask(f, "AT+CGACT?", "\r\n+CGACT: 4,1\r\n\r\nOK\r\n");
	network_disconnect(f->network, 3);
}

/* A context activated from here is a session like one of MBIM's. */
static void contexts(struct fixture *f)
{
	const struct network_bearer *third = network_bearer(f->network, 2);

	ok(f, "AT+CMEE=1");
	ask(f, "AT+CGACT=1,3", "\r\n+CME ERROR: 50\r\n");
	ok(f, "AT+CGDCONT=3,\"IP\",\"third.apn\"");
	ok(f, "AT+CGACT=1,3");
	tap_ok(&f->tap, third->state == NETWORK_BEARER_ACTIVE && third->ip.type == NETWORK_IPV4 &&
	       !strcmp(third->apn, "third.apn"), "its access point and type");
	ok(f, "AT+CGACT=1,3");
	ask(f, "AT+CGACT?", "\r\n+CGACT: 3,1\r\n\r\nOK\r\n");
	ok(f, "AT+CGACT=0,3");
	ok(f, "AT+CGACT?");
	ok(f, "AT+CGACT=1");
	ask(f, "AT+CGACT?", "\r\n+CGACT: 1,1\r\n\r\n+CGACT: 3,1\r\n\r\nOK\r\n");
	ok(f, "AT+CGACT=0");
	ok(f, "AT+CGACT?");
	ask(f, "AT+CGACT=2,1", "\r\n+CME ERROR: 50\r\n");
	ask(f, "AT+CGACT=1,9", "\r\n+CME ERROR: 50\r\n");
	execute(f, "refuse-connect 27");
	ask(f, "AT+CGACT=1,3", "\r\n+CME ERROR: 127\r\n");
	ask(f, "AT+CMEE=2;+CGACT=1,3", "\r\n+CME ERROR: missing or unknown APN\r\n");
	execute(f, "refuse-connect 8");
	ask(f, "AT+CMEE=1;+CGACT=1,3", "\r\n+CME ERROR: 148\r\n");
	execute(f, "refuse-connect 0");
	ok(f, "AT+CGATT=0");
	ask(f, "AT+CGACT=1,3", "\r\n+CME ERROR: 3\r\n");
	ok(f, "AT+CGATT=1");
}

static void settle(struct fixture *f)
{
	for (int i = 0; i < 200 && !fake_waiting(&f->channel); i++)
		loop_run_once(f->loop, 10);
}

/* The result comes when the network has answered, for all contexts of the command. */
static void slow_contexts(struct fixture *f)
{
	execute(f, "connect-time 20");
	ask(f, "AT+CGACT=1,1,3", "");
	settle(f);
	expect(f, "\r\nOK\r\n", "both are active");
	ask(f, "AT+CGACT?", "\r\n+CGACT: 1,1\r\n\r\n+CGACT: 3,1\r\n\r\nOK\r\n");
	ok(f, "AT+CGACT=0");
	execute(f, "refuse-connect 33");
	ask(f, "AT+CGACT=1,3", "");
	settle(f);
	expect(f, "\r\n+CME ERROR: 133\r\n", "refused later");
	execute(f, "refuse-connect 0");
	ask(f, "AT+CGACT=1,3", "");
	execute(f, "registration denied");
	expect(f, "\r\n+CME ERROR: 148\r\n", "registration is lost meanwhile");
	execute(f, "registration home");
	execute(f, "connect-time 0");
	ok(f, "AT+CGDCONT=3");
	ok(f, "AT+CMEE=0");
}

static void sim(struct fixture *f)
{
	ask(f, "AT+CIMI", "\r\n001010123456789\r\n\r\nOK\r\n");
	ask(f, "AT+CCID", "\r\n+CCID: 8988211000000123456\r\n\r\nOK\r\n");
	ask(f, "AT+CNUM", "\r\n+CNUM: \"\",\"15551234567\",129\r\n\r\nOK\r\n");
	ask(f, "AT+CPIN?", "\r\n+CPIN: READY\r\n\r\nOK\r\n");
	ask(f, "AT+CLCK=\"SC\",2", "\r\n+CLCK: 0\r\n\r\nOK\r\n");
	ok(f, "AT+CLCK=\"SC\",1,\"1234\"");
	ok(f, "AT+CPWD=\"SC\",\"1234\",\"4321\"");
	ask(f, "AT+CMEE=1;+CLCK=\"SC\",0,\"1234\"", "\r\n+CME ERROR: 16\r\n");
	execute(f, "sim lock");
	ask(f, "AT+CPIN?", "\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n");
	ask(f, "AT+CIMI", "\r\n+CME ERROR: 11\r\n");
	ask(f, "AT+CPIN=\"0000\"", "\r\n+CME ERROR: 16\r\n");
	ask(f, "AT+CPIN=0000", "\r\n+CME ERROR: 16\r\n");
	ask(f, "AT+CPIN?", "\r\n+CPIN: SIM PUK\r\n\r\nOK\r\n");
	ask(f, "AT+CPIN=\"4321\"", "\r\n+CME ERROR: 12\r\n");
	ok(f, "AT+CPIN=\"12345678\",\"1234\"");
	ask(f, "AT+CPIN?", "\r\n+CPIN: READY\r\n\r\nOK\r\n");
	ok(f, "AT+CLCK=\"SC\",0,\"1234\"");
	ask(f, "AT+CLCK=\"PN\",2", "\r\n+CME ERROR: 4\r\n");
	execute(f, "sim remove");
	ask(f, "AT+CPIN?", "\r\n+CME ERROR: 10\r\n");
	ask(f, "AT+CCID", "\r\n+CME ERROR: 10\r\n");
	execute(f, "sim insert");
	ok(f, "AT+CMEE=0");
}

static void echo(struct fixture *f)
{
	static uint8_t message[2048];
	unsigned int wrong = 0;

	for (size_t i = 0; i < sizeof(message); i++)
		message[i] = (uint8_t)(i * 3 + (i >> 8));
	execute(f, "at-echo 0 on");
	for (size_t len = 0; len <= sizeof(message); len += len < 100 ? 1 : 487) {
		f->protocol->uplink(f->at, message, len);
		if (f->channel.count != 1 || f->channel.sent[0].len != len ||
		    memcmp(f->channel.sent[0].data, message, len))
			wrong++;
		fake_clear(&f->channel);
	}
	tap_equal(&f->tap, wrong, 0, "messages of all kinds of size come back unchanged");
	execute(f, "at-echo 0 off");
	execute(f, "at-echo 1 on");
	ok(f, "AT");
	execute(f, "at-echo 1 off");
	{
		char answer[200];

		tap_ok(&f->tap, control_execute(f->control, "at-echo 2 on", answer, sizeof(answer)) < 0,
		       "there is no port 2");
	}
}

static void silence(struct fixture *f)
{
	execute(f, "at-silent 0 on");
	ask(f, "AT", "");
	execute(f, "at-silent 1 on");
	execute(f, "at-silent 0 off");
	ok(f, "AT");
	execute(f, "at-silent 1 off");
}

static void restart(struct fixture *f)
{
	send_text(f, "ATE1\r");
	expect(f, "\r\nOK\r\n", "ATE1");
	network_reset(f->network);
	ok(f, "AT");
}

int main(void)
{
	struct fixture f;

	start(&f);
	lines(&f);
	long_lines(&f);
	long_answers(&f);
	parameters(&f);
	identity(&f);
	modem_manager(&f);
	network(&f);
	bearers(&f);
	contexts(&f);
	slow_contexts(&f);
	sim(&f);
	echo(&f);
	silence(&f);
	restart(&f);
	return stop(&f);
}
