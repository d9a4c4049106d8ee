/* SPDX-License-Identifier: Apache-2.0 */
/* Implements yett_gateway_metrics() of yett.h. */
#include "config.h"

#include "base/log.h"
#include "codec/http2_guard.h"
#include "gateway/gateway.h"
#include "rollout/terms.h"

/* Values that are not counters of workers. */
enum other {
	OTHER_NONE,
	OTHER_BUILD,
	OTHER_START,
	OTHER_WORKERS,
	OTHER_GENERATION,
	OTHER_RELOADS,
	OTHER_LINKS,
	OTHER_LOGINS,
	OTHER_ADDRESSES,
	OTHER_CRLS,
	OTHER_SUPPRESSED,
};

/* A name, and the values that it has with one label or none. */
struct family {
	const char *name, *help;
	enum yett_metric_kind kind;
	enum other other;
	unsigned first, count; /* of enum yett_counter; 0: one */
	const char *label;     /* NULL: none */
	/* Its values: a list, or else by a function. */
	const char *const *values;
	const char *(*value)(unsigned index);
};

/* --- labels whose values have names elsewhere --- */

static const char *
alert_label(unsigned index)
{
	return index == 0 ? "none" : yett_alert_name(index);
}

static const char *
alert_came_label(unsigned index)
{
	return yett_alert_name(index + 1);
}

static const char *
certificate_label(unsigned index)
{
	return index < YETT_CERTIFICATE_JUDGED
	    ? "not_sent"
	    : yett_verification_name(
		  (enum yett_verification)(index - YETT_CERTIFICATE_JUDGED));
}

static const char *
reason_label(unsigned index)
{
	return yett_reason_name((enum yett_reason)index);
}

/* The first reason is none, which no refusal has; so it is with causes and
 * failures. */
static const char *
shadow_label(unsigned index)
{
	return yett_reason_name((enum yett_reason)(index + 1));
}

static const char *
cause_label(unsigned index)
{
	return yett_cause_name((enum yett_cause)(index + 1));
}

static const char *
failure_label(unsigned index)
{
	return yett_exchange_failure_name(
	    (enum yett_exchange_failure)(index + 1));
}

static const char *
http2_label(unsigned index)
{
	return yett_http2_fault_name((enum yett_http2_fault)index);
}

/* --- the table --- */

#define GAUGE .kind = YETT_METRIC_GAUGE
#define COUNTER .kind = YETT_METRIC_COUNTER
#define VALUES(...)                                                            \
	.values = (const char *const[])                                        \
	{                                                                      \
		__VA_ARGS__                                                    \
	}

