/* SPDX-License-Identifier: Apache-2.0 */
/* A snapshot's bytes: those of the target that are marked, and addresses. */
#ifndef LH_SNAPSHOT_FILTER_H
#define LH_SNAPSHOT_FILTER_H

#include "snapshot/marks.h"

/** struct lh_snapshot_filter - what is written of memory, in the order of addresses */
struct lh_snapshot_filter {
	struct lh_snapshot_marks *marks;
	struct lh_view view;
	const struct lh_mapping *mapping; /* that had the last address */
	const char *const *names; /* of modules' files, sorted: paths that end so are kept for debuggers */
	size_t name_count;
	struct lh_range path;            /* the last such path: it may go on in what is asked for next */
	bool fillers;                    /* of debug allocators are kept */
	uint64_t kept, dropped, blanked; /* words that are not zero */
};

/** lh_filter_init() - Return: 0, -LH_ENOMEM. Free with lh_filter_fini() in any case. */
int lh_filter_init(struct lh_snapshot_filter *filter, struct lh_snapshot_marks *marks);
void lh_filter_fini(struct lh_snapshot_filter *filter);
/** lh_filter_register() - what is written of a register's value */
uint64_t lh_filter_register(struct lh_snapshot_filter *filter, uint64_t value);
/** lh_filter_read() - store what is written of [@addr, @addr + @len), which the process could write, in @to; multiples of 8. Return: 0; LH_ABSENT:
 * it is all zeros (@to is not set). What cannot be read is zero. */
int lh_filter_read(struct lh_snapshot_filter *filter, uint64_t addr, uint64_t len, uint8_t *to);

#endif
