/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules.h - the declarations of a policy, as plain structs.
 *
 * A loader fills these structs in the arena of a draft and adds them to it;
 * after yett_draft_freeze() they belong to the generation and are Frozen: any
 * number of threads read them without a lock. Absent text has at NULL. All
 * slices are NUL-terminated copies in the draft's arena.
 */
#ifndef YETT_POLICY_RULES_H
#define YETT_POLICY_RULES_H

#include <stdint.h>

#include "base/slice.h"
#include "http/path.h"

/* What is wanted of the client's certificate. The order is the strength. */
enum yett_need {
	YETT_NEED_NONE,
	YETT_NEED_REQUEST,
	YETT_NEED_REQUIRE,
};

/* Where something was declared. Frozen. */
struct yett_place {
	struct yett_slice file;
	uint32_t line, column; /* from 1; 0: unknown */
};

/*
 * Whom to believe. Frozen. `id` stands for the trust in the facts of a
 * connection, across reloads: two trusts whose CA certificates are the same
 * have the same id. The TLS layer computes it from the CA certificates; a
 * policy loaded without keys uses a digest of the name.
 */
struct yett_trust {
	struct yett_slice name;
	struct yett_slice label; /* `trust "staff"`, or absent */
	struct yett_slice *ca,
	    *crl; /* absolute paths or inline PEM-free URLs */
	uint32_t ca_count, crl_count;
	uint32_t index;    /* in the generation */
	uint32_t depth;    /* most intermediates between leaf and anchor */
	uint32_t rsa_bits; /* of the largest RSA key; 0: the usual number */
	bool is_nameless;  /* its authorities are not named to clients */
	struct yett_slice spiffe; /* trust domain of the leaf, or absent */
	uint64_t id;
	struct yett_place place;
};

/* A set of trusts, by index in the generation, ascending. Frozen. */
struct yett_trust_set {
	const uint32_t *index;
	uint32_t count;
};

/* Which verified certificates a rule means. Frozen. Each list holds globs;
 * a certificate matches when for every list that is not empty one of its
 * values of that kind matches one of the globs. */
enum yett_identity_kind {
	YETT_IDENTITY_DNS,
	YETT_IDENTITY_EMAIL,
	YETT_IDENTITY_URI,
	YETT_IDENTITY_SPIFFE,
	YETT_IDENTITY_SUBJECT,     /* RFC 4514 */
	YETT_IDENTITY_FINGERPRINT, /* SHA-256, 64 lower-case hex digits */
	YETT_IDENTITY_KINDS,
};
struct yett_identity {
	struct {
		struct yett_slice *glob;
		uint32_t count;
	} list[YETT_IDENTITY_KINDS];
};

/* The status of what is no answer but the end of a connection: in decisions and
 * logs, never sent. nginx has the same number for it. */
#define YETT_STATUS_CUT 444

enum yett_close {
	YETT_CLOSE_AUTO, /* close if a new handshake would be asked */
	YETT_CLOSE_ALWAYS,
	YETT_CLOSE_NEVER,
	YETT_CLOSE_RESET, /* cut the connection, without any answer */
};

struct yett_header {
	struct yett_slice name, value;
};

/* The most headers that an author may add to an answer. */
#define YETT_LATE_HEADERS_MOST 100

/* What a late need becomes. Frozen. */
struct yett_late {
	uint32_t status;  /* 400 to 599; with a redirect: 307 */
	uint32_t hresult; /* 0x80070032 unless said otherwise; 0: none */
	struct yett_slice title, detail, type, body;
	struct yett_header *header;
	uint32_t header_count;
	enum yett_close close;
	/* Where people are sent instead, as http/location.h reads it; or
	 * absent. */
	struct yett_slice redirect;
	/* Ask this client's next handshake, for so many milliseconds; 0: no.
	 * Such a late need answers 421, or yett_late_again(), and closes. */
	uint32_t learn;
};

/* How the identity is told upstream. */
enum yett_forward_cert {
	YETT_FORWARD_NONE,
	YETT_FORWARD_RFC9440, /* Client-Cert */
	YETT_FORWARD_XFCC,    /* Envoy: X-Forwarded-Client-Cert */
	YETT_FORWARD_ARR,     /* IIS: X-ARR-ClientCert */
	YETT_FORWARD_NGINX,   /* X-SSL-Client-... */
};
struct yett_forward {
	enum yett_forward_cert client_cert;
	bool chain; /* the whole chain too, where the form has it */
	bool proxy; /* and before all else the head of the PROXY protocol */
};

/* Which protocols a request may ask to switch to (RFC 9110, section 7.8). */
enum yett_upgrade {
	YETT_UPGRADE_NONE,
	YETT_UPGRADE_WEBSOCKET,
	YETT_UPGRADE_ANY, /* but for HTTP/2 and TLS, which Yett would not see */
};

/* What becomes of a request whose client ends its half of the connection while
 * it waits for the answer. */
