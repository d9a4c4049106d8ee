/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yett.h - the public interface of libyett.
 *
 * Two ways in. A program that only wants decisions loads a policy and asks it;
 * no socket is opened and no key is read:
 *
 *     struct yett_policy *policy;
 *     struct yett_fault fault = YETT_FAULT_NONE;
 *
 *     if (yett_policy_load(&policy, "policy.lua", NULL, &fault) != YETT_OK)
 *             fprintf(stderr, "%s: %s\n", fault.where, fault.what);
 *
 * A program that wants the gateway makes one, gives it a policy, starts it and
 * may replace the policy while it runs. What authors ask about a policy, such
 * as check, explain, test and diff, is in yett_tools.h.
 *
 * Threads: every function may be called from any thread unless its comment
 * says otherwise. The library never exits, aborts, prints, or changes signal
 * handlers, the locale or the working directory.
 */
#ifndef YETT_H
#define YETT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define YETT_API __attribute__((visibility("default")))
#define YETT_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define YETT_API
#define YETT_PRINTF(text, first)
#endif

/* How a call ended. Details for a person are in `struct yett_fault`. */
enum yett_status {
	YETT_OK = 0,
	YETT_E_NOMEM = -1,  /* allocation failed; nothing was changed       */
	YETT_E_SYSTEM = -2, /* a system call failed; the fault names it      */
	YETT_E_TLS = -3,    /* GnuTLS refused; the fault says in its words  */
	YETT_E_POLICY = -4, /* the policy text is wrong; see the fault      */
	YETT_E_SCRIPT = -5, /* a function of a policy failed or overspent   */
	YETT_E_PROTOCOL = -6, /* the peer broke HTTP or TLS                   */
	YETT_E_LIMIT = -7,    /* a configured bound was reached               */
	YETT_E_NOT_FOUND = -8, /* the named thing does not exist */
	YETT_E_ARGUMENT = -9, /* the caller broke the function's contract     */
};

/*
 * What went wrong, for a person. The caller owns the struct and passes it
 * down; the first function that knows the reason fills it in; nobody above
 * overwrites it. NULL means "the caller does not want to know".
 */
struct yett_fault {
	char where[256]; /* "policies/shop.lua:12:3" or "worker 3", or empty */
	char what[512];  /* one sentence, lower case, no full stop */
};
#define YETT_FAULT_NONE                                                        \
	{                                                                      \
		"", ""                                                         \
	}

/* The version of the library in use, "MAJOR.MINOR.PATCH"; static. */
YETT_API const char *yett_version(void);

/* One lower-case phrase for a status; static, never NULL. */
YETT_API const char *yett_status_text(enum yett_status status);

/* --- reports and the log ------------------------------------------------- */

/* Receives text, not NUL-terminated, in pieces. */
typedef void (*yett_text_sink)(void *arg, const char *text, size_t len);

enum yett_format {
	YETT_FORMAT_TEXT,  /* with the source line and a caret, for people */
	YETT_FORMAT_JSON,  /* for programs: one array */
	YETT_FORMAT_SHORT, /* one line each, for editors; else as TEXT */
};

/* Where the mistakes of a policy are told, all of them; the fault of the same
 * call then holds the first one only. Lent for the call. */
struct yett_report {
	yett_text_sink write;
	void *arg;
	enum yett_format format;
	/* Told once when loading takes long, `s` of `most` seconds; or NULL. */
	void (*slow)(void *arg, const char *where, unsigned s, unsigned most);
};

enum yett_log_level {
	YETT_LOG_ERROR, /* a person must act */
	YETT_LOG_WARN,  /* something is wrong but service goes on */
	YETT_LOG_INFO,  /* life cycle and refusals */
	YETT_LOG_DEBUG, /* all else */
};

/* Receives one line without its newline: an event name, then key=value. Called
 * from any thread; must not block for long. */
typedef void (*yett_log_sink)(void *arg, enum yett_log_level level,
    const char *line, size_t len);

