/* SPDX-License-Identifier: Apache-2.0 */
/* Threads that cannot be had are done without: the caller's own does all that is left. */
#include "util/parallel.h"
#include "util/cleanup.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

struct shared {
	const struct lh_parallel *work;
	atomic_size_t next, done;
	atomic_int failure; /* the first one; after it no worker takes another part */
	atomic_uint failed; /* the worker in which it happened */
};

struct worker {
	struct shared *shared;
	struct lh_ctx ctx; /* of its own, for what went wrong */
	unsigned number;
	pthread_t thread;
};

unsigned lh_workers(const struct lh_ctx *ctx)
{
	cpu_set_t set;
	int n = ctx->threads                                   ? (int)ctx->threads
		: sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set)
							       : 1;

	return n < 1 ? 1 : n > LH_WORKERS_MAX ? LH_WORKERS_MAX : (unsigned)n;
}

static int take_part(struct worker *w, struct lh_ctx *ctx)
{
	struct shared *s = w->shared;
	size_t i = atomic_fetch_add(&s->next, 1);
	int r;

	if (i >= s->work->count || atomic_load(&s->failure))
		return LH_DONE;
	r = s->work->run(s->work->arg, ctx, w->number, i);
	atomic_fetch_add(&s->done, 1);
	if (r == 0 && w->number == 0)
		r = lh_progress(ctx, s->work->phase, s->work->before + atomic_load(&s->done),
				s->work->total ? s->work->total : s->work->count);
	return r;
}

static void work(struct worker *w, struct lh_ctx *ctx)
{
	int r, none = 0;

	while ((r = take_part(w, ctx)) == 0)
		;
	if (r < 0 && atomic_compare_exchange_strong(&w->shared->failure, &none, r))
		atomic_store(&w->shared->failed, w->number);
}

static void *thread_main(void *arg)
{
	struct worker *w = arg;

	work(w, &w->ctx);
	return NULL;
}

static unsigned start_others(struct worker *others, unsigned workers, struct shared *shared)
{
	unsigned n = 1;

	for (; others && n < workers && n < shared->work->count; n++) {
		others[n] = (struct worker){.shared = shared, .number = n};
		if (pthread_create(&others[n].thread, NULL, thread_main, &others[n]) != 0)
			break;
	}
	return n;
}

int lh_parallel_run(const struct lh_parallel *parallel, unsigned workers)
{
	struct shared shared = {.work = parallel};
	_cleanup_free_ struct worker *others = workers > 1 ? calloc(workers, sizeof(*others)) : NULL;
	struct worker self = {.shared = &shared};
	unsigned started = start_others(others, workers, &shared), failed;
	int r;

	work(&self, parallel->ctx);
	for (unsigned i = 1; i < started; i++)
		pthread_join(others[i].thread, NULL);
	r = atomic_load(&shared.failure);
	failed = atomic_load(&shared.failed);
	if (r < 0 && failed)
		lh_fail(parallel->ctx, -r, "%s", others[failed].ctx.text);
	return r;
}
