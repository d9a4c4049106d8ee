/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/server_name.h"

#include <netinet/in.h>

#include "io/address.h"

#define NAME_MOST 253

/* What is looked for: four or sixteen bytes of an address, or a host name. */
struct wanted {
	bool is_address;
	struct yett_slice bytes;
	char memory[16];
};

static void
read_wanted(struct wanted *wanted, struct yett_slice name)
{
	struct yett_address address;

	*wanted = (struct wanted){ .bytes = name };
	if (yett_address_parse(&address, name, 0, NULL) != YETT_OK)
		return;
	wanted->is_address = true;
	yett_address_mapped(&address, (uint8_t *)wanted->memory);
	wanted->bytes = (struct yett_slice){ wanted->memory, 16 };
	if (address.storage.ss_family == AF_INET)
		wanted->bytes = (struct yett_slice){ wanted->memory + 12, 4 };
}

/* RFC 9525, section 6.3. */
static bool
is_name(struct yett_slice pattern, struct yett_slice name)
{
	const char *dot = memchr(name.at, '.', name.len);

	if (!yett_slice_starts_with(pattern, YETT_LIT("*.")))
		return yett_slice_eq_nocase(pattern, name);
	if (dot == NULL || dot == name.at)
		return false;
	pattern.at++;
	pattern.len--;
	name.len -= (size_t)(dot - name.at);
	name.at = dot;
	return memchr(name.at + 1, '.', name.len - 1) != NULL &&
	    yett_slice_eq_nocase(pattern, name);
}

bool
yett_server_name_matches(gnutls_x509_crt_t cert, struct yett_slice name)
{
	struct wanted wanted;

	read_wanted(&wanted, name);
	for (unsigned i = 0;; i++) {
		char text[NAME_MOST + 3];
		size_t len = sizeof(text);
		int type = gnutls_x509_crt_get_subject_alt_name(cert, i, text,
		    &len, NULL);
		struct yett_slice found = { text, len };

		if (type == GNUTLS_E_SHORT_MEMORY_BUFFER)
			continue; /* longer than any name */
		if (type < 0)
			return false;
		if (wanted.is_address ? type == GNUTLS_SAN_IPADDRESS &&
			    yett_slice_eq(found, wanted.bytes)
				      : type == GNUTLS_SAN_DNSNAME &&
			    is_name(found, wanted.bytes))
			return true;
	}
}
