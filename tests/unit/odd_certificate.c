/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/odd_certificate.h"

#include <stdlib.h>

#define SEQUENCE 0x30
#define NULL_ELEMENT YETT_LIT("\x05\x00")

static void
put(struct yett_buf *der, struct yett_slice bytes)
{
	assert_int_equal(yett_buf_append(der, bytes), YETT_OK);
}

static void
put_octet(struct yett_buf *der, unsigned octet)
{
	char byte = (char)octet;

	put(der, (struct yett_slice){ &byte, 1 });
}

size_t
odd_begin(struct yett_buf *der, uint8_t tag)
{
	put_octet(der, tag);
	return yett_buf_len(der);
}

/* The length goes before what is there. */
void
odd_end(struct yett_buf *der, size_t begun)
{
	size_t len = yett_buf_len(der) - begun;
	char header[5] = { (char)len };
	size_t size = 1;
	char *at;

	if (len > 0x7f) {
		header[0] = (char)0x84;
		for (; size < 5; size++)
			header[size] = (char)(len >> (8 * (4 - size)));
	}
	put(der, (struct yett_slice){ header, size });
	at = der->memory + der->start + begun;
	memmove(at + size, at, len);
	memcpy(at, header, size);
}

void
odd_put(struct yett_buf *der, uint8_t tag, struct yett_slice content)
{
	size_t begun = odd_begin(der, tag);

	put(der, content);
	odd_end(der, begun);
}

/* An INTEGER of all ones. */
static void
put_number(struct yett_buf *der, size_t bits)
{
	size_t begun = odd_begin(der, 0x02);

	if (bits % 8 == 0)
		put_octet(der, 0);
	else
		put_octet(der, (1u << bits % 8) - 1);
	for (size_t i = 0; i < bits / 8; i++)
		put_octet(der, 0xff);
	odd_end(der, begun);
}

static void
put_rsa(struct yett_buf *der, const struct odd_certificate *certificate)
{
	size_t begun = odd_begin(der, SEQUENCE);

	put_number(der, certificate->modulus_bits);
	put_number(der, certificate->exponent_bits);
	odd_end(der, begun);
}

/* SpecifiedECDomain (SEC 1, appendix C.2), with a prime of any size. */
static void
put_curve(struct yett_buf *der)
{
	size_t begun = odd_begin(der, SEQUENCE), field;

	put_number(der, 1);
	field = odd_begin(der, SEQUENCE);
	odd_put(der, 0x06, YETT_LIT("\x2a\x86\x48\xce\x3d\x01\x01"));
	put_number(der, 4096);
	odd_end(der, field);
	odd_end(der, begun);
}

static void
put_dsa(struct yett_buf *der)
{
	size_t begun = odd_begin(der, SEQUENCE);

	put_number(der, 32768);
	put_number(der, 32760);
	put_number(der, 32760);
	odd_end(der, begun);
}

static void
put_algorithm(struct yett_buf *der, enum odd_key key)
{
	static const struct yett_slice oids[] = {
		[ODD_RSA] = { "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", 9 },
		[ODD_RSA_PSS] = { "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a", 9 },
		[ODD_P256] = { "\x2a\x86\x48\xce\x3d\x02\x01", 7 },
		[ODD_P521] = { "\x2a\x86\x48\xce\x3d\x02\x01", 7 },
		[ODD_ED448] = { "\x2b\x65\x71", 3 },
		[ODD_P192] = { "\x2a\x86\x48\xce\x3d\x02\x01", 7 },
		[ODD_BRAINPOOL] = { "\x2a\x86\x48\xce\x3d\x02\x01", 7 },
		[ODD_EXPLICIT] = { "\x2a\x86\x48\xce\x3d\x02\x01", 7 },
		[ODD_DSA] = { "\x2a\x86\x48\xce\x38\x04\x01", 7 },
		[ODD_UNKNOWN] = { "\x2a\x03\x04", 3 },
	};
	static const struct yett_slice curves[] = {
		[ODD_P256] = { "\x2a\x86\x48\xce\x3d\x03\x01\x07", 8 },
		[ODD_P521] = { "\x2b\x81\x04\x00\x23", 5 },
		[ODD_P192] = { "\x2a\x86\x48\xce\x3d\x03\x01\x01", 8 },
		[ODD_BRAINPOOL] = { "\x2b\x24\x03\x03\x02\x08\x01\x01\x07", 9 },
		[ODD_UNKNOWN] = { NULL, 0 },
	};
	size_t begun = odd_begin(der, SEQUENCE);

	odd_put(der, 0x06, oids[key]);
	if (curves[key].at != NULL)
		odd_put(der, 0x06, curves[key]);
	else if (key == ODD_EXPLICIT)
		put_curve(der);
	else if (key == ODD_DSA)
		put_dsa(der);
	else if (key == ODD_RSA)
		put(der, NULL_ELEMENT);
	odd_end(der, begun);
}

