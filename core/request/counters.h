/* SPDX-License-Identifier: Apache-2.0 */
/*
 * counters.h - what the gateway counts while it works.
 *
 * Each worker has a set of its own, on cache lines of its own, and is its only
 * writer: counting is a load, an addition and a store, without a lock and
 * without a locked instruction. Whoever reads adds the sets up; the numbers of
 * one reading may be of slightly different moments. What they are called and
 * mean is in metrics.c. Shared: every value is atomic.
 */
#ifndef YETT_REQUEST_COUNTERS_H
#define YETT_REQUEST_COUNTERS_H

#include <stdatomic.h>
#include <stdint.h>

#include "policy/facts.h"
#include "tls/agreed.h"
#include "tls/alert.h"
#include "upstream/failure.h"

/* How a handshake ended; one that ran out of time is a deadline. */
enum yett_handshake_end {
	YETT_HANDSHAKE_FULL,
	YETT_HANDSHAKE_RESUMED,
	YETT_HANDSHAKE_FAILED,    /* an alert was sent or came */
	YETT_HANDSHAKE_ABANDONED, /* the client went away */
	YETT_HANDSHAKE_ENDS,
};

/* What waited in vain. */
enum yett_expired {
	YETT_EXPIRED_HANDSHAKE,
	YETT_EXPIRED_CERTIFICATE, /* the client was asked for it */
	YETT_EXPIRED_HEAD,
	YETT_EXPIRED_BODY,
	YETT_EXPIRED_IDLE,
	YETT_EXPIRED_READER,
	YETT_EXPIRED_TUNNEL,
	YETT_EXPIRED_CLOSE,
	YETT_EXPIRED_CONNECT, /* to an upstream */
	YETT_EXPIRED_ANSWER,  /* of one */
	YETT_EXPIRED_STALL,   /* within one */
	YETT_EXPIRIES,
};

/* What came of asking for a certificate. */
#define YETT_CERTIFICATE_NOT_SENT 0
#define YETT_CERTIFICATE_JUDGED 1 /* + enum yett_verification */
#define YETT_CERTIFICATE_OUTCOMES (YETT_CERTIFICATE_JUDGED + YETT_VERIFICATIONS)

/* The statuses of answers about the message itself; see metrics.c. */
#define YETT_MESSAGE_STATUSES 12

/* The ways an HTTP/2 connection can be at fault: codec/http2_guard.h. */
#define YETT_HTTP2_FAULTS_MOST 9

/* A value, or the first of several in a row that differ in one label. */
enum yett_counter {
	YETT_COUNT_CONNECTIONS,
	YETT_COUNT_OPEN,  /* goes down, too */
	YETT_COUNT_SPENT, /* connections, of their requests */
	YETT_COUNT_ADDRESS_FULL,
	YETT_COUNT_NO_MEMORY,
	YETT_COUNT_PROXY_UNTRUSTED,
	YETT_COUNT_PROXY_BAD,
	YETT_COUNT_PAUSE_FULL,        /* the connection limit was reached */
	YETT_COUNT_PAUSE_DESCRIPTORS, /* or descriptors or memory ran out */
	YETT_COUNT_HANDSHAKE,
	YETT_COUNT_ALERT = YETT_COUNT_HANDSHAKE + YETT_HANDSHAKE_ENDS,
	YETT_COUNT_ALERT_CAME = YETT_COUNT_ALERT + YETT_ALERTS,
	YETT_COUNT_ASKED = /* + yett_need */
	YETT_COUNT_ALERT_CAME + YETT_ALERTS,
	YETT_COUNT_GROUP = YETT_COUNT_ASKED + 3,
	YETT_COUNT_SIGNATURE = YETT_COUNT_GROUP + YETT_AGREED_GROUPS,
	YETT_COUNT_CERTIFICATE = YETT_COUNT_SIGNATURE + YETT_AGREED_SIGNATURES,
	YETT_COUNT_DECISION = /* + yett_reason */
	YETT_COUNT_CERTIFICATE + YETT_CERTIFICATE_OUTCOMES,
	YETT_COUNT_LATE = YETT_COUNT_DECISION + YETT_REASONS,  /* + cause */
	YETT_COUNT_SHADOW = YETT_COUNT_LATE + YETT_CAUSES,     /* + reason */
	YETT_COUNT_REQUEST = YETT_COUNT_SHADOW + YETT_REASONS, /* + class - 1 */
	YETT_COUNT_REQUEST_CUT = YETT_COUNT_REQUEST + 5,
	YETT_COUNT_MESSAGE,
	YETT_COUNT_EXPIRED = YETT_COUNT_MESSAGE + YETT_MESSAGE_STATUSES,
	YETT_COUNT_UPSTREAM = YETT_COUNT_EXPIRED + YETT_EXPIRIES,
	YETT_COUNT_REPEATED = YETT_COUNT_UPSTREAM + YETT_FAILURES,
	YETT_COUNT_BYTES_IN,
	YETT_COUNT_BYTES_OUT,
	YETT_COUNT_TUNNELS,      /* that were begun */
	YETT_COUNT_TUNNELS_OPEN, /* goes down, too */
	YETT_COUNT_HELLO_ERROR,
	YETT_COUNT_REQUEST_ERROR,
	YETT_COUNT_HTTP2, /* + yett_http2_fault */
	YETT_COUNT_ACCESS_LOST = YETT_COUNT_HTTP2 + YETT_HTTP2_FAULTS_MOST,
	YETT_COUNT_RECORD_LOST,
	YETT_COUNTERS,
};

struct yett_counters {
	_Alignas(64) atomic_uint_fast64_t value[YETT_COUNTERS];
};

/* Only the worker whose set it is. `which` is of enum yett_counter, plus the
 * label; `amount` may be UINT64_MAX to count down. */
static inline void
yett_count_add(struct yett_counters *counters, unsigned which, uint64_t amount)
{
	atomic_uint_fast64_t *value = &counters->value[which];

	atomic_store_explicit(value,
	    atomic_load_explicit(value, memory_order_relaxed) + amount,
	    memory_order_relaxed);
}

/* Once more. */
static inline void
yett_count(struct yett_counters *counters, unsigned which)
{
	yett_count_add(counters, which, 1);
}

/* An answer about the message itself, with this status. */
void yett_count_message(struct yett_counters *counters, unsigned status);

/* The status of message counter `index`; static text. */
const char *yett_count_message_status(unsigned index);

#endif
