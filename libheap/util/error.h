/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The context, and failing with a sentence.
 *
 * 0 done; positive: a condition of that one function; negative: -LH_E*, forward unchanged. The detail is
 * kept in the context in fixed storage, so reporting a failure cannot itself fail.
 */
#ifndef LH_UTIL_ERROR_H
#define LH_UTIL_ERROR_H

#include "libheap.h"

#include <inttypes.h>
#include <stdatomic.h>

struct lh_ctx {
	struct lh_error error;
	char text[1024];
	lh_log_fn log;
	void *log_arg;
	lh_progress_fn progress;
	void *progress_arg;
	uint64_t progress_next_ns; /* monotonic time of the next callback */
	atomic_bool interrupted;
	unsigned threads; /* how many to use; 0: one a processor. See parallel.h */
};

int lh_fail_from(struct lh_ctx *ctx, int code, const char *where, int line, const char *format, ...)
	__attribute__((format(printf, 5, 6), cold));
int lh_fail_at_from(struct lh_ctx *ctx, int code, uint64_t addr, const char *where, int line,
		    const char *format, ...) __attribute__((format(printf, 6, 7), cold));

/* Record a failure and return -code. */
#define lh_fail(ctx, code, ...) lh_fail_from((ctx), (code), __func__, __LINE__, __VA_ARGS__)
#define lh_fail_at(ctx, code, addr, ...) \
	lh_fail_at_from((ctx), (code), (addr), __func__, __LINE__, __VA_ARGS__)
#define lh_nomem(ctx) lh_fail((ctx), LH_ENOMEM, "out of memory")

void lh_log(struct lh_ctx *ctx, int level, const char *format, ...) __attribute__((format(printf, 3, 4)));

/**
 * lh_progress() - say how far a long work is; cheap enough for once in some thousand objects
 * Return: 0; -LH_EINTR when the user wants to stop.
 */
int lh_progress(struct lh_ctx *ctx, const char *phase, uint64_t done, uint64_t total);

#endif
