// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What clients do on AT ports beside registration: short messages, USSD, phone book,
 * positions, and the vendor's own commands.
 */
#include "at_fixture.h"

static void run_timers(struct fixture *f)
{
	for (int round = 0; round < 3; round++)
		loop_run_once(f->loop, 0);
}

/* One line of information and OK. */
static void tells(struct fixture *f, const char *line, const char *information)
{
	char expected[600];

	snprintf(expected, sizeof(expected), "\r\n%s\r\n\r\nOK\r\n", information);
	ask(f, line, expected);
}

static void messages(struct fixture *f)
{
	const char *got;

	tells(f, "AT+CPMS?", "+CPMS: \"ME\",0,50,\"ME\",0,50,\"ME\",0,50");
	tells(f, "AT+CSCA?", "+CSCA: \"+15550000000\",145");
	ok(f, "AT+CMGF=0");
	send_text(f, "AT+CMGF=1\r");
	expect(f, "\r\n+CMS ERROR: 302\r\n", "text mode");
	ok(f, "AT+CNMI=2,1,0,0,0");
	send_text(f, "AT+CMGS=18\r\n");
	expect(f, "\r\n> ", "a prompt");
	send_text(f, "0001000B915155214365F7000005C8329B");
	expect(f, "", "nothing yet");
	send_text(f, "FD06\x1a");
	expect(f, "\r\n+CMGS: 1\r\n\r\nOK\r\n", "sent");
	run_timers(f);
	expect(f, "\r\n+CMTI: \"ME\",1\r\n", "and arrives");
	send_text(f, "AT+CMGR=1\r");
	got = received(f);
	tap_ok(&f->tap, !strncmp(got, "\r\n+CMGR: 0,,24\r\n07915155000000F0040B815155214365F70000", 54) &&
	       strstr(got, "05C8329BFD06\r\n\r\nOK\r\n"), "read");
	send_text(f, "AT+CMGL=4\r");
	tap_ok(&f->tap, !strncmp(received(f), "\r\n+CMGL: 1,1,,24\r\n", 18), "listed as read");
	send_text(f, "AT+CMGL=0\r");
	expect(f, "\r\nOK\r\n", "no new one");
	send_text(f, "AT+CMGW=18\r");
	expect(f, "\r\n> ", "a prompt");
	send_text(f, "0001000B915155214365F7000005C8329BFD06\x1a");
	expect(f, "\r\n+CMGW: 2\r\n\r\nOK\r\n", "written");
	tells(f, "AT+CMSS=2", "+CMSS: 2");
	run_timers(f);
	expect(f, "\r\n+CMTI: \"ME\",3\r\n", "sent from the store");
	ok(f, "AT+CMGD=1,4");
	send_text(f, "AT+CMGD=1\r");
	expect(f, "\r\n+CMS ERROR: 321\r\n", "gone");
	send_text(f, "AT+CMGS=9\r");
	received(f);
	send_text(f, "0001\x1a");
	expect(f, "\r\n+CMS ERROR: 304\r\n", "another length than said");
	send_text(f, "AT+CMGS=9\r");
	received(f);
	send_text(f, "0001\x1b");
	expect(f, "\r\nOK\r\n", "given up");
	execute(f, "sms-flash 12 hi");
	run_timers(f);
	tap_ok(&f->tap, !strncmp(received(f), "\r\n+CMT: ,", 9), "a flash message");
}

static void positions(struct fixture *f)
{
	const char *got;

	ok(f, "AT+XLCSLSR=2,3,,,,,1,,,1,118,0");
	for (int i = 0; i < 150 && !fake_waiting(&f->channel); i++)
		loop_run_once(f->loop, 10);
	got = received(f);
	tap_ok(&f->tap, strstr(got, "\r\n$GPGGA,") && strstr(got, "\r\n$GPRMC,"), "positions");
	ok(f, "AT+XLSRSTOP");
	run_timers(f);
	expect(f, "\r\n+XLSRSTOP: 0,0\r\n", "stopped");
	ok(f, "AT+XLSRSTOP");
	run_timers(f);
	expect(f, "", "it did not run");
}