static const struct family families[] = {
	{ "yett_build_info", "The version in use; always 1.", GAUGE,
	    .other = OTHER_BUILD, .label = "version", VALUES(PACKAGE_VERSION) },
	{ "process_start_time_seconds",
	    "When the gateway was made, in seconds since 1970 UTC.", GAUGE,
	    .other = OTHER_START },
	{ "yett_workers", "Worker threads.", GAUGE, .other = OTHER_WORKERS },
	{ "yett_generation", "Number of the policy in force; 0 for none.",
	    GAUGE, .other = OTHER_GENERATION },
	{ "yett_reloads_total", "Policies that were loaded, and refused.",
	    COUNTER, .other = OTHER_RELOADS, .count = 2, .label = "outcome",
	    VALUES("ok", "refused") },
	{ "yett_connections_total", "Client connections that were accepted.",
	    COUNTER, .first = YETT_COUNT_CONNECTIONS },
	{ "yett_connections_open", "Client connections that are open.", GAUGE,
	    .first = YETT_COUNT_OPEN },
	{ "yett_connections_spent_total",
	    "Client connections that were closed because they had as many "
	    "requests as one may have.",
	    COUNTER, .first = YETT_COUNT_SPENT },
	{ "yett_connections_refused_total",
	    "Client connections that were closed at once: their address had "
	    "as many as it may, memory was out, or what should tell the "
	    "client's address came from no load balancer of ours or was "
	    "malformed.",
	    COUNTER, .first = YETT_COUNT_ADDRESS_FULL, .count = 4,
	    .label = "reason",
	    VALUES("address", "memory", "proxy_untrusted", "proxy_malformed") },
	{ "yett_accept_pauses_total",
	    "Times that a worker stopped accepting: at the connection limit, "
	    "or out of descriptors or memory.",
	    COUNTER, .first = YETT_COUNT_PAUSE_FULL, .count = 2,
	    .label = "reason", VALUES("connections", "descriptors") },
	{ "yett_handshakes_total",
	    "TLS handshakes by their end; those that ran out of time are "
	    "deadlines.",
	    COUNTER, .first = YETT_COUNT_HANDSHAKE,
	    .count = YETT_HANDSHAKE_ENDS, .label = "outcome",
	    VALUES([YETT_HANDSHAKE_FULL] = "full",
		[YETT_HANDSHAKE_RESUMED] = "resumed",
		[YETT_HANDSHAKE_FAILED] = "failed",
		[YETT_HANDSHAKE_ABANDONED] = "abandoned") },
	{ "yett_handshake_alerts_total",
	    "Handshakes that failed here, by the alert that was sent; what is "
	    "the gateway's own fault is internal_error.",
	    COUNTER, .first = YETT_COUNT_ALERT, .count = YETT_ALERTS,
	    .label = "alert", .value = alert_label },
	{ "yett_handshake_alerts_received_total",
	    "Handshakes that the client ended, by the alert that it sent.",
	    COUNTER, .first = YETT_COUNT_ALERT_CAME + 1,
	    .count = YETT_ALERTS - 1, .label = "alert",
	    .value = alert_came_label },
	{ "yett_certificate_questions_total",
	    "Handshakes that were done, by what they asked the client for.",
	    COUNTER, .first = YETT_COUNT_ASKED, .count = 3, .label = "mode",
	    VALUES("none", "request", "require") },
	{ "yett_handshake_groups_total",
	    "Handshakes that succeeded, by the group of their key exchange.",
	    COUNTER, .first = YETT_COUNT_GROUP, .count = YETT_AGREED_GROUPS,
	    .label = "group", .value = yett_agreed_group_name },
	{ "yett_handshake_signatures_total",
	    "Handshakes that succeeded, by the gateway's signature; none was "
	    "resumed.",
	    COUNTER, .first = YETT_COUNT_SIGNATURE,
	    .count = YETT_AGREED_SIGNATURES, .label = "signature",
	    .value = yett_agreed_signature_name },
	{ "yett_certificates_total",
	    "What came of asking for a certificate, also in handshakes that "
	    "failed for it.",
	    COUNTER, .first = YETT_COUNT_CERTIFICATE,
	    .count = YETT_CERTIFICATE_OUTCOMES, .label = "outcome",
	    .value = certificate_label },
	{ "yett_decisions_total",
	    "Requests that were decided, by reason of refusal; none is "
	    "allowed.",
	    COUNTER, .first = YETT_COUNT_DECISION, .count = YETT_REASONS,
	    .label = "reason", .value = reason_label },
	{ "yett_late_needs_total",
	    "Certificates that were needed too late to ask, by cause.", COUNTER,
	    .first = YETT_COUNT_LATE + 1, .count = YETT_CAUSES - 1,
	    .label = "cause", .value = cause_label },
	{ "yett_shadow_refusals_total",
	    "Requests that were let in, but for a rule in shadow, by the "
	    "reason "
	    "that it would have refused them for.",
	    COUNTER, .first = YETT_COUNT_SHADOW + 1, .count = YETT_REASONS - 1,
	    .label = "reason", .value = shadow_label },
	{ "yett_requests_total",
	    "Requests that ended, by the class of the answer's status; none "
	    "was cut.",
	    COUNTER, .first = YETT_COUNT_REQUEST, .count = 6, .label = "status",
	    VALUES("1xx", "2xx", "3xx", "4xx", "5xx", "none") },
	{ "yett_message_errors_total",
	    "Answers about the message itself, such as a limit that it "
	    "exceeds, by status.",
	    COUNTER, .first = YETT_COUNT_MESSAGE,
	    .count = YETT_MESSAGE_STATUSES, .label = "status",
	    .value = yett_count_message_status },
	{ "yett_deadlines_expired_total",
	    "Waits that were given up, by what was waited for.", COUNTER,
	    .first = YETT_COUNT_EXPIRED, .count = YETT_EXPIRIES,
	    .label = "kind",
	    VALUES([YETT_EXPIRED_HANDSHAKE] = "handshake",
		[YETT_EXPIRED_CERTIFICATE] = "certificate",
		[YETT_EXPIRED_HEAD] = "head", [YETT_EXPIRED_BODY] = "body",
		[YETT_EXPIRED_IDLE] = "idle", [YETT_EXPIRED_READER] = "reader",
		[YETT_EXPIRED_TUNNEL] = "tunnel",
		[YETT_EXPIRED_CLOSE] = "close",
		[YETT_EXPIRED_CONNECT] = "connect",
		[YETT_EXPIRED_ANSWER] = "answer",
		[YETT_EXPIRED_STALL] = "stall") },
	{ "yett_upstream_failures_total",
	    "Requests that an upstream did not answer, or not to the end.",
	    COUNTER, .first = YETT_COUNT_UPSTREAM + 1,
	    .count = YETT_FAILURES - 1, .label = "kind",
	    .value = failure_label },
	{ "yett_upstream_repeats_total",
	    "Requests that were sent a second time, because nothing of an "
	    "answer had come.",
	    COUNTER, .first = YETT_COUNT_REPEATED },
	{ "yett_upstream_addresses",
	    "Addresses of upstreams in force that are up, and that are left "
	    "out.",
	    GAUGE, .other = OTHER_ADDRESSES, .count = 2, .label = "state",
	    VALUES("up", "down") },
	{ "yett_trust_crls",
	    "Trusts in force with revocation lists, by the list that ends "
	    "first: current, due to be followed, or stale, so that its clients "
	    "are refused; or away, so that all are.",
	    GAUGE, .other = OTHER_CRLS, .count = 4, .label = "state",
	    VALUES("current", "due", "stale", "away") },
	{ "yett_upstream_links", "Connections to upstreams.", GAUGE,
	    .other = OTHER_LINKS, .count = 2, .label = "state",
	    VALUES("busy", "idle") },
	{ "yett_upstream_logins_total",
	    "Connections to upstreams that became one client's alone, because "
	    "a login such as NTLM belongs to them.",
	    COUNTER, .other = OTHER_LOGINS },
	{ "yett_client_bytes_total",
	    "Bytes of HTTP from and to clients, before encryption.", COUNTER,
	    .first = YETT_COUNT_BYTES_IN, .count = 2, .label = "direction",
	    VALUES("in", "out") },
	{ "yett_tunnels_total",
	    "Protocol switches, WebSocket and others, that were made.", COUNTER,
	    .first = YETT_COUNT_TUNNELS },
	{ "yett_tunnels_open", "Tunnels that are open.", GAUGE,
	    .first = YETT_COUNT_TUNNELS_OPEN },
	{ "yett_http2_failures_total",
	    "HTTP/2 connections that were cut off because the client was at "
	    "fault.",
	    COUNTER, .first = YETT_COUNT_HTTP2, .count = YETT_HTTP2_FAULTS,
	    .label = "error", .value = http2_label },
	{ "yett_policy_errors_total",
	    "Functions of the policy that failed; the client was refused.",
	    COUNTER, .first = YETT_COUNT_HELLO_ERROR, .count = 2,
	    .label = "function", VALUES("client_hello", "request") },
	{ "yett_access_lines_lost_total",
	    "Lines of the access log that could not be written.", COUNTER,
	    .first = YETT_COUNT_ACCESS_LOST },
	{ "yett_record_lines_lost_total",
	    "Decisions that could not be recorded.", COUNTER,
	    .first = YETT_COUNT_RECORD_LOST },
	{ "yett_log_lines_suppressed_total",
	    "Log lines that were dropped because one event came too often, or "
	    "because nobody reads standard error.",
	    COUNTER, .other = OTHER_SUPPRESSED },
};