/* Send the library's log lines up to level `most` to `sink`; NULL: to standard
 * error, the default. Call before a gateway starts. */
YETT_API void
yett_log_to(yett_log_sink sink, void *arg, enum yett_log_level most);

/* --- decisions without a socket ---------------------------------------- */

/* A loaded policy that can be asked. One thread at a time. */
struct yett_policy;

/*
 * Load the policy in the file or folder `path`. Neither keys nor certificates
 * are read. `report` may be NULL.
 *
 * YETT_E_POLICY:    the text has mistakes; all go to `report`
 * YETT_E_NOT_FOUND, YETT_E_SYSTEM: the file cannot be read
 * YETT_E_LIMIT, YETT_E_NOMEM: as everywhere
 */
YETT_API enum yett_status
yett_policy_load(struct yett_policy **out, const char *path,
    const struct yett_report *report, struct yett_fault *fault);

/* NULL is fine. */
YETT_API void yett_policy_free(struct yett_policy *policy);

/* A ClientHello. Zero and NULL members mean "not sent" or "not known". */
struct yett_client_hello {
	const char *server_name; /* SNI, as sent */
	const char *const *alpn; /* as offered, in order */
	size_t alpn_count;
	unsigned version;           /* highest: 0x0303, 0x0304; 0: 0x0304 */
	const char *client_address; /* "192.0.2.1"; NULL: "127.0.0.1" */
};

/* What a handshake does about the client's certificate. */
enum yett_handshake_need {
	YETT_HANDSHAKE_NEED_NONE,    /* does not ask */
	YETT_HANDSHAKE_NEED_REQUEST, /* asks; goes on without one */
	YETT_HANDSHAKE_NEED_REQUIRE, /* asks; ends with an alert without one */
	YETT_HANDSHAKE_REFUSED,      /* no such site, no shared protocol, or a
					function refused */
};
struct yett_handshake_outcome {
	enum yett_handshake_need need;
	char site[256];    /* name of the site; empty with REFUSED */
	char because[512]; /* the rule behind it with file and line, or empty */
};

/*
 * What would the handshake with this client do? Deterministic: `policy`, its
 * functions and `hello` alone decide.
 * YETT_E_ARGUMENT: the server name is no host name, the address no address.
 */
YETT_API enum yett_status yett_policy_ask_hello(struct yett_policy *policy,
    const struct yett_client_hello *hello, struct yett_handshake_outcome *out,
    struct yett_fault *fault);

/* A request, on a connection that `hello` began. */
struct yett_http_request {
	struct yett_client_hello hello;
	const char *method; /* NULL: "GET" */
	const char *target; /* "/path?query", as sent */
	const char *host;   /* of the Host field; NULL: the server name, without
			       one "127.0.0.1" */
	/* The client's certificate is a description: the name of the trust
	 * that it verifies for, and its names. NULL trust: none was sent; nor
	 * is one by a client whose handshake does not ask. */
	const char *certificate_trust;
	const char *certificate_subject; /* RFC 4514; may be NULL */
	int was_not_asked; /* the handshake did not ask, whatever the rules say:
			      the connection is older than they are */
	const char *const *header; /* "Name: value" each; Host may be one */
	size_t header_count;
};

struct yett_request_outcome {
	unsigned status; /* 0: allowed, forwarded to the upstream; 444: the
			    connection is cut without an answer, or its
			    handshake fails; else of the gateway's answer */
	char reason[32]; /* "late", "not_sent" ...; empty when allowed, and when
			    no rule is the reason */
	char cause[32];  /* with late: "policy", "reloaded" ... */
	char rule[512];  /* path "/admin" (portal.lua:11:3) */
	char why[256];   /* the author's words; without a reason what is wrong
			    with the request or the handshake; or empty */
};

/*
 * What would become of this request? It is read and decided as the gateway
 * does, so that a request that is malformed, too long or of a method that is
 * not served is answered here as there.
 * YETT_E_ARGUMENT: as yett_policy_ask_hello(); a header is not "Name: value".
 */