/* Every block is one message, from a blank line to OK, and every line ends in its checksum. */
static void positions_7360(struct fixture *f)
{
	static const uint8_t start[] = "AT+XLCSLSR=2,3,,,,,1,,,1,118,0\r";
	const char *got, *line;
	unsigned int lines = 0;

	f->protocol->closed(f->at);
	f->protocol->opened(f->second, &f->channel);
	f->protocol->uplink(f->second, start, sizeof(start) - 1);
	expect(f, "\r\nOK\r\n", "started on the other model");
	for (int i = 0; i < 150 && !fake_waiting(&f->channel); i++)
		loop_run_once(f->loop, 10);
	got = received(f);
	tap_ok(&f->tap, !strncmp(got, "\r\n\r\n$G", 6), "a blank line before");
	for (line = got + 4; *line == '$'; lines++)
		line += strcspn(line, "\n") + 1;
	tap_equal(&f->tap, lines, 3, "three lines without blank ones between");
	tap_ok(&f->tap, !strcmp(line, "\r\n\r\nOK\r\n"), "a blank line and OK behind");
	f->protocol->uplink(f->second, (const uint8_t *)"AT+XLSRSTOP\r", 12);
	run_timers(f);
	expect(f, "\r\nOK\r\n\r\n+XLSRSTOP: 0,0\r\n", "stopped on the other model");
	f->protocol->closed(f->second);
	f->protocol->opened(f->at, &f->channel);
}

static void small_ones(struct fixture *f)
{
	tells(f, "AT+CUSD=1,\"*100#\",15", "+CUSD: 0,\"Your balance is 10.00 EUR\",15");
	tells(f, "AT+CSCS?", "+CSCS: \"GSM\"");
	tells(f, "AT+CSCB?", "+CSCB: 0,\"\",\"\"");
	tells(f, "AT+CRSM=176,28486,0,0,17", "+CRSM: 144,0,\"015465737420504C4D4EFFFFFFFFFFFFFF\"");
	tells(f, "AT+CRSM=176,28486,0,1,4", "+CRSM: 144,0,\"54657374\"");
	tells(f, "AT+CRSM=176,28478,0,0,0", "+CRSM: 144,0,\"01\"");
	tells(f, "AT+CRSM=176,28599,0,0,15", "+CRSM: 144,0,\"11F2FF19F1FF\"");
	tells(f, "AT+CRSM=176,28486,0,17,1", "+CRSM: 107,0");
	tells(f, "AT+CRSM=176,28487,0,0,1", "+CRSM: 106,130");
	tells(f, "AT+XLCSSLP?", "+XLCSSLP:1,\"supl.example.com\",7275");
	ok(f, "AT+XLCSSLP=0,192.0.2.7,7276");
	tells(f, "AT+XLCSSLP?", "+XLCSSLP:0,\"192.0.2.7\",7276");
	ok(f, "AT+XLCSSLP=1,\"supl.test\"");
	tells(f, "AT+XLCSSLP?", "+XLCSSLP:1,\"supl.test\",7275");
	execute(f, "fcc lock");
	received(f);
	error(f, "AT+CFUN=1");
	ok(f, "at@nvm:fix_cat_fcclock.fcclock_mode=0");
	ok(f, "AT+CFUN=1");
}

/* ModemManager asks so how often a PIN may still be tried. */
static void attempts(struct fixture *f)
{
	tells(f, "AT+CSIM=10,\"0020000100\"", "+CSIM: 4,\"63C3\"");
	tells(f, "AT+CSIM=10,\"002C000100\"", "+CSIM: 4,\"63CA\"");
	tells(f, "AT+CSIM=10,\"0020008100\"", "+CSIM: 4,\"63C3\"");
	execute(f, "sim lock");
	error(f, "AT+CPIN=\"0000\"");
	tells(f, "AT+CSIM=10,\"0020000100\"", "+CSIM: 4,\"63C2\"");
	execute(f, "sim puk");
	tells(f, "AT+CSIM=10,\"0020000100\"", "+CSIM: 4,\"6983\"");
	execute(f, "sim ready");
	tells(f, "AT+CSIM=14,\"00A4000C023F00\"", "+CSIM: 4,\"6D00\"");
	error(f, "AT+CSIM=8,\"0020000100\"");
	error(f, "AT+CSIM=10,\"00200001xx\"");
	execute(f, "sim remove");
	error(f, "AT+CSIM=10,\"0020000100\"");
	execute(f, "sim insert");
	received(f);
}

