/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yett_tools.h - what authors ask about a policy: check, explain, test, impact,
 * diff, evaluate, bench, import and export.
 *
 * The program `yett` is made of these. No socket is opened, unless a comment
 * says otherwise, and what is decided is decided by the functions that the
 * gateway uses. Threads as in yett.h.
 */
#ifndef YETT_TOOLS_H
#define YETT_TOOLS_H

#include <yett.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- check --------------------------------------------------------------- */

enum yett_check_flag {
	YETT_CHECK_STRICT = 1, /* a warning is a failure */
	YETT_CHECK_BIND = 2,   /* open the listeners and the access log, too */
};

/*
 * Find everything that a start would: mistakes of the text, unreadable or
 * mismatched keys, CAs, CRLs, upstreams; and what its author may not have
 * meant: needs that come too late for everybody, rules that never match,
 * certificates that expire. All that goes to `report`, the derived handshake
 * table to `table`; both may be NULL. `flags` are of enum yett_check_flag. With
 * `as`, unless NULL, the file is read as if it lay at that path, which need not
 * be there: a copy is checked before it replaces the policy.
 * An upstream "app:NAME" is taken as given: only the embedder knows its
 * applications. Statuses as yett_policy_load(), YETT_E_TLS for keys and
 * certificates, and with STRICT YETT_E_POLICY for warnings alone.
 */
YETT_API enum yett_status yett_policy_check(const char *path, const char *as,
    unsigned flags, const struct yett_report *report, yett_text_sink table,
    void *table_arg, struct yett_fault *fault);

/*
 * Tell the page of a diagnostic's code, "E303" or "W201", or of what a refusal
 * is called, "0x80070032", "403.7", "late". NULL: list those of diagnostics.
 * YETT_E_NOT_FOUND: there is no such code; the fault has the nearest one.
 */
YETT_API enum yett_status yett_explain_code(const char *code,
    yett_text_sink sink, void *arg, struct yett_fault *fault);

/* --- explain ------------------------------------------------------------- */

/* Which handshake a connection had when its requests are explained. */
enum yett_explain_asked {
	YETT_EXPLAIN_ASKED_AS_DECIDED, /* what the policy says */
	/* Something else, as a connection that is older than the rules. */
	YETT_EXPLAIN_ASKED_NONE,
	YETT_EXPLAIN_ASKED_REQUEST,
	YETT_EXPLAIN_ASKED_REQUIRE,
};

/* What is to be explained. Zero and NULL members mean the usual. */
struct yett_explain_question {
	const char *url; /* "https://portal.example/admin?q" */
	/* Of its connection. A server name that is NULL is the URL's host,
	 * one that is empty is not sent. */
	struct yett_client_hello hello;
	enum yett_explain_asked asked;
	const char *certificate;   /* a PEM file: what the client shows when it
				      is asked, its chain behind it */
	const char *method;        /* NULL: "GET" */
	const char *const *header; /* "Name: value" each */
	size_t header_count;
};

/*
 * Tell `sink` step by step what becomes of a request: which site and rule, with
 * file and line, what the handshake asks, how the certificate fares, the
 * answer, and what it would be on a connection that was never asked. Made by
 * the functions that the gateway uses. Refusals are stories too: a wrong host,
 * a malformed path, an alert. With a certificate the trusts' files are opened;
 * keys never are.
 *
 * With YETT_FORMAT_JSON one object: `steps` (each `step`, `text` and, where
 * there is a place, `file`, `line`, `column`), `answer` (`from` is "gateway",
 * "upstream" or, when the handshake fails, "handshake"), `never_asked` if that
 * would be another answer, and `read` and `headers`, what was looked at.
 *
 * YETT_E_ARGUMENT: the URL is none, or what yett_policy_ask_hello() refuses
 * YETT_E_NOT_FOUND, YETT_E_SYSTEM, YETT_E_LIMIT: a file cannot be read
 * YETT_E_POLICY, YETT_E_TLS: the certificate or a trust is none
 */
YETT_API enum yett_status yett_policy_explain(struct yett_policy *policy,
    const struct yett_explain_question *question, enum yett_format format,
    yett_text_sink sink, void *arg, struct yett_fault *fault);

/*
 * Tell `sink` the story of the recorded decision `id`, as an answer names it in
 * Yett-Decision: what it was, and step by step what `policy` does with the same
 * facts, as if the connection began under it. `log` is the record, read with
 * what was rotated away from it; NULL: the one that the policy names.
 *
 * With YETT_FORMAT_JSON one object: `steps` as above, and `now` with `compared`
 * ("same", "changed", or "untold" when the record lacks the fact `missing`),
 * `before` and `after`.
 *
 * YETT_E_NOT_FOUND: the record has no such decision
 * YETT_E_ARGUMENT:  neither a log is given nor one named by the policy
 * YETT_E_SYSTEM:    the record cannot be read
 */
YETT_API enum yett_status
yett_policy_explain_recorded(struct yett_policy *policy, const char *log,
    const char *id, enum yett_format format, yett_text_sink sink, void *arg,
    struct yett_fault *fault);

/* --- expressions --------------------------------------------------------- */

