/* SPDX-License-Identifier: Apache-2.0 */
/*
 * certificate_cost.c - a search for the certificates that cost the gateway
 * most.
 *
 * Chains are made by a generator and sent in handshakes; what the server's side
 * takes is measured in processor time of its thread. Random ones first, then
 * the most costly are changed a little, again and again. Prints whenever one
 * costs more than all before. Arguments: seconds (60), seed (1).
 *
 * The sender is the worst that there may be: it owns an authority below the
 * trust's, so that all signatures are good.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "unit/odd_certificate.h"
#include "unit/tls_group.h"

#define CHAIN_MOST 12
#define KINDS 12
#define MESSAGE_MOST 60000
#define KEPT 8 /* of the most costly, that are changed */

/* What a certificate has how often; see put_part(). */
struct genes {
	uint16_t part[KINDS];
};
struct genome {
	uint8_t length; /* of the chain */
	struct genes genes[CHAIN_MOST];
	double cost;
	size_t bytes;
};

static gnutls_privkey_t signer;
static struct identity identity;
static double spent, began;
static uint32_t serial;

static double
cpu(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void
clock_server(bool to_server)
{
	if (to_server)
		began = cpu();
	else
		spent += cpu() - began;
}

/* --- the generator -------------------------------------------------------- */

static void
put_extension(struct yett_buf *der, const char *oid, size_t len,
    struct yett_slice value)
{
	size_t begun = odd_begin(der, 0x30);

	odd_put(der, 0x06, (struct yett_slice){ oid, len });
	odd_put(der, 0x04, value);
	odd_end(der, begun);
}

/* A SEQUENCE of `count` elements, each of which is `element`. */
static void
put_list(struct yett_buf *der, const char *oid, unsigned count,
    struct yett_slice element)
{
	struct yett_buf value = { 0 };
	size_t list;

	if (count == 0)
		return;
	list = odd_begin(&value, 0x30);
	while (count-- > 0)
		assert_int_equal(yett_buf_append(&value, element), YETT_OK);
	odd_end(&value, list);
	put_extension(der, oid, 3, yett_buf_slice(&value));
	yett_buf_clear(&value);
}

static void
put_many(struct yett_buf *der, unsigned count, struct yett_slice element)
{
	while (count-- > 0)
		assert_int_equal(yett_buf_append(der, element), YETT_OK);
}

static void
put_names(struct yett_buf *der, const uint16_t part[KINDS])
{
	static const struct yett_slice forms[] = { { "\x82\x01z", 3 },
		{ "\x81\x03z@z", 5 }, { "\x86\x05z://z", 7 },
		{ "\xa4\x0e\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x0a\x0c\x01"
		  "z",
		    16 } };
	struct yett_buf value = { 0 };
	size_t list = odd_begin(&value, 0x30);

	for (size_t i = 0; i < 4; i++)
		put_many(&value, part[i], forms[i]);
	odd_end(&value, list);
	if (part[0] + part[1] + part[2] + part[3] > 0)
		put_extension(der, "\x55\x1d\x11", 3, yett_buf_slice(&value));
	yett_buf_clear(&value);
}

static void
put_constraints(struct yett_buf *der, const uint16_t part[KINDS])
{
	static const struct yett_slice subtrees[] = {
		{ "\x30\x03\x82\x01q", 5 }, { "\x30\x03\x81\x01q", 5 },
		{ "\x30\x10\xa4\x0e\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x0a"
		  "\x0c\x01q",
		    18 }
	};
	struct yett_buf value = { 0 };
	size_t whole = odd_begin(&value, 0x30), list;

	list = odd_begin(&value, 0xa1);
	for (size_t i = 0; i < 3; i++)
		put_many(&value, part[4 + i], subtrees[i]);
	odd_end(&value, list);
	odd_end(&value, whole);
	if (part[4] + part[5] + part[6] > 0)
		put_extension(der, "\x55\x1d\x1e", 3, yett_buf_slice(&value));
	yett_buf_clear(&value);
}

/* Extensions that nobody knows, and one of SEQUENCEs in each other. */
static void
put_unknown(struct yett_buf *der, unsigned count, unsigned depth)
{
	struct yett_buf value = { 0 };
	size_t begun[512];

	for (unsigned i = 0; i < count; i++) {
		char oid[4] = { 0x2a, (char)(i % 128), 0x03,
			(char)(i / 128 % 128) };

		put_extension(der, oid, 4, YETT_LIT("\x05\x00"));
	}
	if (depth == 0)
		return;
	for (unsigned i = 0; i < depth && i < 512; i++)
		begun[i] = odd_begin(&value, 0x30);
	for (unsigned i = depth < 512 ? depth : 512; i > 0; i--)
		odd_end(&value, begun[i - 1]);
	put_extension(der, "\x2a\x09\x09", 3, yett_buf_slice(&value));
	yett_buf_clear(&value);
}

static void
put_extensions(struct yett_buf *der, const uint16_t part[KINDS], bool is_leaf)
{
	if (!is_leaf) {
		put_extension(der, "\x55\x1d\x13", 3,
		    YETT_LIT("\x30\x03\x01\x01\xff"));
		put_extension(der, "\x55\x1d\x0f", 3,
		    YETT_LIT("\x03\x02\x01\x06"));
	}
	put_names(der, part);
	if (!is_leaf)
		put_constraints(der, part);
	put_list(der, "\x55\x1d\x20", part[7],
	    YETT_LIT("\x30\x04\x06\x02\x2a\x03"));
	put_list(der, "\x55\x1d\x25", part[8],
	    YETT_LIT("\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x02"));
	put_unknown(der, part[9], part[10]);
}

/* A Name of its own, with as many attributes as the genes say. */
static void
put_name(struct yett_buf *der, unsigned number, unsigned count)
{
	char cn[] = "\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01z";

	cn[11] = (char)('a' + number);
	assert_int_equal(yett_buf_append(der, (struct yett_slice){ cn, 12 }),
	    YETT_OK);
	put_many(der, count,
	    YETT_LIT("\x31\x0a\x30\x08\x06\x03\x55\x04\x0b\x0c\x01u"));
}

/* The DER of certificate `index`; the last is signed by the root. */
static void
make(const struct genome *genome, unsigned index, struct yett_buf *der)
{
	const uint16_t *part = genome->genes[index].part;
	bool is_last = index + 1 == genome->length;
	struct yett_buf extensions = { 0 }, issuer = { 0 }, subject = { 0 };
	struct odd_certificate odd = { .key = ODD_SIGNER,
		.signer = signer,
		.serial = serial };

	put_extensions(&extensions, part, index == 0);
	put_name(&subject, index, part[11]);
	put_name(&issuer, is_last ? 25 : index + 1,
	    is_last ? 0 : genome->genes[index + 1].part[11]);
	odd.extensions = yett_buf_slice(&extensions);
	odd.issuer = yett_buf_slice(&issuer);
	odd.subject = yett_buf_slice(&subject);
	odd_write(der, &odd);
	yett_buf_clear(&extensions);
	yett_buf_clear(&issuer);
	yett_buf_clear(&subject);
}

/* --- the search ----------------------------------------------------------- */

/* Milliseconds of a handshake, and its bytes. */
static double
shake(const struct genome *genome, size_t *bytes)
{
	struct yett_buf der[CHAIN_MOST] = { { 0 } };
	struct yett_slice list[CHAIN_MOST];
	const struct yett_chain chain = { list, genome->length };
	const struct client_options options = { .sni = "may.test",
		.identity = &identity,
		.chain = &chain };
	struct pair pair;

	*bytes = 0;
	spent = 0;
	serial++; /* nothing is remembered of the one before */
	for (unsigned i = 0; i < genome->length; i++) {
		make(genome, i, &der[i]);
		list[i] = yett_buf_slice(&der[i]);
		*bytes += list[i].len;
	}
	if (*bytes < MESSAGE_MOST) {
		pair_open(&pair, &world, &options);
		pair_close(&pair);
	}
	for (unsigned i = 0; i < genome->length; i++)
		yett_buf_clear(&der[i]);
	return spent;
}

/* The cheapest of three: what else the machine does makes none cheaper. */
static void
measure(struct genome *genome)
{
	genome->cost = shake(genome, &genome->bytes);
	for (int i = 0; i < 2; i++) {
		double cost = shake(genome, &genome->bytes);

		if (cost < genome->cost)
			genome->cost = cost;
	}
}

static unsigned
below(unsigned count)
{
	return (unsigned)rand() % count;
}

static void
randomize(struct genes *genes)
{
	memset(genes, 0, sizeof(*genes));
	for (unsigned i = 1 + below(3); i > 0; i--)
		genes->part[below(KINDS)] = (uint16_t)below(
		    1u << (1 + below(11)));
}

static void
mutate(struct genome *genome)
{
	struct genes *genes = &genome->genes[below(genome->length)];
	uint16_t *part = &genes->part[below(KINDS)];

	switch (below(5)) {
	case 0: randomize(genes); break;
	case 1: *part = (uint16_t)(*part + below(100)); break;
	case 2: *part = (uint16_t)(*part / 2); break;
	case 3: genome->length = (uint8_t)(1 + below(CHAIN_MOST)); break;
	case 4: genome->genes[below(genome->length)] = *genes; break;
	}
}

static void
show(const struct genome *genome, const char *what)
{
	printf("%s: %.2f ms, %zu bytes, %.1f us/KB, chain of %u:", what,
	    genome->cost, genome->bytes,
	    genome->cost * 1e6 / (double)genome->bytes, genome->length);
	for (unsigned i = 0; i < genome->length && i < 3; i++) {
		printf(" [");
		for (int k = 0; k < KINDS; k++)
			printf("%s%u", k > 0 ? " " : "",
			    genome->genes[i].part[k]);
		printf("]");
	}
	printf("\n");
	fflush(stdout);
}

static void
search(double seconds)
{
	struct genome best[KEPT] = { { .length = 1 } };
	double end = (double)time(NULL) + seconds;
	unsigned long tried = 0;

	measure(&best[0]);
	show(&best[0], "plain");
	for (; (double)time(NULL) < end; tried++) {
		struct genome one = best[below(KEPT)];
		int worst = 0;

		if (one.length == 0 || below(4) == 0) {
			one.length = (uint8_t)(1 + below(CHAIN_MOST));
			for (int i = 0; i < CHAIN_MOST; i++)
				randomize(&one.genes[i]);
		}
		mutate(&one);
		measure(&one);
		if (one.cost > best[0].cost)
			show(&one, "worst so far");
		for (int i = 1; i < KEPT; i++)
			if (best[i].cost < best[worst].cost)
				worst = i;
		if (one.cost > best[worst].cost)
			best[worst] = one;
		for (int i = 1; i < KEPT; i++)
			if (best[i].cost > best[0].cost) {
				struct genome other = best[0];

				best[0] = best[i];
				best[i] = other;
			}
	}
	show(&best[0], "the worst");
	printf("%lu chains tried\n", tried);
}

/* The trust's authority, whose key also signs all others. */
static void
make_root(void)
{
	static const struct yett_slice name = {
		"\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01z", 12
	};
	struct yett_buf extensions = { 0 }, der = { 0 };
	struct odd_certificate root = { .key = ODD_SIGNER,
		.issuer = name,
		.subject = name,
		.signer = signer };
	const uint16_t none[KINDS] = { 0 };

	put_extensions(&extensions, none, false);
	root.extensions = yett_buf_slice(&extensions);
	odd_write(&der, &root);
	world_write(&world, "odd.ca", &der);
	yett_buf_clear(&der);
	yett_buf_clear(&extensions);
}

int
main(int argc, char **argv)
{
	static const struct yett_ca_request request = { .common_name = "x",
		.purposes = YETT_CA_CLIENT };
	static const struct world_policy policy = {
		.trust = { { "odd", "odd.ca", NULL, 10, NULL } },
		.site = { { "may.test", YETT_NEED_REQUEST, YETT_NEED_REQUIRE,
		    "odd", { 0 } } },
	};
	gnutls_datum_t key;

	srand(argc > 2 ? (unsigned)atoi(argv[2]) : 1);
	world_open(&world);
	identity_make(&identity, world.staff, &request);
	key = (gnutls_datum_t){ (unsigned char *)identity.key.memory +
		    identity.key.start,
		(unsigned)yett_buf_len(&identity.key) };
	assert_int_equal(gnutls_privkey_init(&signer), 0);
	assert_int_equal(gnutls_privkey_import_x509_raw(signer, &key,
			     GNUTLS_X509_FMT_PEM, NULL, 0),
	    0);
	make_root();
	world_load(&world, &policy);
	world.before_server = clock_server;
	search(argc > 1 ? atof(argv[1]) : 60);
	gnutls_privkey_deinit(signer);
	identity_clear(&identity);
	world_close(&world);
	return 0;
}