/* Context 0 is what the modem attaches with, the others are provisioned ones. */
static void access_points(struct fixture *f)
{
	const struct apn *apn = network_apn(f->network);

	ask(f, "AT+CGDCONT=?", "\r\n+CGDCONT: (0-16),\"IP\",,,(0),(0)\r\n"
	    "\r\n+CGDCONT: (0-16),\"IPV6\",,,(0),(0)\r\n"
	    "\r\n+CGDCONT: (0-16),\"IPV4V6\",,,(0),(0)\r\n\r\nOK\r\n");
	ask(f, "AT+CGDCONT?", "\r\n+CGDCONT: 0,\"IPV4V6\",\"internet\",\"\",0,0\r\n"
	    "\r\n+CGDCONT: 1,\"IPV4V6\",\"internet\",\"\",0,0\r\n\r\nOK\r\n");
	ok(f, "AT+CGDCONT=0,\"IP\",\"first.apn\"");
	ok(f, "AT+CGDCONT=3,\"IPV6\",\"third.apn\",\"\",0,0");
	ok(f, "AT+CGDCONT=1");
	ask(f, "AT+CGDCONT?", "\r\n+CGDCONT: 0,\"IP\",\"first.apn\",\"\",0,0\r\n"
	    "\r\n+CGDCONT: 3,\"IPV6\",\"third.apn\",\"\",0,0\r\n\r\nOK\r\n");
	tap_ok(&f->tap, apn->attach[APN_HOME].ip_type == NETWORK_IPV4 &&
	       !strcmp(apn->attach[APN_PARTNER].apn, "first.apn") &&
	       !strcmp(apn->attach[APN_NON_PARTNER].apn, "first.apn"), "wherever it roams");
	network_reset(f->network);
	ask(f, "AT+CGDCONT?", "\r\n+CGDCONT: 0,\"IP\",\"first.apn\",\"\",0,0\r\n"
	    "\r\n+CGDCONT: 3,\"IPV6\",\"third.apn\",\"\",0,0\r\n\r\nOK\r\n");
	ok(f, "AT+CGDCONT=0");
	error(f, "AT+CGDCONT=17,\"IP\"");
	error(f, "AT+CGDCONT=");
	error(f, "AT+CGDCONT=2,\"PPP\",\"x\"");
	error(f, "AT+CGDCONT=2,\"IP\",\"a b\"");
	for (unsigned int id = 1; id <= 16; id++) {
		char line[32];

		snprintf(line, sizeof(line), "AT+CGDCONT=%u,\"IP\"", id);
		ok(f, line);
	}
	tap_ok(&f->tap, !strcmp(apn->attach[APN_HOME].apn, "internet"), "as it came from the maker");
}

#define CELL	"001,01,\"0012D687\",3,103,\"FFFF\",1,\"FF\",\"0001\",0,0,0,0,0,0,0,0"
#define SERVING	"+XMCI: 4,001,01,\"0x0001\",\"0x0012D687\",\"0x0065\",\"0x00000672\",\"0x00004CC2\"," \
		"\"0xFFFFFFFF\",56,22,26,\"0x00000000\",\"0x00000000\""
#define BESIDE	"+XMCI: 5,000,000,\"0xFFFE\",\"0xFFFFFFFF\",\"0x0066\",\"0x00000672\",\"0xFFFFFFFF\"," \
		"\"0xFFFFFFFF\",50,16,255,\"0x7FFFFFFF\",\"0x00000000\""

/* The line is what a client of owners sends. */
static void cells(struct fixture *f)
{
	tells(f, "AT+XCCINFO?", "+XCCINFO: 0," CELL);
	ask(f, "AT+XLEC?;+XMCI=1;+XCCINFO=1;+XCCINFO?", "\r\n+XLEC: 0,1,5,BAND_LTE_3,0,0,0,0\r\n"
	    "\r\n" SERVING "\r\n\r\n" BESIDE "\r\n\r\n+XCCINFO: 1," CELL "\r\n\r\nOK\r\n");
	execute(f, "aggregation 2");
	expect(f, "\r\n+XCCINFO: " CELL "\r\n", "told of a change");
	tells(f, "AT+XLEC?", "+XLEC: 0,3,5,5,5,BAND_LTE_3,3,3,0,0");
	execute(f, "aggregation 0");
	received(f);
	ok(f, "ATZ");
	execute(f, "registration searching");
	execute(f, "registration home");
	expect(f, "", "not asked for any more");
	tells(f, "AT+XCCINFO=?", "+XCCINFO: (0,1)");
	error(f, "AT+XCCINFO=2");
	error(f, "AT+XMCI=2");
	error(f, "AT+XLEC=1");
	ok(f, "AT+XACT=1");
	tells(f, "AT+XLEC?", "+XLEC: 0,0");
	ok(f, "AT+XMCI=1");
	ok(f, "AT+XCCINFO?");
	ok(f, "AT+XACT=4");
}

