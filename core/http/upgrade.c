/* SPDX-License-Identifier: Apache-2.0 */
#include "http/upgrade.h"

/* Cut `text` before a slash; returns what is behind it, at NULL without one. */
static struct yett_slice
cut_version(struct yett_slice *text)
{
	const char *slash = memchr(text->at, '/', text->len);
	struct yett_slice version = YETT_SLICE_NONE;

	if (slash == NULL)
		return version;
	version.at = slash + 1;
	version.len = text->len - (size_t)(slash + 1 - text->at);
	text->len = (size_t)(slash - text->at);
	return version;
}

bool
yett_upgrade_is_protocol(struct yett_slice text)
{
	struct yett_slice version = cut_version(&text);

	return yett_is_token(text) &&
	    (version.at == NULL || yett_is_token(version));
}

bool
yett_upgrade_is_opaque(struct yett_slice protocol)
{
	static const struct yett_slice names[] = { { "h2c", 3 }, { "h2", 2 },
		{ "http", 4 }, { "tls", 3 } };
	const char *dash;

	(void)cut_version(&protocol);
	/* Before HTTP/2 had a name, its drafts had: "h2c-14". */
	dash = memchr(protocol.at, '-', protocol.len);
	if (dash != NULL)
		protocol.len = (size_t)(dash - protocol.at);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (yett_slice_eq_nocase(protocol, names[i]))
			return true;
	return false;
}

bool
yett_upgrade_is_offered(const struct yett_head *head, struct yett_slice offer)
{
	bool names_one = false;

	for (uint32_t i = 0; i < head->field_count; i++) {
		struct yett_slice rest = head->field[i].value, protocol;

		if (head->field[i].id != YETT_FIELD_UPGRADE)
			continue;
		while (yett_list_next(&rest, &protocol))
			if (yett_list_has(offer, protocol))
				names_one = true;
			else
				return false;
	}
	return names_one && head->wants_upgrade;
}