/*
 * Evaluate `text`, an expression or statements of the policy language, as a
 * function of the policy would: in the sandbox, within the limits of a call,
 * with `hello` and `req` being the facts of `about`. Without `about` there is
 * neither, without its target no `req`. The value is written to `out` as the
 * language writes it, in one line cut to `size`.
 *
 * YETT_E_SCRIPT: it is malformed, or it raised
 * YETT_E_LIMIT:  it was too much for one call
 * YETT_E_ARGUMENT: as yett_policy_ask_request()
 */
YETT_API enum yett_status yett_policy_evaluate(struct yett_policy *policy,
    const char *text, const struct yett_http_request *about, char *out,
    size_t size, struct yett_fault *fault);

/*
 * The same about the decision `id` of the record in `log` (NULL: the one that
 * the policy names).
 *
 * YETT_E_NOT_FOUND: there is no such decision, or the text looks at what the
 *                   record does not have
 * YETT_E_SYSTEM:    the record cannot be read
 */
YETT_API enum yett_status
yett_policy_evaluate_recorded(struct yett_policy *policy, const char *log,
    const char *id, const char *text, char *out, size_t size,
    struct yett_fault *fault);

/* --- tests of a policy -----------------------------------------------------
 */

/* What to test, and where it is told. Lent for the call. */
struct yett_test_run {
	/* Files NAME_test.lua, policies with one beside them, or folders, of
	 * which all *_test.lua are meant. */
	const char *const *paths;
	size_t path_count;
	const char *filter; /* only tests with this in their name; or NULL */
	int verbose;        /* tell the tests that pass, too */
	int tap;            /* as TAP (version 13), for programs */
	int coverage;       /* tell which outcomes of which rules were seen */
	unsigned coverage_min; /* percent of them that must be; 0: any */
	yett_text_sink write;
	void *write_arg;
	yett_text_sink junit; /* receives JUnit's XML, or NULL */
	void *junit_arg;
};

/*
 * Run the tests of policies: no socket is opened, no key is read. `passed` is 1
 * when there was a test, all of them passed and the coverage suffices, else 0;
 * mistakes in the tests or in the policy are failures that are told.
 *
 * YETT_E_NOT_FOUND, YETT_E_SYSTEM: a file cannot be read
 * YETT_E_ARGUMENT: there is no path or no sink
 */
YETT_API enum yett_status yett_policy_test(const struct yett_test_run *run,
    int *passed, struct yett_fault *fault);

/*
 * Write a test out of the decision `id` of the record of decisions in the file
 * `log`; NULL: the one that the policy names. What the record does not have is
 * told in a comment. `policy` is what the test names, NULL: nothing.
 *
 * YETT_E_NOT_FOUND: there is no such file or decision, or the policy in force
 *                   masked what a test needs
 * YETT_E_SYSTEM:    the file cannot be read
 */
YETT_API enum yett_status
yett_policy_test_from_log(const char *log, const char *id, const char *policy,
    yett_text_sink write, void *write_arg, struct yett_fault *fault);

/* --- what a policy would change ------------------------------------------ */

/* Which recorded decisions to make again. */
struct yett_impact_options {
	const char *const *log; /* files of a record; what was rotated away from
				   one, FILE.1 and so on, is read as well */
	size_t log_count;       /* 0: the record that the policy names */
	uint64_t since_seconds; /* older decisions are left out; 0: none */
	enum yett_format format;
};

/* What came of it. A decision is one of same, changed and untold. */
struct yett_impact_summary {
	uint64_t decisions, same, changed;
	uint64_t untold;        /* the policy looks at what was not recorded */
	uint64_t newly_refused; /* of the changed ones */
	uint64_t newly_asked;   /* connections, for a certificate */
	uint64_t late_if_open;  /* late on a connection that stays open */
	uint64_t lost;          /* were never recorded: the disk was full */
	uint64_t unreadable;    /* lines */
	uint64_t later, older;  /* of a later version; before `since_seconds` */
	int trusts_by_name;     /* the authorities of the policy are not here */
};

/*
 * Make the decisions of a record again under `policy`, with the functions that
 * the gateway uses, and tell the changes to `sink`, grouped. A trust is known
 * by its authorities; where the policy's cannot be read, by its name. `out` and
 * `sink` may be NULL. Memory does not grow with the record.
 *
 * YETT_E_SYSTEM:   a file cannot be read
 * YETT_E_ARGUMENT: no file is given, and the policy names none
 */
YETT_API enum yett_status yett_policy_impact(struct yett_policy *policy,
    const struct yett_impact_options *options, yett_text_sink sink, void *arg,
    struct yett_impact_summary *out, struct yett_fault *fault);

/* What a comparison of two policies found, in sites. */
struct yett_diff_summary {
	uint64_t equal;     /* proven: both decide alike */
	uint64_t different; /* a counter-example was told */
	uint64_t unknown;   /* functions, or too much to prove */
};

/*
 * Compare what two policies decide, site by site: `sink` gets the rules that
 * were added, removed and changed, and for each site "equal", a connection and
 * a request on which the policies disagree, or why neither is known. What else
 * differs, such as an upstream, is named only. `out` and `sink` may be NULL.
 */