/* --- values: under worker_lock --- */

static uint64_t
sum(const struct yett_gateway *gateway, unsigned which)
{
	uint64_t total = 0;

	for (uint32_t i = 0; i < gateway->counter_count; i++)
		total +=
		    atomic_load_explicit(&gateway->counters[i].value[which],
			memory_order_relaxed);
	return total;
}

static uint64_t
count_addresses(struct yett_gateway *gateway, bool down)
{
	struct yett_rollout *rollout = yett_current_ref(&gateway->current);
	uint32_t count = 0;

	if (rollout != NULL)
		count = yett_targets_count(rollout->targets, down);
	yett_rollout_unref(&rollout);
	return count;
}

static uint64_t
count_crls(struct yett_gateway *gateway, unsigned state)
{
	struct yett_rollout *rollout = yett_current_ref(&gateway->current);
	uint32_t count[YETT_CRL_STATES] = { 0 };

	if (rollout != NULL)
		yett_credentials_crls(rollout->credentials,
		    (int64_t)(yett_clock_wall() / YETT_NS_PER_S), count);
	yett_rollout_unref(&rollout);
	return count[state];
}

static uint64_t
count_links(const struct yett_gateway *gateway, bool idle)
{
	uint64_t total = 0;

	for (uint32_t i = 0; i < gateway->worker_count; i++) {
		const struct yett_pool *pool = gateway->worker[i]->context.pool;
		uint32_t resting = yett_pool_idle(pool);
		uint32_t all = yett_pool_links(pool);

		/* Both change meanwhile. */
		total += idle ? resting : all > resting ? all - resting : 0;
	}
	return total;
}

