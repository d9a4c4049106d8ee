/* SPDX-License-Identifier: Apache-2.0 */
#include "rollout/rollout.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "rollout/load.h"
#include "rollout/load_errors.h"
#include "tls/chain_review.h"
#include "tls/credentials_errors.h"
#include "tls/credentials_review.h"

/* So long a load waits for the addresses of names; the resolver finds those
 * that came later. */
#define NAMES_NS (10 * YETT_NS_PER_S)

/* One per core that this process may use, when the policy leaves it open. */
static uint32_t
declared_workers(const struct yett_generation *gen)
{
	long cores;

	if (yett_generation_settings(gen)->workers != 0)
		return yett_generation_settings(gen)->workers;
	cores = sysconf(_SC_NPROCESSORS_ONLN);
	return cores < 1 ? 1 : (uint32_t)cores;
}

static uint32_t
count_workers(const struct yett_rollout_env *env,
    const struct yett_generation *gen)
{
	return env->worker_count != 0 ? env->worker_count
				      : declared_workers(gen);
}

/* Tell what a reload cannot change. */
static void
review_workers(const struct yett_rollout *rollout,
    const struct yett_rollout_env *env, struct yett_findings *findings)
{
	struct yett_spot spot = {
		.place = yett_generation_settings(rollout->gen)->place,
		.label = YETT_LIT("gateway"),
		.field = "workers",
	};
	uint32_t declared = declared_workers(rollout->gen);

	if (env->previous == NULL || declared == env->worker_count)
		return;
	/* What is not declared has no line; a policy listens somewhere. */
	if (spot.place.line == 0)
		spot = (struct yett_spot){
			.place = yett_generation_listen(rollout->gen, 0)->place
		};
	yett_finding_help(findings,
	    yett_finding_add(findings, YETT_SEVERITY_WARNING, "W230", &spot,
		"workers is %" PRIu32 " now, and %" PRIu32
		" run: a reload does not change it",
		declared, env->worker_count),
	    "restart the gateway; all else is in force without that");
}

static enum yett_status
open_instances(struct yett_rollout *rollout, uint32_t worker_count,
    struct yett_fault *fault)
{
	rollout->instance = calloc(worker_count, sizeof(rollout->instance[0]));
	if (rollout->instance == NULL)
		return YETT_E_NOMEM;
	rollout->worker_count = worker_count;
	for (uint32_t i = 0; i < worker_count; i++) {
		enum yett_status status =
		    yett_instance_open(&rollout->instance[i], rollout->source,
			fault);

		if (status != YETT_OK)
			return status;
	}
	return YETT_OK;
}

static enum yett_status
read_ticket_keys(struct yett_rollout *rollout, struct yett_fault *fault)
{
	const struct yett_settings *settings = yett_generation_settings(
	    rollout->gen);

	if (settings->tickets.keys.at == NULL || settings->tickets.off)
		return YETT_OK;
	return yett_ticket_ring_read(&rollout->ticket_ring,
	    settings->tickets.keys.at, fault);
}

/* The listener of the previous rollout that is declared again, or NULL. */
static struct yett_listener *
find_listener(const struct yett_rollout *previous,
    const struct yett_listen *listen)
{
	for (uint32_t i = 0; previous != NULL && i < previous->listener_count;
	     i++)
		if (yett_listener_is(previous->listener[i], listen))
			return previous->listener[i];
	return NULL;
}

static enum yett_status
open_listeners(struct yett_rollout *rollout, const struct yett_rollout_env *env,
    struct yett_fault *fault)
{
	uint32_t count = yett_generation_listen_count(rollout->gen);

	rollout->listener = calloc(count + 1, sizeof(rollout->listener[0]));
	if (rollout->listener == NULL)
		return YETT_E_NOMEM;
	for (uint32_t i = 0; i < count; i++) {
		const struct yett_listen *listen =
		    yett_generation_listen(rollout->gen, i);
		struct yett_listener *known = find_listener(env->previous,
		    listen);
		enum yett_status status;

		if (known != NULL) {
			rollout->listener[i] = yett_listener_ref(known);
		} else if (!env->looks_only ||
		    !yett_listener_is_shared(listen)) {
			status = yett_listener_open(&rollout->listener[i],
			    listen, rollout->worker_count, fault);
			if (status != YETT_OK)
				return status;
		}
		rollout->listener_count = i + 1;
	}
	return YETT_OK;
}

static enum yett_status
open_access_log(struct yett_rollout *rollout, bool bind,
    struct yett_fault *fault)
{
	const struct yett_settings *settings = yett_generation_settings(
	    rollout->gen);

	if (settings->log.access.at == NULL)
		return YETT_OK;
	if (!bind)
		return yett_access_log_check(settings->log.access.at, fault);
	return yett_access_log_open(&rollout->access, settings->log.access.at,
	    settings->log.format, fault);
}

/* The record of decisions goes on in the file that is open. */
static enum yett_status
open_record(struct yett_rollout *rollout, const struct yett_rollout *previous,
    struct yett_fault *fault)
{
	const struct yett_settings *settings = yett_generation_settings(
	    rollout->gen);

