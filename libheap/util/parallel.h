/* SPDX-License-Identifier: Apache-2.0 */
/* Work that falls into parts, on several processors. */
#ifndef LH_UTIL_PARALLEL_H
#define LH_UTIL_PARALLEL_H

#include "util/error.h"

#include <stddef.h>

/**
 * struct lh_parallel - parts 0 to count - 1, each done once by whoever is free
 * @run: does part @i for worker @worker (0 to workers - 1; 0 is the caller's own thread). Return: 0, -LH_E*.
 * Only worker 0 may report progress. A failure ends all work; its detail is in the worker's @ctx.
 *
 * Rule of threads: run() writes only what belongs to its part or its worker, fails in its own @ctx, and reads the heap and the
 * target, each worker through a view (target/target.h) of its own. It meets no type for the first time (cpython/types.h) and
 * keeps nothing in the heap (lh_heap_keep()).
 */
struct lh_parallel {
	struct lh_ctx *ctx;
	const char *phase; /* for lh_progress() */
	size_t count;
	size_t before,
		total; /* of work that is done in several runs: parts of those before, and of all. 0: this is all */
	int (*run)(void *arg, struct lh_ctx *ctx, unsigned worker, size_t i);
	void *arg;
};

#define LH_WORKERS_MAX 64

/** lh_workers() - how many to have: what the user said, else the processors that this process may use */
unsigned lh_workers(const struct lh_ctx *ctx);
/** lh_parallel_run() - Return: 0; the first failure by number of part that was met; -LH_EINTR. */
int lh_parallel_run(const struct lh_parallel *parallel, unsigned workers);

#endif
