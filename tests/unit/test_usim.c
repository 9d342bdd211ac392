// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The card's authentication: Milenage with test sets of 3GPP TS 35.208, its sequence
 * numbers, AKA' with a vector of RFC 5448, GSM with one of TS 55.205.
 */
#include <errno.h>

#include "../../vmodem/hex.h"
#include "../../vmodem/usim.h"
#include "tap.h"

/* Hexadecimal, in the order of TS 35.208. */
struct set {
	const char *name, *key, *rand, *sqn, *amf, *op, *opc;
	const char *f1, *f1_star, *f2, *f5, *f3, *f4, *f5_star;
};

static const struct set sets[] = {
	{ "set 1", "465b5ce8b199b49faa5f0a2ee238a6bc", "23553cbe9637a89d218ae64dae47bf35",
	  "ff9bb4d0b607", "b9b9", "cdc202d5123e20f62b6d676ac72cb318",
	  "cd63cb71954a9f4e48a5994e37a02baf", "4a9ffac354dfafb3", "01cfaf9ec4e871e9",
	  "a54211d5e3ba50bf", "aa689c648370", "b40ba9a3c58b2a05bbf0d987b21bf8cb",
	  "f769bcd751044604127672711c6d3441", "451e8beca43b" },
	{ "set 3", "fec86ba6eb707ed08905757b1bb44b8f", "9f7c8d021accf4db213ccff0c7f71a6a",
	  "9d0277595ffc", "725c", "dbc59adcb6f9a0ef735477b7fadf8374",
	  "1006020f0a478bf6b699f15c062e42b3", "9cabc3e99baf7281", "95814ba2b3044324",
	  "8011c48c0c214ed2", "33484dc2136b", "5dbdbb2954e8f3cde665b046179a5098",
	  "59a92d3b476a0443487055cf88b2307b", "deacdd848cc6" },
	{ "set 4", "9e5944aea94b81165c82fbf9f32db751", "ce83dbc54ac0274a157c17f80d017bd6",
	  "0b604a81eca8", "9e09", "223014c5806694c007ca1eeef57f004f",
	  "a64a507ae1a2a98bb88eb4210135dc87", "74a58220cba84c49", "ac2cc74a96871837",
	  "f365cd683cd92e96", "f0b9c08ad02e", "e203edb3971574f5a94b0d61b816345d",
	  "0c4524adeac041c4dd830d20854fc46b", "6085a86c6f63" },
	{ "set 19", "5122250214c33e723a5dd523fc145fc0", "81e92b6c0ee0e12ebceba8d92a99dfa5",
	  "16f3b3f70fc2", "c3ab", "c9e8763286b5b9ffbdf56e1297d0887b",
	  "981d464c7c52eb6e5036234984ad0bcf", "2a5c23d15ee351d5", "62dae3853f3af9d2",
	  "28d7b0f2a2ec3de5", "ada15aeb7bb8", "5349fbe098649f948f5d2e973a81c00f",
	  "9744871ad32bf9bbd1dd5ce54e3e2e5a", "d461bc15475d" },
};

static void bytes(const char *digits, uint8_t *to)
{
	size_t len = 0;

	hex_read(digits, to, 16, &len);
}

static void is(struct tap *tap, const uint8_t *got, const char *digits, const char *set,
	       const char *what)
{
	uint8_t expected[16];
	size_t len = 0;

	hex_read(digits, expected, sizeof(expected), &len);
	tap_bytes(tap, got, len, expected, len, "%s: %s", set, what);
}

static void test_set(struct tap *tap, const struct set *set)
{
	uint8_t key[16], rand[16], sqn[16], amf[16], op[16], opc[16];
	struct milenage m;

	bytes(set->key, key);
	bytes(set->rand, rand);
	bytes(set->sqn, sqn);
	bytes(set->amf, amf);
	bytes(set->op, op);
	tap_ok(tap, milenage_opc(key, op, opc), "%s: OPc is there", set->name);
	is(tap, opc, set->opc, set->name, "OPc");
	tap_ok(tap, milenage(key, opc, rand, sqn, amf, &m), "%s: all functions", set->name);
	is(tap, m.mac, set->f1, set->name, "f1");
	is(tap, m.mac_sync, set->f1_star, set->name, "f1*");
	is(tap, m.res, set->f2, set->name, "f2");
	is(tap, m.ck, set->f3, set->name, "f3");
	is(tap, m.ik, set->f4, set->name, "f4");
	is(tap, m.ak, set->f5, set->name, "f5");
	is(tap, m.ak_sync, set->f5_star, set->name, "f5*");
}

/* Set 19 is also test case 1 of RFC 5448, appendix C. */
static const char rfc_autn[] = "bb52e91c747ac3ab2a5c23d15ee351d5";
#define RFC_SQN		UINT64_C(0x16f3b3f70fc2)

static void card(struct usim *usim, uint8_t *rand, uint8_t *autn)
{
	usim_init(usim, 0);
	bytes(sets[3].key, usim->key);
	bytes(sets[3].opc, usim->opc);
	bytes(sets[3].rand, rand);
	bytes(rfc_autn, autn);
	usim_set_sqn(usim, RFC_SQN - 32);
}