static void
put_signers_key(struct yett_buf *der, gnutls_privkey_t signer)
{
	gnutls_datum_t info;
	gnutls_pubkey_t key;

	assert_int_equal(gnutls_pubkey_init(&key), 0);
	assert_int_equal(gnutls_pubkey_import_privkey(key, signer, 0, 0), 0);
	assert_int_equal(gnutls_pubkey_export2(key, GNUTLS_X509_FMT_DER, &info),
	    0);
	put(der, (struct yett_slice){ (const char *)info.data, info.size });
	gnutls_free(info.data);
	gnutls_pubkey_deinit(key);
}

static void
put_key(struct yett_buf *der, const struct odd_certificate *certificate)
{
	size_t info, bits;

	if (certificate->key == ODD_SIGNER) {
		put_signers_key(der, certificate->signer);
		return;
	}
	info = odd_begin(der, SEQUENCE);
	put_algorithm(der, certificate->key);
	bits = odd_begin(der, 0x03);
	put_octet(der, 0);
	if (certificate->key == ODD_RSA || certificate->key == ODD_RSA_PSS)
		put_rsa(der, certificate);
	else if (certificate->key == ODD_DSA)
		put_number(der, 32768);
	else
		put(der, YETT_LIT("\x04 no point of any curve"));
	odd_end(der, bits);
	odd_end(der, info);
}

/* CN=Odd, unless there is another. */
static void
put_name(struct yett_buf *der, struct yett_slice other)
{
	size_t name, set, pair;

	if (other.at != NULL) {
		odd_put(der, SEQUENCE, other);
		return;
	}
	name = odd_begin(der, SEQUENCE);
	set = odd_begin(der, 0x31);
	pair = odd_begin(der, SEQUENCE);

	odd_put(der, 0x06, YETT_LIT("\x55\x04\x03"));
	odd_put(der, 0x0c, YETT_LIT("Odd"));
	odd_end(der, pair);
	odd_end(der, set);
	odd_end(der, name);
}

static void
put_signature_algorithm(struct yett_buf *der)
{
	size_t begun = odd_begin(der, SEQUENCE);

	odd_put(der, 0x06, YETT_LIT("\x2a\x86\x48\xce\x3d\x04\x03\x02"));
	odd_end(der, begun);
}

static void
put_serial(struct yett_buf *der, uint32_t serial)
{
	const char octets[] = { 1, (char)(serial >> 24), (char)(serial >> 16),
		(char)(serial >> 8), (char)serial };

	odd_put(der, 0x02, (struct yett_slice){ octets, sizeof(octets) });
}

static void
put_body(struct yett_buf *der, const struct odd_certificate *certificate)
{
	size_t body = odd_begin(der, SEQUENCE), part;

	put(der, YETT_LIT("\xa0\x03\x02\x01\x02")); /* version 3 */
	put_serial(der, certificate->serial);
	put_signature_algorithm(der);
	put_name(der, certificate->issuer);
	part = odd_begin(der, SEQUENCE);
	odd_put(der, 0x17, YETT_LIT("200101000000Z"));
	odd_put(der, 0x17,
	    yett_slice_of(certificate->until != NULL ? certificate->until
						     : "491231235959Z"));
	odd_end(der, part);
	put_name(der, certificate->subject);
	put_key(der, certificate);
	if (certificate->extensions.len > 0) {
		part = odd_begin(der, 0xa3);
		odd_put(der, SEQUENCE, certificate->extensions);
		odd_end(der, part);
	}
	odd_end(der, body);
}

/* The content of a BIT STRING. */
static void
sign(struct yett_slice body, gnutls_privkey_t signer, struct yett_buf *out)
{
	gnutls_datum_t bytes = { (unsigned char *)(uintptr_t)body.at,
		(unsigned)body.len };
	gnutls_datum_t signature;

	put_octet(out, 0);
	if (signer == NULL)
		return;
	assert_int_equal(gnutls_privkey_sign_data2(signer,
			     GNUTLS_SIGN_ECDSA_SHA256, 0, &bytes, &signature),
	    0);
	put(out,
	    (struct yett_slice){ (const char *)signature.data,
		signature.size });
	gnutls_free(signature.data);
}

void
odd_write(struct yett_buf *der, const struct odd_certificate *certificate)
{
	size_t begun = odd_begin(der, SEQUENCE);
	struct yett_buf signature = { 0 };
	struct yett_slice body;

	put_body(der, certificate);
	body = (struct yett_slice){ der->memory + der->start + begun,
		yett_buf_len(der) - begun };
	sign(body, certificate->signer, &signature);
	put_signature_algorithm(der);
	odd_put(der, 0x03, yett_buf_slice(&signature));
	odd_end(der, begun);
	yett_buf_clear(&signature);
}
