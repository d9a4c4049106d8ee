/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/priority.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "tls/signature.h"

/* RFC 9155: no hash that can be made to collide, in a signature of TLS 1.2. */
#define WITHOUT_SHA1                                                           \
	"-SIGN-RSA-SHA1", "-SIGN-ECDSA-SHA1", "-SIGN-DSA-SHA1", "-SIGN-RSA-MD5"

static const char *const weak[] = { WITHOUT_SHA1 };

/* Behind any string; `is_safe` looks whether it worked. */
static const char *const never[] = { "-VERS-SSL3.0", "-VERS-TLS1.0",
	"-VERS-TLS1.1", "-VERS-DTLS-ALL", "-RSA", "-PSK", "-DHE-PSK",
	"-ECDHE-PSK", "-RSA-PSK", "-SRP", "-SRP-RSA", "-SRP-DSS", "-DHE-DSS",
	"-ANON-DH", "-ANON-ECDH", "-NULL", WITHOUT_SHA1,
	"%PARTIAL_RENEGOTIATION" };

static const char *const hybrids[] = { "+GROUP-X25519-MLKEM768",
	"+GROUP-SECP256R1-MLKEM768", "+GROUP-SECP384R1-MLKEM1024" };

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* A cipher suite up to TLS 1.2 says what may sign. */
struct suite {
	uint16_t code;
	unsigned kinds; /* of enum yett_key_kind */
};

struct yett_priority {
	gnutls_priority_t set;
	struct yett_slice text; /* lent */
	bool tls12, tls13;
	uint32_t schemes;
	struct suite *suite; /* up to TLS 1.2 */
	size_t suite_count;
};

void
yett_priority_close(struct yett_priority *priority)
{
	if (priority == NULL)
		return;
	if (priority->set != NULL)
		gnutls_priority_deinit(priority->set);
	free(priority->suite);
	free(priority);
}

static enum yett_status
nothing_left(const struct yett_priority *priority, struct yett_fault *fault)
{
	return yett_fail(fault, YETT_E_POLICY,
	    "tls_priority = \"%s\" leaves nothing to speak: neither TLS 1.3 "
	    "nor "
	    "TLS 1.2 with a key exchange of forward secrecy, or no signature",
	    priority->text.at);
}

/* A word that the library was built without makes a string invalid as a whole,
 * also one that only takes it away. */
static bool
is_known(const char *word)
{
	char text[64];
	gnutls_priority_t set;

	snprintf(text, sizeof(text), "NORMAL:%s", word);
	if (gnutls_priority_init(&set, text, NULL) < 0)
		return false;
	gnutls_priority_deinit(set);
	return true;
}

/* Append the words that are known. */
static enum yett_status
append_known(struct yett_buf *text, const char *const words[], size_t count)
{
	enum yett_status status = YETT_OK;

	for (size_t i = 0; i < count && status == YETT_OK; i++)
		if (is_known(words[i]))
			status = yett_buf_printf(text, ":%s", words[i]);
	return status;
}

/* As gnutls_priority_init() of the whole text; consumes it. */
static int
init(gnutls_priority_t *out, enum yett_status status, struct yett_buf *text)
{
	int code = GNUTLS_E_MEMORY_ERROR;

	if (status == YETT_OK)
		status = yett_buf_append(text, (struct yett_slice){ "", 1 });
	if (status == YETT_OK)
		code = gnutls_priority_init(out, yett_buf_slice(text).at, NULL);
	yett_buf_clear(text);
	return code;
}

int
yett_priority_usual(gnutls_priority_t *out, const char *more)
{
	struct yett_buf text = { 0 };
	enum yett_status status = yett_buf_append(&text,
	    YETT_LIT(YETT_TLS_CIPHERS));

	if (status == YETT_OK)
		status = append_known(&text, hybrids, COUNT(hybrids));
	if (status == YETT_OK)
		status = append_known(&text, weak, COUNT(weak));
	if (status == YETT_OK)
		status = yett_buf_printf(&text, "%s%s", YETT_TLS_GROUPS, more);
	return init(out, status, &text);
}