static void test_aka(struct tap *tap)
{
	static const uint8_t none[USIM_AUTS];
	uint8_t rand[16], autn[16], ms[6];
	struct usim_answer answer;
	struct usim usim;

	card(&usim, rand, autn);
	autn[15] ^= 1;
	tap_equal(tap, usim_aka(&usim, rand, autn, &answer), -EBADMSG, "a wrong MAC");
	autn[15] ^= 1;
	tap_equal(tap, usim_aka(&usim, rand, autn, &answer), 0, "AKA");
	is(tap, answer.res, sets[3].f2, "AKA", "RES");
	is(tap, answer.ck, sets[3].f3, "AKA", "CK");
	is(tap, answer.ik, sets[3].f4, "AKA", "IK");
	tap_ok(tap, !memcmp(answer.auts, none, USIM_AUTS), "no AUTS");
	tap_equal(tap, usim_aka(&usim, rand, autn, &answer), -ESTALE, "the same once more");
	/* What the network finds in AUTS: the number that the card has. */
	for (unsigned int i = 0; i < 6; i++) {
		static const uint8_t ak_star[] = { 0xd4, 0x61, 0xbc, 0x15, 0x47, 0x5d };

		ms[i] = answer.auts[i] ^ ak_star[i];
	}
	is(tap, ms, sets[3].sqn, "AUTS", "its SQN");
	tap_ok(tap, memcmp(answer.auts + 6, none, 8) != 0, "and a MAC");
}

/* MAC-S of AUTS with the AMF 0 that TS 33.102 wants, computed independently by f1*. */
static void test_auts_mac(struct tap *tap)
{
	static const uint8_t amf[2];
	uint8_t rand[16], autn[16], sqn[16];
	struct usim_answer answer;
	struct milenage m;
	struct usim usim;

	card(&usim, rand, autn);
	usim_set_sqn(&usim, RFC_SQN);
	tap_equal(tap, usim_aka(&usim, rand, autn, &answer), -ESTALE, "an old number");
	bytes(sets[3].sqn, sqn);
	milenage(usim.key, usim.opc, rand, sqn, amf, &m);
	tap_bytes(tap, answer.auts + 6, 8, m.mac_sync, 8, "MAC-S");
}

/* TS 33.102, C.2: other indexes have numbers of their own, and none may leap. */
static void test_sequence(struct tap *tap)
{
	uint8_t rand[16], autn[16];
	struct usim_answer answer;
	struct usim usim;

	card(&usim, rand, autn);
	usim_set_sqn(&usim, RFC_SQN + 1);
	tap_equal(tap, usim_aka(&usim, rand, autn, &answer), 0, "another index has a newer number");
	card(&usim, rand, autn);
	usim_set_sqn(&usim, RFC_SQN - (UINT64_C(32) << 28));
	tap_equal(tap, usim_aka(&usim, rand, autn, &answer), 0, "as far ahead as may be");
	card(&usim, rand, autn);
	usim_set_sqn(&usim, RFC_SQN - (UINT64_C(32) << 28) - 32);
	tap_equal(tap, usim_aka(&usim, rand, autn, &answer), -ESTALE, "too far ahead");
}

static void test_aka_prime(struct tap *tap)
{
	uint8_t rand[16], autn[16];
	struct usim_answer answer;
	struct usim usim;

	card(&usim, rand, autn);
	tap_equal(tap, usim_aka_prime(&usim, rand, autn, "WLAN", 4, &answer), 0, "AKA'");
	is(tap, answer.ck, "0093962d0dd84aa5684b045c9edffa04", "AKA'", "CK'");
	is(tap, answer.ik, "ccfc230ca74fcc96c0a5d61164f5a76c", "AKA'", "IK'");
	tap_equal(tap, usim_aka_prime(&usim, rand, autn, "WLAN", 4, &answer), -ESTALE, "once more");
}

/* An AUTN of set 1's card with @sqn and @amf, as a network makes it. */
static void make_autn(const struct usim *usim, const uint8_t *rand, uint64_t number,
		      const uint8_t *amf, uint8_t *autn)
{
	uint8_t sqn[6];
	struct milenage m;

	for (unsigned int i = 6; i--; number >>= 8)
		sqn[i] = (uint8_t)number;
	milenage(usim->key, usim->opc, rand, sqn, amf, &m);
	for (unsigned int i = 0; i < 6; i++)
		autn[i] = sqn[i] ^ m.ak[i];
	memcpy(autn + 6, amf, 2);
	memcpy(autn + 8, m.mac, 8);
}

static void test_separation(struct tap *tap)
{
	uint8_t rand[16], autn[16];
	struct usim_answer answer;
	struct usim usim;

	usim_init(&usim, 0);
	bytes(sets[0].rand, rand);
	make_autn(&usim, rand, 64, (const uint8_t *)"\x7f\xff", autn);
	tap_equal(tap, usim_aka_prime(&usim, rand, autn, "WLAN", 4, &answer), -EPROTO,
		  "no separation bit");
	make_autn(&usim, rand, 96, (const uint8_t *)"\x7f\xff", autn);
	tap_equal(tap, usim_aka(&usim, rand, autn, &answer), 0, "which AKA does not want");
	usim_init(&usim, 1);
	make_autn(&usim, rand, 64, (const uint8_t *)"\x80\0", autn);
	usim_init(&usim, 0);
	tap_equal(tap, usim_aka(&usim, rand, autn, &answer), -EBADMSG, "the other card's AUTN");
}

static void test_gsm(struct tap *tap)
{
	uint8_t rand[16], sres[4], kc[8];
	struct usim usim;

	usim_init(&usim, 0);
	bytes(sets[0].rand, rand);
	tap_equal(tap, usim_gsm(&usim, rand, sres, kc), 0, "GSM");
	is(tap, sres, "46f8416a", "GSM", "SRES");
	is(tap, kc, "eae4be823af9a08b", "GSM", "Kc");
}

int main(void)
{
	struct tap tap = { 0 };

	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
		test_set(&tap, &sets[i]);
	test_aka(&tap);
	test_auts_mac(&tap);
	test_sequence(&tap);
	test_aka_prime(&tap);
	test_separation(&tap);
	test_gsm(&tap);
	return tap_done(&tap);
}