static void weak_signal(struct fixture *f)
{
	tells(f, "AT+XCESQ?", "+XCESQ: 0,99,99,255,255,22,56,26,255,255,255,255");
	execute(f, "signal 1 -150 -30 -5");
	tells(f, "AT+XCESQ?", "+XCESQ: 0,99,99,255,255,0,0,-10,255,255,255,255");
	execute(f, "signal 24 -85 -9 13");
}

/* The other model tells less of both. */
static void cells_7360(struct fixture *f)
{
	static const uint8_t line[] = "AT+XLEC?;+XCESQ?\r";

	f->protocol->closed(f->at);
	f->protocol->opened(f->second, &f->channel);
	f->protocol->uplink(f->second, line, sizeof(line) - 1);
	expect(f, "\r\n+XLEC: 0,1,5,BAND_LTE_3\r\n\r\n+XCESQ: 0,99,99,255,255,22,56,26\r\n"
	       "\r\nOK\r\n", "carriers and signal of the other model");
	f->protocol->closed(f->second);
	f->protocol->opened(f->at, &f->channel);
}

static void count(void *self)
{
	unsigned int *restarts = self;

	*restarts += 1;
}

static void count_off(void *self)
{
	unsigned int *restarts = self;

	*restarts += 100;
}

static void restart(struct fixture *f)
{
	unsigned int restarts = 0;
	const struct at_config config = {
		.loop = f->loop, .record = f->record, .network = f->network, .port = 2,
		.first = f->at, .restart = count, .power_off = count_off,
		.restart_self = &restarts,
	};
	struct at *first = f->at;

	error(f, "AT+CPWROFF");
	f->at = at_new(&config);
	f->protocol->opened(f->at, &f->channel);
	error(f, "AT+CFUN=14");
	error(f, "AT+CFUN=1,2");
	tap_equal(&f->tap, restarts, 0, "no restart yet");
	ok(f, "AT+CFUN=16");
	ok(f, "AT+CFUN=15");
	ok(f, "AT+CFUN=1,1");
	tap_equal(&f->tap, restarts, 3, "the modem restarts");
	ok(f, "AT+CPWROFF");
	tap_equal(&f->tap, restarts, 103, "the modem goes off");
	f->protocol->closed(f->at);
	/* It stays in the list of ports until the end. */
	f->third = f->at;
	f->at = first;
}

#define ALL "1,2,4,8,101,103,105,107,108,120"