enum yett_client_close {
	YETT_CLIENT_CLOSE_CANCEL, /* it ends, and so does its connection */
	YETT_CLIENT_CLOSE_IGNORE, /* it goes on, if the end was a proper one */
};

struct yett_key {
	struct yett_slice cert, key; /* absolute paths, or URLs for GnuTLS */
	struct yett_slice ocsp;      /* file of a response, or absent */
};

/* What the health of an address is judged by. */
enum yett_observe {
	YETT_OBSERVE_CONNECTIONS, /* whether one can be made, and answers */
	YETT_OBSERVE_ANSWERS,     /* also what comes over them */
};

/* What the connections to each address of an upstream may be. Frozen. */
struct yett_link_limits {
	uint32_t connections; /* of all workers; 0: no limit */
	uint32_t idle;        /* kept, of each worker */
	uint32_t idle_ms;
	enum yett_observe observe;
};
#define YETT_LINK_LIMITS                                                       \
	((struct yett_link_limits){ .idle = 64, .idle_ms = 60000 })

/* Where requests go: one "http://...", "https://...", "unix:...", "app:..."
 * each. Frozen. Equal declarations share one struct; `index` is dense per
 * generation. */
struct yett_upstream {
	struct yett_slice *target;
	uint32_t count;
	uint32_t index;
	/* Of its https targets. */
	struct yett_trust_set trusts; /* of the servers; empty: the system's */
	struct yett_key key;          /* shown when asked; at NULL: none */
	struct yett_slice name;       /* of the servers; absent: their host */
	struct yett_link_limits limits;
	struct yett_slice label; /* of the rule that declares it first */
	struct yett_place place;
};

/* A number of a rule that the gateway's settings decide. */
#define YETT_AS_GATEWAY UINT64_MAX

/* What a rule says, or else the gateway. */
static inline uint64_t
yett_rule_or_gateway(uint64_t of_rule, uint64_t of_gateway)
{
	return of_rule != YETT_AS_GATEWAY ? of_rule : of_gateway;
}

/* What becomes of CORS preflights, which never carry a certificate. */
enum yett_preflight {
	YETT_PREFLIGHT_USUAL,  /* what becomes of any request: nobody cared */
	YETT_PREFLIGHT_REFUSE, /* the same, on purpose */
	YETT_PREFLIGHT_ALLOW,  /* they pass, whatever the rule needs */
};

enum yett_rule_kind { YETT_RULE_PATH, YETT_RULE_EXACT, YETT_RULE_GLOB };

/*
 * One path, exact or glob rule of a site. Frozen. The loader resolves
 * everything that is inherited from the site, so that a rule stands alone;
 * `late` alone may be NULL: the default of the whole product.
 */
struct yett_rule {
	/* What a decision reads comes first, in a line of a cache or two. */
	enum yett_need need;
	enum yett_rule_kind kind;
	struct yett_trust_set trusts;
	const struct yett_identity *identity; /* NULL: any verified one */
	struct yett_slice why;
	bool tell; /* `why` goes into the answer */
	/* Decided and told, but not enforced, before this second since 1970;
	 * 0: enforced, YETT_SHADOW_ALWAYS: never enforced. */
	uint64_t shadow;
	/* What of a hundred clients it is not for (share.h); 0: it is for all,
	 * 100: for nobody. */
	uint32_t spared;
	enum yett_preflight preflight;
	unsigned keeps; /* set of enum yett_path_part: what a path may have */
	struct yett_forward forward;
	/* Of the fields that name another path, method or host those that the
	 * upstream gets. */
	const struct yett_slice *keep_field;
	uint32_t keep_field_count;
	enum yett_upgrade upgrade;
	enum yett_client_close client_close;
	uint64_t body_limit; /* bytes; 0: no limit; or YETT_AS_GATEWAY */
	uint64_t rate;       /* bytes a second of a body; 0: any; or that */
	/* Milliseconds, or YETT_AS_GATEWAY. */
	uint64_t answer_timeout, stall_timeout, tunnel_timeout;
	const struct yett_late *late;
	const struct yett_upstream *upstream;

	struct yett_slice pattern; /* normal path */
	struct yett_slice label;   /* `path "/admin"`: its name everywhere */
	struct yett_place place;
};

#define YETT_SHADOW_ALWAYS UINT64_MAX

enum yett_handshake {
	YETT_HANDSHAKE_AUTO,
	YETT_HANDSHAKE_NEVER,
	YETT_HANDSHAKE_ALWAYS,
};

/* What a function may say, as its text tells: a set of trusts for each verdict
 * that it may return. Frozen. */
struct yett_sayings {
	struct yett_trust_set *set;
	uint32_t count;
};

/* What a handshake asks, without function. Frozen. */
struct yett_ask {
	enum yett_need need;
	struct yett_trust_set trusts;
	const struct yett_rule *because; /* NULL: the site, or none */
};

/* The same for the clients of the first hundredths of a site (share.h) that no
 * level before is for. Frozen. */