	if (settings->log.record.at == NULL)
		return YETT_OK;
	return yett_record_open(&rollout->record, settings,
	    previous == NULL ? NULL : previous->record, fault);
}

/* Whether lines of both would be mixed in one file. Devices, /dev/null perhaps,
 * are nobody's to keep apart. */
static bool
are_one_file(const char *access, const char *record)
{
	struct stat a, b;

	if (stat(access, &a) != 0 || stat(record, &b) != 0)
		return strcmp(access, record) == 0;
	return a.st_dev == b.st_dev && a.st_ino == b.st_ino &&
	    !S_ISCHR(a.st_mode);
}

static enum yett_status
keep_logs_apart(const struct yett_rollout *rollout, struct yett_fault *fault)
{
	const struct yett_settings *settings = yett_generation_settings(
	    rollout->gen);
	const char *access = settings->log.access.at;
	const char *record = settings->log.record.at;

	if (access == NULL || record == NULL || !are_one_file(access, record))
		return YETT_OK;
	return yett_fail(fault, YETT_E_POLICY,
	    "access and record are one file, %s; each needs its own", record);
}

/* Arguments of open_all(). */
struct opening {
	struct yett_rollout *rollout;
	const struct yett_rollout_env *env;
};

/* What can be seen from outside; without `bind`, only whether it could be. */
static enum yett_status
open_outside(struct yett_rollout *rollout, const struct yett_rollout_env *env,
    struct yett_fault *fault)
{
	enum yett_status status = keep_logs_apart(rollout, fault);

	if (status == YETT_OK)
		status = open_access_log(rollout, env->bind, fault);
	if (status == YETT_OK && env->bind)
		status = open_record(rollout, env->previous, fault);
	if (status == YETT_OK && env->bind)
		status = open_listeners(rollout, env, fault);
	return status;
}

/* The keys and the trusts, with all that is to be said about them; the keys of
 * tickets. */
static enum yett_status
open_credentials(struct yett_rollout *rollout,
    const struct yett_rollout_env *env, struct yett_findings *findings,
    struct yett_fault *fault)
{
	int64_t now = (int64_t)(yett_clock_wall() / YETT_NS_PER_S);
	enum yett_status status = yett_credentials_open(&rollout->credentials,
	    rollout->gen, env->lists, fault);

	if (status != YETT_OK) {
		(void)yett_credentials_errors_add(rollout->gen, env->lists, now,
		    findings);
		if (findings->errors == 0)
			yett_load_errors_add(findings, rollout->gen, "E501",
			    fault);
		return status;
	}
	/* A handshake under way keeps the generation, and needs them. */
	yett_generation_attach(rollout->gen, rollout->credentials,
	    yett_credentials_release);
	yett_credentials_review(rollout->credentials, now, findings);
	yett_chain_review(rollout->credentials, findings);
	status = read_ticket_keys(rollout, fault);
	if (status != YETT_OK && fault->what[0] != '\0')
		yett_load_errors_add_tickets(findings, rollout->gen, fault);
	return status;
}

static enum yett_status
open_targets(struct yett_rollout *rollout, const struct yett_rollout_env *env,
    struct yett_findings *findings, struct yett_fault *fault)
{
	return yett_targets_open(&rollout->targets, rollout->gen,
	    &(struct yett_targets_env){
		.apps = env->apps,
		.previous = env->previous == NULL ? NULL
						  : env->previous->targets,
		.lookup = { .resolve = yett_address_resolve,
		    .abandoned = env->abandoned,
		    .until = yett_clock_monotonic() + NAMES_NS },
		.lists = env->lists,
		.findings = findings,
	    },
	    fault);
}

/* Before they are opened, so that what changes meanwhile is noticed. */
static enum yett_status
look_at_files(struct yett_rollout *rollout, const struct yett_rollout_env *env)
{
	if (!env->bind || !yett_generation_settings(rollout->gen)->follow)
		return YETT_OK;
	return yett_named_files_look(&rollout->files, rollout->gen);
}

/* In an order that leaves what can be seen from outside to the end. `*code` is
 * that of the step that failed. Where a file fails, upstreams are looked at as
 * well, so that all is told at once. */
static enum yett_status
fill(const struct opening *opening, struct yett_findings *findings,
    const char **code, struct yett_fault *fault)
{
	const struct yett_rollout_env *env = opening->env;
	struct yett_rollout *rollout = opening->rollout;
	struct yett_fault other = YETT_FAULT_NONE;
	enum yett_status files = look_at_files(rollout, env);

	if (files == YETT_OK)
		files = open_credentials(rollout, env, findings, fault);
	enum yett_status status = open_targets(rollout, env, findings, &other);

	*code = "E501";
	if (files != YETT_OK)
		return files;
	*code = "E502";
	if (status != YETT_OK) {
		*fault = other;
		return status;
	}
	yett_targets_review(rollout->targets, rollout->gen,
	    (int64_t)(yett_clock_wall() / YETT_NS_PER_S), findings);
	review_workers(rollout, env, findings);
	*code = "E302";
	status = open_instances(rollout, count_workers(env, rollout->gen),
	    fault);
	if (status != YETT_OK)
		return status;
	*code = "E503";
	return open_outside(rollout, env, fault);
}

