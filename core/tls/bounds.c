/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/bounds.h"

#include "tls/certificate_message.h"
#include "tls/der.h"

#define CONSTRUCTED 0x20
#define ALTERNATIVE_NAMES YETT_LIT("\x55\x1d\x11")

/* The content octets of object identifiers. */
#define RSA YETT_LIT("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01")
#define RSA_PSS YETT_LIT("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a")
#define EC YETT_LIT("\x2a\x86\x48\xce\x3d\x02\x01")
#define P256 YETT_LIT("\x2a\x86\x48\xce\x3d\x03\x01\x07")
#define P384 YETT_LIT("\x2b\x81\x04\x00\x22")
#define P521 YETT_LIT("\x2b\x81\x04\x00\x23")
#define ED25519 YETT_LIT("\x2b\x65\x70")
#define ED448 YETT_LIT("\x2b\x65\x71")

const char *
yett_bound_text(enum yett_bound bound)
{
	switch (bound) {
	case YETT_BOUND_KEPT: return "";
	case YETT_BOUND_MALFORMED: return "comes in a malformed message";
	case YETT_BOUND_UNREADABLE: return "cannot be read";
	case YETT_BOUND_RSA_MODULUS: return "has an RSA key that is too large";
	case YETT_BOUND_RSA_EXPONENT:
		return "has an RSA key whose exponent is too large";
	case YETT_BOUND_ALGORITHM:
		return "has a key of a kind that is not used";
	case YETT_BOUND_ELEMENTS: return "has too many names or other parts";
	case YETT_BOUND_CURVE: return "has a key on a curve that is not used";
	}
	return "cannot be used";
}

/* How many elements a parser finds in `der` at most; what cannot be read may be
 * anything. Strings are not entered. */
static size_t
count_elements(struct yett_slice der)
{
	size_t count = 0;

	while (der.len > 0) {
		struct yett_slice content;
		uint8_t tag;

		count++;
		if (!yett_der_next(&der, &tag, &content))
			return count + der.len / 2;
		if ((tag & CONSTRUCTED) != 0) {
			der.len += (size_t)(der.at - content.at);
			der.at = content.at;
		}
	}
	return count;
}

/* What the value of an extension costs, in elements. Names are read in one go,
 * but each entry of other lists by parsing the list anew. */
static size_t
weigh_extension(struct yett_slice oid, struct yett_slice value)
{
	size_t count = count_elements(value);

	return yett_slice_eq(oid, ALTERNATIVE_NAMES)
	    ? count
	    : count + count * count / 128;
}

/* What GnuTLS spends on a certificate, in elements. */
static size_t
weigh(struct yett_slice der)
{
	struct yett_slice oid = YETT_SLICE_NONE, content;
	size_t weight = 0;
	uint8_t tag;

	while (der.len > 0) {
		weight++;
		if (!yett_der_next(&der, &tag, &content))
			return weight + der.len / 2;
		if ((tag & CONSTRUCTED) != 0) {
			der.len += (size_t)(der.at - content.at);
			der.at = content.at;
		} else if (tag == YETT_DER_OID) {
			oid = content;
		} else if (tag == YETT_DER_OCTET_STRING) {
			weight += weigh_extension(oid, content);
		}
	}
	return weight;
}

/* Find the SubjectPublicKeyInfo (RFC 5280, section 4.1). */
static bool
find_key(struct yett_slice der, struct yett_slice *out)
{
	/* serialNumber, signature, issuer, validity, subject */
	static const uint8_t before[] = { YETT_DER_INTEGER, YETT_DER_SEQUENCE,
		YETT_DER_SEQUENCE, YETT_DER_SEQUENCE, YETT_DER_SEQUENCE };
	struct yett_slice part;

	if (!yett_der_take(&der, YETT_DER_SEQUENCE, &part) ||
	    !yett_der_take(&part, YETT_DER_SEQUENCE, &der))
		return false;
	(void)yett_der_take(&der, YETT_DER_CONTEXT_0, &part); /* version */
	for (size_t i = 0; i < sizeof(before); i++)
		if (!yett_der_take(&der, before[i], &part))
			return false;
	return yett_der_take(&der, YETT_DER_SEQUENCE, out);
}

