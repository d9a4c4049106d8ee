/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/facts.h"

#include "http/field.h"

static bool
has(const struct yett_header_reads *reads, struct yett_slice name)
{
	for (uint32_t i = 0; i < reads->count; i++)
		if (yett_slice_eq_nocase(yett_slice_of(reads->name[i]), name))
			return true;
	return false;
}

void
yett_header_reads_add(struct yett_header_reads *reads, struct yett_slice name)
{
	char *out;

	if (has(reads, name))
		return;
	if (reads->count == YETT_HEADER_READS_MOST ||
	    name.len >= YETT_HEADER_READ_NAME) {
		reads->more = true;
		return;
	}
	out = reads->name[reads->count++];
	for (size_t i = 0; i < name.len; i++)
		out[i] = yett_lower(name.at[i]);
	out[name.len] = '\0';
}

static bool
has_header(const struct yett_request *request, struct yett_slice name)
{
	for (uint32_t i = 0; i < request->header_count; i++)
		if (yett_slice_eq_nocase(request->header[i].name, name))
			return true;
	return false;
}

bool
yett_request_is_preflight(const struct yett_request *request)
{
	return yett_slice_eq(request->method, YETT_LIT("OPTIONS")) &&
	    has_header(request, YETT_LIT("Origin")) &&
	    has_header(request, YETT_LIT("Access-Control-Request-Method"));
}

bool
yett_request_field_is_reserved(struct yett_slice name)
{
	return yett_field_is_reserved(yett_field_id(name));
}

const char *
yett_fact_name(enum yett_fact fact)
{
	switch (fact) {
	case YETT_FACT_SNI: return "sni";
	case YETT_FACT_ALPN: return "alpn";
	case YETT_FACT_VERSION: return "version";
	case YETT_FACT_CLIENT_IP: return "client_ip";
	case YETT_FACT_METHOD: return "method";
	case YETT_FACT_PATH: return "path";
	case YETT_FACT_QUERY: return "query";
	case YETT_FACT_HEADER: return "headers";
	case YETT_FACT_CERTIFICATE: return "certificate";
	case YETT_FACT_TIME: return "time";
	case YETT_FACT_HOST: return "host";
	case YETT_FACT_IDENTITY: return "identity";
	case YETT_FACT_PREFLIGHT: return "preflight";
	case YETT_FACT_LEARNED: return "learned";
	case YETT_FACT_END: break;
	}
	return "";
}
