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
 *     if (yett_policy_load(&policy, "policy.lua", &fault) != YETT_OK)
 *             fprintf(stderr, "%s: %s\n", fault.where, fault.what);
 *
 * A program that wants the gateway makes one, gives it a policy, starts it and
 * may replace the policy while it runs.
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
#define YETT_PRINTF(text, first)                                             \
	__attribute__((format(printf, text, first)))
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

#ifdef __cplusplus
}
#endif

#endif