static int
init_bounded(gnutls_priority_t *out, struct yett_slice given)
{
	struct yett_buf text = { 0 };
	enum yett_status status = yett_buf_append(&text, given);

	if (status == YETT_OK)
		status = append_known(&text, never, COUNT(never));
	return init(out, status, &text);
}

static enum yett_status
compile(struct yett_priority *priority, struct yett_fault *fault)
{
	const char *text = priority->text.at, *from = text;
	int code = gnutls_priority_init(&priority->set, text, &from);

	if (code >= 0) {
		gnutls_priority_deinit(priority->set);
		code = init_bounded(&priority->set, priority->text);
	} else if (code == GNUTLS_E_INVALID_REQUEST) {
		(void)yett_fail(fault, YETT_E_POLICY,
		    "GnuTLS does not understand tls_priority = \"%s\" from "
		    "character %td on, \"%s\": try it with gnutls-cli "
		    "--priority \"...\" --list",
		    text, from - text + 1, from);
	}
	if (code >= 0)
		return YETT_OK;
	priority->set = NULL;
	if (code == GNUTLS_E_MEMORY_ERROR)
		return YETT_E_NOMEM;
	if (code == GNUTLS_E_NO_PRIORITIES_WERE_SET)
		return nothing_left(priority, fault);
	return yett_fail(fault, YETT_E_POLICY,
	    "GnuTLS cannot use tls_priority = \"%s\": %s", text,
	    gnutls_strerror(code));
}

static void
read_versions(struct yett_priority *priority)
{
	const unsigned *list = NULL;
	int count = gnutls_priority_protocol_list(priority->set, &list);

	for (int i = 0; i < count; i++) {
		priority->tls12 |= list[i] == GNUTLS_TLS1_2;
		priority->tls13 |= list[i] == GNUTLS_TLS1_3;
	}
}

static void
read_schemes(struct yett_priority *priority)
{
	const unsigned *list = NULL;
	int count = gnutls_priority_sign_list(priority->set, &list);

	for (int i = 0; i < count; i++)
		priority->schemes |= yett_signature_algorithm(
		    (gnutls_sign_algorithm_t)list[i]);
}

static unsigned
kinds_of(gnutls_kx_algorithm_t exchange)
{
	switch (exchange) {
	case GNUTLS_KX_ECDHE_ECDSA: return YETT_KEYS_CURVE;
	case GNUTLS_KX_ECDHE_RSA:
	case GNUTLS_KX_DHE_RSA: return YETT_KEYS_RSA;
	default: return 0;
	}
}

/* False: memory is out. */
static bool
read_suites(struct yett_priority *priority)
{
	unsigned index;
	int code;

	for (unsigned i = 0;
	     (code = gnutls_priority_get_cipher_suite_index(priority->set, i,
		  &index)) != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE;
	     i++) {
		unsigned char id[2];
		gnutls_kx_algorithm_t exchange = GNUTLS_KX_UNKNOWN;
		struct suite *grown;

		if (code < 0 ||
		    gnutls_cipher_suite_info(index, id, &exchange, NULL, NULL,
			NULL) == NULL ||
		    kinds_of(exchange) == 0)
			continue;
		grown = reallocarray(priority->suite, priority->suite_count + 1,
		    sizeof(*grown));
		if (grown == NULL)
			return false;
		priority->suite = grown;
		grown[priority->suite_count++] = (struct suite){
			(uint16_t)(id[0] << 8 | id[1]), kinds_of(exchange)
		};
	}
	return true;
}

static bool
is_weak(gnutls_sign_algorithm_t signature)
{
	gnutls_digest_algorithm_t hash = gnutls_sign_get_hash_algorithm(
	    signature);

	return hash == GNUTLS_DIG_SHA1 || hash == GNUTLS_DIG_MD5;
}