struct yett_ask_level {
	uint32_t below; /* the first hundredth that it is not for */
	struct yett_ask ask;
};

/* One server name. Frozen. */
struct yett_site {
	/* What a decision reads comes first, in a line of a cache or two. */
	uint32_t index;         /* in the generation */
	int32_t hello_function; /* ordinal in an instance, -1: none */
	int32_t request_function;
	enum yett_handshake handshake;
	/* Derived by yett_draft_freeze(). */
	bool ignore_case; /* case = "insensitive" */
	unsigned keeps;   /* what some rule keeps */
	bool
	    function_needs; /* request function's text names need_certificate */
	struct yett_ask ask;                /* of a client in every share */
	const struct yett_ask_level *level; /* of others; empty: all alike */
	uint32_t level_count;
	bool learns;                   /* some late need is learned */
	struct yett_trust_set learned; /* what is asked of who learned */
	const struct yett_path_trie *paths;

	struct yett_sayings hello_says;   /* whom to ask for; empty: nobody */
	struct yett_sayings request_says; /* whose certificate is needed; empty:
					     of the trusts of the rule */
	struct yett_slice name;  /* canonical; "*.x" or "*" for wildcards */
	struct yett_slice label; /* `site "portal.example"` */
	struct yett_key *key;
	uint32_t key_count;
	bool http2;                 /* offered by ALPN */
	struct yett_slice priority; /* GnuTLS's priority string, or absent */
	struct yett_rule fallback;  /* the site itself: no path rule matched */
	struct yett_rule **rule;
	uint32_t rule_count;
	struct yett_place place;
};

/* A TLS listener, or a clear-text one that only redirects. Frozen. */
struct yett_listen {
	/* Name of a socket that the service manager opened; absent: at
	 * address and port. */
	struct yett_slice fd;
	struct yett_slice address; /* numeric IPv4 or IPv6, no brackets */
	uint16_t port;             /* 0: the kernel chooses */
	/* Whose connections begin with a head of the PROXY protocol; nobody
	 * else may connect. NULL: none has a head. */
	const struct yett_cidr_set *proxies;
	bool redirects;         /* clear text that leads to https, else TLS */
	uint16_t redirect_port; /* 0: where we listen with TLS */
	struct yett_place place;
};

enum yett_access_format { YETT_ACCESS_JSON, YETT_ACCESS_W3C };

/* What logs tell of clients' certificates: all, issuer and digest, nothing. */
enum yett_log_certificate {
	YETT_LOG_CERTIFICATE_FULL,
	YETT_LOG_CERTIFICATE_MASKED,
	YETT_LOG_CERTIFICATE_NONE,
};

/* `gateway {}`: the process. Frozen. Every field has a default. */
struct yett_settings {
	uint32_t workers; /* 0: one per core */
	bool http2;       /* of sites that do not say */
	bool follow;      /* keys, certificates and lists that are renewed */

	struct {
		uint32_t head, fields, uri; /* bytes, count, bytes */
		uint64_t body;              /* bytes; 0: no limit */
		uint32_t rate; /* bytes a second of a body; 0: any */
		uint32_t connections, connections_per_address;
		uint32_t choosing_per_address;    /* a certificate */
		uint32_t requests_per_connection; /* 0: no limit */
		uint32_t streams;      /* of one HTTP/2 connection, at once */
		uint32_t memory;       /* bytes of a Lua state when called */
		uint32_t instructions; /* per call */
	} limits;
	struct {
		uint32_t handshake, certificate, head, body, idle;
		uint32_t drain_delay, drain;
		uint32_t connect, answer, stall; /* of upstreams */
		uint32_t resolve; /* names again, so often; 0: never */
		uint32_t tunnel;
	} timeouts; /* milliseconds */
	struct {
		bool off;
		uint32_t rotate;        /* milliseconds */
		struct yett_slice keys; /* file of their roots, or absent */
	} tickets;
	struct {
		struct yett_slice
		    access; /* file of the access log, or absent */
		enum yett_access_format format;
		struct yett_slice record; /* file of the decisions, or absent */
		uint64_t record_size;     /* bytes of one file */
		uint32_t record_files;    /* of them, the newest included */
		uint32_t mask; /* set of enum yett_fact: left out of it */
		enum yett_log_certificate certificate;
	} log;
	struct yett_place place; /* line 0: not declared */
};

/* The defaults; never fails. */
void yett_settings_init(struct yett_settings *settings);

/* "none", "request", "require": static; "require" for an unknown value. */
const char *yett_need_name(enum yett_need need);

/* What a late need becomes unless the policy says otherwise: status 500,
 * HRESULT 0x80070032, what http.sys answers since Windows 11 24H2. Static. */
const struct yett_late *yett_late_default(void);

/* What a late need becomes on a connection that is older than what was
 * learned, or than the rules: a redirect to where the request went already.
 * Static. */
const struct yett_late *yett_late_again(void);

#endif