/* What is chosen decides where the modem finds a network: LTE in band 3, UMTS in band 1. */
static void bands(struct fixture *f)
{
	ok(f, "AT+CMEE=1");
	tells(f, "AT+XACT=?", "+XACT: (1,2,4),(0-2),0," ALL);
	tells(f, "AT+XACT?", "+XACT: 4,2,1," ALL);
	ok(f, "AT+XACT=2,2,2,103,107");
	tells(f, "AT+XACT?", "+XACT: 2,2,1,103,107");
	tells(f, "AT+CEREG?", "+CEREG: 0,1");
	ok(f, "AT+XACT=2,2,2,120");
	tells(f, "AT+CEREG?", "+CEREG: 0,2");
	ok(f, "AT+XACT=4,2,1,1,120");
	tells(f, "AT+COPS?", "+COPS: 0,0,\"Test PLMN\",2");
	ok(f, "AT+XACT=1");
	tells(f, "AT+XACT?", "+XACT: 1,2,1,1,120");
	ok(f, "AT+XACT=,,,101,103");
	tells(f, "AT+XACT?", "+XACT: 1,2,1,101,103");
	ok(f, "AT+XACT=2,,");
	tells(f, "AT+XACT?", "+XACT: 2,2,1,101,103");
	ok(f, "AT+XACT=1,,,0");
	tells(f, "AT+XACT?", "+XACT: 1,2,1," ALL);
	ask(f, "AT+XACT=0", "\r\n+CME ERROR: 50\r\n");
	ask(f, "AT+XACT=4,2,1,3", "\r\n+CME ERROR: 50\r\n");
	ask(f, "AT+XACT=4,2,1,1x", "\r\n+CME ERROR: 50\r\n");
	ask(f, "AT+XACT=4,2,1,1,", "\r\n+CME ERROR: 50\r\n");
	ask(f, "AT+XACT=5,,", "\r\n+CME ERROR: 50\r\n");
	tells(f, "AT+XACT?", "+XACT: 1,2,1," ALL);
	ok(f, "AT+XACT=4");
	tells(f, "AT+COPS?", "+COPS: 0,0,\"Test PLMN\",7");
	ok(f, "AT+XACT=4,1,");
	tells(f, "AT+XACT?", "+XACT: 4,1,2," ALL);
	tells(f, "AT+COPS?", "+COPS: 0,0,\"Test PLMN\",2");
	ok(f, "AT+XACT=,,,103");
	tells(f, "AT+COPS?", "+COPS: 0,0,\"Test PLMN\",7");
	ok(f, "AT+XACT=4,2,1,0");
	tells(f, "AT+XACT?", "+XACT: 4,2,1," ALL);
	tells(f, "AT+COPS?", "+COPS: 0,0,\"Test PLMN\",7");
	ok(f, "AT+CMEE=0");
}

/* The operators on the card, as a client writes them and as their file shows them. */
static void preferred(struct fixture *f)
{
	struct sim *sim = network_sim(f->network);

	ok(f, "AT+CMEE=1");
	tells(f, "AT+CPOL=?", "+CPOL: (1-16),(0-2)");
	ok(f, "AT+CPLS=0");
	ask(f, "AT+CPLS=1", "\r\n+CME ERROR: 50\r\n");
	ok(f, "AT+CPOL?");
	ok(f, "AT+CPOL=,2,\"00102\"");
	ok(f, "AT+CPOL=4,2,\"310410\",0,0,0,1");
	ok(f, "AT+CPOL=,0,\"Test PLMN\",1,0,1");
	ask(f, "AT+CPOL?", "\r\n+CPOL: 1,0,\"Other PLMN\",0,0,1,1\r\n"
	    "\r\n+CPOL: 2,0,\"Test PLMN\",1,0,1,0\r\n"
	    "\r\n+CPOL: 4,2,\"310410\",0,0,0,1\r\n\r\nOK\r\n");
	ok(f, "AT+CPOL=,2");
	ok(f, "AT+CPOL=2");
	ask(f, "AT+CPOL?", "\r\n+CPOL: 1,2,\"00102\",0,0,1,1\r\n"
	    "\r\n+CPOL: 4,2,\"310410\",0,0,0,1\r\n\r\nOK\r\n");
	send_text(f, "AT+CRSM=176,28512,0,0,80\r");
	tap_ok(&f->tap, strstr(received(f), "\"00F120C000FFFFFF0000FFFFFF00001300144000FFFFFF0000"),
	       "EF PLMNwAcT");
	ask(f, "AT+CPOL=17", "\r\n+CME ERROR: 50\r\n");
	ask(f, "AT+CPOL=1,2,\"0010\"", "\r\n+CME ERROR: 50\r\n");
	ask(f, "AT+CPOL=1,0,\"Nobody\"", "\r\n+CME ERROR: 50\r\n");
	ask(f, "AT+CPOL=1,2,\"00101\",2", "\r\n+CME ERROR: 50\r\n");
	for (unsigned int i = 0; i < 14; i++)
		ok(f, "AT+CPOL=,2,\"00103\"");
	ask(f, "AT+CPOL=,2,\"00103\"", "\r\n+CME ERROR: 20\r\n");
	execute(f, "sim remove");
	ask(f, "AT+CPOL?", "\r\n+CME ERROR: 10\r\n");
	execute(f, "sim insert");
	tap_ok(&f->tap, plmn_listed(&sim->preferred, "310410"), "they are on the card");
	ok(f, "AT+CMEE=0");
}

