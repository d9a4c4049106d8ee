/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/gateway.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "gateway/descriptors.h"
#include "rollout/load.h"

/* Bytes of a policy's digest that the log tells: enough to tell policies apart.
 */
#define DIGEST_TOLD 8
/* What a worker's loop takes: epoll, its timer, wake-ups. */
#define LOOP_DESCRIPTORS 4

/* Milliseconds that workers have to count their idle links. */
#define LIMITS_TURNS 500

enum yett_status
yett_gateway_new(struct yett_gateway **out, struct yett_fault *fault)
{
	struct yett_gateway *gateway;
	enum yett_status status = yett_tls_library_init(fault);

	if (status != YETT_OK)
		return status;
	gateway = calloc(1, sizeof(*gateway));
	if (gateway == NULL)
		return YETT_E_NOMEM;
	pthread_mutex_init(&gateway->lock, NULL);
	pthread_mutex_init(&gateway->worker_lock, NULL);
	yett_current_init(&gateway->current);
	gateway->made = yett_clock_wall();
	gateway->env.current = &gateway->current;
	gateway->env.tickets = &gateway->tickets;
	status = yett_crl_store_new(&gateway->lists);
	yett_caretaker_init(&gateway->caretaker, &gateway->current,
	    &gateway->tickets, gateway->lists);
	if (status == YETT_OK)
		status = yett_ticket_keeper_open(&gateway->tickets, fault);
	if (status == YETT_OK)
		status = yett_learned_new(&gateway->env.learned, fault);
	if (status == YETT_OK)
		status = yett_connection_limit_new(&gateway->env.limit, fault);
	if (status == YETT_OK)
		status = yett_connection_limit_new(&gateway->env.choosing,
		    fault);
	if (status == YETT_OK)
		status = yett_random(&gateway->env.id_base,
		    sizeof(gateway->env.id_base), fault);
	if (status != YETT_OK) {
		yett_gateway_free(gateway);
		return status;
	}
	/* The lower 40 bits count workers and decisions. */
	gateway->env.id_base &= ~((UINT64_C(1) << 40) - 1);
	*out = gateway;
	return YETT_OK;
}

enum yett_status
yett_gateway_add_app(struct yett_gateway *gateway, struct yett_slice name,
    const struct yett_app_door *door, struct yett_fault *fault)
{
	enum yett_status status;

	pthread_mutex_lock(&gateway->lock);
	status = gateway->loaded
	    ? yett_fail(fault, YETT_E_ARGUMENT,
		  "applications are added before the first policy is loaded")
	    : yett_apps_add(&gateway->apps, name, door, fault);
	pthread_mutex_unlock(&gateway->lock);
	return status;
}

/* --- loading --- */

void
yett_gateway_be_strict(struct yett_gateway *gateway)
{
	pthread_mutex_lock(&gateway->lock);
	gateway->is_strict = true;
	pthread_mutex_unlock(&gateway->lock);
}

static void
log_listeners(const struct yett_rollout *rollout,
    const struct yett_rollout *previous)
{
	char text[YETT_ADDRESS_TEXT];

	for (uint32_t i = 0; i < rollout->listener_count; i++) {
		const struct yett_listener *listener = rollout->listener[i];
		bool known = false;

		for (uint32_t k = 0;
		     previous != NULL && k < previous->listener_count; k++)
			known = known || previous->listener[k] == listener;
		if (!known)
			yett_log(YETT_LOG_INFO, "listening",
			    "address=%s port=%u",
			    yett_address_write(&listener->bound, text),
			    yett_address_port(&listener->bound));
	}
}

