/* SPDX-License-Identifier: Apache-2.0 */
#include "request/transaction_log.h"

#include <inttypes.h>

#include "base/log.h"
#include "request/certificate_note.h"
#include "tls/agreed.h"

/* A new id, "bbbbbbwwcccccccc": of this run, worker and decision. */
static void
name_decision(struct yett_transaction *transaction)
{
	static const char hex[] = "0123456789abcdef";
	struct yett_context *context = transaction->context;
	uint64_t id = yett_context_id(context, ++context->decision_count);

	for (int i = 0; i < 16; i++)
		transaction->id[i] = hex[id >> (60 - 4 * i) & 15];
	transaction->id[16] = '\0';
}

void
yett_transaction_log_begin(struct yett_transaction *transaction,
    struct yett_slice protocol)
{
	const struct yett_downstream *downstream = transaction->downstream;
	struct yett_loop *loop = transaction->context->loop;
	const struct yett_session *session = downstream->session;
	uint16_t version = yett_session_version(session);

	name_decision(transaction);
	transaction->access = (struct yett_access){
		.began = yett_loop_wall(loop) -
		    (yett_loop_now(loop) - transaction->began),
		.client = downstream->client,
		.server = downstream->server,
		.server_port = downstream->server_port,
		.id = { transaction->id, sizeof(transaction->id) - 1 },
		.tls = version == 0x0304 ? YETT_LIT("1.3")
		    : version == 0x0303  ? YETT_LIT("1.2")
					 : YETT_SLICE_NONE,
		.group = version == 0 ? YETT_SLICE_NONE
				      : yett_slice_of(yett_agreed_group_name(
					    yett_session_group(session))),
		.signature = version == 0
		    ? YETT_SLICE_NONE
		    : yett_slice_of(yett_agreed_signature_name(
			  yett_session_signature(session))),
		.generation = yett_generation_id(
		    transaction->pinned->rollout->gen),
		.protocol = protocol,
		.asked = yett_session_asked(session)->need,
		.resumed = yett_session_resumed(session),
	};
}

/* Keep copies of `count` texts behind what is noted; each becomes its copy.
 * Appending may move the buffer, so slices are made once all is in. False:
 * memory is out. */
static bool
keep(struct yett_buf *note, struct yett_slice *text[], size_t count)
{
	size_t at = yett_buf_len(note);

	for (size_t i = 0; i < count; i++)
		if (yett_buf_append(note, *text[i]) != YETT_OK)
			return false;
	for (size_t i = 0; i < count; i++) {
		if (text[i]->len > 0)
			text[i]->at = yett_buf_slice(note).at + at;
		at += text[i]->len;
	}
	return true;
}

void
yett_transaction_log_request(struct yett_transaction *transaction,
    struct yett_slice method, struct yett_slice path, struct yett_slice host)
{
	struct yett_access *access = &transaction->access;

	if (transaction->pinned->rollout->access == NULL ||
	    !keep(&transaction->note,
		(struct yett_slice *[]){ &method, &path, &host }, 3))
		return;
	access->method = method;
	access->path = path;
	access->host = host;
}

/* All texts anew, for the note may move. */
bool
yett_transaction_log_alone(struct yett_transaction *transaction)
{
	struct yett_access *access = &transaction->access;
	struct yett_buf note = { 0 };

	access->upstream = yett_exchange_target(transaction->exchange);
	if (!keep(&note,
		(struct yett_slice *[]){ &access->method, &access->path,
		    &access->host, &access->site, &access->rule,
		    &access->upstream },
		6)) {
		yett_buf_clear(&note);
		return false;
	}
	yett_buf_clear(&transaction->note);
	transaction->note = note;
	return true;
}

static enum yett_log_certificate
extent(const struct yett_transaction *transaction)
{
	return yett_generation_settings(transaction->pinned->rollout->gen)
	    ->log.certificate;
}

/* The client's certificate, where it was judged; NULL: it was not, or there is
 * none. */
static const struct yett_certificate *
judged_certificate(const struct yett_transaction *transaction,
    const struct yett_decision *decision)
{
	struct yett_peer *peer = yett_session_peer(
	    transaction->downstream->session);

	return peer != NULL &&
		(decision->verified != NULL ||
		    decision->judged != YETT_REASON_NONE)
	    ? yett_peer_leaf(peer)
	    : NULL;
}

/* It lives as long as the connection, and the trust as the generation. */
static void
log_certificate(struct yett_transaction *transaction,
    const struct yett_decision *decision)
{
	struct yett_certificate_note note =
	    yett_certificate_note_of(judged_certificate(transaction, decision),
		extent(transaction));

	transaction->access.subject = note.subject;
	transaction->access.issuer = note.issuer;
	transaction->access.serial = note.serial;
	transaction->access.sha256 = note.sha256;
	if (note.sha256.len > 0 && decision->verified != NULL)
		transaction->access.trust = decision->verified->name;
}