/* Whether nothing is on that must be off, whatever GnuTLS made of it. */
static bool
is_safe(gnutls_priority_t set)
{
	const unsigned *list = NULL;
	int count = gnutls_priority_protocol_list(set, &list);

	for (int i = 0; i < count; i++)
		if (list[i] != GNUTLS_TLS1_2 && list[i] != GNUTLS_TLS1_3)
			return false;
	count = gnutls_priority_kx_list(set, &list);
	for (int i = 0; i < count; i++)
		if (kinds_of((gnutls_kx_algorithm_t)list[i]) == 0)
			return false;
	count = gnutls_priority_sign_list(set, &list);
	for (int i = 0; i < count; i++)
		if (is_weak((gnutls_sign_algorithm_t)list[i]))
			return false;
	count = gnutls_priority_cipher_list(set, &list);
	for (int i = 0; i < count; i++)
		if (list[i] == GNUTLS_CIPHER_NULL)
			return false;
	return true;
}

static enum yett_status
fill(struct yett_priority *priority, struct yett_fault *fault)
{
	enum yett_status status = compile(priority, fault);

	if (status != YETT_OK)
		return status;
	if (!is_safe(priority->set))
		return yett_fail(fault, YETT_E_POLICY,
		    "tls_priority = \"%s\" asks for what is not spoken here",
		    priority->text.at);
	read_versions(priority);
	read_schemes(priority);
	if (!read_suites(priority))
		return YETT_E_NOMEM;
	/* What nobody can agree on is not offered. */
	priority->tls12 &= priority->suite_count > 0;
	if ((!priority->tls12 && !priority->tls13) || priority->schemes == 0)
		return nothing_left(priority, fault);
	return YETT_OK;
}

enum yett_status
yett_priority_open(struct yett_priority **out, struct yett_slice text,
    struct yett_fault *fault)
{
	struct yett_priority *priority = calloc(1, sizeof(*priority));
	enum yett_status status;

	if (priority == NULL)
		return YETT_E_NOMEM;
	priority->text = text;
	status = fill(priority, fault);
	if (status != YETT_OK) {
		yett_priority_close(priority);
		return status;
	}
	*out = priority;
	return YETT_OK;
}

struct yett_slice
yett_priority_text(const struct yett_priority *priority)
{
	return priority->text;
}

gnutls_priority_t
yett_priority_set(const struct yett_priority *priority)
{
	return priority->set;
}

unsigned
yett_priority_kinds(const struct yett_priority *priority)
{
	unsigned kinds = 0, suites = 0;

	for (size_t i = 0; i < priority->suite_count; i++)
		suites |= priority->suite[i].kinds;
	if (priority->tls13)
		kinds |= yett_signature_kinds(priority->schemes, 0x0304);
	if (priority->tls12)
		kinds |= yett_signature_kinds(priority->schemes, 0x0303) &
		    suites;
	return kinds;
}

uint16_t
yett_priority_version(const struct yett_priority *priority,
    const struct yett_hello_message *hello)
{
	if (priority->tls13 && hello->offers_tls13)
		return 0x0304;
	return priority->tls12 && hello->offers_tls12 ? 0x0303 : 0;
}

/* What may sign, by the suites that both sides have. */
static unsigned
suite_kinds(const struct yett_priority *priority, struct yett_slice suites)
{
	unsigned kinds = 0;

	for (size_t at = 0; at + 1 < suites.len; at += 2) {
		uint16_t code = (uint16_t)((uint8_t)suites.at[at] << 8 |
		    (uint8_t)suites.at[at + 1]);

		for (size_t i = 0; i < priority->suite_count; i++)
			if (priority->suite[i].code == code)
				kinds |= priority->suite[i].kinds;
	}
	return kinds;
}

bool
yett_priority_has_suite(const struct yett_priority *priority,
    const struct yett_hello_message *hello)
{
	return yett_priority_version(priority, hello) >= 0x0304 ||
	    suite_kinds(priority, hello->suites) != 0;
}

unsigned
yett_priority_key_kinds(const struct yett_priority *priority,
    const struct yett_hello_message *hello)
{
	uint16_t version = yett_priority_version(priority, hello);
	unsigned kinds =
	    yett_signature_kinds(hello->schemes & priority->schemes, version);

	if (version >= 0x0304)
		return kinds;
	/* RFC 8422, section 5.1: the key's curve must be a known one. */
	kinds &= hello->curves |
	    ~(unsigned)(YETT_KEY_P256 | YETT_KEY_P384 | YETT_KEY_P521);
	return kinds & suite_kinds(priority, hello->suites);
}