/* The first bytes of what tells one policy from another, in hexadecimal. */
static void
write_digest(char out[2 * DIGEST_TOLD + 1], const struct yett_generation *gen)
{
	const uint8_t *digest = yett_generation_digest(gen);

	for (size_t i = 0; i < DIGEST_TOLD; i++)
		snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

static bool
have_heard(struct yett_gateway *gateway)
{
	for (uint32_t i = 0; i < gateway->worker_count; i++)
		if (!yett_worker_heard_limits(gateway->worker[i]))
			return false;
	return true;
}

/* Have idle links count where limits of connections are to come, before they
 * do: else a request would find in use what is idle. A worker that is busy for
 * so long is not waited for. */
static void
tell_limits(struct yett_gateway *gateway)
{
	const struct timespec turn = { .tv_nsec = (long)YETT_NS_PER_MS };

	for (uint32_t i = 0; i < gateway->worker_count; i++)
		yett_worker_tell_limits(gateway->worker[i]);
	for (int i = 0; i < LIMITS_TURNS && !have_heard(gateway) &&
	     !atomic_load(&gateway->ending);
	     i++)
		(void)nanosleep(&turn, NULL);
}

/* Tell what a reload does not change. */
static void
log_unchanged(const struct yett_rollout *rollout)
{
	uint32_t declared = yett_rollout_declared_workers(rollout);

	if (declared != rollout->worker_count)
		yett_log(YETT_LOG_WARN, "restart-needed",
		    "setting=workers declared=%" PRIu32 " running=%" PRIu32,
		    declared, rollout->worker_count);
}

/* What they are the report has told, with their lines. */
static void
log_warnings(const char *path, uint64_t count)
{
	char quoted[300];

	if (count > 0)
		yett_log(YETT_LOG_WARN, "policy-warnings",
		    "path=%s count=%" PRIu64,
		    yett_log_quote(quoted, sizeof(quoted), yett_slice_of(path)),
		    count);
}

/* Put it in force and tell everybody; cannot fail. */
static void
publish(struct yett_gateway *gateway, struct yett_rollout **rollout)
{
	struct yett_rollout *previous = yett_current_ref(&gateway->current);
	uint64_t id = yett_generation_id((*rollout)->gen);
	uint32_t sites = yett_generation_site_count((*rollout)->gen);
	const struct yett_settings *settings = yett_generation_settings(
	    (*rollout)->gen);
	/* Of each worker: its listening ones, and those of its loop. */
	uint32_t sockets = (*rollout)->worker_count *
	    ((*rollout)->listener_count + LOOP_DESCRIPTORS);
	char digest[2 * DIGEST_TOLD + 1];

	write_digest(digest, (*rollout)->gen);
	yett_targets_tell((*rollout)->targets);
	log_listeners(*rollout, previous);
	log_unchanged(*rollout);
	tell_limits(gateway);
	yett_ticket_keeper_follow(&gateway->tickets, settings,
	    &(*rollout)->ticket_ring);
	yett_caretaker_keep(&gateway->caretaker, *rollout);
	yett_current_publish(&gateway->current, rollout);
	for (uint32_t i = 0; i < gateway->worker_count; i++)
		yett_worker_wake(gateway->worker[i]);
	yett_resolver_wake(gateway->resolver);
	yett_log(YETT_LOG_INFO, previous == NULL ? "loaded" : "reloaded",
	    "generation=%" PRIu64 " sites=%u digest=%s", id, sites, digest);
	yett_descriptors_review(settings, sockets);
	yett_rollout_unref(&previous);
}

static void
log_refused(const char *path, const struct yett_fault *fault)
{
	const char *where = fault->where[0] != '\0' ? fault->where : path;
	char quoted_path[300], quoted_where[300], quoted[600];

	yett_log(YETT_LOG_ERROR, "reload-refused", "path=%s where=%s error=%s",
	    yett_log_quote(quoted_path, sizeof(quoted_path),
		yett_slice_of(path)),
	    yett_log_quote(quoted_where, sizeof(quoted_where),
		yett_slice_of(where)),
	    yett_log_quote(quoted, sizeof(quoted), yett_slice_of(fault->what)));
}

enum yett_status
yett_gateway_load(struct yett_gateway *gateway, const char *path,
    const struct yett_report *report, struct yett_fault *fault)
{
	struct yett_fault own = YETT_FAULT_NONE;
	struct yett_rollout *rollout = NULL, *previous;
	struct yett_rollout_env env = {
		.path = path,
		.apps = &gateway->apps,
		.report = report,
		.lists = gateway->lists,
		.bind = true,
		.abandoned = &gateway->ending,
	};
	enum yett_status status;
	uint64_t warnings = 0;

	if (fault == NULL)
		fault = &own;
	env.warnings = &warnings;
	pthread_mutex_lock(&gateway->lock);
	gateway->loaded = true;
	previous = yett_current_ref(&gateway->current);
	env.previous = previous;
	env.worker_count = previous == NULL ? 0 : previous->worker_count;
	status = yett_rollout_prepare(&rollout, &env, fault);
	if (status == YETT_OK && gateway->is_strict)
		status = yett_load_strictly(warnings, fault);
	if (status == YETT_OK) {
		publish(gateway, &rollout);
		log_warnings(path, warnings);
	} else if (previous != NULL) {
		log_refused(path, fault);
	}
	atomic_fetch_add(status == YETT_OK ? &gateway->loads
					   : &gateway->loads_refused,
	    1);
	yett_rollout_unref(&rollout);
	yett_rollout_unref(&previous);
	pthread_mutex_unlock(&gateway->lock);
	return status;
}

/* --- what is renewed --- */

/* All that the renewed files may have broken, beside what was broken before. */
static enum yett_status
judge_renewal(const struct yett_rollout *before, const struct yett_rollout *now,
    struct yett_fault *fault)
{
	const char *why = "", *before_why;

	if (yett_credentials_problems(now->credentials, &why) <=
	    yett_credentials_problems(before->credentials, &before_why))
		return YETT_OK;
	return yett_fail(fault, YETT_E_POLICY, "%s", why);
}

static void
log_failed_renewal(const struct yett_fault *fault)
{
	char where[300], quoted[600];

	yett_log(YETT_LOG_ERROR, "renewal-failed", "where=%s error=%s",
	    yett_log_quote(where, sizeof(where), yett_slice_of(fault->where)),
	    yett_log_quote(quoted, sizeof(quoted), yett_slice_of(fault->what)));
}

/* Load the same text again; under `lock`. */
static bool
load_renewed(struct yett_gateway *gateway, const struct yett_rollout *previous)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_rollout *rollout = NULL, *now;
	const struct yett_rollout_env env = {
		.path = "",
		.again = previous->source,
		.apps = &gateway->apps,
		.previous = previous,
		.worker_count = previous->worker_count,
		.lists = gateway->lists,
		.bind = true,
		.abandoned = &gateway->ending,
	};
	enum yett_status status = yett_rollout_prepare(&rollout, &env, &fault);

	if (status == YETT_OK)
		status = judge_renewal(previous, rollout, &fault);
	if (status == YETT_OK) {
		now = yett_rollout_ref(rollout);
		publish(gateway, &rollout);
		yett_renewal_tell(previous, now);
		yett_rollout_unref(&now);
	} else if (!atomic_load(&gateway->ending)) {
		log_failed_renewal(&fault);
	}
	yett_rollout_unref(&rollout);
	return status == YETT_OK;
}