void
yett_transaction_log_decision(struct yett_transaction *transaction,
    const struct yett_decision *decision)
{
	/* These live as long as the pinned generation. */
	if (decision->site != NULL)
		transaction->access.site = decision->site->name;
	if (decision->rule != NULL)
		transaction->access.rule = decision->rule->label;
	transaction->access.shadow = decision->shadow;
	log_certificate(transaction, decision);
}

void
yett_transaction_log_refusal(const struct yett_transaction *transaction,
    struct yett_slice host, struct yett_slice path,
    const struct yett_decision *decision)
{
	bool shadow = decision->shadow != YETT_REASON_NONE;
	const char *event = shadow ? "request-in-shadow" : "request-refused";
	char quoted_path[256], quoted_host[256];
	char certificate[YETT_CERTIFICATE_PAIRS];

	if (!yett_log_has_room(YETT_LOG_INFO, event))
		return;
	yett_log(YETT_LOG_INFO, event,
	    "worker=%u generation=%" PRIu64
	    " decision=%s host=%s path=%s reason=%s cause=%s client=%.*s%s",
	    transaction->context->index, transaction->access.generation,
	    transaction->id,
	    yett_log_quote(quoted_host, sizeof(quoted_host), host),
	    yett_log_quote(quoted_path, sizeof(quoted_path), path),
	    yett_reason_name(shadow ? decision->shadow : decision->reason),
	    yett_cause_name(shadow ? decision->shadow_cause : decision->cause),
	    YETT_ARG(transaction->downstream->client),
	    yett_certificate_note_pairs(certificate,
		judged_certificate(transaction, decision),
		extent(transaction)));
}

void
yett_transaction_log_ending(struct yett_transaction *transaction,
    enum yett_ending ending)
{
	if (!transaction->is_open || transaction->access.error.len > 0)
		return;
	transaction->access.error = yett_slice_of(yett_ending_name(ending));
	transaction->access.win32 = yett_ending_win32(ending);
}

static void
count_failure(struct yett_counters *counters,
    enum yett_exchange_failure failure)
{
	yett_count(counters, YETT_COUNT_UPSTREAM + failure);
	if (failure == YETT_FAILURE_CONNECT_TIMEOUT ||
	    failure == YETT_FAILURE_TLS_TIMEOUT)
		yett_count(counters, YETT_COUNT_EXPIRED + YETT_EXPIRED_CONNECT);
	else if (failure == YETT_FAILURE_ANSWER_TIMEOUT)
		yett_count(counters, YETT_COUNT_EXPIRED + YETT_EXPIRED_ANSWER);
	else if (failure == YETT_FAILURE_STALL_TIMEOUT)
		yett_count(counters, YETT_COUNT_EXPIRED + YETT_EXPIRED_STALL);
}

void
yett_transaction_log_failure(struct yett_transaction *transaction)
{
	const struct yett_fault *fault = yett_exchange_fault(
	    transaction->exchange);
	enum yett_exchange_failure failure = yett_exchange_failure(
	    transaction->exchange);
	char what[512];

	transaction->access.error = yett_slice_of(
	    yett_exchange_failure_name(failure));
	transaction->access.win32 = yett_failure_win32(failure);
	count_failure(transaction->context->counters, failure);
	yett_log(YETT_LOG_WARN, "upstream-failed",
	    "worker=%u decision=%s upstream=\"%s\" failure=%s error=%s",
	    transaction->context->index, transaction->id, fault->where,
	    yett_exchange_failure_name(failure),
	    yett_log_quote(what, sizeof(what), yett_slice_of(fault->what)));
}

static void
count_end(const struct yett_transaction *transaction)
{
	struct yett_counters *counters = transaction->context->counters;
	unsigned status = transaction->access.status;

	yett_count(counters,
	    status >= 100 && status <= 599
		? YETT_COUNT_REQUEST + status / 100 - 1
		: YETT_COUNT_REQUEST_CUT);
	if (status == 101)
		yett_count_add(counters, YETT_COUNT_TUNNELS_OPEN, UINT64_MAX);
}

/* However it ended: a client that cuts the connection is logged, too. */
void
yett_transaction_log_end(struct yett_transaction *transaction)
{
	struct yett_context *context = transaction->context;
	const struct yett_pinned_rollout *pinned = transaction->pinned != NULL
	    ? transaction->pinned
	    : context->in_force;
	struct yett_access_log *log = pinned->rollout->access;

	count_end(transaction);
	if (log == NULL)
		return;
	transaction->access.duration = yett_clock_monotonic() -
	    transaction->began;
	if (!yett_access_log_write(log, &transaction->access,
		&context->scratch.text))
		yett_count(context->counters, YETT_COUNT_ACCESS_LOST);
}
