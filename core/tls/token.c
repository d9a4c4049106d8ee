/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/token.h"

#include <gnutls/crypto.h>
#include <gnutls/pkcs11.h>

#include "base/buf.h"
#include "base/file.h"

/* Longer than any PIN. */
#define PIN_FILE_MOST 4096

bool
yett_token_is_url(struct yett_slice from)
{
	return gnutls_url_is_supported(from.at) != 0;
}

struct yett_slice
yett_token_shown(struct yett_slice from)
{
	const char *query;

	if (!yett_token_is_url(from))
		return from;
	query = memchr(from.at, '?', from.len);
	return query == NULL
	    ? from
	    : (struct yett_slice){ from.at, (size_t)(query - from.at) };
}

/* The value of the query attribute `name`; at is NULL without one. */
static struct yett_slice
query_value(struct yett_slice url, const char *name)
{
	const char *end = url.at + url.len;
	const char *at = memchr(url.at, '?', url.len);
	size_t len = strlen(name);

	while (at != NULL && at < end) {
		const char *next;

		at++; /* the ? or & */
		next = memchr(at, '&', (size_t)(end - at));
		if (next == NULL)
			next = end;
		if ((size_t)(next - at) > len && memcmp(at, name, len) == 0 &&
		    at[len] == '=')
			return (struct yett_slice){ at + len + 1,
				(size_t)(next - at) - len - 1 };
		at = next;
	}
	return YETT_SLICE_NONE;
}

/* RFC 3986, section 2.1; false: malformed, or too long. */
static bool
decode(struct yett_slice text, char *out, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < text.len; i++) {
		char byte = text.at[i];

		if (byte == '%') {
			int high = i + 2 < text.len
			    ? yett_hex_digit(text.at[i + 1])
			    : -1;
			int low = high >= 0 ? yett_hex_digit(text.at[i + 2])
					    : -1;

			if (low < 0)
				return false;
			byte = (char)(high << 4 | low);
			i += 2;
		}
		if (used + 1 >= size || byte == '\0')
			return false;
		out[used++] = byte;
	}
	out[used] = '\0';
	return used > 0;
}

/* The file of pin-source: "file:/path", "file:///path" or "/path". */
static bool
pin_file(struct yett_slice url, char *out, size_t size)
{
	struct yett_slice source = query_value(url, "pin-source");
	struct yett_slice scheme = YETT_LIT("file:");

	if (source.at == NULL)
		return false;
	if (yett_slice_starts_with(source, scheme)) {
		source.at += scheme.len;
		source.len -= scheme.len;
	}
	if (yett_slice_starts_with(source, YETT_LIT("///"))) {
		source.at += 2;
		source.len -= 2;
	}
	return decode(source, out, size) && out[0] == '/';
}

/* Append what the file of pin-source holds; without one nothing. */
static enum yett_status
read_pin(struct yett_slice url, struct yett_buf *out, struct yett_fault *fault)
{
	struct yett_slice shown = yett_token_shown(url);
	struct yett_fault reading = YETT_FAULT_NONE;
	char path[4096];

	if (query_value(url, "pin-source").at == NULL)
		return YETT_OK;
	if (!pin_file(url, path, sizeof(path)))
		return yett_fail(fault, YETT_E_POLICY,
		    "the pin-source of %.*s is no file; write "
		    "?pin-source=file:/PATH behind the URL",
		    YETT_ARG(shown));
	if (yett_file_read(path, PIN_FILE_MOST, out, &reading) != YETT_OK)
		return yett_fail(fault, YETT_E_POLICY,
		    "the PIN for %.*s cannot be read: %s", YETT_ARG(shown),
		    reading.what);
	return YETT_OK;
}

static void
forget_pin(struct yett_buf *pin)
{
	if (pin->memory != NULL)
		gnutls_memset(pin->memory, 0, pin->cap);
	yett_buf_clear(pin);
}

/* Also while the process is logged in, when nobody would ask for the PIN: a
 * restart will. */
enum yett_status
yett_token_check(struct yett_slice url, struct yett_fault *fault)
{
	struct yett_slice shown = yett_token_shown(url);
	struct yett_buf pin = { 0 };
	enum yett_status status;

	if (query_value(url, "module-path").at != NULL ||
	    query_value(url, "module-name").at != NULL)
		return yett_fail(fault, YETT_E_POLICY,
		    "%.*s names its module, which is not looked at here; "
		    "register it with p11-kit, see `p11-kit list-modules`",
		    YETT_ARG(shown));
	status = read_pin(url, &pin, fault);
	forget_pin(&pin);
	return status;
}

int
yett_token_pin(void *arg, int attempt, const char *token_url,
    const char *token_label, unsigned flags, char *pin, size_t pin_max)
{
	struct yett_buf file = { 0 };
	int code = GNUTLS_E_PKCS11_PIN_ERROR;
	struct yett_slice text;

	(void)token_url;
	(void)token_label;
	if (attempt > 0 ||
	    (flags & (GNUTLS_PIN_WRONG | GNUTLS_PIN_FINAL_TRY)) ||
	    read_pin(yett_slice_of(arg), &file, NULL) != YETT_OK)
		return code;
	text = yett_buf_slice(&file);
	while (text.len > 0 &&
	    (text.at[text.len - 1] == '\n' || text.at[text.len - 1] == '\r'))
		text.len--;
	if (text.len > 0 && text.len < pin_max) {
		memcpy(pin, text.at, text.len);
		pin[text.len] = '\0';
		code = 0;
	}
	forget_pin(&file);
	return code;
}

static enum yett_status
fail_pin(struct yett_slice url, struct yett_fault *fault)
{
	struct yett_slice shown = yett_token_shown(url);

	if (query_value(url, "pin-value").at == NULL &&
	    query_value(url, "pin-source").at == NULL)
		return yett_fail(fault, YETT_E_POLICY,
		    "the token of %.*s wants a PIN; write "
		    "?pin-source=file:/PATH behind the URL",
		    YETT_ARG(shown));
	return yett_fail(fault, YETT_E_POLICY,
	    "the token of %.*s does not take the PIN; a few more tries may "
	    "lock it",
	    YETT_ARG(shown));
}

enum yett_status
yett_token_fail(struct yett_slice url, const char *what, int code,
    struct yett_fault *fault)
{
	struct yett_slice shown = yett_token_shown(url);
	char *first = NULL;
	unsigned flags;

	switch (code) {
	case GNUTLS_E_PKCS11_PIN_ERROR:
	case GNUTLS_E_PKCS11_PIN_EXPIRED:
	case GNUTLS_E_PKCS11_PIN_LOCKED: return fail_pin(url, fault);
	default: break;
	}
	if (gnutls_pkcs11_token_get_url(0, GNUTLS_PKCS11_URL_GENERIC, &first) <
	    0)
		return yett_fail(fault, YETT_E_POLICY,
		    "no PKCS #11 module has a token, so %.*s cannot be had; "
		    "see `p11-kit list-modules`",
		    YETT_ARG(shown));
	gnutls_free(first);
	if (gnutls_pkcs11_token_get_flags(url.at, &flags) < 0)
		return yett_fail(fault, YETT_E_POLICY,
		    "there is no token for %.*s; see `p11tool --list-tokens`",
		    YETT_ARG(shown));
	return yett_fail(fault, YETT_E_POLICY,
	    "the token has no %s %.*s; see `p11tool --list-all` (%s)", what,
	    YETT_ARG(shown), gnutls_strerror(code));
}
