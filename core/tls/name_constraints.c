/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/name_constraints.h"

#include "tls/datum.h"
#include "tls/der.h"
#include "tls/general_name.h"

/* What one judgement may cost: a comparison takes well below a microsecond. */
#define COMPARISONS_MOST 65536

#define PERMITTED YETT_DER_CONTEXT_0
#define EXCLUDED 0xa1
#define SET 0x31
#define EMAIL_ADDRESS YETT_LIT("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01")

/* The constraints of one authority. */
struct constraints {
	struct yett_slice permitted, excluded; /* GeneralSubtrees */
	unsigned *comparisons;                 /* of the whole judgement */
};

/* --- one name ---------------------------------------------------------------
 */

/* Read a GeneralName; a directory name is a Name within a tag. */
static bool
take_name(struct yett_slice *rest, struct yett_general_name *out)
{
	struct yett_slice inner;

	if (!yett_der_next(rest, &out->tag, &out->content))
		return false;
	if (out->tag != YETT_NAME_DIRECTORY)
		return true;
	inner = out->content;
	return yett_der_take(&inner, YETT_DER_SEQUENCE, &out->content);
}

/* Cut a GeneralSubtree off: whether `name` lies within it. */
static enum yett_within
compare_next(struct yett_slice *subtrees, const struct yett_general_name *name)
{
	struct yett_general_name base;
	struct yett_slice subtree;
	enum yett_within within;

	if (!yett_der_take(subtrees, YETT_DER_SEQUENCE, &subtree) ||
	    !take_name(&subtree, &base)) {
		*subtrees = YETT_SLICE_NONE;
		return YETT_WITHIN_UNKNOWN;
	}
	within = yett_general_name_within(name, &base);
	/* A minimum or maximum, which nobody uses. */
	return within != YETT_WITHIN_OTHER_FORM && subtree.len > 0
	    ? YETT_WITHIN_UNKNOWN
	    : within;
}

static bool
is_permitted(const struct constraints *constraints,
    const struct yett_general_name *name)
{
	struct yett_slice left = constraints->permitted;
	bool is_constrained = false;

	while (left.len > 0) {
		enum yett_within within = compare_next(&left, name);

		if (++*constraints->comparisons > COMPARISONS_MOST)
			return false;
		if (within == YETT_WITHIN_YES)
			return true;
		is_constrained |= within != YETT_WITHIN_OTHER_FORM;
	}
	return !is_constrained;
}

static bool
is_excluded(const struct constraints *constraints,
    const struct yett_general_name *name)
{
	struct yett_slice left = constraints->excluded;

	while (left.len > 0) {
		enum yett_within within = compare_next(&left, name);

		if (++*constraints->comparisons > COMPARISONS_MOST ||
		    within == YETT_WITHIN_YES || within == YETT_WITHIN_UNKNOWN)
			return true;
	}
	return false;
}

static bool
may_have(const struct constraints *constraints,
    const struct yett_general_name *name)
{
	return is_permitted(constraints, name) &&
	    !is_excluded(constraints, name);
}

/* --- the names of a certificate
 * ----------------------------------------------- */

/* Mail addresses in a relative distinguished name are names of that form. */
static bool
may_have_emails(const struct constraints *constraints, struct yett_slice set)
{
	struct yett_general_name name = { .tag = YETT_NAME_EMAIL };
	struct yett_slice pair, type;

	while (set.len > 0) {
		uint8_t tag;

		if (!yett_der_take(&set, YETT_DER_SEQUENCE, &pair) ||
		    !yett_der_take(&pair, YETT_DER_OID, &type) ||
		    !yett_der_next(&pair, &tag, &name.content))
			return false;
		if (yett_slice_eq(type, EMAIL_ADDRESS) &&
		    !may_have(constraints, &name))
			return false;
	}
	return true;
}