/* The loader's look at a policy that loads: open what it names. */
static enum yett_status
open_all(void *arg, const struct yett_loaded *loaded,
    struct yett_findings *findings, struct yett_fault *fault)
{
	const struct opening *opening = arg;
	struct yett_fault found = YETT_FAULT_NONE;
	enum yett_status status;
	const char *code;

	opening->rollout->gen = yett_generation_ref(loaded->gen);
	opening->rollout->source = yett_policy_source_ref(loaded->source);
	status = fill(opening, findings, &code, &found);
	if (status == YETT_OK)
		return YETT_OK;
	if (found.what[0] == '\0')
		(void)yett_fail(&found, status, "%s", yett_status_text(status));
	if (findings->errors == 0)
		yett_load_errors_add(findings, loaded->gen, code, &found);
	yett_fault_where(fault, "%s", found.where);
	return yett_fail(fault, status, "%s", found.what);
}

static enum yett_status
load_and_open(struct yett_rollout *rollout, const struct yett_rollout_env *env,
    struct yett_fault *fault)
{
	struct opening opening = { .rollout = rollout, .env = env };
	struct yett_load_options options = yett_load_options_for(env->report);
	struct yett_loaded loaded = { NULL, NULL };
	enum yett_status status = yett_tls_library_init(fault);

	options.inspect = open_all;
	options.inspect_arg = &opening;
	options.notes = env->notes;
	options.warnings = env->warnings;
	options.abandoned = env->abandoned;
	options.as = env->as;
	if (status == YETT_OK)
		status = env->again != NULL
		    ? yett_load_again(&loaded, env->again, &options, fault)
		    : yett_load(&loaded, env->path, &options, fault);
	yett_loaded_clear(&loaded);
	return status;
}

enum yett_status
yett_rollout_prepare(struct yett_rollout **out,
    const struct yett_rollout_env *env, struct yett_fault *fault)
{
	struct yett_rollout *rollout = calloc(1, sizeof(*rollout));
	struct yett_rollout_env own = *env;
	struct yett_crl_store *lists = NULL;
	enum yett_status status;

	if (rollout == NULL)
		return YETT_E_NOMEM;
	atomic_init(&rollout->refs, 1);
	status = env->lists == NULL ? yett_crl_store_new(&lists) : YETT_OK;
	if (lists != NULL)
		own.lists = lists;
	if (status == YETT_OK)
		status = load_and_open(rollout, &own, fault);
	yett_crl_store_free(lists);
	if (status != YETT_OK) {
		yett_rollout_unref(&rollout);
		return status;
	}
	*out = rollout;
	return YETT_OK;
}

uint32_t
yett_rollout_declared_workers(const struct yett_rollout *rollout)
{
	return declared_workers(rollout->gen);
}

uint16_t
yett_rollout_https_port(const struct yett_rollout *rollout)
{
	uint16_t first = 0;

	for (uint32_t i = 0; i < rollout->listener_count; i++) {
		uint16_t port = yett_address_port(&rollout->listener[i]->bound);

		if (yett_generation_listen(rollout->gen, i)->redirects)
			continue;
		if (port == 443)
			return port;
		if (first == 0)
			first = port;
	}
	return first;
}

struct yett_rollout *
yett_rollout_ref(struct yett_rollout *rollout)
{
	if (rollout != NULL)
		atomic_fetch_add_explicit(&rollout->refs, 1,
		    memory_order_relaxed);
	return rollout;
}

bool
yett_rollout_is_alone(const struct yett_rollout *rollout)
{
	return atomic_load_explicit(&rollout->refs, memory_order_acquire) ==
	    1 &&
	    yett_generation_is_alone(rollout->gen);
}

void
yett_rollout_unref(struct yett_rollout **rollout)
{
	struct yett_rollout *taken = *rollout;

	*rollout = NULL;
	if (taken == NULL ||
	    atomic_fetch_sub_explicit(&taken->refs, 1, memory_order_acq_rel) >
		1)
		return;
	for (uint32_t i = 0; i < taken->worker_count; i++)
		yett_instance_close(taken->instance[i]);
	free(taken->instance);
	for (uint32_t i = 0; i < taken->listener_count; i++)
		yett_listener_unref(&taken->listener[i]);
	free(taken->listener);
	yett_ticket_ring_unref(&taken->ticket_ring);
	yett_access_log_close(taken->access);
	yett_record_unref(&taken->record);
	yett_targets_close(taken->targets);
	yett_named_files_clear(&taken->files);
	yett_policy_source_unref(&taken->source);
	yett_generation_unref(&taken->gen);
	free(taken);
}
