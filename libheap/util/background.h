/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One long piece of work that no second processor can help with, in a thread beside what its caller does meanwhile. The rule of
 * threads is that of parallel.h.
 */
#ifndef LH_UTIL_BACKGROUND_H
#define LH_UTIL_BACKGROUND_H

#include "util/error.h"

#include <pthread.h>

/** struct lh_background - @ctx is what went wrong in @run; as zeroes there is no work */
struct lh_background {
	struct lh_ctx ctx;
	int (*run)(void *arg, struct lh_ctx *ctx);
	void *arg;
	pthread_t thread;
	bool runs;
	int result;
};

/** lh_background_start() - @run(@arg) returns 0 or -LH_E*. It must not move until the work ends. Where no thread can be had, the caller's
 * does the work at once. */
void lh_background_start(struct lh_background *background, int (*run)(void *arg, struct lh_ctx *ctx),
			 void *arg);
/** lh_background_finish() - wait for it. @phase: for lh_progress(). Return: what it returned, with its failure's detail in @ctx;
 * -LH_EINTR: who waits was interrupted, and so was it. */
int lh_background_finish(struct lh_background *background, struct lh_ctx *ctx, const char *phase);
/** lh_background_stop() - nobody needs it any more: interrupt it, and wait */
void lh_background_stop(struct lh_background *background);

#endif