/* What MBIM tells as the ready states 4, 5 and 7. */
static void flawed_cards(struct fixture *f)
{
	ok(f, "AT+CMEE=1");
	execute(f, "sim failed");
	ask(f, "AT+CPIN?", "\r\n+CME ERROR: 13\r\n");
	ask(f, "AT+CCID", "\r\n+CME ERROR: 13\r\n");
	ask(f, "AT+CLCK=\"SC\",2", "\r\n+CME ERROR: 13\r\n");
	ask(f, "AT+COPS=0", "\r\n+CME ERROR: 13\r\n");
	ask(f, "AT+CMGR=1", "\r\n+CMS ERROR: 313\r\n");
	execute(f, "sim no-profile");
	ask(f, "AT+CPIN?", "\r\n+CME ERROR: 10\r\n");
	ask(f, "AT+CIMI", "\r\n+CME ERROR: 10\r\n");
	execute(f, "sim not-activated");
	tells(f, "AT+CPIN?", "+CPIN: READY");
	tells(f, "AT+CIMI", "001010123456789");
	ok(f, "AT+CLCK=\"SC\",1,\"1234\"");
	ok(f, "AT+CLCK=\"SC\",0,\"1234\"");
	ask(f, "AT+COPS=0", "\r\n+CME ERROR: 30\r\n");
	execute(f, "sim ready");
	ok(f, "AT+COPS=0");
	ok(f, "AT+CMEE=0");
}

static void card_starts(struct fixture *f)
{
	ok(f, "AT+CMEE=1");
	execute(f, "sim-time 60000");
	execute(f, "sim remove");
	execute(f, "sim insert");
	ask(f, "AT+CPIN?", "\r\n+CME ERROR: 14\r\n");
	ask(f, "AT+CIMI", "\r\n+CME ERROR: 14\r\n");
	ask(f, "AT+COPS=0", "\r\n+CME ERROR: 14\r\n");
	ask(f, "AT+CMGR=1", "\r\n+CMS ERROR: 314\r\n");
	execute(f, "sim-time 0");
	execute(f, "sim remove");
	execute(f, "sim insert");
	tells(f, "AT+CPIN?", "+CPIN: READY");
	ok(f, "AT+CMEE=0");
}

/*
 * Before a host has started the services the port has its own commands and the identity,
 * finds no SIM, and allows nothing else.
 */
static void waits(struct fixture *f)
{
	static const char *const refused[] = {
		"AT+CFUN?", "AT+CREG?", "AT+CGDCONT?", "AT+CGACT?", "AT+CMGF=0", "AT+XACT?", "AT+CPOL?",
	};
	struct network *ready = f->network;
	struct at *first = f->at;

	f->network = network_new(&(struct network_config){
		.loop = f->loop, .record = f->record, .waits = true });
	f->at = at_new(&(struct at_config){
		.loop = f->loop, .record = f->record, .network = f->network });
	f->protocol->opened(f->at, &f->channel);
	ok(f, "ATE0V1");
	ok(f, "AT+CMEE=1");
	tells(f, "AT+GMM", "L860 LTE Module");
	ask(f, "AT+CPIN?", "\r\n+CME ERROR: 10\r\n");
	ask(f, "AT+CIMI", "\r\n+CME ERROR: 10\r\n");
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		ask(f, refused[i], "\r\n+CME ERROR: 3\r\n");
	error(f, "AT+NOTHING");
	network_start_services(f->network);
	tells(f, "AT+CPIN?", "+CPIN: READY");
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		send_text(f, refused[i]);
		send_text(f, "\r");
		tap_ok(&f->tap, strstr(received(f), "\r\nOK\r\n"), "%s: now", refused[i]);
	}
	network_reset(f->network);
	ok(f, "AT+CMEE=1");
	ask(f, "AT+CPIN?", "\r\n+CME ERROR: 10\r\n");
	f->protocol->closed(f->at);
	at_free(f->at);
	network_free(f->network);
	f->network = ready;
	f->at = first;
}

int main(void)
{
	struct fixture f;

	start(&f);
	messages(&f);
	positions(&f);
	positions_7360(&f);
	small_ones(&f);
	cells(&f);
	cells_7360(&f);
	weak_signal(&f);
	access_points(&f);
	attempts(&f);
	bands(&f);
	preferred(&f);
	flawed_cards(&f);
	card_starts(&f);
	waits(&f);
	restart(&f);
	return stop(&f);
}