YETT_API enum yett_status yett_policy_ask_request(struct yett_policy *policy,
    const struct yett_http_request *request, struct yett_request_outcome *out,
    struct yett_fault *fault);

/* --- the gateway ------------------------------------------------------- */

struct yett_gateway;

/* A gateway without a policy, not started. */
YETT_API enum yett_status
yett_gateway_new(struct yett_gateway **out, struct yett_fault *fault);

/* Refuse policies with warnings, too: YETT_E_POLICY. Before the first load. */
YETT_API void yett_gateway_be_strict(struct yett_gateway *gateway);

/*
 * Load the policy in `path` and, once the gateway is started, put it in force.
 *
 * New connections and new requests follow the new policy from the next turn of
 * each worker's loop on; a request that is under way ends under the policy it
 * began with; no connection is closed. When anything is wrong the old policy
 * stays in force and nothing has changed. Blocks while the policy loads, at
 * most 30 s of processor time in it; a drain or stop makes it give up. Calls
 * are serialized. Statuses as yett_policy_load(), YETT_E_TLS for keys and
 * certificates.
 */
YETT_API enum yett_status
yett_gateway_load(struct yett_gateway *gateway, const char *path,
    const struct yett_report *report, struct yett_fault *fault);

/* Open the listeners and start the workers. Once per gateway.
 * YETT_E_ARGUMENT: no policy is loaded, or it was started before.
 * YETT_E_SYSTEM:   a listener cannot be opened; nothing was started. */
YETT_API enum yett_status
yett_gateway_start(struct yett_gateway *gateway, struct yett_fault *fault);

/* The port of the policy's `listen` number `index`, from 0; 0: no such. */
YETT_API unsigned
yett_gateway_port(struct yett_gateway *gateway, unsigned index);

/*
 * Stop accepting, let requests that are under way end, close idle connections;
 * return when all is closed or the policy's timeouts.drain has passed. The
 * gateway is stopped then.
 */
YETT_API void yett_gateway_drain(struct yett_gateway *gateway);

/*
 * 1 if every worker has taken a turn of its loop since the last call, which
 * asked it to, else 0; it is asked again. For a watchdog that calls every few
 * seconds: a worker that is stuck, in a driver or by a mistake of ours, is
 * seen. The first call gives 1.
 *
 * Since 0.1.
 */
YETT_API int yett_gateway_is_turning(struct yett_gateway *gateway);

/*
 * Open the access logs anew whose files were moved away, now; without this it
 * happens within a second. Does not wait.
 *
 * Since 0.1.
 */
YETT_API void yett_gateway_reopen_logs(struct yett_gateway *gateway);

/* Stop now: connections are cut. May be called while another thread drains. */
YETT_API void yett_gateway_stop(struct yett_gateway *gateway);

/* Stops it if need be. NULL is fine. */
YETT_API void yett_gateway_free(struct yett_gateway *gateway);

/* --- what a gateway counts ------------------------------------------------ */

enum yett_metric_kind {
	YETT_METRIC_COUNTER, /* only grows */
	YETT_METRIC_GAUGE,
};

/* One value. The texts are static. */
struct yett_metric {
	const char *name; /* "yett_decisions_total" */
	const char *help; /* what it means; one sentence */
	enum yett_metric_kind kind;
	const char *label;       /* "reason", or NULL */
	const char *label_value; /* "not_sent" */
	uint64_t value;
};

typedef void (*yett_metric_sink)(void *arg, const struct yett_metric *metric);

/*
 * Tell all that the gateway counts; values of one name come in a row. Names and
 * labels stay; new ones may come. Values are read while the workers go on. The
 * sink must not call the library. yett_mhd.h has the same as a page.
 *
 * Since 0.1.
 */
YETT_API void yett_gateway_metrics(struct yett_gateway *gateway,
    yett_metric_sink sink, void *arg);

#ifdef __cplusplus
}
#endif

#endif
