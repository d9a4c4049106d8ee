/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/crl_file.h"

#include <stdlib.h>

#include "base/file.h"

#define FILE_MOST (64 * 1024 * 1024)

#define BEGIN "-----BEGIN X509 CRL-----"
#define END "-----END X509 CRL-----"

void
yett_crls_clear(struct yett_crls *crls)
{
	for (size_t i = 0; i < crls->count; i++)
		yett_crl_unref(&crls->at[i]);
	free(crls->at);
	*crls = (struct yett_crls){ .count = 0 };
}

enum yett_status
yett_crls_add(struct yett_crls *crls, struct yett_crl *crl)
{
	struct yett_crl **grown = reallocarray(crls->at, crls->count + 1,
	    sizeof(struct yett_crl *));

	if (grown == NULL)
		return YETT_E_NOMEM;
	crls->at = grown;
	crls->at[crls->count++] = yett_crl_ref(crl);
	return YETT_OK;
}

static enum yett_status
add(struct yett_crls *crls, struct yett_slice der, const char *name,
    struct yett_fault *fault)
{
	struct yett_fault why = YETT_FAULT_NONE;
	struct yett_crl *crl;
	enum yett_status status = yett_crl_read(&crl, der, &why);

	if (status != YETT_OK && why.what[0] != '\0')
		return yett_fail(fault, status,
		    "cannot use the revocation list %s: %s", name, why.what);
	if (status != YETT_OK)
		return status;
	status = yett_crls_add(crls, crl);
	yett_crl_unref(&crl);
	return status;
}

static int
sextet(char digit)
{
	if (digit >= 'A' && digit <= 'Z')
		return digit - 'A';
	if (digit >= 'a' && digit <= 'z')
		return digit - 'a' + 26;
	if (digit >= '0' && digit <= '9')
		return digit - '0' + 52;
	return digit == '+' ? 62 : digit == '/' ? 63 : -1;
}

/* Decode base64 (RFC 7468, section 3) where it lies: a list may be as large as
 * memory allows. False: something else is in it. */
static bool
decode(char *text, size_t len, struct yett_slice *out)
{
	uint32_t bits = 0, have = 0;
	size_t used = 0, digits = 0, padding = 0;

	for (size_t i = 0; i < len; i++) {
		int value = sextet(text[i]);

		if (text[i] == '=') {
			padding++;
		} else if (value >= 0 && padding == 0) {
			bits = (bits << 6 | (uint32_t)value) & 0xffffff;
			have += 6;
			digits++;
		} else if (strchr(" \t\r\n", text[i]) == NULL) {
			return false;
		}
		if (have >= 8) {
			have -= 8;
			text[used++] = (char)(bits >> have & 0xff);
		}
	}
	*out = (struct yett_slice){ text, used };
	return (digits + padding) % 4 == 0 && padding <= 2;
}

static enum yett_status
read_pem(struct yett_crls *crls, char *text, size_t len, const char *name,
    struct yett_fault *fault)
{
	enum yett_status status = YETT_OK;
	char *end = text + len;

	while (status == YETT_OK) {
		char *begin = memmem(text, (size_t)(end - text), BEGIN,
		    strlen(BEGIN));
		char *stop = NULL;
		struct yett_slice der;

		if (begin == NULL)
			break;
		begin += strlen(BEGIN);
		stop = memmem(begin, (size_t)(end - begin), END, strlen(END));
		if (stop == NULL ||
		    !decode(begin, (size_t)(stop - begin), &der))
			return yett_fail(fault, YETT_E_POLICY,
			    "cannot use the revocation list %s: it is damaged",
			    name);
		status = add(crls, der, name, fault);
		text = stop;
	}
	return status;
}

enum yett_status
yett_crls_read(struct yett_crls *crls, char *text, size_t len, const char *name,
    struct yett_fault *fault)
{
	struct yett_slice whole = { text, len };
	size_t before = crls->count;
	enum yett_status status;

	if (len > 0 && *text == 0x30) /* a SEQUENCE */
		return add(crls, whole, name, fault);
	status = len == 0 ? YETT_OK : read_pem(crls, text, len, name, fault);
	if (status == YETT_OK && crls->count == before)
		return yett_fail(fault, YETT_E_POLICY,
		    "%s holds no revocation list", name);
	return status;
}

enum yett_status
yett_crls_read_file(struct yett_crls *crls, const char *path,
    struct yett_fault *fault)
{
	struct yett_buf text = { 0 };
	enum yett_status status = yett_file_read(path, FILE_MOST, &text, fault);

	if (status == YETT_OK)
		status = yett_crls_read(crls, text.memory + text.start,
		    yett_buf_len(&text), path, fault);
	yett_buf_clear(&text);
	return status;
}
