/* SPDX-License-Identifier: Apache-2.0 */
/*
 * thread.h - threads of the library: they block the signals of the program,
 * and waits have deadlines on the monotonic clock (clock.h).
 */
#ifndef YETT_BASE_THREAD_H
#define YETT_BASE_THREAD_H

#include <pthread.h>
#include <stdint.h>

/* Start `run` in a thread that takes no signal. 0, or an error of errno(3). */
int yett_thread_start(pthread_t *out, void *(*run)(void *), void *arg);

/* For yett_condition_wait(); end it with pthread_cond_destroy(). */
void yett_condition_init(pthread_cond_t *condition);

/* Wait until `at`, nanoseconds of the monotonic clock, or until something may
 * have happened; the lock is held. UINT64_MAX: for ever. */
void yett_condition_wait(pthread_cond_t *condition, pthread_mutex_t *lock,
    uint64_t at);

#endif