YETT_API enum yett_status
yett_policy_diff(struct yett_policy *old_policy, struct yett_policy *new_policy,
    enum yett_format format, yett_text_sink sink, void *arg,
    struct yett_diff_summary *out, struct yett_fault *fault);

/* --- from other servers --------------------------------------------------- */

#define YETT_IMPORT_FILES 32 /* the most that one import takes */

/* One file to import; what it is follows from its content. */
struct yett_import_file {
	const char *path;
	const char *at; /* a web.config's "SITE/PATH" in IIS; NULL: not told */
};

/* What to import, and where the results go. Lent for the call. */
struct yett_import {
	const struct yett_import_file *files;
	size_t file_count;
	yett_text_sink policy; /* receives the policy */
	void *policy_arg;
	yett_text_sink parity; /* receives the report; may be NULL */
	void *parity_arg;
	enum yett_format format; /* of the report */
};

/*
 * Make a policy of what IIS and http.sys were told: applicationHost.config,
 * also that of IIS Express, web.config files, and the output of `netsh http
 * show sslcert`, in any combination that has a site.
 *
 * The policy does what IIS does: where a binding does not negotiate client
 * certificates, or no file tells, the handshake never asks, and the cure stands
 * beside it as a comment. Each setting names the file and line it came from.
 * Keys, authorities and upstreams have names that a person must fill. The
 * report tells of every location what IIS does before Windows 11 24H2 and since
 * and what Yett will do, which are late today, and what was not carried over.
 *
 * A web.config without `at` belongs to the root of the only site; with more
 * than one site it must be told. The sinks are called only when all is well,
 * each once; the policy was loaded before, as yett_policy_load() would.
 *
 * YETT_E_POLICY:    a file is not what it should be; the fault has its place
 * YETT_E_ARGUMENT:  no file or too many, or `at` is missing or wrong
 * YETT_E_NOT_FOUND, YETT_E_SYSTEM: a file cannot be read
 * YETT_E_LIMIT:     a file is too large or too deep
 */
YETT_API enum yett_status
yett_import_iis(const struct yett_import *import, struct yett_fault *fault);

/* --- to other programs -----------------------------------------------------
 */

enum yett_export_form {
	YETT_EXPORT_JSON,   /* the declarations of a policy; functions are
			       named, not written */
	YETT_EXPORT_LUA,    /* the policy that a file of such JSON says */
	YETT_EXPORT_SCHEMA, /* JSON Schema of that JSON */
	YETT_EXPORT_LUALS,  /* a definition file for the Lua language server */
	YETT_EXPORT_LUACHECK, /* a .luacheckrc */
};

/*
 * Write a form of the policy in `path`, or with YETT_EXPORT_LUA of the JSON in
 * that file; the other forms are of the language itself, and `path` is NULL.
 * From JSON to Lua and back is the identity. The sink is called once, and only
 * when all is well; mistakes and warnings go to `report`, which may be NULL.
 *
 * YETT_E_POLICY:    the policy has mistakes, or the JSON says none
 * YETT_E_NOT_FOUND, YETT_E_SYSTEM, YETT_E_LIMIT: as yett_policy_load()
 * YETT_E_ARGUMENT:  a path is missing, or too much
 */
YETT_API enum yett_status yett_export(const char *path,
    enum yett_export_form form, const struct yett_report *report,
    yett_text_sink sink, void *arg, struct yett_fault *fault);

/* --- how fast it decides ---------------------------------------------------
 */

/*
 * Measure what the decisions of the policy in `path` cost: for uniformly
 * random sites and paths, a handshake and a request with a good certificate.
 * Decides for `milliseconds` of CPU, and some more for the single rules. `sink`
 * gets the results as text for people, once.
 *
 * Statuses as yett_policy_load().
 */
YETT_API enum yett_status yett_policy_bench(const char *path,
    unsigned milliseconds, const struct yett_report *report,
    yett_text_sink sink, void *arg, struct yett_fault *fault);

/* --- a throw-away CA, for demos and tests only --------------------------- */

struct yett_throwaway_ca;

/* Makes a CA with a key of its own that is never written anywhere. */
YETT_API enum yett_status yett_throwaway_ca_new(struct yett_throwaway_ca **out,
    const char *common_name, struct yett_fault *fault);
YETT_API void yett_throwaway_ca_free(struct yett_throwaway_ca *ca);

/* Write the CA certificate as PEM to the new file `path`. */
YETT_API enum yett_status
yett_throwaway_ca_write(const struct yett_throwaway_ca *ca, const char *path,
    struct yett_fault *fault);

/*
 * Issue a certificate, valid for a day, and write it and its key as PEM; the
 * key file is readable by its owner alone. With `dns_name` it is a server
 * certificate for that name, else a client certificate.
 */
YETT_API enum yett_status
yett_throwaway_ca_issue(const struct yett_throwaway_ca *ca,
    const char *common_name, const char *dns_name, const char *cert_path,
    const char *key_path, struct yett_fault *fault);

#ifdef __cplusplus
}
#endif

#endif