static bool
may_have_subject(const struct constraints *constraints, gnutls_x509_crt_t cert)
{
	struct yett_general_name name = { .tag = YETT_NAME_DIRECTORY };
	struct yett_slice whole, set;
	gnutls_datum_t der;
	bool may;

	if (gnutls_x509_crt_get_raw_dn(cert, &der) < 0)
		return false;
	whole = yett_datum_slice(&der);
	may = yett_der_take(&whole, YETT_DER_SEQUENCE, &name.content) &&
	    (name.content.len == 0 || may_have(constraints, &name));
	while (may && name.content.len > 0)
		may = yett_der_take(&name.content, SET, &set) &&
		    may_have_emails(constraints, set);
	gnutls_free(der.data);
	return may;
}

/* An extension's value, the caller's to free; empty: the certificate has none.
 * False: memory is out. */
static bool
read_extension(gnutls_x509_crt_t cert, const char *oid, gnutls_datum_t *out)
{
	int code;

	*out = (gnutls_datum_t){ NULL, 0 };
	code = gnutls_x509_crt_get_extension_by_oid2(cert, oid, 0, out, NULL);
	return code >= 0 || code == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE;
}

static bool
may_have_alternatives(const struct constraints *constraints,
    gnutls_x509_crt_t cert)
{
	struct yett_slice whole, list = YETT_SLICE_NONE;
	struct yett_general_name name;
	gnutls_datum_t der;
	bool may;

	if (!read_extension(cert, GNUTLS_X509EXT_OID_SAN, &der))
		return false;
	whole = yett_datum_slice(&der);
	may = whole.len == 0 || yett_der_take(&whole, YETT_DER_SEQUENCE, &list);
	while (may && list.len > 0)
		may = take_name(&list, &name) && may_have(constraints, &name);
	gnutls_free(der.data);
	return may;
}

static bool
may_be(const struct constraints *constraints, gnutls_x509_crt_t cert)
{
	return may_have_subject(constraints, cert) &&
	    may_have_alternatives(constraints, cert);
}

/* --- a path
 * -------------------------------------------------------------------- */

/* Read NameConstraints. False: it is malformed. */
static bool
read_constraints(struct yett_slice der, struct constraints *out)
{
	struct yett_slice content;

	if (!yett_der_take(&der, YETT_DER_SEQUENCE, &content))
		return false;
	(void)yett_der_take(&content, PERMITTED, &out->permitted);
	(void)yett_der_take(&content, EXCLUDED, &out->excluded);
	return content.len == 0;
}

static bool
is_self_issued(gnutls_x509_crt_t cert)
{
	gnutls_datum_t subject = { NULL, 0 }, issuer = { NULL, 0 };
	bool same = gnutls_x509_crt_get_raw_dn(cert, &subject) >= 0 &&
	    gnutls_x509_crt_get_raw_issuer_dn(cert, &issuer) >= 0 &&
	    yett_slice_eq(yett_datum_slice(&subject),
		yett_datum_slice(&issuer));

	gnutls_free(subject.data);
	gnutls_free(issuer.data);
	return same;
}

/* Whether all that stand below authority number `index` keep what it says. */
static bool
holds_below(const gnutls_x509_crt_t *path, uint32_t index,
    unsigned *comparisons)
{
	struct constraints constraints = { .comparisons = comparisons };
	gnutls_datum_t der;
	bool holds;

	if (!read_extension(path[index], GNUTLS_X509EXT_OID_NAME_CONSTRAINTS,
		&der))
		return false;
	if (der.size == 0) {
		gnutls_free(der.data);
		return true;
	}
	holds = read_constraints(yett_datum_slice(&der), &constraints);
	for (uint32_t i = 0; i < index && holds; i++)
		if (i == 0 || !is_self_issued(path[i]))
			holds = may_be(&constraints, path[i]);
	gnutls_free(der.data);
	return holds;
}

bool
yett_name_constraints_hold(const gnutls_x509_crt_t *path, uint32_t count)
{
	unsigned comparisons = 0;

	for (uint32_t i = 1; i < count; i++)
		if (!holds_below(path, i, &comparisons))
			return false;
	return true;
}
