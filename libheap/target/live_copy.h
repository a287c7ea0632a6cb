/* SPDX-License-Identifier: Apache-2.0 */
/* Copying pages of a live process, on all processors. For the files of this room only. */
#ifndef LH_TARGET_LIVE_COPY_H
#define LH_TARGET_LIVE_COPY_H

#include "target/build.h"

#include <pthread.h>

/** struct lh_copy_run - pages of the process, and where their bytes go; @gently: as live_read.c reads */
struct lh_copy_run {
	uint64_t start, len;
	uint8_t *to;
	bool gently;
};

/**
 * struct lh_copier - what is to be copied, in parts that take about as long
 * @gaps: pages that could not be read, sorted, once it is copied
 * Starts as zeros but for @target, and PTHREAD_MUTEX_INITIALIZER; lh_copier_fini() afterwards.
 */
struct lh_copier {
	struct lh_target *target;
	struct lh_copy_run *runs;
	size_t run_count, run_capacity;
	size_t *parts; /* the first run of each */
	size_t part_count, part_capacity;
	uint64_t part_bytes; /* of the last part */
	pthread_mutex_t lock;
	struct lh_range *gaps;
	size_t gap_count, gap_capacity;
};

/** lh_copier_add() - [@start, @end), which no run has yet. Return: 0, -LH_ENOMEM. */
int lh_copier_add(struct lh_copier *copier, uint64_t start, uint64_t end, uint8_t *to, bool gently);
/** lh_copier_prepare() - have the system give the memory that the copy takes: nothing is read. Return: 0, -LH_EINTR. */
int lh_copier_prepare(struct lh_copier *copier);
/** lh_copier_run() - Return: 0, -LH_ESRCH, -LH_EPERM, -LH_EINTR, -LH_ENOMEM. */
int lh_copier_run(struct lh_copier *copier);
/** lh_copier_clear() - for another copy */
void lh_copier_clear(struct lh_copier *copier);
void lh_copier_fini(struct lh_copier *copier);

#endif