static uint64_t
count_logins(const struct yett_gateway *gateway)
{
	uint64_t total = 0;

	for (uint32_t i = 0; i < gateway->worker_count; i++)
		total += yett_pool_logins(gateway->worker[i]->context.pool);
	return total;
}

static uint64_t
value_of(struct yett_gateway *gateway, const struct family *family,
    unsigned index)
{
	switch (family->other) {
	case OTHER_NONE: return sum(gateway, family->first + index);
	case OTHER_BUILD: return 1;
	case OTHER_START: return gateway->made / YETT_NS_PER_S;
	case OTHER_WORKERS: return gateway->worker_count;
	case OTHER_GENERATION: return atomic_load(&gateway->current.id);
	case OTHER_RELOADS:
		return atomic_load(
		    index == 0 ? &gateway->loads : &gateway->loads_refused);
	case OTHER_ADDRESSES: return count_addresses(gateway, index == 1);
	case OTHER_CRLS: return count_crls(gateway, YETT_CRL_CURRENT + index);
	case OTHER_LINKS: return count_links(gateway, index == 1);
	case OTHER_LOGINS: return count_logins(gateway);
	case OTHER_SUPPRESSED: return yett_log_suppressed();
	}
	return 0;
}

/* NULL: it has none. */
static const char *
label_of(const struct family *family, unsigned index)
{
	if (family->values != NULL)
		return family->values[index];
	return family->value != NULL ? family->value(index) : NULL;
}

/* Sites and trusts that are told at most: one line each. */
#define TERMS_MOST 10000

/* Arguments of put_term(). */
struct terms {
	yett_metric_sink sink;
	void *arg;
	unsigned count;
};

static void
put_term(void *arg, const struct yett_term *term)
{
	struct terms *terms = arg;
	const struct yett_metric metric = {
		"yett_certificate_not_after_seconds",
		"When the first certificate or revocation list of a site, a "
		"trust or an upstream ends, since 1970.",
		YETT_METRIC_GAUGE,
		term->kind,
		term->name.at,
		(uint64_t)term->to,
	};

	if (terms->count++ < TERMS_MOST)
		terms->sink(terms->arg, &metric);
}

static void
put_terms(struct yett_gateway *gateway, yett_metric_sink sink, void *arg)
{
	struct yett_rollout *rollout = yett_current_ref(&gateway->current);
	struct terms terms = { .sink = sink, .arg = arg };

	if (rollout != NULL)
		yett_rollout_terms(rollout, put_term, &terms);
	yett_rollout_unref(&rollout);
}

void
yett_gateway_metrics(struct yett_gateway *gateway, yett_metric_sink sink,
    void *arg)
{
	pthread_mutex_lock(&gateway->worker_lock);
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		const struct family *family = &families[i];
		struct yett_metric metric = { family->name, family->help,
			family->kind, family->label, NULL, 0 };
		unsigned count = family->count == 0 ? 1 : family->count;

		for (unsigned k = 0; k < count; k++) {
			metric.label_value = label_of(family, k);
			metric.value = value_of(gateway, family, k);
			sink(arg, &metric);
		}
	}
	pthread_mutex_unlock(&gateway->worker_lock);
	put_terms(gateway, sink, arg);
}