/* Take a positive INTEGER; how many bits it has, 0: it is none. */
static size_t
take_bits(struct yett_slice *rest)
{
	struct yett_slice number;
	size_t bits;

	if (!yett_der_take(rest, YETT_DER_INTEGER, &number) ||
	    number.len == 0 || (number.at[0] & 0x80) != 0)
		return 0;
	while (number.len > 0 && number.at[0] == 0) {
		number.at++;
		number.len--;
	}
	bits = 8 * number.len;
	for (unsigned bit = 0x80;
	     bits > 0 && ((unsigned char)number.at[0] & bit) == 0; bit >>= 1)
		bits--;
	return bits;
}

/* RSAPublicKey (RFC 8017, appendix A.1.1) in a BIT STRING. */
static enum yett_bound
look_rsa(struct yett_slice key, uint32_t rsa_bits)
{
	struct yett_slice numbers;
	size_t modulus, exponent;

	if (key.len == 0)
		return YETT_BOUND_UNREADABLE;
	key.at++; /* how many bits are unused */
	key.len--;
	if (!yett_der_take(&key, YETT_DER_SEQUENCE, &numbers))
		return YETT_BOUND_UNREADABLE;
	modulus = take_bits(&numbers);
	exponent = take_bits(&numbers);
	if (modulus == 0 || exponent == 0)
		return YETT_BOUND_UNREADABLE;
	if (modulus > (rsa_bits == 0 ? YETT_BOUNDS_RSA_BITS : rsa_bits))
		return YETT_BOUND_RSA_MODULUS;
	return exponent > YETT_BOUNDS_EXPONENT_BITS ? YETT_BOUND_RSA_EXPONENT
						    : YETT_BOUND_KEPT;
}

/* ECParameters (RFC 5480, section 2.1.1): a curve that is spelled out could be
 * of any size. */
static enum yett_bound
look_curve(struct yett_slice parameters)
{
	struct yett_slice curve;

	return yett_der_take(&parameters, YETT_DER_OID, &curve) &&
		(yett_slice_eq(curve, P256) || yett_slice_eq(curve, P384) ||
		    yett_slice_eq(curve, P521))
	    ? YETT_BOUND_KEPT
	    : YETT_BOUND_CURVE;
}

static enum yett_bound
look_key(struct yett_slice der, uint32_t rsa_bits)
{
	struct yett_slice info, algorithm, oid, key;

	if (!find_key(der, &info) ||
	    !yett_der_take(&info, YETT_DER_SEQUENCE, &algorithm) ||
	    !yett_der_take(&algorithm, YETT_DER_OID, &oid) ||
	    !yett_der_take(&info, YETT_DER_BIT_STRING, &key))
		return YETT_BOUND_UNREADABLE;
	if (yett_slice_eq(oid, RSA) || yett_slice_eq(oid, RSA_PSS))
		return look_rsa(key, rsa_bits);
	if (yett_slice_eq(oid, EC))
		return look_curve(algorithm);
	return yett_slice_eq(oid, ED25519) || yett_slice_eq(oid, ED448)
	    ? YETT_BOUND_KEPT
	    : YETT_BOUND_ALGORITHM;
}

enum yett_bound
yett_bounds_look(struct yett_slice der, uint32_t rsa_bits)
{
	return weigh(der) > YETT_BOUNDS_ELEMENTS ? YETT_BOUND_ELEMENTS
						 : look_key(der, rsa_bits);
}

enum yett_bound
yett_bounds_look_message(struct yett_slice message, bool tls13,
    uint32_t rsa_bits)
{
	enum yett_bound bound = YETT_BOUND_KEPT;
	struct yett_certificate_message list;
	struct yett_slice der;
	size_t elements = 0;

	yett_certificate_message_begin(&list, message, tls13);
	while (bound == YETT_BOUND_KEPT &&
	    yett_certificate_message_next(&list, &der)) {
		elements += weigh(der);
		bound = elements > YETT_BOUNDS_MESSAGE_ELEMENTS
		    ? YETT_BOUND_ELEMENTS
		    : yett_bounds_look(der, rsa_bits);
	}
	return list.broken ? YETT_BOUND_MALFORMED : bound;
}
