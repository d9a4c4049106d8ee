/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/site_check.h"

#include "http/field.h"
#include "http/location.h"
#include "policy/place.h"

static enum yett_status
check_trusts(const struct yett_rule *rule, uint32_t trust_count,
    struct yett_fault *fault)
{
	const struct yett_trust_set *set = &rule->trusts;

	for (uint32_t i = 0; i < set->count; i++)
		if (set->index[i] >= trust_count ||
		    (i > 0 && set->index[i] <= set->index[i - 1]))
			return yett_fail(fault, YETT_E_ARGUMENT,
			    "the trusts of %.*s are not an ascending set",
			    YETT_ARG(rule->label));
	return YETT_OK;
}

/* Fields that the gateway writes itself: a second one would contradict it, or
 * end the answer elsewhere. */
static bool
is_own(struct yett_slice name)
{
	const struct yett_slice own = YETT_LIT("yett-");
	enum yett_field_id id = yett_field_id(name);

	return yett_field_is_hop_by_hop(id) || id == YETT_FIELD_HOST ||
	    id == YETT_FIELD_CONTENT_LENGTH || id == YETT_FIELD_CONTENT_TYPE ||
	    id == YETT_FIELD_DATE ||
	    (name.len >= own.len &&
		yett_slice_eq_nocase((struct yett_slice){ name.at, own.len },
		    own));
}

/* The script side says the same with a better place; an embedder's rules come
 * only here. */
static enum yett_status
check_late(const struct yett_rule *rule, struct yett_fault *fault)
{
	const struct yett_late *late = rule->late;
	struct yett_location location;

	if (late != NULL && late->redirect.at != NULL &&
	    !yett_location_parse(&location, late->redirect))
		return yett_fail_at(fault, &rule->place,
		    "late in %.*s has a redirect that is malformed",
		    YETT_ARG(rule->label));
	if (late != NULL && late->header_count > YETT_LATE_HEADERS_MOST)
		return yett_fail_at(fault, &rule->place,
		    "late in %.*s has %u headers, and may have %d",
		    YETT_ARG(rule->label), late->header_count,
		    YETT_LATE_HEADERS_MOST);
	for (uint32_t i = 0; late != NULL && i < late->header_count; i++) {
		const struct yett_header *header = &late->header[i];

		if (!yett_is_token(header->name) ||
		    !yett_is_field_value(header->value))
			return yett_fail_at(fault, &rule->place,
			    "late in %.*s has a header that is malformed",
			    YETT_ARG(rule->label));
		if (is_own(header->name))
			return yett_fail_at(fault, &rule->place,
			    "late in %.*s has the header %.*s, which is the "
			    "gateway's own",
			    YETT_ARG(rule->label), YETT_ARG(header->name));
	}
	return YETT_OK;
}

/* What holds for a path rule and for the site's own. */
static enum yett_status
check_rule(const struct yett_rule *rule, uint32_t trust_count,
    struct yett_fault *fault)
{
	if (rule->need != YETT_NEED_NONE && rule->trusts.count == 0)
		return yett_fail_at(fault, &rule->place,
		    "certificate = \"%s\" in %.*s, but nothing says which "
		    "authorities to accept",
		    yett_need_name(rule->need), YETT_ARG(rule->label));
	if (rule->identity != NULL && rule->need != YETT_NEED_REQUIRE)
		return yett_fail_at(fault, &rule->place,
		    "identity in %.*s needs certificate = \"require\"",
		    YETT_ARG(rule->label));
	if ((rule->shadow != 0 && rule->need != YETT_NEED_REQUIRE) ||
	    (rule->spared != 0 && rule->need == YETT_NEED_NONE) ||
	    rule->spared > 100)
		return yett_fail_at(fault, &rule->place,
		    "shadow and share in %.*s need certificate = \"require\"",
		    YETT_ARG(rule->label));
	if (check_late(rule, fault) != YETT_OK)
		return YETT_E_POLICY;
	return check_trusts(rule, trust_count, fault);
}

static enum yett_status
check_handshake(const struct yett_site *site, struct yett_fault *fault)
{
	if (site->handshake != YETT_HANDSHAKE_NEVER)
		return YETT_OK;
	if (site->fallback.need == YETT_NEED_REQUIRE)
		return yett_fail_at(fault, &site->place,
		    "handshake = \"never\" in site \"%.*s\", which has "
		    "certificate = \"require\": a site requires in the "
		    "handshake",
		    YETT_ARG(site->name));
	if (site->hello_function >= 0)
		return yett_fail_at(fault, &site->place,
		    "handshake = \"never\" in site \"%.*s\", which has a "
		    "client_hello function: it would never be asked",
		    YETT_ARG(site->name));
	return YETT_OK;
}

enum yett_status
yett_site_check(const struct yett_site *site, uint32_t trust_count,
    struct yett_fault *fault)
{
	enum yett_status status = check_handshake(site, fault);

	if (status == YETT_OK)
		status = check_rule(&site->fallback, trust_count, fault);
	for (uint32_t i = 0; i < site->rule_count && status == YETT_OK; i++) {
		const struct yett_rule *rule = site->rule[i];

		if (site->fallback.need == YETT_NEED_REQUIRE &&
		    (rule->need != YETT_NEED_REQUIRE || rule->shadow != 0 ||
			rule->spared != 0))
			return yett_fail_at(fault, &rule->place,
			    "certificate = \"%s\" in %.*s is weaker than "
			    "certificate = \"require\" on site \"%.*s\", which "
			    "the handshake enforces",
			    yett_need_name(rule->need), YETT_ARG(rule->label),
			    YETT_ARG(site->name));
		status = check_rule(rule, trust_count, fault);
	}
	return status;
}