/* A drain holds the lock while it waits for the follower to end: give up. */
static bool
lock_unless_ending(struct yett_gateway *gateway)
{
	const struct timespec pause = { .tv_nsec = 20 * (long)YETT_NS_PER_MS };

	while (pthread_mutex_trylock(&gateway->lock) != 0) {
		if (atomic_load(&gateway->ending))
			return false;
		(void)nanosleep(&pause, NULL);
	}
	return true;
}

/* Files that `previous` names were renewed. What another load has replaced
 * meanwhile is fine. */
static bool
renew(void *arg, const struct yett_rollout *previous)
{
	struct yett_gateway *gateway = arg;
	struct yett_rollout *now;
	bool fine = true;

	if (!lock_unless_ending(gateway))
		return true;
	now = yett_current_ref(&gateway->current);
	if (now == previous)
		fine = load_renewed(gateway, previous);
	atomic_fetch_add(fine ? &gateway->loads : &gateway->loads_refused, 1);
	yett_rollout_unref(&now);
	pthread_mutex_unlock(&gateway->lock);
	return fine;
}

/* --- running --- */

/* Wait for their ends and the caretaker's, then forget them; under `lock`. */
static void
end_workers(struct yett_gateway *gateway)
{
	yett_follower_stop(&gateway->follower);
	yett_resolver_stop(&gateway->resolver);
	yett_caretaker_stop(&gateway->caretaker);
	for (uint32_t i = 0; i < gateway->worker_count; i++)
		yett_worker_join(gateway->worker[i]);
	pthread_mutex_lock(&gateway->worker_lock);
	for (uint32_t i = 0; i < gateway->worker_count; i++)
		yett_worker_free(gateway->worker[i]);
	free(gateway->worker);
	gateway->worker = NULL;
	gateway->worker_count = 0;
	pthread_mutex_unlock(&gateway->worker_lock);
}

