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
#include <sys/stat.h>

/** struct lh_file_id - which file, whatever its name */
struct lh_file_id {
	dev_t device;
	ino_t inode;
};

struct lh_ctx {
	struct lh_error error;
	char text[1024];
	lh_log_fn log;
	void *log_arg;
	lh_progress_fn progress;
	void *progress_arg;
	uint64_t progress_next_ns; /* monotonic time of the next callback */
	atomic_bool interrupted;
	atomic_bool starved;       /* see lh_ctx_finish() */
	struct lh_file_id *inputs; /* files that are read: see lh_ctx_is_input() */
	size_t input_count, input_capacity;
	const char *const *hints; /* by enum lh_hint; see lh_hint() */
	size_t hint_count;
	uint64_t memory;  /* bytes that a heap may keep: see lh_heap_ask() */
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

/**
 * lh_hint() - what a user can do, as the front end spells it: for the middle of a sentence
 * No room below 'command' knows how options are written. Return: owned by the front end, or static; never NULL.
 */
const char *lh_hint(const struct lh_ctx *ctx, enum lh_hint hint);

/**
 * lh_ctx_begin(), lh_ctx_finish() - put around work that would give a different answer if memory ran out on the
 * way where that could not be returned, or was taken for something that does not exist
 * Return: 0; -LH_ENOMEM when a failure with that code was recorded since lh_ctx_begin().
 */
void lh_ctx_begin(struct lh_ctx *ctx);
int lh_ctx_finish(struct lh_ctx *ctx);

/** lh_ctx_add_input() - the file at @fd is read: nothing is written to it. Return: 0; -LH_ENOMEM. */
int lh_ctx_add_input(struct lh_ctx *ctx, int fd);
/** lh_ctx_is_input() - whether a file is among those read in this context */
bool lh_ctx_is_input(const struct lh_ctx *ctx, const struct stat *file);

#define LH_LOG_NOTICE 5 /* of lh_log(): what somebody waits for, and shown without being asked for */
void lh_log(struct lh_ctx *ctx, int level, const char *format, ...) __attribute__((format(printf, 3, 4)));

/**
 * lh_progress() - say how far a long work is; cheap enough for once in some thousand objects
 * Return: 0; -LH_EINTR when the user wants to stop.
 */
int lh_progress(struct lh_ctx *ctx, const char *phase, uint64_t done, uint64_t total);

#endif
