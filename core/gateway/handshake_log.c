/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/handshake_log.h"

#include "base/log.h"
#include "request/certificate_note.h"

/* The client's certificate, if one came. */
static const struct yett_certificate *
certificate_of(const struct yett_session *session)
{
	struct yett_peer *peer = yett_session_peer(session);

	return peer != NULL ? yett_peer_leaf(peer) : NULL;
}

static void
log_failure(const struct yett_context *context,
    const struct yett_session *session, const char *client,
    const struct yett_fault *fault)
{
	const char *alert = yett_session_alert_name(session);
	bool came = yett_session_alert_came(session);
	/* Ours is, such as a token that does not sign. */
	bool is_our_fault = !came && strcmp(alert, "internal_error") == 0;
	char sni[300], what[512], certificate[YETT_CERTIFICATE_PAIRS];
	enum yett_verification outcome;
	bool judged = yett_session_judged(session, &outcome);

	yett_log(is_our_fault ? YETT_LOG_WARN : YETT_LOG_INFO,
	    "handshake-failed",
	    "worker=%u client=%s sni=%s alert=%s sender=%s error=%s%s%s%s",
	    context->index, client,
	    yett_log_quote(sni, sizeof(sni), yett_session_hello(session)->sni),
	    alert,
	    came                   ? "client"
		: alert[0] != '\0' ? "gateway"
				   : "none",
	    yett_log_quote(what, sizeof(what), yett_slice_of(fault->what)),
	    judged ? " outcome=" : "",
	    judged ? yett_verification_name(outcome) : "",
	    yett_certificate_note_pairs(certificate, certificate_of(session),
		yett_generation_settings(context->in_force->rollout->gen)
		    ->log.certificate));
}

/* What was asked for and what came of it. */
static void
count_certificate(struct yett_counters *counters,
    const struct yett_session *session, bool done)
{
	enum yett_need need = yett_session_asked(session)->need;
	enum yett_verification verification;

	if (done)
		yett_count(counters, YETT_COUNT_ASKED + need);
	if (yett_session_judged(session, &verification))
		yett_count(counters,
		    YETT_COUNT_CERTIFICATE + YETT_CERTIFICATE_JUDGED +
			verification);
	else if (done && need != YETT_NEED_NONE)
		yett_count(counters,
		    YETT_COUNT_CERTIFICATE + YETT_CERTIFICATE_NOT_SENT);
}

void
yett_handshake_log(struct yett_context *context,
    const struct yett_session *session, const char *client,
    enum yett_session_result result, const struct yett_fault *fault)
{
	struct yett_counters *counters = context->counters;
	enum yett_handshake_end end = YETT_HANDSHAKE_ABANDONED;

	if (result == YETT_SESSION_DONE)
		end = yett_session_resumed(session) ? YETT_HANDSHAKE_RESUMED
						    : YETT_HANDSHAKE_FULL;
	else if (result == YETT_SESSION_FAILED)
		end = YETT_HANDSHAKE_FAILED;
	yett_count(counters, YETT_COUNT_HANDSHAKE + end);
	count_certificate(counters, session, result == YETT_SESSION_DONE);
	if (result == YETT_SESSION_DONE) {
		yett_count(counters,
		    YETT_COUNT_GROUP + yett_session_group(session));
		yett_count(counters,
		    YETT_COUNT_SIGNATURE + yett_session_signature(session));
	}
	if (end != YETT_HANDSHAKE_FAILED)
		return;
	yett_count(counters,
	    (yett_session_alert_came(session) ? YETT_COUNT_ALERT_CAME
					      : YETT_COUNT_ALERT) +
		yett_session_alert(session));
	log_failure(context, session, client, fault);
}

void
yett_handshake_log_timeout(struct yett_context *context,
    const struct yett_session *session, const char *client,
    enum yett_expired expired, const char *what)
{
	char sni[300];

	yett_count(context->counters, YETT_COUNT_EXPIRED + expired);
	yett_log(YETT_LOG_INFO, "handshake-timeout",
	    "worker=%u client=%s sni=%s waited_for=%s", context->index, client,
	    yett_log_quote(sni, sizeof(sni),
		session == NULL ? YETT_SLICE_NONE
				: yett_session_hello(session)->sni),
	    what);
}