static bool
make_counters(struct yett_gateway *gateway, uint32_t count)
{
	size_t size = count * sizeof(gateway->counters[0]);

	free(gateway->counters); /* of a start that failed */
	gateway->counters = aligned_alloc(_Alignof(struct yett_counters), size);
	gateway->counter_count = gateway->counters == NULL ? 0 : count;
	if (gateway->counters == NULL)
		return false;
	memset(gateway->counters, 0, size);
	gateway->env.counters = gateway->counters;
	return true;
}

static enum yett_status
make_workers(struct yett_gateway *gateway, uint32_t count,
    struct yett_fault *fault)
{
	gateway->worker = calloc(count, sizeof(gateway->worker[0]));
	if (gateway->worker == NULL || !make_counters(gateway, count))
		return YETT_E_NOMEM;
	for (uint32_t i = 0; i < count; i++) {
		enum yett_status status = yett_worker_new(&gateway->worker[i],
		    &gateway->env, i, fault);

		if (status != YETT_OK)
			return status;
		gateway->worker_count = i + 1;
	}
	return YETT_OK;
}

static enum yett_status
start_workers(struct yett_gateway *gateway, uint32_t count,
    struct yett_fault *fault)
{
	enum yett_status made;

	pthread_mutex_lock(&gateway->worker_lock);
	made = make_workers(gateway, count, fault);
	pthread_mutex_unlock(&gateway->worker_lock);
	if (made != YETT_OK)
		return made;
	for (uint32_t i = 0; i < count; i++) {
		enum yett_status status = yett_worker_start(gateway->worker[i],
		    fault);

		if (status != YETT_OK)
			return status;
	}
	return yett_caretaker_start(&gateway->caretaker, fault);
}

static void
stop_workers(struct yett_gateway *gateway)
{
	pthread_mutex_lock(&gateway->worker_lock);
	for (uint32_t i = 0; i < gateway->worker_count; i++)
		yett_worker_stop(gateway->worker[i]);
	pthread_mutex_unlock(&gateway->worker_lock);
}

/* Tell what is known to be wrong with the TLS library that runs. */
static void
log_weakness(void)
{
	const char *version = yett_tls_library_version();
	const char *weakness = yett_tls_library_weakness(version);

	if (weakness != NULL)
		yett_log(YETT_LOG_WARN, "library-weak",
		    "library=\"GnuTLS %s\" error=\"%s\"", version, weakness);
}

enum yett_status
yett_gateway_start(struct yett_gateway *gateway, struct yett_fault *fault)
{
	enum yett_status status = YETT_OK;
	struct yett_rollout *rollout;

	pthread_mutex_lock(&gateway->lock);
	rollout = yett_current_ref(&gateway->current);
	if (rollout == NULL)
		status = yett_fail(fault, YETT_E_ARGUMENT,
		    "no policy is loaded");
	else if (gateway->worker_count != 0)
		status = yett_fail(fault, YETT_E_ARGUMENT,
		    "the gateway was started before");
	else if (atomic_load(&gateway->ending))
		status = yett_fail(fault, YETT_E_ARGUMENT,
		    "the gateway has ended");
	if (status == YETT_OK) {
		status = start_workers(gateway, rollout->worker_count, fault);
		if (status == YETT_OK)
			status = yett_resolver_start(&gateway->resolver,
			    &gateway->current, fault);
		if (status == YETT_OK)
			status = yett_follower_start(&gateway->follower,
			    &gateway->current, renew, gateway, fault);
		if (status != YETT_OK) {
			stop_workers(gateway);
			end_workers(gateway);
		} else {
			yett_log(YETT_LOG_INFO, "started", "workers=%u",
			    rollout->worker_count);
			log_weakness();
		}
	}
	yett_rollout_unref(&rollout);
	pthread_mutex_unlock(&gateway->lock);
	return status;
}

