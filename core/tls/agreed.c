/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/agreed.h"

#include <string.h>

struct name {
	const char *gnutls, *registry;
};

static const struct name groups[YETT_AGREED_GROUPS] = {
	{ "", "none" },
	{ "X25519", "x25519" },
	{ "SECP256R1", "secp256r1" },
	{ "SECP384R1", "secp384r1" },
	{ "SECP521R1", "secp521r1" },
	{ "X448", "x448" },
	{ "X25519-MLKEM768", "X25519MLKEM768" },
	{ "SECP256R1-MLKEM768", "SecP256r1MLKEM768" },
	{ "SECP384R1-MLKEM1024", "SecP384r1MLKEM1024" },
	{ "FFDHE2048", "ffdhe2048" },
	{ "FFDHE3072", "ffdhe3072" },
	{ "FFDHE4096", "ffdhe4096" },
	{ "FFDHE6144", "ffdhe6144" },
	{ "FFDHE8192", "ffdhe8192" },
	{ "", "other" },
};

static const struct name signatures[YETT_AGREED_SIGNATURES] = {
	{ "", "none" },
	{ "ECDSA-SECP256R1-SHA256", "ecdsa_secp256r1_sha256" },
	{ "ECDSA-SECP384R1-SHA384", "ecdsa_secp384r1_sha384" },
	{ "ECDSA-SECP521R1-SHA512", "ecdsa_secp521r1_sha512" },
	{ "EdDSA-Ed25519", "ed25519" },
	{ "EdDSA-Ed448", "ed448" },
	{ "RSA-PSS-RSAE-SHA256", "rsa_pss_rsae_sha256" },
	{ "RSA-PSS-RSAE-SHA384", "rsa_pss_rsae_sha384" },
	{ "RSA-PSS-RSAE-SHA512", "rsa_pss_rsae_sha512" },
	{ "RSA-PSS-SHA256", "rsa_pss_pss_sha256" },
	{ "RSA-PSS-SHA384", "rsa_pss_pss_sha384" },
	{ "RSA-PSS-SHA512", "rsa_pss_pss_sha512" },
	/* TLS 1.2 alone, where an ECDSA hash has no curve. */
	{ "ECDSA-SHA256", "ecdsa_sha256" },
	{ "ECDSA-SHA384", "ecdsa_sha384" },
	{ "ECDSA-SHA512", "ecdsa_sha512" },
	{ "RSA-SHA256", "rsa_pkcs1_sha256" },
	{ "RSA-SHA384", "rsa_pkcs1_sha384" },
	{ "RSA-SHA512", "rsa_pkcs1_sha512" },
	{ "ML-DSA-65", "mldsa65" },
	{ "ML-DSA-87", "mldsa87" },
	{ "", "other" },
};

static unsigned
find(const struct name *names, unsigned count, const char *name)
{
	if (name == NULL)
		return 0;
	for (unsigned i = 1; i + 1 < count; i++)
		if (strcmp(names[i].gnutls, name) == 0)
			return i;
	return count - 1;
}

unsigned
yett_agreed_group(const char *name)
{
	return find(groups, YETT_AGREED_GROUPS, name);
}

unsigned
yett_agreed_signature(const char *name)
{
	return find(signatures, YETT_AGREED_SIGNATURES, name);
}

const char *
yett_agreed_group_name(unsigned index)
{
	return groups[index < YETT_AGREED_GROUPS ? index : 0].registry;
}

const char *
yett_agreed_signature_name(unsigned index)
{
	return signatures[index < YETT_AGREED_SIGNATURES ? index : 0].registry;
}