unsigned
yett_gateway_port(struct yett_gateway *gateway, unsigned index)
{
	struct yett_rollout *rollout = yett_current_ref(&gateway->current);
	unsigned port = 0;

	if (rollout != NULL && index < rollout->listener_count)
		port = yett_address_port(&rollout->listener[index]->bound);
	yett_rollout_unref(&rollout);
	return port;
}

static uint64_t
in_force(struct yett_gateway *gateway)
{
	return atomic_load(&gateway->current.id);
}

/* Those that there are; a load that is under way does not matter to them. */
static void
drain_workers(struct yett_gateway *gateway)
{
	pthread_mutex_lock(&gateway->worker_lock);
	if (gateway->worker_count > 0 && !gateway->draining)
		yett_log(YETT_LOG_INFO, "draining", "workers=%u",
		    gateway->worker_count);
	gateway->draining = gateway->worker_count > 0;
	for (uint32_t i = 0; i < gateway->worker_count; i++)
		yett_worker_drain(gateway->worker[i]);
	pthread_mutex_unlock(&gateway->worker_lock);
}

int
yett_gateway_is_turning(struct yett_gateway *gateway)
{
	bool all = true;

	pthread_mutex_lock(&gateway->worker_lock);
	for (uint32_t i = 0; i < gateway->worker_count; i++)
		all = yett_worker_is_turning(gateway->worker[i]) && all;
	pthread_mutex_unlock(&gateway->worker_lock);
	return all;
}

void
yett_gateway_reopen_logs(struct yett_gateway *gateway)
{
	yett_caretaker_hurry(&gateway->caretaker);
}

void
yett_gateway_drain(struct yett_gateway *gateway)
{
	atomic_store(&gateway->ending, true);
	drain_workers(gateway);
	pthread_mutex_lock(&gateway->lock);
	if (gateway->worker_count > 0) {
		drain_workers(gateway); /* which a start made meanwhile */
		end_workers(gateway);
		yett_log(YETT_LOG_INFO, "stopped", "generation=%" PRIu64,
		    in_force(gateway));
	}
	pthread_mutex_unlock(&gateway->lock);
}

void
yett_gateway_stop(struct yett_gateway *gateway)
{
	atomic_store(&gateway->ending, true);
	stop_workers(gateway);
	pthread_mutex_lock(&gateway->lock);
	if (gateway->worker_count > 0) {
		end_workers(gateway);
		yett_log(YETT_LOG_INFO, "stopped", "generation=%" PRIu64,
		    in_force(gateway));
	}
	pthread_mutex_unlock(&gateway->lock);
}

void
yett_gateway_free(struct yett_gateway *gateway)
{
	if (gateway == NULL)
		return;
	yett_gateway_stop(gateway);
	yett_apps_close(&gateway->apps);
	free(gateway->counters);
	yett_current_clear(&gateway->current);
	yett_ticket_keeper_close(&gateway->tickets);
	yett_caretaker_clear(&gateway->caretaker);
	yett_crl_store_free(gateway->lists);
	yett_learned_free(gateway->env.learned);
	yett_connection_limit_free(gateway->env.limit);
	yett_connection_limit_free(gateway->env.choosing);
	pthread_mutex_destroy(&gateway->worker_lock);
	pthread_mutex_destroy(&gateway->lock);
	free(gateway);
}
